"""Asks the real pipeline every question of a file and writes down what it did."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.app import Assistant, build
from assistant.chat import LONGEST_QUESTION
from assistant.evaluation_files import EvaluationError, check_writable, read_articles, read_questions, write_predictions
from assistant.follow_up import standalone
from assistant.reader import load_reader
from assistant.schema import Answer, Turn
from assistant.scoring import EvaluationQuestion, Prediction, score
from assistant.settings import Settings
from index.embedding import LazyEmbedder
from index.schema import Article, Outcome

RANKED = 30  # passages looked at to rank ten articles
OPENING_SECONDS = 60  # for Chroma to open; where another process holds it, the stored vectors answer


Progress = Callable[[str, int, int], None]
"""Called with the name of the work, how much is done and how much there is."""


def evaluation(
    settings: Settings,
    questions: Path,
    articles: Path | None,
    predictions: Path | None,
    progress: Progress,
    chosen_by: Sequence[str] = (),
    embedder: LazyEmbedder | None = None,
) -> dict[str, dict[str, float]]:
    """The figures of a question file, over a library of `articles` in a temporary folder or over the current one.

    `chosen_by` names who is to choose the sentences, "reader", "rules" or one after the other; without it the settings
    say who. The figures stand under these names. Predictions are written for the last. Raises EvaluationError, before
    anything is embedded, for a file that cannot be used and a reader that is not there. Without an `embedder` the
    settings name it. Where a model is configured it
    writes the answers, unless `chosen_by` asks for the quotes of one or the other.
    """
    asked = read_questions(questions)
    named = read_articles(articles) if articles else []
    if predictions:
        check_writable(predictions)
    choosers = _choosers(settings, chosen_by)
    figures = {}
    with ExitStack() as stack:
        if articles:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="assistant-evaluate-")))
            settings = settings.model_copy(update={"home": home})
        for chooser in choosers:
            given = _predicted(settings, chooser, asked, named, progress, embedder, quotes_only=bool(chosen_by))
            figures[chooser] = score(asked, given)
    if predictions:
        write_predictions(given, predictions)
    return figures


def _choosers(settings: Settings, chosen_by: Sequence[str]) -> Sequence[str]:
    """Who is to choose the sentences; nobody's figures may stand under the reader's name where there is none."""
    if not chosen_by:
        return ["reader" if settings.reader and load_reader() else "rules"]
    if "reader" in chosen_by and load_reader() is None:
        raise EvaluationError(
            "The reader cannot be measured: its weights are missing or cannot be loaded.",
            "Measure with the rules, `--with rules`, or install the program again.",
        )
    return chosen_by


def _predicted(
    settings: Settings,
    chooser: str,
    asked: Sequence[EvaluationQuestion],
    named: Sequence[tuple[str, Article]],
    progress: Progress,
    embedder: LazyEmbedder | None,
    *,
    quotes_only: bool,
) -> list[Prediction]:
    """What is answered to each question, by a library that holds the articles and all their vectors."""
    names = {article.id: name for name, article in reversed(named)}
    assistant = build(settings.model_copy(update={"reader": chooser == "reader"}), embedder)
    try:
        for done, _ in enumerate(fill(assistant, named), 1):
            progress("Reading", done, len(named))
        assistant.embedder.export()
        if not assistant.writer.drain(lambda done, total: progress("Embedding", done, total)):
            raise EvaluationError("Another process is embedding this library.", "Wait until it is done.")
        _hold(assistant)
        given = []
        for prediction in predict(assistant, asked, names, quotes_only=quotes_only):
            given.append(prediction)
            progress(f"Asking the {chooser}", len(given), len(asked))
        return given
    finally:
        assistant.close()


def _hold(assistant: Assistant) -> None:
    """Load the model and open the collection, so that questions are asked as the chat window asks them."""
    assistant.embedder.load()
    assistant.writer.start()
    waited = time.monotonic() + OPENING_SECONDS
    while assistant.writer.collection is None and time.monotonic() < waited:
        time.sleep(0.05)


def fill(assistant: Assistant, articles: Iterable[tuple[str, Article]]) -> Iterator[Outcome]:
    """Put articles into the library as they are, without reading them from a file."""
    for _, article in articles:
        with assistant.library.database.transaction() as connection:
            added = assistant.library.synchroniser.put(connection, article)
        yield Outcome(article.title, "added" if added else "unchanged", article.id)


def predict(
    assistant: Assistant,
    questions: Iterable[EvaluationQuestion],
    names: dict[str, str] | None = None,
    *,
    quotes_only: bool = False,
) -> Iterator[Prediction]:
    """Answer each question; `names` gives the ids that the file uses for articles, by ours."""
    names = names or {}
    for question in questions:
        turns = turns_of(question.history)
        message = question.question[:LONGEST_QUESTION]
        answer = assistant.chat.ask(turns, message, today=question.asked, quotes_only=quotes_only).answer
        scope, keywords = answer.scope, standalone(turns, message).keywords
        hits = assistant.retriever.hits(answer.question, scope.filters, RANKED, scope.leaning, keywords)
        catalogue = assistant.library.catalogue
        known = catalogue.by_id(citation.article_id for citation in answer.citations)
        yield Prediction(
            id=question.id,
            ranked_articles=[names.get(hit.article.id, hit.article.id) for hit in hits],
            ranked_passages=[hit.text for hit in hits],
            answer=" ".join(statement.text for statement in answer.statements),
            citations=[
                {"article": names.get(citation.article_id, citation.article_id), "text": citation.quote}
                for citation in answer.citations
            ],
            abstained=not answer.found,
            seconds=answer.seconds,
            searched=answer.question,
            exact=[
                known[citation.article_id].text[citation.start : citation.end] == citation.quote
                for citation in answer.citations
            ],
        )


def turns_of(history: Iterable[Mapping[str, str]]) -> list[Turn]:
    """The turns before a question, from {role, text} of both sides; of the answers only what was searched is known."""
    turns: list[Turn] = []
    for earlier in history:
        if earlier["role"] == "user" and earlier["text"].strip():
            turns.append(Turn(earlier["text"], Answer(standalone(turns, earlier["text"]).text)))
    return turns

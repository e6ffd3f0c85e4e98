"""Asks the real pipeline every question of a file and writes down what it did."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from assistant.app import Assistant
from assistant.follow_up import standalone
from assistant.schema import Answer, Turn
from assistant.scoring import EvaluationQuestion, Prediction
from index.schema import Article, Filters, Outcome
from index.splitting import embedding_hash, split

RANKED = 30  # passages looked at to rank ten articles


def fill(assistant: Assistant, articles: Iterable[tuple[str, Article]]) -> Iterator[Outcome]:
    """Put articles into the library as they are, without reading them from a file."""
    catalogue = assistant.library.catalogue
    for _, article in articles:
        passages = [(passage, embedding_hash(article, passage)) for passage in split(article)]
        with catalogue.database.transaction() as connection:
            added = catalogue.put(connection, article, passages)
        yield Outcome(article.title, "added" if added else "unchanged", article.id)


def predict(
    assistant: Assistant, questions: Iterable[EvaluationQuestion], names: dict[str, str] | None = None
) -> Iterator[Prediction]:
    """Answer each question; `names` gives the ids that the file uses for articles, by ours."""
    names = names or {}
    for question in questions:
        turns: list[Turn] = []
        for earlier in question.history:
            if earlier["role"] == "user" and earlier["text"].strip():
                turns.append(Turn(earlier["text"], Answer(standalone(turns, earlier["text"]).text)))
        answer = assistant.chat.ask(turns, question.question[:2000]).answer
        hits = assistant.retriever.hits(answer.question, Filters(), RANKED)
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


def write_predictions(predictions: Iterable[Prediction], path: Path) -> None:
    """One JSON line a prediction."""
    with path.open("w", encoding="utf-8") as lines:
        for prediction in predictions:
            lines.write(json.dumps(prediction.json(), ensure_ascii=False) + "\n")

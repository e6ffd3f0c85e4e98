"""What a question's scope comes to in a library, and who weighs the evidence found for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import QuoteSynthesizer
from assistant.app import Assistant, build
from assistant.as_json import answer_json
from assistant.extract import READ
from assistant.follow_up import standalone
from assistant.reader import Reading, SentenceReading
from assistant.schema import Answer, Scope, Turn
from assistant.settings import load_settings
from assistant.spelling import Spelling
from assistant.ui.render_answer import render_answer, render_limits
from index.catalogue import Vocabulary
from index.schema import Article, Filters, Hit
from index.splitting import sentences, split
from tests.fakes import BagOfWordsEmbedder

TODAY = date(2023, 6, 21)
HARBOUR = "Mayor Ann Lee opened the harbour pier on Monday. Ferries sell their tickets there again, she said."


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    yield assistant
    assistant.close()


def add(assistant: Assistant, text: str, source: str = "Reuters", day: str = "2023-06-18") -> None:
    head = f"---\ntitle: The pier\nsource: {source}\ndate: {day}\n---\n\n"
    outcome = assistant.library.synchroniser.add_bytes((head + text).encode(), "pier.md")
    assert outcome.kind == "added"


def scope_of(assistant: Assistant, question: str) -> Scope:
    return assistant.chat.ask([], question, today=TODAY).answer.scope


def test_days_without_an_article_leave_the_source(assistant: Assistant) -> None:
    add(assistant, HARBOUR)
    whole = scope_of(assistant, "Who opened the pier, according to Reuters, in articles since March?")
    assert whole.filters == Filters(("Reuters",), date(2023, 3, 1), TODAY) and len(whole.words) == 2
    scope = scope_of(assistant, "Who opened the pier, according to Reuters, in articles before 2020?")
    assert scope == Scope(Filters(("Reuters",)), None, ("according to Reuters",))
    shown = render_limits(Turn("", Answer("", scope=scope)))
    assert "Reuters" in shown and "2020" not in shown


def test_days_without_an_article_say_nothing_in_the_window(assistant: Assistant) -> None:
    add(assistant, HARBOUR)
    question = "Who opened the pier, in articles before 2020?"
    answer = assistant.chat.ask([], question, today=TODAY).answer
    assert answer.nearest and answer.scope == Scope()
    assert render_answer(Turn(question, answer)).startswith('<p class="not-found">')
    assert render_limits(Turn("", Answer("", scope=Scope(words=("before 2020",))))) == ""


GERMAN = (
    "Der Minister Hans Roth eröffnete am Montag die neue Brücke über die Lahn. Er sagte, der Bau habe vier Jahre"
    " gedauert und sei um eine Million teurer geworden als geplant, weil die Pfeiler tiefer stehen mussten. "
)
ENGLISH = (
    "Minister Hans Roth spoke at the bridge over the Lahn. He said that it had taken four years to build and that it"
    " was a million more than had been planned, since the piers had to stand deeper than was thought. "
)


@dataclass
class NotingReader:
    """Finds every sentence of what it reads as good as the next, and notes the passages."""

    read_texts: list[str] = field(default_factory=list)

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading for each."""
        self.read_texts += [hit.text for hit in hits]
        return [
            Reading(5.0, tuple(SentenceReading(span, 5.0, 1.0, span) for span in sentences(hit.text))) for hit in hits
        ]


def hits_of(*texts: str) -> list[Hit]:
    articles = [Article(str(number), "", text) for number, text in enumerate(texts)]
    return [Hit(passage, article, 1.0) for article in articles for passage in split(article)]


def answered(assistant: Assistant, question: str, *texts: str) -> tuple[Answer, NotingReader]:
    reader = NotingReader()
    spelling = Spelling(Vocabulary(assistant.library.database), lambda word: False)
    synthesizer = QuoteSynthesizer(assistant.library.catalogue, lambda: reader, 4, "lenient", spelling)
    return synthesizer.answer(standalone([], question), hits_of(*texts)), reader


QUESTION = "Who spoke at the bridge over the Lahn?"


def test_the_reader_reads_what_is_english_and_nothing_else(assistant: Assistant) -> None:
    add(assistant, ENGLISH)
    answer, reader = answered(assistant, QUESTION, GERMAN, ENGLISH, ENGLISH * 2)
    assert answer.chosen_by == "reader" and answer.found
    assert len(reader.read_texts) == 2 and all("bridge" in text for text in reader.read_texts)
    assert all(citation.article_id != "0" for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (QUESTION, (GERMAN, GERMAN * 2, ENGLISH)),  # one English passage among others
        (QUESTION, (GERMAN,)),
        (QUESTION, (*[GERMAN] * READ, *[ENGLISH] * (READ + 1))),  # those that are not looked at do not count
        ("Wer eröffnete die Brücke über die Lahn?", (ENGLISH,)),
    ],
)
def test_where_most_is_in_another_language_rules_choose(
    assistant: Assistant, question: str, texts: tuple[str, ...]
) -> None:
    answer, reader = answered(assistant, question, *texts)
    assert answer.chosen_by == "rules" and not reader.read_texts


def test_nobody_chooses_where_nothing_was_found(assistant: Assistant) -> None:
    answer, reader = answered(assistant, QUESTION)
    assert answer.chosen_by == "nobody" and not answer.found and not reader.read_texts
    assert answer_json(QUESTION, answer)["chosen_by"] == "nobody"


STATION = "The shuttle Orla carried seven astronauts to the station. They stayed for 12 days and repaired an antenna."


@pytest.mark.parametrize(
    "question",
    ["Which shuttle carried 7 astronauts to the station?", "Who stayed at the station for twelve days?"],
)
def test_a_number_is_the_same_in_words_and_digits(assistant: Assistant, question: str) -> None:
    add(assistant, STATION)
    answer = assistant.chat.ask([], question).answer
    assert answer.found and not answer.missing


def test_another_number_is_refused(assistant: Assistant) -> None:
    add(assistant, STATION)
    answer = assistant.chat.ask([], "Which shuttle carried 8 astronauts to the station?").answer
    assert not answer.found and answer.missing == ("8",)


def test_a_reprint_is_named_beside_the_article_that_is_cited(assistant: Assistant) -> None:
    paragraphs = " ".join(f"The pier was closed for the {number}th time in its long history." for number in range(40))
    for source in ("Gazette", "Courier"):
        assistant.library.synchroniser.add_text(f"Pier, {source}", f"{HARBOUR} {paragraphs} {source}.", source)
    assistant.writer.drain()
    answer = assistant.chat.ask([], "Who opened the harbour pier on Monday?").answer
    assert answer.found and len({citation.article_id for citation in answer.citations}) == 1
    (reprint,) = answer.citations[0].reprints
    assert {reprint.source, answer.citations[0].source} == {"Gazette", "Courier"}


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2023, 6, 21), ("on Monday",)),
        (date(2023, 7, 1), ("on Monday",)),
        (date(2026, 6, 21), ()),
    ],
)
def test_a_weekday_means_the_last_one_only_where_the_articles_come_near_it(
    assistant: Assistant, today: date, words: tuple[str, ...]
) -> None:
    add(assistant, HARBOUR, day="2023-06-20")
    answer = assistant.chat.ask([], "Who opened the harbour pier on Monday?", today=today).answer
    assert answer.found and answer.scope.words == words
    assert answer.scope.leaning is not None and answer.scope.leaning.sought == bool(words)
    bounded = assistant.chat.ask([], "Who opened the pier since Monday?", today=today).answer
    assert bounded.scope.words == ("since Monday",)

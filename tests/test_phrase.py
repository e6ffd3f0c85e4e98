"""A model words follow-ups, titles and suggestions; whatever is no such thing is nothing, and nobody waits for long."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.app import Assistant, build
from assistant.chat import Chat
from assistant.conversations import Notebook
from assistant.phrase import Phraser
from assistant.schema import Answer, Citation, Statement, Turn
from assistant.settings import load_settings
from assistant.suggest import Suggester
from index.catalogue import Conversations
from tests import model_server as served
from tests.fakes import BagOfWordsEmbedder
from tests.model_server import KEY, ModelServer, Request, model_server
from tests.test_several import ARTICLES, add

FIRST = "Who opened the new hall of the museum of clocks?"
RIGHT = "Its director Tomas Rell opened the new hall."
CITATION = Citation(1, "a", 0, 4, RIGHT, "Museum of clocks")
TURN = Turn(FIRST, Answer(FIRST, (Statement(RIGHT, (1,)),), (CITATION,), written_by="small"))


class Says:
    """A model that says this, or fails."""

    def __init__(self, text: str | Exception) -> None:
        self.text = text

    def say(self, request: str, seconds: float) -> Iterator[str]:
        """The text in two pieces."""
        if isinstance(self.text, Exception):
            raise self.text
        yield self.text[:5]
        yield self.text[5:]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("When did Tomas Rell open the new hall?", "When did Tomas Rell open the new hall?"),
        ("Standalone question: When did Tomas Rell open the hall?\n", "When did Tomas Rell open the hall?"),
        ("<think>He is Rell.</think>When did Rell open it?", "When did Rell open it?"),
        ("When did Napoleon open the hall?", ""),
        ("When did Rell open the hall?\nHe opened it in 2024.", ""),
        ("", ""),
        ("And?" * 200, ""),
        (RuntimeError("no"), ""),
    ],
)
def test_a_follow_up_in_full(said: str | Exception, expected: str) -> None:
    assert Phraser(Says(said)).standalone([TURN], "When did he open it?") == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("The museum of clocks", "The museum of clocks"),
        ("Title: **The museum of clocks**.", "The museum of clocks"),
        ("“The museum of clocks”", "The museum of clocks"),
        ("1. The museum of clocks", "The museum of clocks"),
        ("3. Oktober in Köln", "3. Oktober in Köln"),
        ("18 June 2023 talks", "18 June 2023 talks"),
        ("Treffen am 3. Oktober mit Dr. Rell", "Treffen am 3. Oktober mit Dr. Rell"),
        ("Here is a title for the conversation that you have asked me about:", ""),
        ("One\nTwo", ""),
        ("", ""),
        (RuntimeError("no"), ""),
    ],
)
def test_a_title(said: str | Exception, expected: str) -> None:
    assert Phraser(Says(said)).title(TURN) == expected


def test_suggestions_are_whole_questions() -> None:
    said = (
        "Here they are:\n1. What does the museum show?\n- Who is Rell?\nNo question.\n3) What is from 1641?\nWho else?"
    )
    assert Phraser(Says(said)).suggestions(TURN.answer)[:2] == ("What does the museum show?", "Who is Rell?")
    assert Phraser(Says(RuntimeError("no"))).suggestions(TURN.answer) == ()


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def assistant(home: Any, running: ModelServer) -> Iterator[Assistant]:
    embedder: Any = BagOfWordsEmbedder(512)
    settings: dict[str, Any] = {"model_url": running.url, "model": "small", "model_key": KEY, "reader": False}
    assistant = build(load_settings(**settings), embedder)
    for name in ARTICLES:
        add(assistant, name)
    yield assistant
    assistant.close()


def by_prompt(**said: str) -> served.Script:
    """What the model says to each kind of request."""

    def script(request: Request) -> str:
        kinds = {
            "Rewrite the last message": "standalone",
            "a title of at most": "title",
            "Write three short questions": "suggestions",
            "Hold the articles": "compare",
            "Sum up what": "summary",
        }
        return said.get(next((kind for words, kind in kinds.items() if words in request.prompt), "answer"), "")

    return served.echo(script)


def test_a_comparison_has_a_prompt_of_its_own_and_all_articles(assistant: Assistant, running: ModelServer) -> None:
    running.says(by_prompt(compare="Wire says that three people died in the fire. [1] Paper counts seven people. [2]"))
    answer = assistant.chat.ask([], "How do the reports on the fire at the mill differ?").answer
    (request,) = running.requests
    assert ", Wire (12 May 2024) ---" in request.prompt and ", Paper (14 May 2024) ---" in request.prompt
    assert answer.by_model and [each.support for each in answer.statements] == ["supported", "unsupported"]


def test_a_summary_has_a_prompt_of_its_own(assistant: Assistant, running: ModelServer) -> None:
    running.says(by_prompt(summary="The museum of clocks shows 1,200 clocks. [1]"))
    answer = assistant.chat.ask([], "Summarise the article about the museum of clocks").answer
    assert [(each.text, each.support) for each in answer.statements] == [
        ("The museum of clocks shows 1,200 clocks.", "supported")
    ]
    running.says(served.status(500))
    fallen = assistant.chat.ask([], "Summarise the article about the museum of clocks").answer
    assert fallen.written_by == "quotes" and "error 500" in fallen.note


def test_the_model_words_a_follow_up_and_it_is_searched(assistant: Assistant, running: ModelServer) -> None:
    running.says(by_prompt(standalone="What does the museum of clocks show?", answer="It shows 1,200 clocks. [1]"))
    answer = assistant.chat.ask([TURN], "What does it show?").answer
    assert answer.question == "What does the museum of clocks show?"
    own = assistant.chat.ask([TURN], "What does it show?", quotes_only=True).answer
    assert own.question != answer.question
    running.says(by_prompt(standalone="What does Napoleon show?", answer="It shows 1,200 clocks. [1]"))
    assert assistant.chat.ask([TURN], "What does it show?").answer.question == own.question


def test_a_silent_model_holds_no_follow_up_up(
    assistant: Assistant, running: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.phrase.REWRITING_SECONDS", 0.3)
    running.says(served.silent(5))
    started = time.monotonic()
    reply = assistant.chat.ask([TURN], "What does it show?")
    assert time.monotonic() - started < 3
    reply.stop()


def test_a_conversation_is_named_by_the_model_unless_a_person_has(assistant: Assistant, running: ModelServer) -> None:
    running.says(by_prompt(title="The museum of clocks"))
    kept = Conversations(assistant.library.database)
    for own in ("", "Mine"):
        conversation = assistant.notebook.write("", 0, TURN)
        if own:
            kept.rename(conversation, own)
        assistant.notebook.entitle(conversation, 0, TURN)
        for thread in threading.enumerate():
            if thread.name == "title":
                thread.join(10)
        assert kept.title(conversation) == (own or "The museum of clocks")
    assistant.notebook.entitle(conversation, 1, TURN)
    assert Notebook(kept).title(conversation) == "Mine"


def test_only_proposed_questions_that_are_answered_are_offered() -> None:
    def answer(question: str) -> Answer:
        found = "museum" in question
        return Answer(question, TURN.answer.statements * found, TURN.answer.citations * found, confidence=0.9)

    class Articles:
        def by_id(self, article_ids: Any) -> dict[str, Any]:
            return {}

    proposed = ("What does the museum sell?", "Who is Napoleon?")
    assert Suggester(Articles(), answer, lambda _: proposed).after(TURN.answer, [FIRST]) == proposed[:1]
    assert Suggester(Articles(), answer, lambda _: ()).after(TURN.answer, [FIRST]) == ()
    quotes = Answer(FIRST, TURN.answer.statements, TURN.answer.citations, written_by="quotes")
    assert Suggester(Articles(), answer, lambda _: proposed).after(quotes, [FIRST]) == ()


def test_without_a_model_nothing_is_worded() -> None:
    answerer: Any = None
    assert Chat(answerer).title(TURN) == "" and Chat(answerer).proposed(TURN.answer) == ()

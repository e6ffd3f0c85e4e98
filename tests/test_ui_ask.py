"""One question in the window: streamed, stopped, failed; the box is always usable afterwards."""

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.chat import Chat, Reply
from assistant.conversations import Notebook
from assistant.prompts import load_prompts
from assistant.schema import Answer, Citation, Statement, Turn
from assistant.ui import ask, scope, texts
from assistant.ui.turns import SHOWN, as_of_now, messages, turn_at
from assistant.ui.work import AtWork
from index.catalogue import Catalogue, Conversations, Database
from index.schema import Article, CatalogueError, Filters, QuestionError

ANSWER = Answer(
    "Who came?",
    (Statement("Ada came.", (1,)), Statement("Bob came.", (2,))),
    (Citation(1, "a", 0, 9, "Ada came.", "One"), Citation(2, "a", 10, 19, "Bob came.", "One")),
)
BEGUN = replace(ANSWER, statements=ANSWER.statements[:1], citations=ANSWER.citations[:1])


def test_quotes_come_whole() -> None:
    assert list(Reply(ANSWER)) == [ANSWER]


class FakeReply(Iterator[Answer]):
    """An answer in steps; to stop it is left to whoever iterates."""

    def __init__(self, steps: Iterator[Answer]) -> None:
        self._steps = steps

    def __next__(self) -> Answer:
        return next(self._steps)

    def stop(self) -> None:
        """Nothing is at work elsewhere."""


@dataclass
class FakeChat:
    """Answers every question in the steps it was given, and remembers what it was asked."""

    steps: Callable[[], Iterator[Answer]]
    asked: list[tuple[list[Turn], str, Filters]] = field(default_factory=list)
    model: str = "small"

    def ask(
        self, turns: Sequence[Turn], message: str, filters: Filters, *, today: date, as_said: bool, quotes_only: bool
    ) -> Iterator[Answer]:
        """The steps."""
        self.asked.append((list(turns), message, filters))
        return FakeReply(self.steps())


@dataclass
class FakeCatalogue:
    """Holds the article that ANSWER cites; it can be emptied, and can fail."""

    articles: dict[str, Article] = field(default_factory=lambda: {"a": Article("a", "One", "Ada came. Bob came.")})
    broken: bool = False

    def by_id(self, ids: Iterable[str]) -> dict[str, Article]:
        """Those it holds."""
        if self.broken:
            raise CatalogueError("The library is damaged.")
        return {id_: self.articles[id_] for id_ in ids if id_ in self.articles}

    def successors(self, ids: Iterable[str]) -> dict[str, Article]:
        """None of its articles was edited."""
        return {}

    def count(self) -> int:
        """How many."""
        return len(self.articles)

    def sources(self) -> list[str]:
        """Two."""
        return ["Daily", "Weekly"]

    def covered(self) -> tuple[date, date]:
        """Two days."""
        return date(2023, 6, 1), date(2023, 7, 2)


def answering() -> Iterator[Answer]:
    yield BEGUN
    yield ANSWER


def catalogue(**values: Any) -> Catalogue:
    return cast(Catalogue, FakeCatalogue(**values))


def desk(chat: FakeChat, held: Catalogue | None = None, notebook: Notebook | None = None) -> ask.Desk:
    return ask.Desk(cast(Chat, chat), held or catalogue(), notebook or memory(), AtWork())


def memory() -> Notebook:
    """A notebook in a database of its own."""
    return Notebook(Conversations(Database(Path(tempfile.mkdtemp()) / "library.sqlite3")))


def shown(turns: Sequence[Turn], held: Catalogue | None = None) -> list[dict[str, str]]:
    """The messages of a conversation that is drawn anew."""
    step = desk(FakeChat(answering), held).shown(turns, "")
    return cast(list[dict[str, str]], cast(Any, step.chat)._constructor_args[0]["value"])


def run(
    chat: FakeChat,
    message: str = "Who came?",
    turns: Sequence[Turn] = (),
    sources: Sequence[str] = (),
    held: Catalogue | None = None,
    notebook: Notebook | None = None,
) -> list[Any]:
    """The steps, each with the chat as the page shows it then: one that draws nothing leaves what is there."""

    async def collected() -> list[Any]:
        asked = scope.asked_with(message, sources, scope.ANY, "", "")
        seen: list[Any] = []
        async for step in desk(chat, held, notebook).ask("", turns, asked):
            seen.append(step if isinstance(step.chat, list) or not seen else step._replace(chat=seen[-1].chat))
        return seen

    return asyncio.run(collected())


def box(step: Any) -> dict[str, Any]:
    return cast(dict[str, Any], step[1]._constructor_args[0])


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine's answers come soon too."""
    monkeypatch.setattr(ask, "SOON_SECONDS", 5.0)


def after_a_while() -> Iterator[Answer]:
    time.sleep(0.5)
    yield from answering()


@pytest.mark.usefixtures("soon")
def test_an_answer_that_comes_soon_is_what_is_shown_first() -> None:
    steps = run(FakeChat(answering))
    assert "Ada" in steps[0][0][-1]["content"] and texts.SEARCHING not in steps[0][0][-1]["content"]
    assert box(steps[0])["stop_btn"] is True and box(steps[-1])["stop_btn"] is False


def test_an_answer_grows_and_ends_with_a_box_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "SOON_SECONDS", 0.1)
    steps = run(FakeChat(after_a_while))
    assert texts.SEARCHING in steps[0][0][-1]["content"]
    assert box(steps[0])["stop_btn"] is True
    assert "Ada" in steps[1][0][-1]["content"] and "Bob" not in steps[1][0][-1]["content"]
    assert "Bob" in steps[-1][0][-1]["content"]
    assert box(steps[-1])["submit_btn"] is True and box(steps[-1])["stop_btn"] is False
    assert steps[-1][2] == [Turn("Who came?", ANSWER, quotes_only=True)]


def test_a_conversation_deleted_elsewhere_is_begun_anew_with_what_this_window_shows() -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]
    notebook.delete(first.conversation)

    async def gone_on() -> ask.Step:
        asked = Turn("And then?")
        steps = desk(FakeChat(answering), notebook=notebook).ask(first.conversation, first.turns, asked)
        return [step async for step in steps][-1]

    last = asyncio.run(gone_on())
    assert last.conversation != first.conversation
    assert [turn.message for turn in notebook.turns(last.conversation)] == ["Who came?", "And then?"]


def test_every_step_leaves_turns_that_can_be_shown() -> None:
    for step in run(FakeChat(answering)):
        content = shown(step[2])
        assert len(content) == 2 * len(step[2]) and texts.SEARCHING not in content[-1]["content"]


@pytest.mark.usefixtures("soon")
def test_an_answer_that_is_drawn_is_not_drawn_again() -> None:
    async def chats() -> list[object]:
        return [step.chat async for step in desk(FakeChat(answering)).ask("", [], Turn("Who came?"))]

    drawn = asyncio.run(chats())
    assert [isinstance(chat, list) for chat in drawn] == [True, True, False]


def held_back(answer: Answer = ANSWER) -> tuple[Callable[[], Iterator[Answer]], threading.Event, threading.Event]:
    """Something that answers only when it may go on; whether it has begun, and what lets it go on."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[Answer]:
        begun.set()
        go_on.wait(10)
        yield answer

    return slow, begun, go_on


def test_stopped_before_an_answer_says_so() -> None:
    def slow() -> Iterator[Answer]:
        time.sleep(1)
        yield ANSWER

    async def stopped() -> tuple[Any, float]:
        steps = desk(FakeChat(slow)).ask("", [], Turn("Who came?"))
        first = await anext(aiter(steps))
        second = asyncio.ensure_future(anext(aiter(steps)))
        await asyncio.sleep(0.1)
        begun = time.perf_counter()
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        return first, time.perf_counter() - begun

    first, seconds = asyncio.run(stopped())
    assert seconds < 0.5, "stopping waits for nothing"
    assert "Stopped" in shown(first[2])[-1]["content"]


@pytest.mark.parametrize("error", [QuestionError("Too long.", "Ask less."), RuntimeError("/secret/path")])
def test_an_error_is_worded_and_gives_the_question_back(error: Exception) -> None:
    def failing() -> Iterator[Answer]:
        yield BEGUN
        raise error

    steps = run(FakeChat(failing))
    assert box(steps[-1])["value"] == "Who came?" and box(steps[-1])["submit_btn"] is True
    content = steps[-1][0][-1]["content"]
    assert "secret" not in content
    assert ("Too long" in content) is isinstance(error, QuestionError)


@pytest.mark.parametrize(
    ("articles", "note"),
    [({}, texts.REMOVED), ({"a": Article("a", "One", "Eve came. Bob came.")}, texts.CHANGED)],
)
def test_earlier_answers_are_checked_whenever_they_are_shown(articles: dict[str, Article], note: str) -> None:
    turns = [Turn("Who came?", ANSWER)]
    now = catalogue(articles=articles)
    for step in run(FakeChat(answering), "And who left?", turns, held=now)[:-1]:
        assert note in step[0][1]["content"]
    assert note in shown(turns, now)[1]["content"]
    assert texts.REMOVED not in messages(turns)[1]["content"]
    assert as_of_now(turns, catalogue()) == (turns, None)


def test_a_new_answer_is_checked_too() -> None:
    steps = run(FakeChat(answering), held=catalogue(articles={}))
    assert texts.REMOVED in steps[-1][0][-1]["content"]


def test_answers_are_shown_where_the_catalogue_cannot_be_read() -> None:
    turns = [Turn("Who came?", ANSWER)]
    steps = run(FakeChat(answering), turns=turns, held=catalogue(broken=True))
    assert "Ada" in steps[-1][0][1]["content"] and box(steps[-1])["submit_btn"] is True
    assert [turn.answer for turn in steps[-1][2]] == [ANSWER, ANSWER]


def test_what_filters_limited_is_told_of_that_answer_only() -> None:
    chat = FakeChat(lambda: iter([Answer("Who came?")]))
    limited = run(chat, sources=["BBC"])[-1]
    later = run(chat, turns=limited[2])[-1]
    first, second = later[0][1]["content"], later[0][3]["content"]
    assert texts.NOT_FOUND_FILTERED in first and texts.NOT_FOUND in second
    assert texts.NOT_FOUND_FILTERED in shown(limited[2])[1]["content"]


def test_what_was_not_found_tells_what_there_is_to_ask_about() -> None:
    unknown = FakeChat(lambda: iter([Answer("Who?", missing=("who",))]))
    steps = run(unknown)
    assert "1 article, published 1 June 2023 to 2 July 2023, from Daily and Weekly." in steps[-1][0][-1]["content"]
    later = run(FakeChat(answering), turns=steps[-1][2])
    for step in later:
        assert "1 article, published" in step[0][1]["content"] and "1 article, published" not in step[0][-1]["content"]


def test_nothing_is_asked_without_a_question() -> None:
    chat = FakeChat(answering)
    steps = run(chat, "  \n ")
    assert not chat.asked and len(steps) == 1 and box(steps[0])["submit_btn"] is True


def test_the_latest_turns_are_remembered() -> None:
    chat = FakeChat(answering)
    turns = [Turn(str(number), ANSWER) for number in range(SHOWN + 5)]
    steps = run(chat, turns=turns)
    assert [turn.message for turn in chat.asked[0][0]] == [turn.message for turn in turns[-ask.REMEMBERED :]]
    assert len(steps[-1][2]) == len(turns) + 1 and len(steps[-1][0]) == 2 * SHOWN
    assert turn_at(turns, 0) == 5 and turn_at(turns, 3) == 6 and turn_at([], 0) == -1


def test_what_was_asked_and_answered_is_written_down_before_it_is_shown() -> None:
    notebook = memory()
    kept: list[list[Turn]] = []

    def slow() -> Iterator[Answer]:
        time.sleep(0.5)
        yield ANSWER

    async def watched() -> None:
        async for step in desk(FakeChat(slow), notebook=notebook).ask("", [], Turn("Who came?")):
            kept.append(notebook.turns(step.conversation))

    asyncio.run(watched())
    assert [turn.message for turn in kept[0]] == ["Who came?"] and kept[0][0].answer.message == texts.ENDED
    assert kept[-1][0].answer == ANSWER


def test_two_windows_over_one_conversation_lose_no_turn() -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]
    at = desk(FakeChat(answering), notebook=notebook)

    async def asked(message: str, turns: Sequence[Turn], place: int | None = None) -> ask.Step:
        steps = at.ask(first.conversation, turns, Turn(message), place=place)
        return [step async for step in steps][-1]

    asyncio.run(asked("And there?", first.turns))  # by the other window
    late = asyncio.run(asked("And here?", first.turns))
    messages = ["Who came?", "And there?", "And here?"]
    assert [turn.message for turn in late.turns] == messages
    at.rated(first.turns, first.conversation, 0, "Wrong")
    assert [turn.message for turn in notebook.turns(first.conversation)] == messages
    asyncio.run(asked("Instead?", late.turns, place=1))
    assert [turn.message for turn in notebook.turns(first.conversation)] == ["Who came?", "Instead?"]


def test_what_another_window_added_is_neither_replaced_nor_taken_back_but_shown() -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]
    chat = FakeChat(answering)
    at = desk(chat, notebook=notebook)

    async def asked(message: str, place: int | None = None) -> ask.Step:
        return [step async for step in at.ask(first.conversation, first.turns, Turn(message), place=place)][-1]

    asyncio.run(asked("And there?"))  # by the other window
    messages = ["Who came?", "And there?"]
    edited = asyncio.run(asked("Who came <today>?", place=0))
    again = asyncio.run(asked("Who came?", place=0))
    back = at.taken_back(first.turns, first.conversation, 0)
    for step in (edited, again, back):
        assert [turn.message for turn in step.turns] == messages and texts.OVERTAKEN in str(step.place)
        assert box(step)["submit_btn"] is True
    assert 'data-text="Who came &lt;today&gt;?"' in str(edited.place) and 'data-text=""' in str(again.place)
    assert [turn.message for turn in notebook.turns(first.conversation)] == messages and len(chat.asked) == 1


@pytest.mark.parametrize("edited", [True, False])
def test_a_question_behind_turns_that_another_window_changed_or_took_back_leaves_no_place_empty(edited: bool) -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]
    at = desk(FakeChat(answering), notebook=notebook)

    async def asked(message: str, turns: Sequence[Turn], place: int | None = None) -> list[Turn]:
        return [step async for step in at.ask(first.conversation, turns, Turn(message), place=place)][-1].turns

    here = asyncio.run(asked("What then?", asyncio.run(asked("And there?", first.turns))))
    if edited:
        asyncio.run(asked("Who left?", here, place=0))
    else:
        at.taken_back(here, first.conversation, 1)
    asyncio.run(asked("And later?", here))
    asyncio.run(asked("And last?", notebook.turns(first.conversation)))
    behind = ["And later?", "And last?"]
    before = ["Who left?"] if edited else ["Who came?", "And there?", "What then?"]
    assert [turn.message for turn in notebook.turns(first.conversation)] == before + behind


def test_that_a_window_was_overtaken_is_told_once_though_an_answer_is_at_work_in_the_other() -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]
    go_on = threading.Event()

    def slow() -> Iterator[Answer]:
        go_on.wait(10)
        yield ANSWER

    async def both() -> list[ask.Step]:
        at, steps = desk(FakeChat(slow), notebook=notebook), list[ask.Step]()
        other = aiter(at.ask(first.conversation, first.turns, Turn("And there?")))
        await anext(other)
        async for step in at.ask(first.conversation, first.turns, Turn("Who came today?"), place=0):
            steps.append(step)
            if len(steps) == 3:
                go_on.set()
        async for _ in other:
            pass
        return steps

    steps = asyncio.run(both())
    assert len(steps) > 3 and [texts.OVERTAKEN in str(step.place) for step in steps].count(True) == 1
    assert 'data-text="Who came today?"' in str(steps[0].place) and steps[-1].turns[1].answer == ANSWER


def three_turns(notebook: Notebook) -> ask.Step:
    """A conversation of three questions."""

    async def asked() -> ask.Step:
        at, last = desk(FakeChat(answering), notebook=notebook), ask.new_chat()
        for message in ("Who came?", "And there?", "And then?"):
            last = [step async for step in at.ask(last.conversation, last.turns, Turn(message))][-1]
        return last

    return asyncio.run(asked())


def restored(at: ask.Desk, conversation: str) -> list[ask.Step]:
    """The steps of taking back what replaced a question."""

    async def steps() -> list[ask.Step]:
        return [step async for step in at.restored(conversation)]

    return asyncio.run(steps())


def test_what_an_edited_question_drops_is_counted_and_can_be_taken_back() -> None:
    notebook = memory()
    before = three_turns(notebook)

    async def edited(place: int, at: ask.Desk) -> list[ask.Step]:
        turns = notebook.turns(before.conversation)
        return [step async for step in at.ask(before.conversation, turns, Turn("Who left?"), place=place)]

    at = desk(FakeChat(answering), notebook=notebook)
    steps = asyncio.run(edited(0, at))
    told = texts.DROPPED.format(questions="2 later questions")
    assert f'data-note="{told}"' in str(steps[0].place) and "data-undo" in str(steps[0].place)
    assert steps[-1].place == steps[0].place, "the first may pass too quickly to be seen"
    assert [turn.message for turn in notebook.turns(before.conversation)] == ["Who left?"]
    assert restored(at, before.conversation)[-1].turns == before.turns == notebook.turns(before.conversation)
    (again,) = restored(at, before.conversation)
    assert texts.CANNOT_RESTORE in str(again.place) and again.turns == before.turns
    last = asyncio.run(edited(2, at))
    assert "data-note" not in "".join(str(step.place) for step in last), "nothing came after it"


def test_taking_back_ends_the_answer_at_work_and_drops_nothing_that_came_since() -> None:
    notebook = memory()
    before = three_turns(notebook)
    slow, begun, go_on = held_back(BEGUN)

    async def taken_back(*, goes_on: bool) -> list[ask.Step]:
        at = desk(FakeChat(slow), notebook=notebook)
        # The same words, so that it could be taken for what it replaced.
        steps = aiter(at.ask(before.conversation, before.turns, Turn("Who came?"), place=0))
        await anext(steps)
        await asyncio.to_thread(begun.wait, 10)
        if goes_on:
            notebook.write(before.conversation, 1, Turn("theirs"), of=1)
        seen = []
        async for step in at.restored(before.conversation):
            seen.append(step)
            go_on.set()
        go_on.set()
        async for _ in steps:
            pass
        return seen

    (step,) = asyncio.run(taken_back(goes_on=False))
    assert step.turns == before.turns == notebook.turns(before.conversation)
    begun.clear()
    go_on.clear()
    first, *_, last = asyncio.run(taken_back(goes_on=True))
    assert texts.CANNOT_RESTORE in str(first.place) and box(first)["stop_btn"] is True
    kept = notebook.turns(before.conversation)
    assert [turn.message for turn in kept] == ["Who came?", "theirs"] and last.turns == kept
    assert kept[0].answer == BEGUN, "the answer at work went on"


def test_an_answer_that_the_program_ended_amid_is_said_to_have_broken_off_and_can_be_asked_again() -> None:
    notebook = memory()
    slow, begun, go_on = held_back()

    async def amid() -> tuple[ask.Step, ask.Step]:
        at = desk(FakeChat(slow), notebook=notebook)
        steps = aiter(at.ask("", [], Turn("Who came?")))
        conversation = (await anext(steps)).conversation
        await asyncio.to_thread(begun.wait, 10)
        reloaded = await anext(at.opened(conversation))
        started_anew = await anext(desk(FakeChat(answering), notebook=notebook).opened(conversation))
        go_on.set()
        async for _ in steps:
            pass
        return reloaded, started_anew

    reloaded, started_anew = asyncio.run(amid())
    assert reloaded.turns[0].answer.message == texts.STOPPED, "in case the person stops it"
    assert started_anew.turns[0].message == "Who came?" and started_anew.turns[0].answer.message == texts.ENDED
    (_, said) = messages(started_anew.turns)
    assert "The answer broke off" in str(said["content"]) and "#again" in str(said["content"])
    earlier = messages([*started_anew.turns, Turn("And there?", ANSWER)])
    assert "#again" not in str(earlier), "only the last is asked again in its place"


def test_a_conversation_that_is_gone_is_said_to_be() -> None:
    step = asyncio.run(anext(desk(FakeChat(answering)).opened("gone")))
    assert texts.CONVERSATION_GONE in str(step.place) and step.conversation == "" and not step.turns


def test_a_program_that_was_started_anew_knows_the_turns_of_a_page_by_its_conversation() -> None:
    notebook = memory()
    before = three_turns(notebook)
    at = desk(FakeChat(answering), notebook=notebook)
    assert at.kept(None, before.conversation) == before.turns and at.kept(None, "") == []
    assert at.kept([], before.conversation) == []
    assert at.kept(before.turns[:1], before.conversation) == before.turns[:1]


def test_a_rating_does_not_bring_an_answer_back_that_was_asked_again_elsewhere() -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]
    newer = replace(first.turns[0], answer=BEGUN)
    notebook.amend(first.conversation, 0, newer)
    assert desk(FakeChat(answering), notebook=notebook).rated(first.turns, first.conversation, 0, "Wrong")
    assert notebook.turns(first.conversation) == [newer]


def test_a_session_that_is_not_known_any_more_goes_on_in_the_conversation_it_names() -> None:
    notebook = memory()
    first = run(FakeChat(answering), notebook=notebook)[-1]

    async def asked() -> ask.Step:
        at = desk(FakeChat(answering), notebook=notebook)
        return [step async for step in at.ask(first.conversation, [], Turn("And there?"))][-1]

    assert [turn.message for turn in asyncio.run(asked()).turns] == ["Who came?", "And there?"]


def test_an_answer_that_ends_late_takes_nothing_from_another_window() -> None:
    notebook = memory()
    slow, begun, go_on = held_back()

    async def both() -> str:
        steps = desk(FakeChat(slow), notebook=notebook).ask("", [], Turn("Who came?"))
        conversation = (await anext(aiter(steps))).conversation
        await asyncio.to_thread(begun.wait, 10)
        notebook.amend(conversation, 0, replace(notebook.turns(conversation)[0], feedback="Wrong"))
        notebook.write(conversation, 1, Turn("And there?"))
        go_on.set()
        async for _ in steps:
            pass
        return conversation

    turns = notebook.turns(asyncio.run(both()))
    assert [turn.message for turn in turns] == ["Who came?", "And there?"]
    assert turns[0].answer == ANSWER and turns[0].feedback == "Wrong"


class Overtaken(Notebook):
    """Another window writes in the moment between the look and the writing."""

    def write(self, conversation_id: str, position: int, turn: Turn, *, of: int | None = None) -> str:
        """Writes, once behind another window."""
        if (
            of is not None
            and conversation_id
            and "theirs" not in [each.message for each in self.turns(conversation_id)]
        ):
            super().write(conversation_id, of, Turn("theirs"), of=of)
        return super().write(conversation_id, position, turn, of=of)


@pytest.mark.parametrize("place", [None, 0])
def test_a_window_that_is_overtaken_in_the_last_moment_takes_nothing_away(place: int | None) -> None:
    notebook = Overtaken(Conversations(Database(Path(tempfile.mkdtemp()) / "l.sqlite3")))
    first = run(FakeChat(answering), notebook=notebook)[-1]

    async def asked() -> list[ask.Step]:
        at = desk(FakeChat(answering), notebook=notebook)
        return [step async for step in at.ask(first.conversation, first.turns, Turn("mine"), place=place)]

    last = asyncio.run(asked())[-1]
    kept = [turn.message for turn in notebook.turns(first.conversation)]
    assert kept == ["Who came?", "theirs"] + ["mine"] * (place is None)
    assert [turn.message for turn in last.turns] == kept


def test_what_another_window_took_back_and_asked_anew_in_the_last_moment_is_gone_on_from() -> None:
    notebook = Overtaken(Conversations(Database(Path(tempfile.mkdtemp()) / "l.sqlite3")))
    first = run(FakeChat(answering), notebook=notebook)[-1]
    assert notebook.cut(first.conversation, first.turns, 0)

    async def asked() -> None:
        async for _ in desk(FakeChat(answering), notebook=notebook).ask(first.conversation, first.turns, Turn("mine")):
            pass

    asyncio.run(asked())
    assert [turn.message for turn in notebook.turns(first.conversation)] == ["theirs", "mine"]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator["Windows"]:
    monkeypatch.setattr(ask, "SOON_SECONDS", 0.1)
    windows = Windows()
    yield windows
    for may_end in windows.may_end.values():
        may_end.set()


class Windows:
    """A conversation of one turn, and a desk at which answers to "first" and "second" are held back."""

    def __init__(self) -> None:
        self.notebook = memory()
        self.before = run(FakeChat(answering), notebook=self.notebook)[-1]
        self.may_end = {"first": threading.Event(), "second": threading.Event()}
        self.at_work = AtWork()
        chat = cast(Chat, ByMessage(self._answering))
        self.desk = ask.Desk(chat, catalogue(), self.notebook, self.at_work)

    def _answering(self, message: str) -> Iterator[Answer]:
        if may_end := self.may_end.get(message):
            assert may_end.wait(60)
        yield ANSWER

    def ask(self, message: str, turns: Sequence[Turn] | None = None) -> Any:
        """The steps of a question, asked by a window that shows these turns, else the first."""
        return self.desk.ask(self.before.conversation, self.before.turns if turns is None else turns, Turn(message))


def content(step: ask.Step, place: int) -> str:
    """What a step draws as the answer of a turn."""
    return str(cast(Any, step.chat)[2 * place + 1]["content"])


def test_an_answer_at_work_in_another_window_is_told_to_be_and_drawn_once_it_is_there(windows: Windows) -> None:
    async def asked() -> None:
        first = windows.ask("first")
        await anext(first)
        second = windows.ask("second")
        step = await anext(second)
        assert [turn.message for turn in step.turns] == ["Who came?", "first", "second"]
        assert texts.BEING_ANSWERED in content(step, 1)
        third = [step async for step in windows.ask("third")]
        assert all(texts.BEING_ANSWERED in content(third[-1], place) for place in (1, 2)), "both are"
        windows.may_end["first"].set()
        assert "Ada" in [step async for step in first][-1].turns[-1].answer.text
        windows.may_end["second"].set()
        last = [step async for step in second][-1]
        assert "Ada" in content(last, 1) and last.turns[1].answer == ANSWER
        fourth = [step async for step in windows.ask("fourth", third[-1].turns)]
        assert "Ada" in content(fourth[0], 1) and "Ada" in content(fourth[0], 2)

    asyncio.run(asked())
    assert all(turn.answer.statements for turn in windows.notebook.turns(windows.before.conversation))


def test_what_is_asked_anew_and_taken_back_brings_back_an_answer_of_another_window(windows: Windows) -> None:
    async def asked() -> None:
        first = windows.ask("first")
        await anext(first)
        mine = [step async for step in windows.ask("mine")][-1]
        windows.may_end["first"].set()
        assert [step async for step in first]
        conversation = windows.before.conversation
        async for _ in windows.desk.ask(conversation, mine.turns, Turn("Who left?"), place=0):
            pass
        assert [step async for step in windows.desk.restored(conversation)]

    asyncio.run(asked())
    kept = windows.notebook.turns(windows.before.conversation)
    assert [turn.message for turn in kept] == ["Who came?", "first", "mine"] and kept[1].answer == ANSWER


def test_stopping_an_answer_leaves_that_of_another_window_at_work(windows: Windows) -> None:
    async def asked() -> None:
        first, second = windows.ask("first"), windows.ask("second")
        await anext(first)
        stopped = await anext(second)
        windows.desk.stopped(stopped.turns, stopped.conversation)
        windows.may_end["first"].set()
        windows.may_end["second"].set()
        assert [step async for step in first][-1].turns[-1].answer == ANSWER

    asyncio.run(asked())
    kept = windows.notebook.turns(windows.before.conversation)
    assert kept[1].answer == ANSWER and kept[2].answer.message == texts.STOPPED


@pytest.mark.parametrize("asks", [False, True])
def test_an_answer_that_ends_just_after_the_conversation_was_read_is_shown(
    windows: Windows, monkeypatch: pytest.MonkeyPatch, asks: bool
) -> None:
    read, conversation = windows.notebook.turns, windows.before.conversation

    async def asked() -> ask.Step:
        first = windows.ask("first")
        await anext(first)

        def read_then_ended(name: str) -> list[Turn]:
            turns = read(name)
            windows.may_end["first"].set()
            while windows.at_work.of(name):
                time.sleep(0.01)
            monkeypatch.setattr(windows.notebook, "turns", read)
            return turns

        monkeypatch.setattr(windows.notebook, "turns", read_then_ended)
        steps = windows.ask("mine") if asks else windows.desk.opened(conversation)
        return [step async for step in steps][-1]

    assert asyncio.run(asked()).turns[1].answer == ANSWER


def test_a_question_that_was_replaced_while_it_was_at_work_writes_over_nothing(windows: Windows) -> None:
    async def asked() -> None:
        first = windows.ask("first")
        step = await anext(first)
        conversation = windows.before.conversation
        async for _ in windows.desk.ask(conversation, step.turns, Turn("Who left?"), place=1):
            pass
        windows.may_end["first"].set()
        assert [step async for step in first]

    asyncio.run(asked())
    assert [turn.message for turn in windows.notebook.turns(windows.before.conversation)] == ["Who came?", "Who left?"]


def test_stopping_an_answer_that_has_become_whole_keeps_it(windows: Windows) -> None:
    async def asked() -> ask.Step:
        first = windows.ask("first")
        step = await anext(first)
        windows.may_end["first"].set()
        assert [step async for step in first]
        return windows.desk.stopped(step.turns, step.conversation)

    assert asyncio.run(asked()).turns[1].answer == ANSWER
    assert windows.notebook.turns(windows.before.conversation)[1].answer == ANSWER


def test_a_conversation_that_cannot_be_read_any_more_leaves_a_box_to_ask_again(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: str) -> list[Turn]:
        raise CatalogueError("The library is damaged.")

    async def asked() -> ask.Step:
        await anext(windows.ask("first"))
        steps = windows.ask("mine")
        await anext(steps)
        monkeypatch.setattr(windows.notebook, "turns", fails)
        return [step async for step in steps][-1]

    assert box(asyncio.run(asked()))["submit_btn"] is True


class ByMessage(FakeChat):
    """Answers each message in its own steps."""

    def __init__(self, steps: Callable[[str], Iterator[Answer]]) -> None:
        super().__init__(answering)
        self._of = steps

    def ask(self, turns: Sequence[Turn], message: str, *args: Any, **kwargs: Any) -> Iterator[Answer]:
        """The steps of the message."""
        return FakeReply(self._of(message))


class FullDisk(Notebook):
    """Takes nothing down."""

    def write(self, conversation_id: str, position: int, turn: Turn, *, of: int | None = None) -> str:
        """Fails."""
        raise CatalogueError("The disk is full.")


def test_a_question_that_cannot_be_written_down_is_answered_all_the_same() -> None:
    at = desk(FakeChat(answering), notebook=FullDisk(Conversations(Database(Path(tempfile.mkdtemp()) / "l.sqlite3"))))

    async def asked() -> list[ask.Step]:
        return [step async for step in at.ask("", [], Turn("Who came?"))]

    steps = asyncio.run(asked())
    assert steps[-1].turns[0].answer == ANSWER and steps[-1].conversation == "" and box(steps[-1])["submit_btn"] is True


def test_a_turn_that_is_taken_back_gives_its_question_back() -> None:
    notebook = memory()
    steps = run(FakeChat(answering), notebook=notebook)
    turns, id_ = steps[-1].turns, steps[-1].conversation
    at = desk(FakeChat(answering), notebook=notebook)
    assert at.rated(turns, id_, 0, "Wrong")[0].feedback == "Wrong" == notebook.turns(id_)[0].feedback
    assert opened(at, id_)[-1].turns[0].feedback == "Wrong"
    step = at.taken_back(turns, id_, 0)
    assert step.turns == [] == notebook.turns(id_) and box(step)["value"] == "Who came?"
    assert opened(at, "unknown")[-1].turns == []


def test_an_answer_that_another_page_asked_for_is_awaited() -> None:
    notebook = memory()

    def slow() -> Iterator[Answer]:
        time.sleep(0.5)
        yield ANSWER

    async def left_and_opened() -> list[ask.Step]:
        at = desk(FakeChat(slow), notebook=notebook)
        steps = at.ask("", [], Turn("Who came?"))
        first = await anext(aiter(steps))
        second = asyncio.ensure_future(anext(aiter(steps)))
        await asyncio.sleep(0.1)
        second.cancel()  # the page is gone
        return [step async for step in at.opened(first.conversation)]

    steps = asyncio.run(left_and_opened())
    assert texts.SEARCHING in str(steps[0].chat) and len(steps) > 1
    assert steps[-1].turns[0].answer == ANSWER


def opened(at: ask.Desk, conversation: str) -> list[ask.Step]:
    async def collected() -> list[ask.Step]:
        return [step async for step in at.opened(conversation)]

    return asyncio.run(collected())


def test_a_new_chat_is_empty() -> None:
    assert ask.new_chat()[0] == [] and ask.new_chat()[2] == []


def test_the_periods_are_those_there_are_articles_of() -> None:
    today = date(2026, 3, 5)
    assert scope.periods(None, today) == [(texts.ANY_DATE, scope.ANY)]
    values = [value for _, value in scope.periods((date(2023, 6, 1), date(2026, 3, 1)), today)]
    assert values == [
        "any",
        "typed",
        "days:7",
        "days:30",
        "days:365",
        "year:2026",
        "year:2025",
        "year:2024",
        "year:2023",
        "exact",
    ]
    assert [value for _, value in scope.periods((date(2023, 6, 1), date(2023, 7, 1)), today)] == [
        "any",
        "typed",
        "year:2023",
        "exact",
    ]
    assert len(scope.periods((date(1900, 1, 1), date(2020, 1, 1)), today)) == 3 + scope.YEARS


def test_what_is_chosen_becomes_a_filter() -> None:
    today = date(2026, 3, 5)
    assert not scope.chosen([], scope.ANY, "", "", today)
    assert scope.chosen(["BBC"], "days:7", "2023-01-01", "", today) == Filters(("BBC",), today - timedelta(days=7))
    assert scope.chosen([], "year:2023", "", "", today) == Filters((), date(2023, 1, 1), date(2023, 12, 31))
    for odd in ("", "days:", "days:x", "year:0", "year:99999", "days:99999999999", "nonsense"):
        assert not scope.chosen([], odd, "", "", today)
    first, last = date(2023, 5, 1), date(2023, 6, 1)
    assert scope.chosen([], scope.EXACT, "2023-05-01", "", today) == Filters((), first)
    assert scope.chosen([], scope.EXACT, " 2023-06-01", "2023-05-01", today) == Filters((), first, last)
    assert not scope.chosen([], scope.EXACT, "May", "", today)


def test_stopping_amid_the_quotes_that_stand_in_for_a_model_says_that_it_did_not_begin() -> None:
    notebook = memory()
    chat = FakeChat(answering)
    meanwhile = replace(ANSWER, note=load_prompts().say("meanwhile", model=chat.model))
    conversation = notebook.write("", 0, Turn("Who came?", Answer("", message=texts.ENDED)))
    step = desk(chat, notebook=notebook).stopped([Turn("Who came?", meanwhile)], conversation)
    assert step.turns == notebook.turns(conversation)
    assert step.turns[0].answer == replace(ANSWER, note=load_prompts().say("never_begun", model=chat.model))

"""The real pipeline with the packaged model: an article from outside, where there is one, and the starter articles."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Assistant, build
from assistant.schema import Answer, Turn
from assistant.settings import load_settings
from assistant.starter import add_starter

REAL = sorted((Path(__file__).parents[2] / "shared" / "seeds").glob("*.txt"))
BOILERPLATE = ("Telegram", "Buna Times")

REAL_ANSWERED = [
    ("Who did Blinken meet in Beijing on Monday?", ["Xi Jinping"]),
    ("How long did the Sunday meeting with Qin Gang and Wang Yi last?", ["seven and a half hours"]),
    ("What did China promise about weapons for Russia?", ["not to send weapons"]),
    ("Which offer did Beijing reject?", ["Chinese and American armies"]),
    ("Who is the spokesman of the State Department?", ["Matthew Miller"]),
    ("Who wrote the article?", ["David Wyatt"]),
    ("who is matthew miller?", ["spokesman"]),
    ("how long did blinken talk to the foreign minister on sunday?", ["seven and a half"]),
    ("Where did Xi welcome Blinken?", ["Great Hall"]),
    ("Did the US change its policy on Taiwan?", ["not changed"]),
    ("What was rejected by Beijing?", ["armies"]),
    ("what concerns did the us have about cuba?", ["intelligence"]),
    ("Who is China's foreign minister?", ["Qin Gang"]),
    ("When did Xi Jinping meet Blinken?", ["today"]),
]
REAL_NOT_FOUND = [
    "What did Blinken say about TikTok?",
    "What is the capital of Peru?",
    "How much does the war in Ukraine cost?",
    "When will Biden visit Berlin?",
    "Who won the World Cup?",
    "Who is the president of France?",
]
SEEDS_ANSWERED = [
    (["How long did Xi and Blinken meet?"], "35 minutes"),
    (["When was the balloon shot down?"], "3 February 2023. An F-22 fighter shot the balloon down the next day."),
    (["When was the balloon shot down?", "What missile was used?"], "Sidewinder"),
    (["Who is John Kerry's Chinese counterpart?"], "Xie Zhenhua"),
    (["How many Chinese students study in America?"], "289,526"),
    (["who spoke with general liu zhenli?"], "Brown"),
    (["When was Qin Gang removed from office?"], "25 July"),
    (["When was the article about the balloon published?"], "30 June 2023"),
]
SEEDS_NOT_FOUND = [
    "Who is the president of Brazil?",
    "When did Blinken visit Tokyo?",
    "What is the population of Shanghai?",
]


def _ready(assistant: Assistant) -> Assistant:
    assistant.embedder.load()
    assistant.writer.drain()
    return assistant


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    if not REAL:
        pytest.skip("the real article is not beside the repository")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_HOME", str(tmp_path_factory.mktemp("real")))
        assistant = build(load_settings())
        list(assistant.library.synchroniser.add(REAL))
        yield _ready(assistant)
        assistant.close()


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_HOME", str(tmp_path_factory.mktemp("seeds")))
        assistant = build(load_settings())
        list(add_starter(assistant.library))
        yield _ready(assistant)
        assistant.close()


def conversation(assistant: Assistant, messages: list[str]) -> Answer:
    turns: list[Turn] = []
    for message in messages:
        turns.append(Turn(message, assistant.chat.ask(turns, message).answer))
    return turns[-1].answer


def assert_exact(assistant: Assistant, answer: Answer) -> None:
    for citation in (*answer.citations, *answer.nearest):
        article = assistant.library.catalogue.article(citation.article_id)
        assert article is not None and article.text[citation.start : citation.end] == citation.quote
        assert not any(words in citation.quote for words in BOILERPLATE)


@pytest.mark.parametrize(("question", "expected"), REAL_ANSWERED)
def test_the_real_article_answers(real: Assistant, question: str, expected: list[str]) -> None:
    answer = conversation(real, [question])
    assert answer.found and all(words in answer.text for words in expected), answer.text
    assert_exact(real, answer)


@pytest.mark.parametrize("question", REAL_NOT_FOUND)
def test_the_real_article_does_not_say(real: Assistant, question: str) -> None:
    answer = conversation(real, [question])
    assert not answer.found and not answer.citations and answer.nearest
    assert_exact(real, answer)


def test_a_follow_up_is_resolved_from_the_conversation(real: Assistant) -> None:
    answer = conversation(real, ["Who did Blinken meet on Sunday?", "How long did it last?"])
    assert "seven and a half hours" in answer.text and "Sunday" in answer.question


@pytest.mark.parametrize(("messages", "expected"), SEEDS_ANSWERED)
def test_the_starter_articles_answer(seeds: Assistant, messages: list[str], expected: str) -> None:
    answer = conversation(seeds, messages)
    assert expected in answer.text, answer.text
    assert_exact(seeds, answer)


@pytest.mark.parametrize("question", SEEDS_NOT_FOUND)
def test_the_starter_articles_do_not_say(seeds: Assistant, question: str) -> None:
    assert not conversation(seeds, [question]).found

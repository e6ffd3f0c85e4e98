"""The trained reader: which tokens belong to which sentence, and what it makes of real text."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader import LONGEST_ANSWER, WEIGHTS, Encoder, Reader, best_words, load_reader
from index.embedding import packaged_model
from index.schema import Article, Hit
from index.splitting import sentences, split

TOKENIZER = packaged_model() / "tokenizer.json"
TEXT = (
    "The ferry Heron left Como at dawn with 54 passengers. Captain Ann Lee, who has sailed for thirty years, turned"
    " back after an hour. She had seen smoke above the engine room. Nobody was hurt, the harbour office said."
)


def hits(text: str, title: str = "Ferry turns back") -> list[Hit]:
    article = Article("1", title, text)
    return [Hit(passage, article, 1.0) for passage in split(article)]


def test_every_sentence_has_the_tokens_of_its_own_words() -> None:
    spans = sentences(TEXT)
    encoded = Encoder(TOKENIZER).encode([("Who turned back?", "Ferry (5 May 2021)", TEXT, spans)] * 2)
    for row in range(2):
        for span, inside in zip(spans, encoded.tokens[row], strict=True):
            first, last = encoded.offsets[row][inside[0]], encoded.offsets[row][inside[-1]]
            assert (first[0], last[1]) == span
        assert sum(map(len, encoded.tokens[row])) < (encoded.segments[row] == 1).sum()


def test_what_stands_beyond_the_longest_text_is_not_read() -> None:
    text = " ".join(["It rained on the town for a day and a night."] * 80)
    encoded = Encoder(TOKENIZER).encode([("Where did it rain? " * 500, "Rain", text, sentences(text))])
    sizes = [len(inside) for inside in encoded.tokens[0]]
    assert sizes[0] and not sizes[-1]


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=40))
def test_the_best_words_are_the_best_of_all_pairs(logits: list[tuple[float, float]]) -> None:
    starts, ends = (np.array(each, np.float32) for each in zip(*logits, strict=True))
    first, last, best = best_words(starts, ends)
    assert first <= last < first + LONGEST_ANSWER
    assert best == starts[first] + ends[last]
    assert all(
        best >= starts[one] + ends[other]
        for one in range(len(starts))
        for other in range(one, min(len(ends), one + LONGEST_ANSWER))
    )


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who is the captain of the Heron?", 1, "Ann Lee"),
        ("how many passengers were on the ferry", 0, "54"),
        ("who has sailed for thirty years", 1, "Ann Lee"),
    ],
)
def test_the_sentence_that_answers_is_the_most_relevant(question: str, sentence: int, words: str) -> None:
    reader = load_reader()
    assert reader is not None
    (reading,) = reader.read(question, hits(TEXT))
    best = max(reading.sentences, key=lambda each: each.relevance)
    assert best == reading.sentences[sentence]
    assert words in TEXT[slice(*best.words)]
    assert best.span[0] <= best.words[0] < best.words[1] <= best.span[1]


def test_a_passage_is_read_alike_beside_longer_ones() -> None:
    reader = Reader(WEIGHTS, TOKENIZER)
    alone = reader.read("Who turned back?", hits(TEXT))[0]
    beside = reader.read("Who turned back?", [*hits(TEXT), *hits(TEXT + " It rained again." * 20)[:1]])[0]
    assert alone.sentences == beside.sentences


def test_what_was_read_is_not_read_again_and_what_is_being_read_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(WEIGHTS, TOKENIZER)
    found = hits(TEXT)
    expected = Reader(WEIGHTS, TOKENIZER).read("Who turned back?", found)
    texts: list[int] = []
    may_end, run = threading.Event(), reader._model.run

    def slow(given: Sequence[Any], made_of: Any) -> list[Any]:
        texts.append(len(given))
        assert may_end.wait(60)
        return run(given, made_of)

    monkeypatch.setattr(reader._model, "run", slow)
    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(reader.read, "Who turned back?", found) for _ in range(2)]
        may_end.set()
        assert [each.result() for each in both] == [expected, expected]
    assert reader.read("Who turned back?", found * 2) == expected * 2
    assert sum(texts) == len(found)
    assert reader.read("Who turned back?", hits(TEXT, "Another title")) and sum(texts) == 2 * len(found)


def test_what_could_not_be_read_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(WEIGHTS, TOKENIZER)
    with monkeypatch.context() as broken:
        broken.setattr(reader._model, "run", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reader.read("Who turned back?", hits(TEXT))
    assert reader.read("Who turned back?", hits(TEXT))


def test_only_the_latest_readings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.reader.KEPT", 2)
    reader = Reader(WEIGHTS, TOKENIZER)
    for question in ("Who?", "Where?", "Who?", "When?"):
        reader.read(question, hits(TEXT))
    assert [question for question, *_ in reader._known] == ["Who?", "When?"]


def test_without_weights_there_is_no_reader(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "reader.onnx"
    broken.write_bytes(b"no model")
    assert load_reader(broken) is None and load_reader(tmp_path / "missing.onnx") is None
    assert "rules choose the sentences" in caplog.text


def test_nothing_found_is_nothing_read() -> None:
    assert Reader(WEIGHTS, TOKENIZER).read("Who?", []) == []


def test_signs_and_long_titles_leave_room_for_the_passage() -> None:
    reader = load_reader()
    assert reader is not None
    (reading,) = reader.read("Who turned back" + "?" * 1900, hits(TEXT, "渡船" * 400))
    assert len(reading.sentences) == 4

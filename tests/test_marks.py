"""A careless model's marks: what is read as a citation, what stays text, and what is dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.marks import Marked, read_marks

KNOWN = 5
TABLE: list[tuple[str, list[tuple[str, tuple[int, ...]]]]] = [
    ("", []),
    ("Ada came [1].", [("Ada came.", (1,))]),
    ("Ada came. [1]", [("Ada came.", (1,))]),
    ("Ada came.[1] Bob left.[2]", [("Ada came.", (1,)), ("Bob left.", (2,))]),
    ("Ada came. [1] Bob left. [2]", [("Ada came.", (1,)), ("Bob left.", (2,))]),
    ("Ada came [1, 2].", [("Ada came.", (1, 2))]),
    ("Ada came [1][2].", [("Ada came.", (1, 2))]),
    ("Ada came [1] [2]. Bob left.", [("Ada came.", (1, 2)), ("Bob left.", ())]),
    ("Ada came [1], [2].", [("Ada came.", (1, 2))]),
    ("Ada came [1-3].", [("Ada came.", (1, 2, 3))]),
    ("Ada came [1–3, 5].", [("Ada came.", (1, 2, 3, 5))]),
    ("Ada came (1).", [("Ada came.", (1,))]),
    ("Ada came (1) (2).", [("Ada came.", (1, 2))]),
    ("Ada came【1】.", [("Ada came.", (1,))]),
    ("Ada came【2†source】.", [("Ada came.", (2,))]),
    ("Ada came [^1].", [("Ada came.", (1,))]),
    ("Ada came [passage 2].", [("Ada came.", (2,))]),
    ("Ada came (passages 1 and 2).", [("Ada came.", (1, 2))]),
    ("Ada came [Source 1; Source 3].", [("Ada came.", (1, 3))]),
    ("Ada came [9].", [("Ada came.", ())]),
    ("Ada came [0] [1] [1].", [("Ada came.", (1,))]),
    ("Ada came [2, 9].", [("Ada came.", (2,))]),
    ("Ada (50) came in 2023 [1].", [("Ada (50) came in 2023.", (1,))]),
    ("The law (2021) passed [1].", [("The law (2021) passed.", (1,))]),
    ("Ada [sic] came [the day] after [1].", [("Ada [sic] came [the day] after.", (1,))]),
    ("(1) Ada came. (2) Bob left.", [("(1) Ada came.", ()), ("(2) Bob left.", ())]),
    ("Ada came [1], and Bob left [2].", [("Ada came, and Bob left.", (1, 2))]),
    ("According to [1], Ada came.", [("Ada came.", (1,))]),
    ("According to passage 2, Ada came.", [("Ada came.", (2,))]),
    ("Passage 3 states that Ada came.", [("Ada came.", (3,))]),
    ("[1] Ada came.", [("Ada came.", (1,))]),
    ("- **Ada** came [1]\n- *Bob* left [2]", [("Ada came", (1,)), ("Bob left", (2,))]),
    ("1. Ada came [1].\n2. Bob left [2].", [("Ada came.", (1,)), ("Bob left.", (2,))]),
    ("## Result\nAda came [1].", [("Result", ()), ("Ada came.", (1,))]),
    ("Ada came [1].\n\nSources:\n[1] A story\n[2] Another", [("Ada came.", (1,))]),
    ("Ada came [^1].\n\n[^1]: The story.", [("Ada came.", (1,))]),
    ("Ada came [[1]](#cite/1).", [("Ada came.", (1,))]),
    ("Ada came ![x](http://evil.example/?q=1) [see](https://evil.example) [1].", [("Ada came see.", (1,))]),
    ("<think>Passage 1 says Ada. [4]</think>Ada came [1].", [("Ada came.", (1,))]),
    ("<think>Not yet over [1].", []),
    ("“Ada came.” [1] Bob left [2]!", [("“Ada came.”", (1,)), ("Bob left!", (2,))]),
    ("Mr. Lee of the U.S. came at 5 p.m. on Monday [1].", [("Mr. Lee of the U.S. came at 5 p.m. on Monday.", (1,))]),
    ("艾达来了[1]。鲍勃走了【2】。", [("艾达来了。", (1,)), ("鲍勃走了。", (2,))]),
    ("[1][2]", []),
]


@pytest.mark.parametrize(("raw", "clean"), TABLE)
def test_marks_are_read(raw: str, clean: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read_marks(raw, KNOWN) == [Marked(*each) for each in clean]


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 25


@given(st.text(alphabet="ab. [](),;-–【】†123456789\n*_`<>\ue000\ue001", max_size=80))
def test_whatever_is_written_cites_only_what_is_there(raw: str) -> None:
    for sentence in read_marks(raw, KNOWN):
        assert sentence.text.strip() and "\n" not in sentence.text
        assert all(1 <= number <= KNOWN for number in sentence.numbers)
        assert not {"\ue000", "\ue001"} & set(sentence.text)


def test_reading_takes_no_long_time() -> None:
    for hostile in ("[1" * 4000, "[1,1" * 2000, "(1)" * 3000, "*_" * 4000, "according to [1] " * 500, "[^1]:\n" * 1000):
        read_marks(hostile, KNOWN)

"""Claims -> numbered citations, the check of each, and what an Answer refuses to be."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.citations import Claim, Evidence, check, cite, resolve
from assistant.schema import Answer, Citation, Statement
from index.schema import Article

ONE, TWO = Article("1", "One", "First. Second."), Article("2", "Two", "Other words.")
A, B, C = Evidence(ONE, 0, 6), Evidence(ONE, 7, 14), Evidence(TWO, 0, 12)
CASES: list[tuple[list[tuple[Evidence, ...]], list[tuple[int, ...]], list[Evidence]]] = [
    ([], [], []),
    ([()], [], []),
    ([(A,)], [(1,)], [A]),
    ([(C,), (A,)], [(1,), (2,)], [C, A]),
    ([(A, A)], [(1,)], [A]),
    ([(A,), (A,)], [(1,), (1,)], [A]),
    ([(A, B), (), (B, C)], [(1, 2), (2, 3)], [A, B, C]),
    ([(A,), (replace(A, field="author"),)], [(1,), (2,)], [A, replace(A, field="author")]),
]


@pytest.mark.parametrize(("claims", "numbers", "evidence"), CASES)
def test_evidence_is_numbered_in_order_of_first_use(
    claims: list[tuple[Evidence, ...]], numbers: list[tuple[int, ...]], evidence: list[Evidence]
) -> None:
    statements, citations = resolve([Claim("Said.", each) for each in claims])
    assert [statement.citations for statement in statements] == numbers
    assert list(citations) == [cite(number, each) for number, each in enumerate(evidence, 1)]
    assert Answer("?", statements, citations).found == bool(numbers)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 2), (0, 15)])
def test_offsets_outside_of_the_text_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not within"):
        cite(1, Evidence(ONE, start, end))


def test_a_citation_is_checked_against_what_is_stored_now() -> None:
    library = {"1": replace(ONE, text="Fresh. Second.")}
    states = [citation.state for citation in check([cite(1, A), cite(2, B), cite(3, C)], library.get)]
    assert states == ["changed", "verbatim", "removed"]


@pytest.mark.parametrize(("field", "other"), [("author", "Bo"), ("source", "Blog"), ("published", date(2024, 1, 2))])
def test_a_citation_of_a_record_is_checked_against_the_record(field: str, other: object) -> None:
    article = replace(ONE, author="Ann", source="Daily", published=date(2023, 5, 4))
    cited = [cite(1, Evidence(article, 0, 6, field)), cite(2, Evidence(article, 0, 6))]
    corrected = replace(article, **{field: other})  # type: ignore[arg-type]
    assert [citation.state for citation in check(cited, {"1": article}.get)] == ["verbatim", "verbatim"]
    assert [citation.state for citation in check(cited, {"1": corrected}.get)] == ["changed", "verbatim"]


@pytest.mark.parametrize(
    ("statements", "citations"),
    [
        ((Statement("Said.", ()),), ()),
        ((Statement("Said.", (1,)),), ()),
        ((), (cite(1, A),)),
        ((Statement("Said.", (2,)),), (cite(2, A),)),
        ((Statement("Said.", (2, 1)),), (cite(1, A), cite(2, B))),
    ],
)
def test_an_answer_with_wrong_marks_cannot_be_made(
    statements: tuple[Statement, ...], citations: tuple[Citation, ...]
) -> None:
    with pytest.raises(ValueError, match=r"marks|without"):
        Answer("?", statements, citations)


def test_an_answer_as_text_carries_its_marks() -> None:
    statements, citations = resolve([Claim("One.", (A,)), Claim("Two.", (C,))])
    answer = Answer("?", statements, citations)
    assert answer.text == "One. [1] Two. [2]"

"""Sentences and passages: exact offsets, whole sentences, nothing lost."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.schema import Article, text_id
from index.splitting import sentences, split, word_count

CASES = [
    ("He left. She stayed.", ["He left.", "She stayed."]),
    ("The U.S. Secretary met Mr. Qin. They talked.", ["The U.S. Secretary met Mr. Qin.", "They talked."]),
    ("They live in the U.S. The talks went on.", ["They live in the U.S.", "The talks went on."]),
    ("It was No. 5 on the list. It rose 3.5 percent.", ["It was No. 5 on the list.", "It rose 3.5 percent."]),
    ("J. K. Tan and George W. Bush met. It rained.", ["J. K. Tan and George W. Bush met.", "It rained."]),
    ("“It is hard. It takes time,” he said. He left.", ["“It is hard. It takes time,” he said.", "He left."]),
    ('"It is hard. It takes time," he said. He left.', ['"It is hard. It takes time," he said.', "He left."]),
    ("“Why now?” she asked. No one knew.", ["“Why now?” she asked.", "No one knew."]),
    ("He said: “We agree.” Then he left.", ["He said: “We agree.”", "Then he left."]),
    ("The Talks\n\nThey began on Jan. 5 at 3 p.m. in Rome.", ["The Talks", "They began on Jan. 5 at 3 p.m. in Rome."]),
    ("Acme Inc. Chief Ann Lee quit. Shares fell.", ["Acme Inc. Chief Ann Lee quit.", "Shares fell."]),
    ("1. Talks resume. 2. Flights grow.", ["1. Talks resume.", "2. Flights grow."]),
    ("会谈结束了。他离开了北京。", ["会谈结束了。", "他离开了北京。"]),
    ("It 's late . He left .", ["It 's late .", "He left ."]),
    ("He paused … and went on. Done!", ["He paused … and went on.", "Done!"]),
    ("“Who pays for it?” Ann Lee said. No one knew.", ["“Who pays for it?” Ann Lee said.", "No one knew."]),
    ("“It is over!” Lee wrote on Monday. He left.", ["“It is over!” Lee wrote on Monday.", "He left."]),
    ("“It is late.” Lee said. He left.", ["“It is late.” Lee said.", "He left."]),
    ("“It is late.” Lee said the pier was shut.", ["“It is late.”", "Lee said the pier was shut."]),
    ("“Is it late?” She said that it was.", ["“Is it late?”", "She said that it was."]),
    ("OAKLAND, Calif. — The pier is open.", ["OAKLAND, Calif. — The pier is open."]),
    ("8:30 p.m. | ABC | Game 6", ["8:30 p.m. | ABC | Game 6"]),
    ("“We are sad.” — The Lee family", ["“We are sad.” — The Lee family"]),
    ("It was fine. ... Then it rained. … It poured.", ["It was fine. ...", "Then it rained. …", "It poured."]),
    ("… He went on.", ["… He went on."]),
    ("Brig. Gen. Lee met Dels. Ann Tan and Jo Poe.", ["Brig. Gen. Lee met Dels. Ann Tan and Jo Poe."]),
    ("The T-No. 20 ship lay off Norfolk, Va. Beach.", ["The T-No. 20 ship lay off Norfolk, Va. Beach."]),
    ("Sen. Lee, R-Va. Beach, was ill. Doctors came.", ["Sen. Lee, R-Va. Beach, was ill.", "Doctors came."]),
    (
        "They said no. Nobody left. It is art. Critics agree.",
        ["They said no.", "Nobody left.", "It is art.", "Critics agree."],
    ),
    ("It rains before 5 p.m. Nearby creeks rise.", ["It rains before 5 p.m.", "Nearby creeks rise."]),
    ("It is 5 p.m. ET Monday, 8 a.m. Oslo time.", ["It is 5 p.m. ET Monday, 8 a.m. Oslo time."]),
    ("No end", ["No end"]),
    ("", []),
]


def article_of(text: str) -> Article:
    return Article(text_id(text), "A title", text)


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(
    "part", ["He said (to the press) “we are here” and left. ", ". ", "Mr. ", "“a. ", "(a) b. ", '"No." ', "1. ", "x"]
)
def test_a_line_of_many_sentences_is_split_in_a_time_like_its_length(part: str) -> None:
    """It took 25 s for a quarter of the characters, and four times as long for twice as many."""

    def seconds(size: int) -> float:
        text, start = part * (size // len(part)), time.process_time()
        sentences(text)
        return time.process_time() - start

    assert seconds(1_000_000) < 20 * max(seconds(125_000), 0.01)


WORDS = st.sampled_from(
    [
        "word",
        "U.S.",
        "Mr.",
        "“Yes.",
        "No”",
        "(a.",
        "b)",
        '"',
        "end.",
        "why?",
        "\n",
        "\n\n",
        "3.5",
        "。",
        "…",
        "—",
        "said.",
    ]
)


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
def test_sentences_hold_every_character_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(st.one_of(st.text(), st.lists(WORDS, max_size=400).map(" ".join)), st.integers(5, 60))
def test_passages_join_back_to_the_article(text: str, words: int) -> None:
    article = article_of(text)
    passages = split(article, words)
    assert "".join("".join(text[p.start : p.end].split()) for p in passages) == "".join(text.split())
    assert [p.position for p in passages] == list(range(len(passages)))
    assert all(word_count(text[p.start : p.end]) <= 2 * words for p in passages)


def test_passages_are_cut_between_sentences() -> None:
    text = " ".join(f"Sentence number {number} tells of one thing." for number in range(60))
    borders = {end for _, end in sentences(text)}
    passages = split(article_of(text), 40)
    assert len(passages) > 5
    assert {p.end for p in passages} <= borders


def test_a_heading_stays_with_the_paragraph_below_it() -> None:
    text = (
        "One two three four five six seven eight nine ten.\n\nHot topic\n\nEleven words follow here under the heading."
    )
    passages = split(article_of(text), 10)
    assert [text[p.start : p.end].split("\n")[0] for p in passages] == [
        "One two three four five six seven eight nine ten.",
        "Hot topic",
    ]


def test_a_day_before_a_month_ends_no_sentence() -> None:
    text = "Die Müllabfuhr streikt seit dem 3. März 2025. Der Preis stieg auf 12. Danach fiel er."
    assert [text[start:end] for start, end in sentences(text)] == [
        "Die Müllabfuhr streikt seit dem 3. März 2025.",
        "Der Preis stieg auf 12.",
        "Danach fiel er.",
    ]

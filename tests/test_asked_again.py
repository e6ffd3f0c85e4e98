"""What goes on with a summary, a comparison or a timeline is put in full: another length, another topic, "they"."""

from dataclasses import replace

import pytest

from assistant.asked_again import asked_again
from assistant.follow_up import standalone
from assistant.intent import topic_of
from assistant.length import BRIEF, LONGEST, length_asked, length_changed, without_length
from assistant.schema import Answer, Citation, Statement, Turn

OVERVIEW = "Give me an overview of the Jackson water crisis"
DIFFER = "How do the reports on the jackpot differ?"


def turn(message: str, statements: int = 6, articles: int = 2, question: str = "") -> Turn:
    numbers = range(1, statements + 1)
    cited = tuple(Citation(number, f"article {number % articles}", 0, 5, "Words", "") for number in numbers)
    said = tuple(Statement("Words", (number,)) for number in numbers)
    return Turn(message, Answer(question or message, said, cited, written_by="quotes"))


@pytest.mark.parametrize(
    ("before", "message", "full"),
    [
        (OVERVIEW, "shorter please", f"{OVERVIEW}, in 3 sentences"),
        (OVERVIEW, "Can you make it a bit shorter?", f"{OVERVIEW}, in 3 sentences"),
        (OVERVIEW, "that's too long", f"{OVERVIEW}, in 3 sentences"),
        (OVERVIEW, "summarise it", f"{OVERVIEW}, in 3 sentences"),
        (OVERVIEW, "Ok, can you please make it shorter, thanks", f"{OVERVIEW}, in 3 sentences"),
        (OVERVIEW, "now in one sentence", f"{OVERVIEW}, in 1 sentence"),
        (OVERVIEW, "in one sentence, please", f"{OVERVIEW}, in 1 sentence"),
        (OVERVIEW, "Sum it up in two sentences", f"{OVERVIEW}, in 2 sentences"),
        (OVERVIEW, "more details", f"{OVERVIEW}, in 12 sentences"),
        (f"{OVERVIEW}, in 3 sentences", "in 5 points", f"{OVERVIEW}, in 5 sentences"),
        (OVERVIEW, "and what about the second one?", "Summarise the second article"),
        (OVERVIEW, "The last one?", "Summarise the last article"),
        (OVERVIEW, "do they disagree?", "Do these reports disagree?"),
        (OVERVIEW, "Where do they contradict each other", "Do these reports disagree?"),
        (OVERVIEW, "what's different", "How do these reports differ?"),
        (OVERVIEW, "What are the differences between them?", "How do these reports differ?"),
        (OVERVIEW, "And Flint?", "Give me an overview of Flint"),
        (DIFFER, "what about the fire in Yosemite", "How do the reports on the fire in Yosemite differ?"),
        ("Timeline of the FTX collapse", "And of Theranos?", "Timeline of Theranos"),
        ("Timeline of the FTX collapse", "What about Theranos?", "Timeline of Theranos"),
        ("Timeline of the FTX collapse", "shorter", "Timeline of the FTX collapse, in 3 sentences"),
        # no request anew, but a question of its own
        (OVERVIEW, "And when did it begin?", ""),
        (OVERVIEW, "and what does CNN say about it?", ""),
        (OVERVIEW, "What about the others?", ""),
        (OVERVIEW, "Who is shorter?", ""),
        (OVERVIEW, "Why?", ""),
        (DIFFER, "When was it drawn?", ""),
        (OVERVIEW, "And today?", ""),
        (OVERVIEW, "Now explain inflation", ""),
        (DIFFER, "And list all sources", ""),
        # a request of its own
        (OVERVIEW, "And summarise the flood", ""),
        (DIFFER, "Now compare the reports on the flood", ""),
        ("Timeline of the FTX collapse", "And a summary of the flood", ""),
        (DIFFER, "And a timeline of the flood", ""),
        # nothing was requested before
        ("Who met Blinken?", "do they disagree?", ""),
        ("Who met Blinken?", "And Wang?", ""),
        ("Who met Blinken?", "the second one", ""),
        ("Who met Blinken?", "more details", ""),
        ("Who met Blinken?", "summarise it", ""),
        ("Who met Blinken?", "shorter please", "Who met Blinken, in 3 sentences"),
    ],
)
def test_a_request_is_put_in_full(before: str, message: str, full: str) -> None:
    assert asked_again(turn(before), message) == full


def test_one_article_has_no_second_and_what_was_not_answered_is_not_shortened() -> None:
    assert asked_again(turn(OVERVIEW, articles=1), "and the second one?") == ""
    assert asked_again(Turn("Who met Blinken?", Answer("Who met Blinken?")), "shorter") == ""


def test_a_request_put_in_full_can_be_gone_on_with() -> None:
    shorter = standalone([turn(OVERVIEW)], "shorter please")
    assert (shorter.text, shorter.asked, shorter.carried) == (f"{OVERVIEW}, in 3 sentences",) * 2 + ((),)
    turns = [turn(OVERVIEW), turn("shorter please", 3, question=shorter.text)]
    assert standalone(turns, "even shorter").asked == f"{OVERVIEW}, in 1 sentence"
    they = standalone(turns, "do they disagree?")
    assert they.carried == ("jackson", "water", "crisis") and they.cited == ("article 1", "article 0", "article 1")
    plain = turn("shorter please", 1, question="Who met Blinken, in 1 sentence")
    assert standalone([turn("Who met Blinken?"), plain], "summarise it").carried == ("met", "blinken")
    turns.append(turn("do they disagree?", 2, question=they.text))
    assert standalone(turns, "Why?").carried == ("jackson", "water", "crisis")


def test_a_question_about_the_library_in_between_is_not_gone_on_with() -> None:
    held = turn("How many articles do you have?", 3, articles=3)
    turns = [turn(OVERVIEW), replace(held, answer=replace(held.answer, written_by="catalogue"))]
    assert set(standalone(turns, "do they disagree?").cited) == {"article 0", "article 1"}


def test_a_request_that_points_back_can_be_gone_on_with() -> None:
    second = turn("and the second one?", articles=1, question="Summarise the second article")
    assert (
        asked_again(second, "in two sentences") == "Summarise the first article, in 2 sentences"
    )  # the only one cited
    they = standalone([turn(OVERVIEW), second], "do they disagree?")
    assert they.asked == "Do these reports disagree?" and they.carried == ("jackson", "water", "crisis")
    both = turn("do they disagree?", 2, question="Do these reports disagree?")
    assert asked_again(both, "shorter") == "Do these reports disagree, in 1 sentence"
    assert asked_again(both, "And Flint?") == ""


@pytest.mark.parametrize(
    ("before", "carried"),
    [
        (DIFFER, {"jackpot"}),
        (OVERVIEW, {"jackson", "water", "crisis"}),
        ("Do the reports on the flood disagree?", {"flood"}),
        ("Compare the strike in Harrow and the fire in Lumm", {"strike", "harrow", "fire", "lumm"}),
        ("What does CNN say about Taiwan and what does AFP?", {"cnn", "afp", "taiwan"}),
        ("What is the article about the balloon about?", {"balloon"}),
        ("What happened in Harrow, in chronological order?", {"harrow"}),
        ("tldr Loretta Lynn", {"loretta", "lynn"}),
    ],
)
def test_a_follow_up_carries_the_topic_and_not_the_words_of_the_request(before: str, carried: set[str]) -> None:
    assert set(standalone([turn(before)], "When was that?").carried) == carried


def test_a_plain_question_has_no_topic_of_a_request() -> None:
    for message in ("Who compared the mayor to Nero?", "Compare them", "Summarise it", "Summarise article 2", ""):
        assert topic_of(message) == ""


@pytest.mark.parametrize(
    ("message", "length"),
    [
        ("Sum up the strike in two sentences", 2),
        ("the strike in a sentence", 1),
        ("Summarise it in 5 bullet points, please", 5),
        ("Sum up the strike with two sentences", 2),
        ("Sum up the strike with 4 bullet points", 4),
        ("Sum it up in 500 sentences", LONGEST),
        ("Sum it up in 0 sentences", 1),
        ("A quick rundown of the strike", BRIEF),
        ("the strike in a nutshell", BRIEF),
        ("Who was sentenced in two cases?", 0),
        ("Which player finished with 30 points?", 0),
        ("Who got away with a short sentence?", 0),
        ("In short, who is Ines Calder?", BRIEF),
        ("Who was briefly detained?", 0),
        ("What is in short supply?", 0),
        ("Who was punished with a sentence of ten years?", 0),
        ("What was said in a sentence of two years?", 0),
        ("Why did people stand in a line?", 0),
        ("A summary of the strike", 0),
    ],
)
def test_the_length_that_is_asked_for(message: str, length: int) -> None:
    assert length_asked(message) == length


def test_a_number_of_sentences_is_no_part_of_the_topic() -> None:
    assert without_length("Sum up the strike in two sentences") == "Sum up the strike"
    assert without_length("In two sentences, sum up the strike") == "sum up the strike"
    assert without_length("Sum up the strike with 4 bullet points") == "Sum up the strike"
    assert without_length("Which player finished with 30 points?") == "Which player finished with 30 points?"
    assert length_changed("Sum up the strike in two sentences", 6) == 0


def test_how_long_the_answer_is_to_be_is_not_searched() -> None:
    assert standalone([], "In short, who is Ines Calder?").own == ("ines", "calder")
    assert standalone([], "Who closed the bridge, in two sentences?").own == ("closed", "bridge")


def test_what_is_no_name_may_be_a_part_of_the_topic_before() -> None:
    police = standalone([turn(OVERVIEW)], "And the police?")
    assert police.asked == "Give me an overview of the police"
    assert police.text == "Give me an overview of the police (the Jackson water crisis)"
    assert police.carried == ("jackson", "water", "crisis") and police.cited
    assert standalone([turn(OVERVIEW)], "And Flint?").carried == ()

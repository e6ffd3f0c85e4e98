"""What is searched for a message, in the light of the turns before it."""

import time

import pytest

from assistant.follow_up import is_small_talk, refers_back, standalone, without_small_talk
from assistant.schema import Answer, Citation, Statement, Turn


def turns(*messages: str) -> list[Turn]:
    return [Turn(message, Answer(message)) for message in messages]


def answered(message: str, *statements: str, bold: tuple[int, int] | None = None) -> Turn:
    """A turn whose statements each cite an article of their own; `bold` marks words of the first."""
    numbers = range(1, len(statements) + 1)
    said = tuple(
        Statement(text, (number,), (bold,) if bold and number == 1 else ())
        for number, text in zip(numbers, statements, strict=True)
    )
    cited = tuple(
        Citation(number, f"article {number}", 0, len(text), text, "")
        for number, text in zip(numbers, statements, strict=True)
    )
    return Turn(message, Answer(message, said, cited, written_by="quotes"))


MET = "Who did Blinken meet on Sunday?"
WHOLE = {"blinken", "meet", "sunday"}
CASES = [  # message, what of the earlier question is carried on
    # pronouns
    ("How long did it last?", WHOLE),
    ("When was that?", WHOLE),
    ("What did he say about Blinken?", WHOLE - {"blinken"}),
    ("Do they agree on semiconductors?", WHOLE),
    # ellipsis
    ("Where?", WHOLE),
    ("why?", WHOLE),
    ("And why?", WHOLE),
    ("and in 2023?", WHOLE),
    ("What about Taiwan?", WHOLE),
    ("on Monday", WHOLE),
    # more
    ("Tell me more", WHOLE),
    ("more about that", WHOLE),
    # going on without a word that points back
    ("What did Blinken say afterwards?", WHOLE - {"blinken"}),
    # topic changes
    ("Which offer did Beijing reject?", set()),
    ("Who is the president of Brazil?", set()),
    ("What did Lula say when he won the election?", set()),
    ("Is there a shortage of nurses in Spain?", set()),
    ("Who is Lula?", set()),
    ("What is photosynthesis?", set()),
    ("How many people live in this year's host city of the Olympic Games?", set()),
]


@pytest.mark.parametrize("before", ["Who is the mayor of Westport?", "What happened to the bridge in Harrow?"])
def test_what_asks_of_a_thing_by_its_name_is_complete(before: str) -> None:
    for message in ("Who is the mayor of Harrow?", "what was the length of the bridge of New Harrow"):
        assert standalone(turns(before), message).carried == ()
    for message in ("And who is the mayor of Harrow?", "Who is the mayor of it?", "Who was the mayor then?"):
        assert standalone(turns(before), message).carried


def test_a_month_is_no_name_that_completes_a_question() -> None:
    found = standalone(turns("What were the sales of Harrow Motors in May?"), "What were the sales in June?")
    assert found.carried == ("harrow", "motors", "may")


@pytest.mark.parametrize(("message", "carried"), CASES)
def test_what_goes_on_carries_the_last_question(message: str, carried: set[str]) -> None:
    found = standalone(turns(MET), message)
    assert set(found.carried) == carried and not found.small_talk
    assert found.text == message if not carried else found.text.startswith(f"{message} (")
    assert found.asked == message


@pytest.mark.parametrize(("message", "carried"), CASES)
def test_without_a_turn_before_it_nothing_is_carried(message: str, carried: set[str]) -> None:
    found = standalone([], message)
    assert found.text == message and not found.carried


@pytest.mark.parametrize(
    ("earlier", "message", "text"),
    [
        ("Who is Qin Gang?", "When was he born?", "When was Qin Gang born?"),
        ("Who is Qin Gang?", "What is his position on chips?", "What is Qin Gang's position on chips?"),
        ("Who is Angela Merkel?", "Why did people trust her?", "Why did people trust Angela Merkel?"),
        ("Who is Angela Merkel?", "Who was her deputy?", "Who was Angela Merkel's deputy?"),
        ("Who are the Houthis?", "Where do they live?", "Where do Houthis live?"),
        ("What is NATO?", "How many members does it have?", "How many members does NATO have?"),
        # "it" is no person, and nothing is a month
        ("Who is Maria Vance?", "Who voted against it?", "Who voted against it? (Maria Vance)"),
        ("What happened in February?", "Who shot it down?", "Who shot it down? (February)"),
        # two names, or a pronoun that more than a name is meant by: the words stand behind
        ("Who is Qin Gang?", "Where did he meet them?", "Where did he meet them? (Qin Gang)"),
        (MET, "How long did it last?", "How long did it last? (Blinken meet on Sunday)"),
        ("Did Blinken visit Beijing?", "When did he leave?", "When did he leave? (Blinken visit Beijing)"),
    ],
)
def test_one_name_takes_the_pronouns_place(earlier: str, message: str, text: str) -> None:
    assert standalone(turns(earlier), message).text == text


@pytest.mark.parametrize(
    ("earlier", "message", "text"),
    [
        ("What happened on 18 June 2023?", "And on 19 June?", "And on 19 June 2023?"),
        (
            "Who met in Woodside on 15 November 2023?",
            "And on November 16?",
            "And on November 16, 2023? (met in Woodside)",
        ),
        ("What did Blinken do in June 2023?", "And in july?", "And in july 2023? (Blinken)"),
        ("What did Blinken do in June?", "And in July?", "And in July? (Blinken do in June)"),
        ("Who came in December 2023?", "And in January?", "And in January? (came in December 2023)"),  # 2023 or 2024
        ("Who came in June 2023?", "And in July 2024?", "And in July 2024? (came in June 2023)"),
    ],
)
def test_days_behind_those_of_a_year_are_of_that_year(earlier: str, message: str, text: str) -> None:
    assert standalone(turns(earlier), message).text == text


def test_a_chain_of_follow_ups_keeps_its_topic() -> None:
    chain = ["Who did Blinken meet on Sunday?", "How long did it last?", "And why?", "What did they talk about?"]
    for count in range(1, len(chain)):
        assert "blinken" in standalone(turns(*chain[:count]), chain[count]).carried


def test_own_words_weigh_twice_beside_carried_ones() -> None:
    found = standalone(turns(MET), "What about Taiwan?")
    assert found.keywords.count("taiwan") == 2 and found.keywords.count("blinken") == 1
    assert standalone([], "What about Taiwan?").keywords == ("taiwan",)


LIST = answered(
    "Who spoke at the meeting?", "The chairwoman Ann Lee opened it.", "Then Bob Ray of Peru spoke.", "Carl Orr left."
)


@pytest.mark.parametrize(
    ("message", "carried"),
    [
        ("Tell me more about the second one", {"bob", "ray", "peru"}),
        ("the second one", {"bob", "ray", "peru"}),
        ("And the last?", {"carl", "orr"}),
        ("What about the first?", {"ann", "lee"}),
    ],
)
def test_an_ordinal_means_a_statement_of_the_last_answer(message: str, carried: set[str]) -> None:
    found = standalone([LIST], message)
    assert carried <= set(found.carried)
    others = {"bob", "ray", "carl", "orr", "ann", "lee"} - carried
    assert not others & set(found.carried)


def test_a_pronoun_may_mean_what_the_last_answer_named() -> None:
    turn = answered("Who replaced Qin Gang?", "Wang Yi took over in July.", bold=(0, 7))
    assert standalone([turn], "When was he born?").text == "When was he born? (Wang Yi, replaced Qin Gang)"


@pytest.mark.parametrize("message", ["Who wrote it?", "Who is the author?", "When was the article published?"])
def test_what_is_asked_of_the_article_is_asked_of_the_ones_cited_last(message: str) -> None:
    record = Turn("Who wrote it?", Answer("Who wrote it?", written_by="catalogue"))
    for before in ([LIST], [LIST, Turn("thanks", Answer("thanks", message="You are welcome.")), record]):
        assert standalone(before, message).articles == ("article 1", "article 2", "article 3")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("thanks!", "thanks"),
        ("Ok, thank you very much.", "thanks"),
        ("Oh, thanks!", "thanks"),
        ("Oh!", "interjection"),
        ("I see.", "interjection"),
        ("no", "interjection"),
        ("Great!", "interjection"),
        ("That was helpful, thank you", "thanks"),
        ("Hello", "greeting"),
        ("good morning", "greeting"),
    ],
)
def test_small_talk_is_no_question(message: str, kind: str) -> None:
    assert standalone(turns(MET), message).small_talk == kind and is_small_talk(message)


def test_small_talk_between_is_passed_over() -> None:
    before = [*turns(MET), Turn("thanks", Answer("thanks", message="You are welcome."))]
    assert "blinken" in standalone(before, "How long did it last?").carried


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("got it. How long did it last?", "How long did it last?"),
        ("Oh! Thanks. And why?", "And why?"),
        ("Hello, who is Qin Gang?", "who is Qin Gang?"),
        ("Mr. Blinken left. Why?", "Mr. Blinken left. Why?"),
        ("thanks", "thanks"),
        ("Who is Qin Gang? Thanks!", "Who is Qin Gang?"),
        ("How long did it last, thank you very much.", "How long did it last"),
        ("Who said thanks, and why?", "Who said thanks, and why?"),
        ("What is it? Why so great", "What is it? Why so great"),
    ],
)
def test_small_talk_around_a_question_is_left_out(message: str, left: str) -> None:
    assert without_small_talk(message) == left


@pytest.mark.parametrize(
    "message",
    [
        "and why?",
        "the second one",
        "Tell me more",
        "How long did it last?",
        "And in 2023?",
        "What did she say?",
        "Why?",
    ],
)
def test_what_refers_to_nothing_is_unclear(message: str) -> None:
    assert standalone([], message).small_talk == "unclear"
    assert standalone(turns("thanks"), message).small_talk == "unclear"
    assert not standalone(turns(MET), message).small_talk


@pytest.mark.parametrize(
    "message",
    ["What about Taiwan?", "When was this edict declared?", "Is there inflation?", "Did she visit Kyiv?", "Beijing"],
)
def test_what_can_be_searched_is_not_unclear(message: str) -> None:
    assert not standalone([], message).small_talk


def test_an_unclear_question_is_completed_by_what_is_said_next() -> None:
    before = [Turn("Where did it begin?", Answer("Where did it begin?", message="I cannot tell."))]
    assert standalone(before, "the Sunday meeting").carried == ("begin",)


def test_nothing_is_carried_from_before_the_topic_changed() -> None:
    before = turns(MET, "How long did it last?", "When was the balloon shot down?")
    assert set(standalone(before, "Where did that happen?").carried) == {"balloon", "shot"}


def test_who_somebody_is_needs_no_word_more() -> None:
    assert not standalone(turns("What did Qin Gang say on Sunday?"), "Who is Qin Gang?").carried


@pytest.mark.parametrize("message", ["How long did it last?", "Where?", "And then?", "the second one", "Why is that?"])
def test_refers_back(message: str) -> None:
    assert refers_back(message)


@pytest.mark.parametrize("message", ["Is there a strike in Rome?", "Did this week bring rain?", "Who won the match?"])
def test_does_not_refer_back(message: str) -> None:
    assert not refers_back(message)


@pytest.mark.parametrize("message", ["?", "🎈🎈", "...!"])
def test_a_message_without_a_word_is_asked_back(message: str) -> None:
    assert standalone([], message).small_talk == "unclear"


@pytest.mark.parametrize(
    "message", ["thank you " * 180 + "x", "no " * 600 + "zebra", "more" + "!" * 1900 + "x", "goodbye " * 200 + "z"]
)
def test_no_message_takes_long_to_understand(message: str) -> None:
    started = time.perf_counter()
    standalone(turns("What is methane?"), message)
    assert time.perf_counter() - started < 2

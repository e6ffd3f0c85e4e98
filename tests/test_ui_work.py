"""The answers at work: found by their places, and let pass by what can wait."""

import time

from assistant.ui.work import SETTLED_SECONDS, AtWork


def test_two_windows_answers_of_one_conversation_are_kept_apart() -> None:
    at_work = AtWork()
    later, earlier, other = at_work.begin("one", 2), at_work.begin("one", 1), at_work.begin("two", 0)
    assert [*at_work.of("one").items()] == [(1, earlier), (2, later)]
    at_work.end("one", 2, later)
    assert at_work.of("one") == {1: earlier} and at_work.of("two") == {0: other}


def test_one_that_another_took_the_place_of_ends_without_it() -> None:
    at_work = AtWork()
    earlier, later = at_work.begin("one", 0), at_work.begin("one", 0)
    at_work.end("one", 0, earlier)
    assert at_work.of("one") == {0: later}


def test_one_without_a_name_is_found_by_nobody() -> None:
    at_work = AtWork()
    at_work.end("", 0, at_work.begin("", 0))
    assert at_work.of("") == {}


def test_what_can_wait_lets_the_latest_question_pass_and_then_no_other() -> None:
    at_work = AtWork()
    before = time.monotonic()
    at_work.let_pass()
    assert time.monotonic() - before < SETTLED_SECONDS, "nothing was asked"
    at_work.begin("", 0)
    asked = time.monotonic()
    at_work.let_pass()
    assert time.monotonic() - asked >= SETTLED_SECONDS - 0.1
    again = time.monotonic()
    at_work.let_pass()
    assert time.monotonic() - again < SETTLED_SECONDS, "it is still at work, such as a model that writes"

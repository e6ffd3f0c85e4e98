"""Jobs: one at a time, progress as values, failures worded."""

import threading
import time
from collections.abc import Iterator

import pytest

from assistant.ui import texts
from assistant.ui.jobs import SHOWN_FAILURES, Job, Jobs
from index.schema import CatalogueError, Outcome


def finished(jobs: Jobs) -> Job:
    until = time.monotonic() + 10
    while jobs.latest is None or not jobs.latest.finished:
        assert time.monotonic() < until
        time.sleep(0.005)
    return jobs.latest


def test_a_job_counts_its_outcomes() -> None:
    jobs = Jobs()
    outcomes = [Outcome("a", "added"), Outcome("b", "failed", reason="why"), Outcome("c", "added")]
    assert jobs.latest is None and jobs.start("work", lambda: iter(outcomes), 3)
    job = finished(jobs)
    assert dict(job.counts) == {"added": 2, "failed": 1} and job.done == job.total == 3
    assert job.failures == (outcomes[1],) and job.others == (outcomes[0], outcomes[2]) and not job.problem
    jobs.close()


def test_one_job_at_a_time() -> None:
    jobs, go = Jobs(), threading.Event()

    def waiting() -> Iterator[Outcome]:
        yield Outcome("a", "added")
        go.wait(10)

    assert jobs.start("first", waiting) and not jobs.start("second", waiting)
    go.set()
    assert finished(jobs).name == "first"
    assert jobs.start("second", lambda: iter(()))
    assert finished(jobs).number == 2
    jobs.close()


def test_a_job_that_waits_comes_when_the_others_are_done() -> None:
    jobs, go = Jobs(), threading.Event()
    order: list[str] = []

    def work(name: str) -> Iterator[Outcome]:
        go.wait(10)
        order.append(name)
        yield Outcome(name, "added")

    for name in ("first", "second", "third"):
        assert jobs.start(name, lambda name=name: work(name), waits=True)  # type: ignore[misc]
    assert jobs.latest is not None and jobs.latest.name == "first"
    go.set()
    until = time.monotonic() + 10
    while len(order) < 3 or jobs.working:
        assert time.monotonic() < until
        time.sleep(0.005)
    assert order == ["first", "second", "third"] and jobs.latest.number == 3
    jobs.close()


@pytest.mark.parametrize(("patience", "done"), [(10, ["first", "second"]), (0, ["first"])])
def test_closing_waits_for_what_was_taken_on_and_begins_nothing_new(patience: float, done: list[str]) -> None:
    jobs = Jobs()
    order: list[str] = []

    def work(name: str) -> Iterator[Outcome]:
        time.sleep(0.2)
        order.append(name)
        yield Outcome(name, "added")

    jobs.start("first", lambda: work("first"), waits=True)
    jobs.start("second", lambda: work("second"), waits=True)
    jobs.close(patience)
    assert order == done and not jobs.start("third", lambda: work("third"), waits=True)
    assert [job.name for job in jobs.recent] == done[::-1]


def test_a_job_that_breaks_off_says_why() -> None:
    def failing() -> Iterator[Outcome]:
        yield Outcome("a", "added")
        raise CatalogueError("The disk is full.", "Free some.")

    def broken() -> Iterator[Outcome]:
        raise RuntimeError("/secret")
        yield

    jobs = Jobs()
    jobs.start("work", failing)
    assert finished(jobs).problem == "The disk is full. Free some." and finished(jobs).done == 1
    jobs.start("work", broken)
    assert finished(jobs).problem == texts.WENT_WRONG
    jobs.close()


def test_closing_stops_after_the_file_at_hand() -> None:
    jobs = Jobs()

    def endless() -> Iterator[Outcome]:
        while True:
            yield Outcome("a", "failed", reason="x")
            time.sleep(0.001)

    jobs.start("work", endless)
    time.sleep(0.05)
    jobs.close()
    job = finished(jobs)
    assert job.done > 0 and len(job.failures) <= SHOWN_FAILURES
    assert not jobs.start("after", endless)


def test_closing_begins_no_job_that_waits() -> None:
    jobs, at_work, begun = Jobs(), threading.Event(), []

    def first() -> Iterator[Outcome]:
        at_work.set()
        while True:
            yield Outcome("a", "added")
            time.sleep(0.001)

    def second() -> Iterator[Outcome]:
        begun.append("second")
        yield Outcome("b", "added")

    assert jobs.start("first", first) and jobs.start("second", second, waits=True)
    assert at_work.wait(10)
    jobs.close()
    assert begun == [] and finished(jobs).name == "first"

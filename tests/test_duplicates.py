"""Articles that are nearly the same are one group, whatever the order they come in, and no others are."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue, Database, Groups
from index.duplicates import APART, Grouping, signatures
from index.fusion import once
from index.schema import Article, Hit, Passage, text_id
from index.splitting import embedding_hash, split
from index.words import shingles
from tests.samples import WITHOUT_BESIDE

DAY = date(2023, 6, 18)
Put = Callable[..., Article]


def report(seed: int, words: int = 300) -> str:
    """A text of its own: no two seeds have more than a few runs of words in common."""
    chosen = random.Random(seed)
    sentences = []
    while words > 0:
        sentence = [f"{chosen.choice('abcdefgh')}{chosen.randrange(400)}" for _ in range(12)]
        sentences.append(" ".join(sentence).capitalize() + ".")
        words -= 12
    return " ".join(sentences)


def edited(text: str, changes: int) -> str:
    """The text with some words replaced, a note in front and its last sentence cut, as editors do."""
    words = text.split()
    for place in random.Random(1).sample(range(len(words)), changes):
        words[place] = "edited"
    return "By the agency. " + " ".join(words[:-12])


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(Database(tmp_path / "library.sqlite3"))
    yield catalogue
    catalogue.database.close()


@pytest.fixture
def groups(catalogue: Catalogue) -> Groups:
    return Groups(catalogue.database)


@pytest.fixture
def put(catalogue: Catalogue, groups: Groups) -> Put:
    def put(text: str, **facts: object) -> Article:
        article = Article(text_id(text), **{"title": "", "text": text, **facts})  # type: ignore[arg-type]
        with catalogue.database.transaction() as connection:
            catalogue.put(connection, article, [(p, embedding_hash(article, p)) for p in split(article)])
        while Grouping(catalogue, groups).step():
            pass
        return article

    return put


def test_a_reprint_is_a_copy_and_another_report_is_none(put: Put, groups: Groups) -> None:
    first = put(report(1), published=DAY)
    other = put(report(2), published=DAY)
    second = put(edited(report(1), 8), published=DAY + timedelta(1))
    third = put(edited(report(1), 2))
    assert groups.copies(first.id) == [second.id, third.id]
    assert groups.copies(second.id) == [first.id, third.id]
    assert groups.copies(other.id) == [] == groups.copies("unknown")


def test_groups_that_turn_out_to_be_one_are_merged(put: Put, groups: Groups) -> None:
    """The second and the third share too little with each other, and enough with the first that comes last."""
    text = report(1, 480)
    start, end = text[: int(len(text) * 0.76)], text[int(len(text) * 0.24) :]
    one, other = put(start), put(end)
    assert groups.copies(one.id) == []
    whole = put(text)
    assert set(groups.copies(whole.id)) == {one.id, other.id}
    assert set(groups.copies(one.id)) == {whole.id, other.id}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_does_not_matter(put: Put, groups: Groups, order: tuple[int, ...]) -> None:
    texts = [report(1), edited(report(1), 3), edited(report(1), 6)]
    ids = [put(texts[position]).id for position in order]
    assert all(set(groups.copies(id_)) == set(ids) - {id_} for id_ in ids)


def test_what_is_months_apart_or_too_short_to_tell_is_no_copy(put: Put, groups: Groups) -> None:
    monthly = put(report(1), published=DAY)
    later = put(edited(report(1), 3), published=DAY + timedelta(APART + 1))
    assert groups.copies(monthly.id) == [] == groups.copies(later.id)
    short = put("Ada won the harbour race on Sunday in the rain.")
    assert groups.copies(short.id) == []
    put("Ada won the harbour race on Sunday in the sun.")
    assert groups.copies(short.id) == []


def test_a_copy_whose_day_is_corrected_is_judged_again(put: Put, groups: Groups) -> None:
    first = put(report(1), published=DAY)
    second = put(edited(report(1), 3), published=DAY + timedelta(APART + 1))
    put(second.text, published=DAY)
    assert groups.copies(first.id) == [second.id]


def test_a_copy_that_moves_months_away_leaves_the_group_that_is_called_after_it(
    put: Put, groups: Groups, catalogue: Catalogue
) -> None:
    first = put(report(1), published=DAY)
    second, third = (put(edited(report(1), changes), published=DAY) for changes in (3, 6))
    assert set(groups.of([second.id, third.id]).values()) == {first.id}
    put(first.text, published=DAY - timedelta(APART + 1))
    assert groups.copies(first.id) == []
    assert groups.copies(second.id) == [third.id] and groups.copies(third.id) == [second.id]
    assert first.id not in groups.of([second.id, third.id]).values()


def test_a_copy_that_went_and_came_back_months_away_is_none(put: Put, groups: Groups, catalogue: Catalogue) -> None:
    first, second = put(report(1), published=DAY), put(edited(report(1), 3), published=DAY)
    with catalogue.database.transaction() as connection:
        catalogue.delete(connection, first.id)
    put(first.text, published=DAY - timedelta(APART + 1))
    assert groups.copies(first.id) == [] == groups.copies(second.id)


def test_a_removed_article_leaves_nothing(catalogue: Catalogue, put: Put, groups: Groups) -> None:
    first, second = put(report(1)), put(edited(report(1), 3))
    with catalogue.database.transaction() as connection:
        catalogue.delete(connection, first.id)
    assert groups.copies(second.id) == []
    with catalogue.database.transaction() as connection:
        catalogue.delete(connection, second.id)
    for table in ("signatures", "bands"):
        assert catalogue.database.read(f"SELECT * FROM {table}") == []


def test_an_article_removed_while_it_is_grouped_is_left_out(catalogue: Catalogue, groups: Groups) -> None:
    with catalogue.database.transaction() as connection:
        groups.put(connection, "gone", np.zeros(100, np.uint32), [1, 2], "gone")
    assert catalogue.database.read("SELECT * FROM bands") == []


def test_a_library_of_an_earlier_version_is_grouped_afterwards(
    catalogue: Catalogue, put: Put, groups: Groups, tmp_path: Path
) -> None:
    first, second = put(report(1)), put(edited(report(1), 3))
    with catalogue.database.transaction() as connection:
        for table in ("bands", "signatures", "revisions", "entries", "feeds", "page_starts"):
            connection.execute(f"DROP TABLE {table}")
        for statement in WITHOUT_BESIDE:
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 4")
    catalogue.database.close()
    reopened = Catalogue(Database(tmp_path / "library.sqlite3"))
    assert len(Groups(reopened.database).pending(9)) == 2
    while Grouping(reopened, Groups(reopened.database)).step():
        pass
    assert Groups(reopened.database).copies(first.id) == [second.id]
    reopened.database.close()


def test_signatures_estimate_what_two_texts_share_and_never_change() -> None:
    text = report(1, 500)
    for changes in (0, 10, 40, 100):
        other = edited(text, changes)
        runs, others = shingles(text), shingles(other)
        one, two = signatures([text, other])
        assert abs(float(np.mean(one == two)) - len(runs & others) / len(runs | others)) < 0.15
    (kept,) = signatures([" ".join(f"word{number}" for number in range(50))])
    assert [int(minimum) for minimum in kept[:3]] == [35303185, 78919557, 20761100]  # they are stored


@pytest.mark.slow
def test_a_thousand_articles_are_grouped_quickly(catalogue: Catalogue, groups: Groups) -> None:
    signatures([""])  # the library is imported once
    for first in range(0, 1000, 100):
        with catalogue.database.transaction() as connection:
            for number in range(first, first + 100):
                text = report(number // 2, 500) if number % 2 else edited(report(number // 2, 500), 5)
                catalogue.put(connection, Article(text_id(text), "", text), [])
    started = time.perf_counter()
    while Grouping(catalogue, groups).step():
        pass
    seconds = time.perf_counter() - started
    print("seconds for 1,000 articles", seconds)
    assert seconds < 20  # 1 s on 2 idle cores
    assert catalogue.database.read("SELECT count(DISTINCT group_id) FROM signatures")[0][0] == 500


def hit(article: Article, start: int, end: int, score: float) -> Hit:
    return Hit(Passage(f"{article.id}:{start}", article.id, 0, start, end), article, score)


def test_a_copy_says_only_what_the_first_does_not() -> None:
    text = report(1, 120)
    first = Article("first", "", text)
    copy = Article("copy", "", "By the agency. " + text + " " + report(9, 60))
    shifted = hit(copy, 0, len(text) // 2, 2.0)  # cut elsewhere than the passages of the first
    new = hit(copy, len(text) + 15, len(copy.text), 1.0)
    hits = [hit(first, 0, len(text), 3.0), shifted, new]
    assert once(hits, {"first": "g", "copy": "g"}, 10) == [hits[0], new]
    assert once(hits, {}, 10) == hits
    assert once(hits, {"first": "g", "copy": "g"}, 1) == hits[:1]

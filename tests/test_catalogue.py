"""The catalogue: what is put is there once, what is removed leaves nothing, and words find it."""

import sqlite3
import threading
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalogue import Catalogue, Database, Embeddings
from index.schema import Article, CatalogueError, Filters, text_id
from index.splitting import embedding_hash, split
from index.words import stem

MEETING = "Blinken met Xi Jinping in Beijing on Monday. The talks were candid, both sides said."
HARBOUR = "The harbour pier was reopened. Ferries sell tickets there again, and café owners are glad."


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(Database(tmp_path / "library.sqlite3"))


def put(catalogue: Catalogue, text: str, **facts: object) -> Article:
    article = Article(text_id(text), **{"title": "A title", "text": text, **facts})  # type: ignore[arg-type]
    with catalogue.database.transaction() as connection:
        catalogue.put(connection, article, [(p, embedding_hash(article, p)) for p in split(article)])
    return article


def found(catalogue: Catalogue, *words: str, filters: Filters | None = None) -> list[str]:
    return [id_.split(":")[0] for id_, _ in catalogue.search(words, 10, filters)]


def contents(catalogue: Catalogue) -> dict[str, list[tuple[object, ...]]]:
    tables = ("articles", "passages", "keywords", "embeddings", "withdrawn", "files")
    return {table: [tuple(row) for row in catalogue.database.read(f"SELECT * FROM {table}")] for table in tables}


def test_putting_twice_equals_putting_once(catalogue: Catalogue) -> None:
    article = put(catalogue, MEETING)
    once = contents(catalogue)
    put(catalogue, MEETING, added=article.added)
    assert contents(catalogue) == once
    assert catalogue.article(article.id) == article
    assert catalogue.passages_of(article.id) == split(article)


def test_a_corrected_title_replaces_passages_but_never_the_text(catalogue: Catalogue) -> None:
    article = put(catalogue, MEETING, title="Old headline")
    put(catalogue, MEETING, title="New headline", source="The Courier")
    with pytest.raises(ValueError, match="white space"):
        put(catalogue, MEETING.replace(". ", ".\n\n"), title="Newest headline")
    assert catalogue.count() == 1
    assert catalogue.count_passages() == len(split(article))
    assert not found(catalogue, "old")
    assert found(catalogue, "new") == [article.id]
    assert catalogue.article(article.id).text == MEETING  # type: ignore[union-attr]


def test_removing_leaves_nothing(catalogue: Catalogue) -> None:
    article = put(catalogue, MEETING)
    embeddings = Embeddings(catalogue.database, "model")
    pending = embeddings.pending(10)
    embeddings.put([text_hash for _, text_hash in pending], np.ones((len(pending), 3), np.float32))
    with catalogue.database.transaction() as connection:
        assert catalogue.delete(connection, article.id)
        assert not catalogue.delete(connection, article.id)
    assert embeddings.prune() == len(pending)
    assert not any(contents(catalogue).values())
    assert not found(catalogue, "beijing")


def test_an_interrupted_transaction_changes_nothing(catalogue: Catalogue) -> None:
    article = put(catalogue, MEETING)
    before = contents(catalogue)
    with pytest.raises(KeyboardInterrupt), catalogue.database.transaction() as connection:
        catalogue.delete(connection, article.id)
        raise KeyboardInterrupt
    assert contents(catalogue) == before


def test_the_filters_limit_what_is_found(catalogue: Catalogue) -> None:
    june = put(catalogue, MEETING, source="Reuters", published=date(2023, 6, 19)).id
    july = put(catalogue, MEETING + " More followed.", source="The Courier", published=date(2023, 7, 1)).id
    undated = put(catalogue, MEETING + " No day is known.").id

    def among(**limits: object) -> set[str]:
        filters = Filters(**limits)  # type: ignore[arg-type]
        hits = set(found(catalogue, "beijing", filters=filters))
        assert hits == catalogue.allowed(filters)
        return hits

    assert among() == {june, july, undated}
    assert among(sources=("reuters",)) == {june}
    assert among(sources=("REUTERS", "the courier")) == {june, july}
    assert among(since=date(2023, 6, 19)) == {june, july}
    assert among(until=date(2023, 6, 19)) == {june}
    assert among(since=date(2023, 6, 20), until=date(2023, 6, 30)) == set()
    assert among(sources=("Reuters",), since=date(2023, 7, 1)) == set()


def test_a_source_is_found_whatever_its_letters(catalogue: Catalogue) -> None:
    article = put(catalogue, MEETING, source="Österreichische Straßenzeitung")
    for source in (*catalogue.sources(), "österreichische strassenzeitung", "ÖSTERREICHISCHE STRASSENZEITUNG"):
        assert catalogue.allowed(Filters(sources=(source,))) == {article.id}


def test_threads_that_are_gone_leave_no_connection(catalogue: Catalogue) -> None:
    for _ in range(20):
        thread = threading.Thread(target=catalogue.count)
        thread.start()
        thread.join()
    assert len(catalogue.database._connections) <= 2
    catalogue.database.close()


def test_a_library_that_was_closed_meanwhile_is_not_called_damaged(catalogue: Catalogue) -> None:
    catalogue.database._connection().close()
    with pytest.raises(CatalogueError, match="closed") as caught:
        catalogue.count()
    assert "Move" not in caught.value.hint


@pytest.mark.parametrize("word", ["met", "meet", "talk", "talked", "side"])
def test_any_form_of_a_word_finds_it(catalogue: Catalogue, word: str) -> None:
    article = put(catalogue, MEETING)
    put(catalogue, HARBOUR)
    assert found(catalogue, word) == [article.id]


@pytest.mark.parametrize("word", ["cafe", "café", "sold", "sale", "ferry"])
def test_accents_and_irregular_forms_make_no_difference(catalogue: Catalogue, word: str) -> None:
    put(catalogue, MEETING)
    assert found(catalogue, word) == []
    article = put(catalogue, HARBOUR)
    assert found(catalogue, word) == [article.id]


def test_the_passage_with_more_of_the_words_comes_first(catalogue: Catalogue) -> None:
    put(catalogue, "Monday was quiet. Nothing else was reported from the town.")
    both = put(catalogue, MEETING).id
    scores = [score for _, score in catalogue.search(["beijing", "monday"], 10)]
    assert found(catalogue, "beijing", "monday")[0] == both
    assert scores == sorted(scores, reverse=True)


def test_frequencies_count_passages_by_stem(catalogue: Catalogue) -> None:
    put(catalogue, MEETING)
    put(catalogue, MEETING + " They will meet again.")
    counted = catalogue.frequencies(["meet", "beijing", "peru", "title", "again"])
    assert counted == {"meet": 2, "beijing": 2, "peru": 0, "title": 2, "again": 1}


@given(st.lists(st.text(max_size=12), max_size=4))
def test_no_word_breaks_the_keyword_search(words: list[str]) -> None:
    catalogue = Catalogue(Database(Path(":memory:")))
    try:
        put(catalogue, MEETING)
        for noise in (words, [word.upper() for word in words]):
            assert len(catalogue.search([*noise, "beijing", *noise], 10)) == 1  # none keeps another from being found
            assert set(catalogue.frequencies(noise).values()) <= {0, 1}
            assert catalogue.frequencies(["beijing"]) == {"beijing": 1}
    finally:
        catalogue.database.close()


def test_the_list_search_takes_every_sign_for_itself(catalogue: Catalogue) -> None:
    titles = ['Prices rise 5% in a "quiet" year', "Prices rise 50 in a year", "It's a_b", "It is aXb", r"A\B", "A/B"]
    for number, title in enumerate(titles):
        put(catalogue, f"{MEETING} Number {number}.", title=title)

    def listed(search: str) -> set[str]:
        rows = catalogue.rows(search)
        assert len(rows) == catalogue.count(search)
        return {row.title for row in rows}

    assert listed("") == set(titles)
    assert listed("5%") == {titles[0]}
    assert listed('"quiet"') == {titles[0]}
    assert listed("It's") == {titles[2]}
    assert listed("a_b") == {titles[2]}
    assert listed("a\\b") == {titles[4]}
    assert listed("%") == {titles[0]}
    assert listed("'; DROP TABLE articles; --") == set()
    assert listed("year rise") == set(titles[:2]) and listed("year 5%\tRISE") == {titles[0]}
    assert listed("year council") == set()


@pytest.mark.parametrize("search", ["koln", "Köln", "KÖLN", "Ko\u0308ln", "strasse in k", "ZOE", "l’ete", "łódź"])
def test_the_list_search_knows_no_accents_and_no_case(catalogue: Catalogue, search: str) -> None:
    put(
        catalogue, f"{MEETING} On the Rhine.", title="Die große Straße in Köln", author="Zoë Ŕeed", source="L’Été, Łódź"
    )
    put(catalogue, f"{MEETING} Elsewhere.", title="Kiln")
    assert [row.title for row in catalogue.rows(search)] == ["Die große Straße in Köln"]
    assert catalogue.count(search) == 1


def test_the_list_is_told_page_by_page(catalogue: Catalogue) -> None:
    for number in range(5):
        put(catalogue, f"{MEETING} Number {number}.", published=date(2023, 6, 1 + number))
    pages = [row.id for offset in (0, 2, 4) for row in catalogue.rows(limit=2, offset=offset)]
    assert pages == [row.id for row in catalogue.rows()]
    assert [row.published for row in catalogue.rows()] == [date(2023, 6, day) for day in (5, 4, 3, 2, 1)]
    assert catalogue.covered() == (date(2023, 6, 1), date(2023, 6, 5))


def test_a_corrupt_database_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"this is no database at all, whatever its name may be\n" * 200)
    with pytest.raises(CatalogueError, match="damaged") as caught:
        Database(path)
    assert "sync" in caught.value.hint
    assert path.read_bytes().startswith(b"this is no database")


def test_a_database_damaged_in_the_middle_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    catalogue = Catalogue(Database(path))
    for number in range(200):
        put(catalogue, f"{MEETING} Number {number}.")
    catalogue.database.close()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xa5" * (len(data) - 100))
    with pytest.raises(CatalogueError, match="damaged") as caught:
        Catalogue(Database(path)).rows()
    assert caught.value.hint


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(CatalogueError, match="newer") as caught:
        Database(path)
    assert "Update" in caught.value.hint
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CatalogueError) as caught:
        Database(tmp_path / "file" / "library.sqlite3")
    assert "ASSISTANT_HOME" in caught.value.hint


def test_every_form_of_an_irregular_word_has_the_same_stem() -> None:
    assert {stem(word) for word in ("meet", "met", "meets", "meeting")} == {"meet"}

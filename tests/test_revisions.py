"""An article that was edited can still be read as it was quoted, and its unchanged words keep their vectors."""

from pathlib import Path

import numpy as np
import pytest

from assistant.citations import Evidence, check, cite, stands_in
from assistant.ui.render_revision import render_revision
from index.catalogue import Catalogue, Database, Embeddings, Files, Revisions
from index.catalogue.revisions import KEPT
from index.schema import Article
from index.splitting import split
from index.synchronise import Synchroniser

LONG = " ".join(f"Sentence number {number} tells of the river Lumm and its {number} bridges." for number in range(60))
FIRST = f"The mayor closed the bridge on Monday. {LONG} The end came late."
SECOND = f"The mayor closed the bridge on Monday. {LONG} The end came <b>early</b>."


@pytest.fixture
def library(tmp_path: Path) -> Synchroniser:
    database = Database(tmp_path / "library.sqlite3")
    return Synchroniser(Catalogue(database), Files(database))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder / "bridge.txt"


def edited(library: Synchroniser, file: Path, *texts: str) -> list[Article]:
    """The article of the file after each of these texts was written into it."""
    articles = []
    for text in texts:
        file.write_text(text)
        list(library.apply(library.plan(file.parent)))
        (row,) = library.catalogue.rows()
        articles.append(library.catalogue.by_id([row.id])[row.id])
    return articles


def test_a_quote_of_an_edited_article_says_whether_it_stands_still(library: Synchroniser, file: Path) -> None:
    old, new = edited(library, file, FIRST, SECOND)
    stands, gone = (cite(1, Evidence(old, *span)) for span in ((0, 38), (len(FIRST) - 19, len(FIRST))))
    catalogue = library.catalogue
    states = [each.state for each in check((stands, gone), catalogue.article, catalogue.successors([old.id]).get)]
    assert states == ["verbatim", "changed"]
    assert [each.state for each in check((stands,), lambda _: None)] == ["removed"]
    revision = Revisions(catalogue.database).of([old.id, new.id])[old.id]
    assert revision.article.text == old.text and revision.successor == new.id
    html = render_revision(revision, new, 0, 38)
    assert f'href="#cite/{new.id}/0-38"' in html and "<mark" in html
    assert "<del>The end came late.</del><ins>The end came &lt;b&gt;early&lt;/b&gt;.</ins>" in html
    assert "number 7 " not in html.partition('class="changes"')[2]


def test_words_within_a_longer_sentence_do_not_stand_still() -> None:
    assert stands_in("The pier opens.", "It is so. The pier opens. Yes.") == (10, 25)
    assert stands_in("The pier opens.", "Nobody knows when The pier opens.") is None
    assert stands_in("The pier opens", "The pier opens on Monday.") is None
    assert stands_in("", "Words.") is None


def test_only_what_changed_is_embedded_again(library: Synchroniser, file: Path) -> None:
    edited(library, file, FIRST)
    embeddings = Embeddings(library.catalogue.database, "model")
    before = len(embeddings.pending(1000))
    hashes = [text_hash for _, text_hash in embeddings.pending(1000)]
    embeddings.put(hashes, np.ones((len(hashes), 3), np.float32))
    (new,) = edited(library, file, SECOND)
    assert before > 3 and len(split(new)) == before
    assert len(embeddings.pending(1000)) == 1


def test_edits_in_a_row_lead_to_the_article_as_it_is_and_the_oldest_are_dropped(
    library: Synchroniser, file: Path
) -> None:
    texts = [f"Version {number} of the story about the bridge." for number in range(KEPT + 5)]
    articles = edited(library, file, *texts)
    last = articles[-1]
    kept = library.catalogue.successors(article.id for article in articles)
    assert set(kept) == {article.id for article in articles[-KEPT - 1 : -1]} and set(kept.values()) == {last}


def test_an_edit_that_is_undone_leaves_no_revision_of_itself(library: Synchroniser, file: Path) -> None:
    first, second, _ = edited(library, file, FIRST, SECOND, FIRST)
    assert set(library.catalogue.successors([first.id, second.id])) == {second.id}


def test_what_a_person_removes_is_gone_with_its_past(library: Synchroniser, file: Path) -> None:
    old, new = edited(library, file, FIRST, SECOND)
    library.remove(new.id)
    assert not Revisions(library.catalogue.database).of([old.id])

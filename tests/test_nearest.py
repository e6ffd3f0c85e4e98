"""The vectors held in memory are those of the catalogue, whatever was added, removed or pruned since."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue, Database, Embeddings
from index.nearest import NearestVectors
from index.schema import Article, text_id
from index.splitting import embedding_hash, split

AXES = np.eye(4, dtype=np.float32)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(Database(tmp_path / "library.sqlite3"))
    yield catalogue
    catalogue.database.close()


def put(catalogue: Catalogue, text: str) -> tuple[str, str, str]:
    """The article's id, its only passage's and the hash of that passage's text."""
    article = Article(text_id(text), "", text)
    (passage,) = split(article)
    with catalogue.database.transaction() as connection:
        catalogue.put(connection, article, [(passage, embedding_hash(article, passage))])
    return article.id, passage.id, embedding_hash(article, passage)


def delete(catalogue: Catalogue, article_id: str) -> None:
    with catalogue.database.transaction() as connection:
        catalogue.delete(connection, article_id)


@pytest.mark.parametrize("articles", [None, "all"])
def test_a_row_that_was_pruned_and_given_again_is_read_again(catalogue: Catalogue, articles: str | None) -> None:
    embeddings = Embeddings(catalogue.database, "model")
    nearest = NearestVectors(embeddings)
    first, gone, late = (put(catalogue, f"{name} came to the pier.") for name in ("Ann", "Bob", "Carl"))
    embeddings.put([first[2], gone[2]], AXES[:2])
    delete(catalogue, gone[0])

    def held(axis: int) -> list[str]:
        among = {first[0], gone[0], late[0]} if articles else None
        return [id_ for id_, similarity in nearest.search(AXES[axis], 4, among) if similarity > 0.5]

    assert (held(0), held(1), held(2)) == ([first[1]], [], [])
    assert embeddings.prune() == 1
    embeddings.put([late[2]], AXES[2:3])  # in the row of the one pruned
    assert (held(0), held(1), held(2)) == ([first[1]], [], [late[1]])
    assert embeddings.prune() == 0
    assert held(2) == [late[1]]


def test_a_vector_that_was_dropped_and_made_anew_is_read_again(catalogue: Catalogue) -> None:
    embeddings = Embeddings(catalogue.database, "model")
    nearest = NearestVectors(embeddings)
    _, passage, text_hash = put(catalogue, "Ann came to the pier.")
    embeddings.put([text_hash], AXES[:1] / 2)  # damaged: not of length 1
    assert nearest.search(AXES[0], 1) == [(passage, 0.5)]
    embeddings.drop([text_hash])
    embeddings.put([text_hash], AXES[:1])  # in the row of the one dropped
    assert nearest.search(AXES[0], 1) == [(passage, 1.0)]


def test_what_is_added_and_removed_is_followed(catalogue: Catalogue) -> None:
    embeddings = Embeddings(catalogue.database, "model")
    nearest = NearestVectors(embeddings)
    assert nearest.search(AXES[0], 4) == []
    first = put(catalogue, "Ann came to the pier.")
    embeddings.put([first[2]], AXES[:1])
    assert nearest.search(AXES[0], 4) == [(first[1], 1.0)]
    second = put(catalogue, "Bob came to the pier.")
    embeddings.put([second[2]], AXES[1:2])
    assert nearest.search(AXES[1], 1) == [(second[1], 1.0)]
    assert nearest.search(AXES[1], 4, {first[0]}) == [(first[1], 0.0)]
    delete(catalogue, second[0])
    assert [id_ for id_, _ in nearest.search(AXES[1], 4)] == [first[1]]

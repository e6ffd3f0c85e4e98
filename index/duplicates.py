"""Articles that are nearly the same, such as a wire story in two papers, are put into one group.

MinHash: of each article's runs of three words (shingles) 100 minima are kept under as many hash functions. The share of
equal minima of two articles estimates the share of runs they have in common (Jaccard), give or take 0.05. Two articles
are compared only where one of 25 bands of 4 minima is the same, which happens to 97 % of those that share 0.6 of their
runs and to all but two in a million of those that share 0.8: 1 - (1 - s^4)^25.
"""

import zlib
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from index.catalogue import Catalogue, Groups, Signed
from index.catalogue.groups import Signature
from index.schema import Article
from index.words import shingles

SAME = 0.6
"""The share of their shingles that two articles have in common at least to be nearly the same."""

FEWEST = 30
"""Shingles below which a text is too short to tell: a few words changed may make another report of it."""

APART = 31
"""Days between two publications beyond which they are two reports, such as the same statistics of two months."""

AT_ONCE = 64
MINIMA, BAND = 100, 4


class Grouping:
    """Puts the articles that are in no group yet into one."""

    def __init__(self, catalogue: Catalogue, groups: Groups) -> None:
        self._catalogue = catalogue
        self._groups = groups

    def step(self) -> bool:
        """Group some articles; False where none is left. A text takes 0.5 ms, the transaction some 50 ms."""
        articles = self._catalogue.by_id(self._groups.pending(AT_ONCE))
        signed = list(zip(articles.values(), signatures(article.text for article in articles.values()), strict=True))
        if signed:
            with self._catalogue.database.transaction() as connection:
                for article, signature in signed:
                    bands = _bands(signature)
                    self._groups.leave(connection, article.id)  # it may have been removed, and be back
                    alike = [
                        other
                        for other in self._groups.sharing(connection, bands)
                        if _is_copy(article, signature, other)
                    ]
                    group = min((other.group_id for other in alike), default=article.id)
                    self._groups.merge(connection, {other.group_id for other in alike}, group)
                    self._groups.put(connection, article.id, signature, bands, group)
        return bool(signed)


def signatures(texts: Iterable[str]) -> list[Signature]:
    """The minima of each text's shingles, an array (MINIMA,); an empty one for a text with too few."""
    from datasketch import MinHash  # 1 s: it brings scipy

    found = []
    # Stored and compared across versions of the library, so nothing of it is left to defaults.
    empty = MinHash(num_perm=MINIMA, seed=1, hashfunc=zlib.crc32, scheme="affine32")
    for text in texts:
        runs = shingles(text)
        minima = empty.copy()
        if len(runs) >= FEWEST:
            minima.update_batch([run.encode() for run in runs])
        found.append(minima.hashvalues.astype(np.uint32) if len(runs) >= FEWEST else np.zeros(0, np.uint32))
    return found


def _bands(signature: Signature) -> list[int]:
    """A number for each band, of 63 bits as SQLite takes it."""
    return [
        int.from_bytes(blake2b(bytes([first]) + signature[first : first + BAND].tobytes(), digest_size=8).digest()) >> 1
        for first in range(0, len(signature), BAND)
    ]


def _is_copy(article: Article, signature: Signature, other: Signed) -> bool:
    if article.published and other.published and abs((article.published - other.published).days) > APART:
        return False
    return float(np.mean(signature == other.signature)) >= SAME

"""Whether files, catalogue, keyword index, stored vectors and Chroma agree, and the mending of what does not."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from index.background import VectorWriter
from index.catalogue import Catalogue, Checks, Embeddings, Files
from index.planning import compare
from index.schema import Article, AssistantError, EmptyFolder, FolderError, Passage, text_id
from index.spaces import Spaces
from index.splitting import embedding_hash, split
from index.vectors import CollectionUnreadable

AT_ONCE = 200  # articles read between two looks at the database

_REPAIR = "`assistant doctor --repair` mends it."


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one part of the library: a sentence, and where that is trouble, what mends it."""

    part: str
    text: str
    wrong: bool = False
    remedy: str = ""
    mended: bool = False


class Doctor:
    """Examines a library part by part; `repair` mends what can be made again from the rest."""

    def __init__(self, catalogue: Catalogue, files: Files, spaces: Spaces, writer: VectorWriter) -> None:
        self._catalogue = catalogue
        self._files = files
        self._spaces = spaces
        self._writer = writer
        self._checks = Checks(catalogue.database)
        # What comes first is what the others rest on.
        self._parts: tuple[tuple[str, Callable[[], Finding], Callable[[], object] | None], ...] = (
            ("database", self._database, self._checks.mend),
            ("keyword index", self._keywords, self._checks.rebuild_keywords),
            ("passages", self._passages, self._cut_anew),
            ("articles", self._texts, None),
            ("vectors", self._vectors, self._drop_vectors),
            ("Chroma", self._chroma, writer.rebuild),
        )

    def examine(self, repair: bool = False) -> Iterator[Finding]:
        """One finding for each part and for each followed folder; with `repair` what is wrong is mended first."""
        for part, check, mend in self._parts:
            finding = _examined(part, check)
            if finding.wrong and repair and mend is not None:
                finding = _mended(finding, check, mend)
            yield finding
        if repair:
            with suppress(AssistantError):  # what cannot be pruned was found above
                self._spaces.kept()[0].prune()
        for folder in self._files.folders():
            yield self._folder(folder)

    def _database(self) -> Finding:
        complaints = self._checks.complaints()
        if not complaints:
            return Finding("database", "SQLite finds the catalogue whole.")
        text = f"SQLite finds the catalogue damaged: {'; '.join(complaints[:3])}."
        return Finding(
            "database", text, True, f"{_REPAIR} Where it does not, restore a backup: `assistant restore FILE`."
        )

    def _keywords(self) -> Finding:
        state = self._checks.keywords()
        if state.whole:
            return Finding("keyword index", "Every passage can be found by its words.")
        found = (
            (state.lacking, "cannot be found by their words"),
            (state.orphaned, "are found that are no longer there"),
            (state.differing, "are found by other words than theirs"),
        )
        parts = [f"{count:,} passages {what}" for count, what in found if count]
        text = f"it is damaged ({state.unreadable})" if state.unreadable else ", ".join(parts)
        return Finding("keyword index", f"The keyword index is wrong: {text}.", True, _REPAIR)

    def _passages(self) -> Finding:
        broken = list(self._broken())
        if not broken:
            return Finding(
                "passages", f"All {self._catalogue.count_passages():,} passages join back to their articles."
            )
        text = (
            f"The passages of {len(broken):,} articles do not join back to their text, such as those of “{broken[0]}”."
        )
        return Finding("passages", text, True, _REPAIR)

    def _texts(self) -> Finding:
        changed = [article for article in self._articles() if text_id(article.text) != article.id]
        if not changed:
            return Finding(
                "articles", f"The texts of all {self._catalogue.count():,} articles are as they were taken in."
            )
        text = f"The stored text of {len(changed):,} articles is not what was taken in, such as “{changed[0].title}”."
        remedy = f"`assistant remove {changed[0].id}` and `assistant add` its file again, or restore a backup."
        return Finding("articles", text, True, remedy)

    def _vectors(self) -> Finding:
        *_, latest = self._spaces.kept()
        broken, orphans, pending = self._count_broken(), latest.count_orphans(), latest.count_pending()
        if broken:
            text = f"{broken:,} of the stored vectors are damaged."
            return Finding("vectors", text, True, f"{_REPAIR} Their passages are embedded again.")
        notes = [f"{pending:,} passages are still to be embedded"] if pending else []
        notes += [f"{orphans:,} are of texts that are gone, which `assistant doctor --repair` drops"] if orphans else []
        return Finding("vectors", f"The stored vectors are whole{''.join(f'; {note}' for note in notes)}.")

    def _chroma(self) -> Finding:
        try:
            compared = self._writer.compared()
        except CollectionUnreadable as error:
            return Finding("Chroma", f"Chroma cannot read its folder: {error}.", True, _REPAIR)
        if compared is None:
            return Finding("Chroma", "Another process, such as the chat window, has Chroma open: it was not looked at.")
        lacking, spare, waiting = compared
        if not lacking and not spare:
            note = f"; the next start of the chat window adds {waiting:,} vectors" if waiting else ""
            return Finding("Chroma", f"Chroma holds what the catalogue says it holds{note}.")
        text = f"Chroma lacks {lacking:,} vectors and holds {spare:,} that it should not."
        return Finding("Chroma", text, True, f"{_REPAIR} So does the next start of the chat window.")

    def _folder(self, folder: str) -> Finding:
        try:
            plan = compare(Path(folder), self._files)
        except EmptyFolder as error:
            return Finding("folder", str(error))
        except FolderError as error:
            return Finding(
                "folder", str(error), True, f'{error.hint} `assistant unfollow "{folder}"` ends following it.'
            )
        counts = ((plan.new, "new"), (plan.changed, "changed"), (plan.moved, "moved"), (plan.gone, "gone"))
        changes = ", ".join(f"{len(found):,} {name}" for found, name in counts if found)
        unread = f"; {len(plan.failing):,} cannot be read, as `assistant status` says" if plan.failing else ""
        if not changes:
            return Finding("folder", f"The library holds the {plan.unchanged:,} files of {folder}{unread}.")
        return Finding("folder", f"{folder} has changed: {changes}{unread}.", remedy="`assistant sync` takes that in.")

    def _articles(self) -> Iterator[Article]:
        ids = self._checks.article_ids()
        for first in range(0, len(ids), AT_ONCE):
            yield from self._catalogue.by_id(ids[first : first + AT_ONCE]).values()

    def _broken(self) -> Iterator[str]:
        """The ids of the articles whose passages have to be cut anew."""
        for article in self._articles():
            passages = self._catalogue.passages_of(article.id)
            hashes = [embedding_hash(article, passage) for passage in passages]
            if not joins(article.text, passages) or hashes != self._checks.text_hashes(article.id):
                yield article.id

    def _cut_anew(self) -> None:
        for article_id in list(self._broken()):
            article = self._catalogue.article(article_id)
            if article is not None:
                passages = [(passage, embedding_hash(article, passage)) for passage in split(article)]
                with self._catalogue.database.transaction() as connection:
                    self._catalogue.cut_anew(connection, article, passages)

    def _count_broken(self) -> int:
        return sum(len(_broken_vectors(embeddings)) for embeddings in self._spaces.kept())

    def _drop_vectors(self) -> None:
        for embeddings in self._spaces.kept():
            embeddings.drop(_broken_vectors(embeddings))


def _broken_vectors(embeddings: Embeddings) -> list[str]:
    """The hashes whose vector is of another size than most, or of another length than one."""
    sizes: dict[int, int] = {}
    states: list[tuple[str, int, bool]] = []
    for text_hash, vector in embeddings.stored():
        sizes[vector.size] = sizes.get(vector.size, 0) + 1
        states.append((text_hash, vector.size, abs(float(vector @ vector) - 1) < 0.01))
    usual = max(sizes, key=lambda size: sizes[size], default=0)
    return [text_hash for text_hash, size, unit in states if size != usual or not unit]


def joins(text: str, passages: list[Passage]) -> bool:
    """Whether passages follow one another through a text, with nothing but white space left out."""
    end = 0
    for position, passage in enumerate(passages):
        in_order = passage.position == position and end <= passage.start < passage.end <= len(text)
        if not in_order or text[end : passage.start].strip():
            return False
        end = passage.end
    return not text[end:].strip()


def _examined(part: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except AssistantError as error:
        return Finding(part, str(error), True, error.hint)


def _mended(finding: Finding, check: Callable[[], Finding], mend: Callable[[], object]) -> Finding:
    """The finding after the attempt: mended, or wrong still with what else may help."""
    try:
        mend()
    except AssistantError as error:
        return replace(finding, remedy=f"It could not be mended: {error} {error.hint}")
    after = _examined(finding.part, check)
    if not after.wrong:
        return replace(finding, wrong=False, mended=True, remedy="")
    return replace(after, remedy="It could not be mended: restore a backup, or build the library anew from the files.")

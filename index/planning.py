"""What synchronising a folder would do: the files below it, compared with what the catalogue knows of them."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import FileRecord, Files
from index.ignoring import IGNORE_FILE, Rules, is_left_out
from index.reading import SUFFIXES, limit_of
from index.schema import EmptyFolder, FolderError, Outcome

CLOSED = "it cannot be looked into: check its permissions"
OTHER_KIND = "this kind of file cannot be read"


@dataclass(frozen=True, slots=True)
class Plan:
    """What synchronising a folder would do. Paths are absolute; `moved` holds pairs (from, to).

    `skipped` are files of kinds that cannot be read; `failing` those that failed before and have not changed since;
    `closed` what cannot be looked into, such as a folder of somebody else: what was in it stays.
    """

    folder: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    unchanged: int = 0
    skipped: tuple[str, ...] = ()
    failing: tuple[FileRecord, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """How many outcomes applying it yields."""
        return len(self.new) + len(self.changed) + len(self.moved) + len(self.gone)

    @property
    def removes_most(self) -> bool:
        """Whether more than half of what the folder held would go: an unmounted disk looks like that."""
        return len(self.gone) * 2 > len(self.gone) + len(self.moved) + len(self.changed) + self.unchanged


def compare(folder: Path, files: Files) -> Plan:
    """Compare a folder with what the catalogue knows of it, by size and time first, by content where those differ.

    Raises FolderError where the folder is missing or is none, and EmptyFolder where it holds no article and never did.
    """
    root = checked(folder)
    known = _concerning(files.of_folder(root), root)
    found, skipped, closed = scan(root)
    new, changed, failing = _sorted_out(found, known)
    unchanged = len(found) - len(new) - len(changed) - len(failing)
    missing = [path for path in known if path not in found]
    gone = [path for path in missing if not path.startswith(closed)]
    unchanged += len(missing) - len(gone)
    moved = _moved(gone, new, known, found)
    if not found and not known:
        raise _empty(root)
    sources, targets = {pair[0] for pair in moved}, {pair[1] for pair in moved}
    return Plan(
        root,
        tuple(sorted(path for path in new if path not in targets)),
        tuple(sorted(changed)),
        tuple(moved),
        tuple(sorted(path for path in gone if path not in sources)),
        unchanged,
        tuple(sorted(skipped)),
        tuple(failing),
        tuple(sorted(closed)),
    )


def to_add(folder: Path) -> tuple[list[str], list[Outcome]]:
    """The files of a folder that can be read, and what becomes of the others. Raises FolderError, EmptyFolder too."""
    root = checked(folder)
    found, skipped, closed = scan(root)
    if not found and not skipped and not closed:
        raise _empty(root)
    others = [Outcome(path, "failed", reason=CLOSED) for path in sorted(closed)]
    return sorted(found), [*others, *(Outcome(path, "skipped", reason=OTHER_KIND) for path in sorted(skipped))]


def _empty(root: str) -> EmptyFolder:
    kinds = ", ".join(sorted(SUFFIXES))
    return EmptyFolder(f"There are no articles in {root}.", f"Put files of these kinds into it: {kinds}.")


def glance(folder: Path, files: Files, paths: Iterable[str]) -> Plan | None:
    """What the whole plan would do with these files below a folder, in no more time for a folder of many others.

    None where that takes the whole: for a folder, an ignore file, and what is not there or left out from now on.
    Raises FolderError.
    """
    root = checked(folder)
    found, known = {}, {}
    for path in paths:
        status = status_of(path)
        if status is None or stat.S_ISDIR(status.st_mode) or os.path.basename(path) == IGNORE_FILE:
            return None
        record = files.at(path) if is_written(path) else None  # no text to ask the catalogue with
        is_known = record is not None and record.folder != ""
        if Path(path).suffix.lower() in SUFFIXES and not is_left_out(root, path):
            found[path] = status
            if record is not None and is_known:
                known[path] = record
        elif is_known:
            return None
    new, changed, failing = _sorted_out(found, known)
    return Plan(root, tuple(sorted(new)), tuple(sorted(changed)), failing=tuple(failing))


def _sorted_out(
    found: dict[str, os.stat_result], known: dict[str, FileRecord]
) -> tuple[list[str], list[str], list[FileRecord]]:
    """Of the files there are those that are new, those that have changed, and those that failed and have not."""
    new, changed, failing = [], [], []
    for path, status in found.items():
        record = known.get(path)
        if record is None:
            new.append(path)
        elif (record.size, record.modified) != (status.st_size, status.st_mtime_ns):
            changed.append(path)
        elif record.reason and not record.digest and record.size <= limit_of(path):
            changed.append(path)  # never read: its time does not tell a new mode
        elif record.reason:
            failing.append(record)
    return new, changed, failing


def _concerning(known: dict[str, FileRecord], root: str) -> dict[str, FileRecord]:
    """The files without those that are left out here and were found in another followed folder, which keeps them."""
    return {
        path: record for path, record in known.items() if record.folder == root or not is_left_out(root, record.path)
    }


def _moved(
    gone: list[str], new: list[str], known: dict[str, FileRecord], found: dict[str, os.stat_result]
) -> list[tuple[str, str]]:
    """Pairs of a file gone and a new one with the same bytes; only files of equal size are read for it."""
    by_size: dict[int, list[str]] = {}
    for path in gone:
        by_size.setdefault(known[path].size, []).append(path)
    pairs = []
    for path in new:
        candidates = by_size.get(found[path].st_size, [])
        digest = _digest(path) if candidates else ""
        match = next((old for old in candidates if known[old].digest == digest), None)
        if match is not None and is_written(path):
            candidates.remove(match)
            pairs.append((match, path))
    return pairs


def checked(folder: Path) -> str:
    """The folder's path with links resolved. Raises FolderError where it cannot be listed."""
    if not folder.exists():
        raise FolderError(f"There is no folder {folder}.", "Check the spelling, and that its disk is mounted.")
    if not folder.is_dir():
        raise FolderError(f"{folder} is a file, not a folder.", "Use `assistant add` for single files.")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise FolderError(f"The folder {folder} cannot be read.", "Check its permissions.")
    root = str(folder.resolve())
    if not is_written(root):
        raise FolderError(f"The name of the folder {shown(root)} is no text.", "Rename it.")
    return root


def is_written(path: str) -> bool:
    """Whether a path is text, and can be stored: on Linux a file's name may be any bytes."""
    return shown(path) == path


def shown(path: str) -> str:
    """The path as it can be printed and stored, with a mark for each byte that is no text."""
    return os.fsencode(path).decode(errors="replace")


def scan(root: str) -> tuple[dict[str, os.stat_result], list[str], tuple[str, ...]]:
    """The readable kinds of files below a folder with their status, the other files, and what is kept closed to us.

    Left out are hidden and temporary ones, and what an ignore file names; see `index.ignoring`.
    """
    found: dict[str, os.stat_result] = {}
    skipped: list[str] = []
    closed: list[str] = []

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            closed.append(os.path.join(error.filename, ""))

    for folder, rules, names in _walked(root, note):
        for name in names:
            path = os.path.join(folder, name)
            if rules.leave_out(path):
                continue
            status = status_of(path)
            if status is None:
                if not is_gone(path):
                    closed.append(path)
            elif Path(name).suffix.lower() in SUFFIXES:
                found[path] = status
            else:
                skipped.append(path)
    return found, skipped, tuple(closed)


def folders_below(root: str) -> list[str]:
    """A folder and those below it that may hold articles, as `scan` goes through them."""
    return [folder for folder, _, _ in _walked(root)]


def _walked(root: str, note: Callable[[OSError], None] | None = None) -> Iterator[tuple[str, Rules, list[str]]]:
    """Each folder that is not left out, with its rules and the names of its files."""
    rules = {os.path.dirname(root): Rules()}
    for folder, folders, names in os.walk(root, onerror=note):  # does not follow links to folders, so no loops
        rules[folder] = own = rules[os.path.dirname(folder)].within(folder)
        folders[:] = [name for name in folders if not own.leave_out(os.path.join(folder, name), is_folder=True)]
        yield folder, own, names


def status_of(path: str) -> os.stat_result | None:
    """The file's status, None where it has none."""
    try:
        return os.stat(path)
    except OSError:
        return None


def located(path: Path) -> str:
    """The one absolute path of a file: its folder's with links resolved, as `scan` finds it, and its own name."""
    return os.path.join(os.path.realpath(path.parent), path.name)


def is_gone(path: str) -> bool:
    """Whether there is no such file: one whose status is refused, on a disk that fails, may be there."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _digest(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""

"""Which files of a folder are nobody's articles: hidden and temporary ones, and those an ignore file names."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".assistantignore"
"""Its lines are patterns as in a .gitignore, for the folder it lies in and those below."""

_NOT_OURS = re.compile(
    r"\..*"  # hidden
    r"|~\$.*"  # Office's lock beside an open document
    r"|.*\.(?:tmp|part|crdownload|swp)|.*~"  # being written, downloaded or edited
    r"|#.*#",  # Emacs's unsaved state
    re.IGNORECASE | re.DOTALL,
)


def is_passing(name: str) -> bool:
    """Whether a file or folder of this name is hidden or temporary."""
    return _NOT_OURS.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds within one folder: the ignore files of it and of those above it, the outermost first."""

    specifications: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    def within(self, folder: str) -> "Rules":
        """The rules of a folder below, which may have an ignore file of its own."""
        try:
            with open(os.path.join(folder, IGNORE_FILE), encoding="utf-8", errors="replace") as file:
                own = _specification(file)
        except OSError:
            return self
        return Rules((*self.specifications, (folder, own)))

    def leave_out(self, path: str, is_folder: bool = False) -> bool:
        """Whether a file or folder in this very folder is left out; the innermost pattern that fits decides."""
        if is_passing(os.path.basename(path)):
            return True
        for folder, specification in reversed(self.specifications):
            below = os.path.relpath(path, folder) + ("/" if is_folder else "")
            decision = specification.check_file(below).include
            if decision is not None:
                return decision
        return False


def is_left_out(root: str, path: str) -> bool:
    """Whether a file below a folder is left out, by itself or with a folder on the way to it."""
    folder, rules = root, Rules().within(root)
    *folders, name = os.path.relpath(path, root).split(os.sep)
    for step in folders:
        folder = os.path.join(folder, step)
        if rules.leave_out(folder, is_folder=True):
            return True
        rules = rules.within(folder)
    return rules.leave_out(os.path.join(folder, name))


def _specification(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns, without those that are none: a slip in one line must not undo the others."""
    kept = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        kept.append(line)
    return GitIgnoreSpec.from_lines(kept)

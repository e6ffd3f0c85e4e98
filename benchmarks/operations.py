"""A folder of invented articles, and what people do to it: add, edit, rename, move, delete, copy, reprint."""

import os
import shutil
from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.stories import Question, Story, reprinted, revised, story

SUFFIXES = {".txt": 6, ".md": 3, ".html": 1}
WEIGHTS = {
    "add": 20, "edit": 34, "rename": 12, "move": 12, "delete": 15, "copy": 2, "reprint": 2, "overwrite": 2, "folder": 1
}  # fmt: skip


class Upheaval:
    """A folder whose files are changed at random, and what each of them holds."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.stories: dict[Path, Story] = {}
        self.done: Counter[str] = Counter()
        self._seed = seed
        self._random = Random(seed)
        self._number = 0
        self._folders = [folder / name for name in ("", "north", "south", "south/port", "archive")]
        for each in self._folders:
            each.mkdir(parents=True, exist_ok=True)

    def fill(self, count: int) -> None:
        """Write so many articles."""
        for _ in range(count):
            self._add()

    def step(self) -> None:
        """One operation, whichever it is."""
        kind = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0] if self.stories else "add"
        getattr(self, f"_{kind}")()
        self.done[kind] += 1

    def questions(self, count: int) -> list[Question]:
        """Questions that the articles there are now answer, at most so many."""
        each = {question.text: question for held in self.stories.values() for question in held.questions}
        return self._random.sample(list(each.values()), min(count, len(each)))

    def _add(self) -> None:
        self._write(self._place(), story(self._seed, self._number))

    def _edit(self) -> None:
        path = self._any()
        self._write(path, revised(self.stories[path], self._random))

    def _rename(self) -> None:
        path = self._any()
        self._go(path, self._place(path.suffix, path.parent))

    def _move(self) -> None:
        path = self._any()
        self._go(path, self._random.choice(self._folders) / path.name)

    def _delete(self) -> None:
        path = self._any()
        path.unlink()
        del self.stories[path]

    def _copy(self) -> None:
        path = self._any()
        target = self._place(path.suffix)
        shutil.copy2(path, target)
        self.stories[target] = self.stories[path]

    def _reprint(self) -> None:
        self._write(self._place(), reprinted(self.stories[self._any()], self._random))

    def _overwrite(self) -> None:
        path = self._any()
        self._go(path, self._random.choice([other for other in self.stories if other.suffix == path.suffix]))

    def _folder(self) -> None:
        """Rename the folder that holds no other."""
        old = self._folders[-1]
        self._folders[-1] = new = self.folder / f"archive{self.done['folder']}"
        os.rename(old, new)
        for path in [path for path in self.stories if path.is_relative_to(old)]:
            self.stories[new / path.relative_to(old)] = self.stories.pop(path)

    def _any(self) -> Path:
        return self._random.choice(list(self.stories))

    def _place(self, suffix: str = "", folder: Path | None = None) -> Path:
        """A path that was never used."""
        suffix = suffix or self._random.choices(list(SUFFIXES), list(SUFFIXES.values()))[0]
        self._number += 1
        return (folder or self._random.choice(self._folders)) / f"{self._number:06}{suffix}"

    def _go(self, path: Path, target: Path) -> None:
        os.replace(path, target)
        self.stories[target] = self.stories.pop(path)

    def _write(self, path: Path, content: Story) -> None:
        """As programs do: over the old text, or beside it and then in its place."""
        data = content.file(path.suffix).encode()
        if self._random.random() < 0.5:
            path.write_bytes(data)
        else:
            beside = path.with_name(f".{path.name}.tmp")
            beside.write_bytes(data)
            os.replace(beside, path)
        self.stories[path] = content

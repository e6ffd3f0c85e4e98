"""How it stands with the followed folders, as any process can tell: the one that watches them notes what is paused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.alone import is_held
from index.catalogue import Files
from index.planning import checked
from index.schema import FolderError

_PAUSED = "folders of which the watch is paused"


@dataclass(frozen=True, slots=True)
class FolderState:
    """How it stands with a followed folder: it is watched, unless `paused` says in a sentence why not."""

    folder: str
    paused: str = ""


def note_paused(files: Files, states: Mapping[str, FolderState]) -> None:
    """Note which of these are paused, and why."""
    noted = json.dumps({folder: state.paused for folder, state in states.items() if state.paused})
    if noted != (files.database.get(_PAUSED) or "{}"):
        files.database.set(_PAUSED, noted)


def states_of(files: Files, lock: Path) -> dict[str, FolderState]:
    """The state of each followed folder; while nobody holds the watcher's lock, of those that cannot be looked at."""
    folders = files.folders()
    if is_held(lock):
        paused = json.loads(files.database.get(_PAUSED) or "{}")
        return {folder: FolderState(folder, paused.get(folder, "")) for folder in folders}
    return {folder: FolderState(folder, trouble) for folder in folders if (trouble := _trouble(folder))}


def _trouble(folder: str) -> str:
    try:
        checked(Path(folder))
    except FolderError as error:
        return str(error)
    return ""

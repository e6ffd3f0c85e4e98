"""A library -> one file and back: the database, vectors included, and the settings. Chroma is built anew from it."""

import json
import os
import shutil
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.app import DATABASE, POLLING, VECTORS, WATCHING, Library, open_library
from assistant.settings import SETTINGS_FILE, Settings
from index.background import writers_lock
from index.catalogue import Database, Switching, checked_copy
from index.schema import BackupError, CatalogueError

OLD = "before-restore-{time:%Y-%m-%d-%H%M%S-%f}"
"""The folder, within the library's, that the library there was is moved to."""

_KEPT = (DATABASE, SETTINGS_FILE)
_REPLACED = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", SETTINGS_FILE, VECTORS)


def back_up(library: Library, target: Path) -> None:
    """Write a library to a file, as it is at this moment; others may go on writing to it. Raises BackupError."""
    if target.exists():
        raise BackupError(f"There is {target} already.", "Choose another name, or remove it first.")
    home = library.settings.home
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, _removed(unfinished):
            unfinished.touch(0o600)  # articles and settings, with the token, are nobody else's
            library.database.copy_to(Path(folder) / DATABASE)
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.write(Path(folder) / DATABASE, DATABASE)
                if (home / SETTINGS_FILE).exists():
                    archive.writestr(SETTINGS_FILE, _without_key((home / SETTINGS_FILE).read_text("utf-8")))
            os.replace(unfinished, target)
    except OSError as error:
        hint = "Check that the folder is there and can be written to, and that the disk has room."
        raise BackupError(f"{target} cannot be written: {error.strerror or error}.", hint) from error


def _without_key(settings: str) -> str:
    """The settings without the key of a model: it opens somebody's account, and a backup is carried about."""
    try:
        values = tomllib.loads(settings)
    except tomllib.TOMLDecodeError:  # they could not be in force as they are
        return ""
    if "model_key" not in values:
        return settings
    return "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items() if name != "model_key"
    )


def restore(settings: Settings, source: Path, replace: bool = False) -> tuple[int, Path | None]:
    """Put a backup in the place of the library; how many articles it holds, and where the old library is now.

    Nothing is changed before the backup is found whole. Raises BackupError, also for a library that holds articles
    unless `replace` is given, and while another process has it open.
    """
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix="restoring-") as folder:
            _unpack(source, Path(folder))
            articles = checked_copy(Path(folder) / DATABASE)
            held = _held(settings)
            if held != 0 and not replace:
                what = f"holds {held:,} articles" if held else "cannot be read"
                hint = "With --yes it is moved aside, and the backup takes its place."
                raise BackupError(f"The library in {home} {what}.", hint)
            with _alone(home):
                old = _moved_aside(home)
                for name in _KEPT:
                    if (Path(folder) / name).exists():
                        os.replace(Path(folder) / name, home / name)
                _forget_chroma(home)
    except OSError as error:
        raise BackupError(f"The backup cannot be restored: {error.strerror or error}.", f"Check {home}.") from error
    return articles, old


def _unpack(source: Path, folder: Path) -> None:
    """Unpack what a backup holds, and nothing else that may be in the file. Each part's checksum is compared."""
    try:
        with zipfile.ZipFile(source) as archive:
            if DATABASE not in archive.namelist():
                raise BackupError(f"{source} is no backup of a library.", "`assistant backup FILE` writes one.")
            for name in set(_KEPT).intersection(archive.namelist()):
                with archive.open(name) as packed, open(folder / name, "wb") as file:
                    shutil.copyfileobj(packed, file)
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {source}.", "Check the spelling of the path.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise BackupError(f"{source} is damaged or no backup: {error}.", "Use another backup.") from error


def _held(settings: Settings) -> int | None:
    """How many articles the library holds, None where it cannot be read."""
    if not (settings.home / DATABASE).exists():
        return 0
    try:
        library = open_library(settings)
    except CatalogueError:
        return None
    try:
        return library.catalogue.count()
    except CatalogueError:
        return None
    finally:
        library.database.close()


def _forget_chroma(home: Path) -> None:
    """Have the writer build Chroma anew: the backup knows what its own Chroma held, and here is none."""
    database = Database(home / DATABASE)
    with closing(database):
        Switching(database).forget_collected()


def _moved_aside(home: Path) -> Path | None:
    there = [home / name for name in _REPLACED if (home / name).exists()]
    if not there:
        return None
    old = home / OLD.format(time=datetime.now())
    old.mkdir()
    for path in there:
        os.replace(path, old / path.name)
    return old


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """No other process embeds, watches or polls within the block. Raises BackupError where one does."""
    try:
        with (
            writers_lock(home / VECTORS).acquire(timeout=1),
            FileLock(home / WATCHING).acquire(timeout=1),
            FileLock(home / POLLING).acquire(timeout=1),
        ):
            yield
    except Timeout as error:
        hint = "Close the chat window, or wait until nothing is embedded any more."
        raise BackupError("Another process has the library open.", hint) from error


@contextmanager
def _removed(path: Path) -> Iterator[None]:
    """Leave no half a file behind."""
    try:
        yield
    finally:
        path.unlink(missing_ok=True)

"""The settings that may be changed while the window runs: kept in the library's assistant.toml, in force at once."""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, get_args

import tomlkit
from tomlkit.exceptions import TOMLKitError

from assistant.settings import SETTINGS_FILE, Settings, load_settings
from index.schema import SettingsError

Preference = Literal["sentences", "strictness", "model_url", "model"]
PREFERENCES: tuple[Preference, ...] = get_args(Preference)


class Preferences:
    """Holds the settings in force; a change is handed to `follow`, which raises where it cannot be followed."""

    def __init__(self, settings: Settings, follow: Callable[[Settings], None]) -> None:
        self._settings = settings
        self._follow = follow
        self._lock = threading.Lock()

    @property
    def settings(self) -> Settings:
        """What is in force now."""
        return self._settings

    def fixed(self) -> set[Preference]:
        """The preferences that the environment sets: a file could not change them for the next start.

        The address of the model is among them while there is a key, which belongs to the server it was set for.
        """
        named = {name.upper() for name in os.environ}
        fixed = {name for name in PREFERENCES if f"ASSISTANT_{name.upper()}" in named}
        return fixed | {"model_url"} if self._settings.model_key.get_secret_value() else fixed

    def changed(self, values: Mapping[Preference, object]) -> Settings:
        """The settings as they would be with these values. Raises SettingsError for a value that is wrong or fixed."""
        for name, value in values.items():
            if name in self.fixed() and value != getattr(self._settings, name):
                raise SettingsError(
                    f"The setting {name} is set where this program was started.",
                    f"Change ASSISTANT_{name.upper()} there, and start it again.",
                )
        checked = load_settings(home=self._settings.home, **dict[str, object](values.items()))
        return self._settings.model_copy(update={name: getattr(checked, name) for name in values})

    def change(self, values: Mapping[Preference, object]) -> None:
        """Write values down and follow them. Raises SettingsError, with nothing changed, where that cannot be done."""
        with self._lock:
            changed = self.changed(values)
            self._follow(changed)
            try:
                _write(changed.home / SETTINGS_FILE, {name: getattr(changed, name) for name in values})
            except (OSError, ValueError, TOMLKitError) as error:
                self._follow(self._settings)
                raise SettingsError(f"assistant.toml cannot be written: {error}.", "Mend the file.") from error
            self._settings = changed


def _write(path: Path, values: Mapping[str, object]) -> None:
    """Set these values in the file, whose other lines and comments stay as they are."""
    path = path.resolve()  # a link stays one
    document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    for name, value in values.items():
        document[name] = value
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.touch(0o600)  # it may hold a key
    unfinished.write_text(tomlkit.dumps(document), "utf-8")
    if path.exists():
        unfinished.chmod(path.stat().st_mode)
    os.replace(unfinished, path)

"""What is in force: arguments over environment over assistant.toml over defaults."""

from pathlib import Path

import pytest

from assistant.settings import Settings, load_settings
from index.schema import SettingsError


def test_each_source_yields_to_the_one_before_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (load_settings().port, load_settings().home) == (7860, home)
    (home / "assistant.toml").write_text("port = 1\nsentences = 2\n", "utf-8")
    assert (load_settings().port, load_settings().sentences) == (1, 2)
    monkeypatch.setenv("ASSISTANT_PORT", "3")
    assert (load_settings().port, load_settings().sentences) == (3, 2)
    assert load_settings(port=4).port == 4


def test_a_tilde_is_the_persons_own_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ASSISTANT_HOME", "~/library")
    (home / "library").mkdir()
    (home / "library/assistant.toml").write_text("port = 1\n", "utf-8")
    assert (load_settings().home, load_settings().port) == (home / "library", 1)
    assert load_settings(home=Path("~/other")).home == home / "other"


@pytest.mark.parametrize(
    ("name", "value"), [("port", "many"), ("port", "70000"), ("passages", "0"), ("sentences", "-1")]
)
def test_a_wrong_value_is_named(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"setting {name} is wrong"):
        load_settings()


@pytest.mark.parametrize(("text", "message"), [("prot = 1", "prot"), ("port = ", "cannot be read")])
def test_a_wrong_file_is_told(home: Path, text: str, message: str) -> None:
    (home / "assistant.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_every_setting_is_documented() -> None:
    assert len(Settings.model_fields) <= 20
    assert all(field.description for field in Settings.model_fields.values())

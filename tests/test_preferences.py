"""What is changed in the window is in force at once and at the next start, and what cannot be changed says why."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.preferences import Preferences
from assistant.settings import Settings, load_settings
from assistant.ui import texts
from assistant.ui.settings_page import SettingsPage
from index.schema import ModelError, SettingsError


class Followers:
    """Notes the settings it is told to follow, and refuses those of one strictness."""

    def __init__(self) -> None:
        self.last: Settings | None = None

    def follow(self, settings: Settings) -> None:
        """Raises for "strict"."""
        if settings.strictness == "strict":
            raise SettingsError("No.", "")
        self.last = settings


@pytest.fixture
def followers() -> Followers:
    return Followers()


@pytest.fixture
def preferences(home: Path, followers: Followers) -> Preferences:
    (home / "assistant.toml").write_text("# mine\nport = 7000  # a port\nsentences = 3\n", "utf-8")
    return Preferences(load_settings(), followers.follow)


def page_of(preferences: Preferences, *, own_machine: bool = True, answers: bool = True) -> SettingsPage:
    @contextmanager
    def attempt(settings: Settings) -> Iterator[str]:
        if not answers:
            raise ModelError("It is silent.", "Check ASSISTANT_MODEL_URL and ASSISTANT_MODEL.")
        yield f"{settings.model} answers."

    return SettingsPage(preferences, own_machine=own_machine, attempt=attempt)


def test_a_change_holds_now_and_at_the_next_start_and_leaves_the_rest_of_the_file(
    home: Path, preferences: Preferences, followers: Followers
) -> None:
    preferences.change({"sentences": "8"})
    assert preferences.settings.sentences == 8 and followers.last == preferences.settings
    assert load_settings().sentences == 8 and load_settings().port == 7000
    assert "# mine\nport = 7000  # a port\n" in (home / "assistant.toml").read_text("utf-8")
    assert [path.name for path in home.iterdir()] == ["assistant.toml"]


@pytest.mark.parametrize("values", [{"sentences": 0}, {"strictness": "harsh"}, {"strictness": "strict"}])
def test_what_is_wrong_or_cannot_be_followed_changes_nothing(
    home: Path, preferences: Preferences, followers: Followers, values: Any
) -> None:
    before = (home / "assistant.toml").read_text("utf-8")
    with pytest.raises(SettingsError):
        preferences.change(values)
    assert preferences.settings == load_settings() and followers.last is None
    assert (home / "assistant.toml").read_text("utf-8") == before


def test_where_the_file_cannot_be_written_the_old_settings_stay_in_force(
    home: Path, preferences: Preferences, followers: Followers
) -> None:
    (home / "assistant.toml").unlink()
    (home / "assistant.toml").mkdir()
    with pytest.raises(SettingsError, match=r"assistant\.toml cannot be written"):
        preferences.change({"sentences": 8})
    assert preferences.settings.sentences == 3 and followers.last == preferences.settings


def test_the_file_stays_private_and_a_link_stays_a_link(home: Path, preferences: Preferences, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.toml"
    (home / "assistant.toml").rename(target)
    target.chmod(0o600)
    (home / "assistant.toml").symlink_to(target)
    preferences.change({"sentences": 8})
    assert (home / "assistant.toml").is_symlink() and "sentences = 8" in target.read_text("utf-8")
    assert target.stat().st_mode & 0o777 == 0o600


def test_what_the_environment_sets_is_fixed(preferences: Preferences, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SENTENCES", "3")
    assert preferences.fixed() == {"sentences"}
    with pytest.raises(SettingsError, match="set where this program was started"):
        preferences.change({"sentences": 8})
    html = page_of(preferences).settings_page(None)["html"]
    assert '<fieldset data-setting="sentences" disabled>' in html and "ASSISTANT_SENTENCES" in html
    assert texts.AS_SET.format(value="3") in html


def test_a_key_is_sent_to_no_other_server_than_the_one_it_was_set_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, followers: Followers
) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL_KEY", "secret")
    (home / "assistant.toml").write_text('model_url = "http://one.example/v1"\nmodel = "a"\n', "utf-8")
    preferences = Preferences(load_settings(), followers.follow)
    with pytest.raises(SettingsError, match="model_url"):
        preferences.change({"model_url": "http://two.example/v1", "model": "a"})
    preferences.change({"model_url": "http://one.example/v1", "model": "b"})
    assert preferences.settings.model == "b"
    assert "secret" not in page_of(preferences).settings_page(None)["html"]
    assert "secret" not in (home / "assistant.toml").read_text("utf-8")


def test_a_model_is_used_only_once_it_has_answered(preferences: Preferences) -> None:
    asked = {"url": " http://127.0.0.1:1/v1 ", "model": "<b>llama"}
    told = page_of(preferences, answers=False).settings_model(asked)["error"]
    assert told == f"It is silent. Check “{texts.MODEL_URL}” and “{texts.MODEL_NAME}”."
    assert preferences.settings.model == ""
    page = page_of(preferences)
    assert page.settings_model(asked) == {"note": "<b>llama answers."}
    assert (preferences.settings.model_url, preferences.settings.model) == ("http://127.0.0.1:1/v1", "<b>llama")
    html = page.settings_page(None)["html"]
    assert "&lt;b&gt;llama" in html and "<b>llama" not in html and "data-no-model" in html
    assert page.settings_model({"url": "", "model": ""}) == {"note": texts.NO_MODEL_NOW}
    assert load_settings().model == ""


def test_others_over_the_network_choose_no_server_to_be_asked(preferences: Preferences) -> None:
    page = page_of(preferences, own_machine=False)
    assert page.settings_model({"url": "http://10.0.0.1/", "model": "a"}) == {"error": texts.MODEL_ELSEWHERE}
    assert preferences.settings.model == "" and "<form" not in page.settings_page(None)["html"]


def test_only_what_is_offered_can_be_chosen(preferences: Preferences) -> None:
    page = page_of(preferences)
    assert page.settings_choose({"name": "strictness", "value": "lenient"}) == {"note": texts.SAVED}
    assert page.settings_choose({"name": "home", "value": "/"}) == {"error": texts.WENT_WRONG}
    assert preferences.settings.strictness == "lenient"

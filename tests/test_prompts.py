"""Every prompt is checked both ways: a file for each name, and each of its variables used."""

from pathlib import Path

import pytest

from assistant import prompts
from assistant.prompts import VARIABLES, load_prompts
from index.schema import PromptError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, variables in VARIABLES.items():
        (tmp_path / f"{name}.txt").write_text(" ".join(f"{{{variable}}}" for variable in variables), "utf-8")
    monkeypatch.setattr(prompts, "files", lambda _: tmp_path)
    monkeypatch.setattr(prompts, "load_prompts", load_prompts.__wrapped__)
    return tmp_path


def test_the_shipped_prompts_are_complete() -> None:
    assert load_prompts().texts.keys() == VARIABLES.keys()
    assert load_prompts().say("author", title="{title}", author="Ann").count("{title}") == 1


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("author", "{author}", "wrong variables: title"),
        ("thanks", "Bye {name}", "wrong variables: name"),
        ("thanks", "Bye {", "malformed"),
        ("unknown", "What?", "differ: unknown"),
        ("thanks", None, "differ: thanks"),
    ],
)
def test_a_wrong_prompt_is_named(folder: Path, name: str, text: str | None, message: str) -> None:
    if text is None:
        (folder / f"{name}.txt").unlink()
    else:
        (folder / f"{name}.txt").write_text(text, "utf-8")
    with pytest.raises(PromptError, match=message):
        prompts.load_prompts()

"""What the README promises exists, and what can be set stands in it. Skipped until there is a README."""

import importlib
import re
from itertools import takewhile
from typing import Any

import pytest

from tests.conventions.source import ROOT, is_module


def readme() -> str:
    """Its text; skips the test where there is none yet."""
    path = ROOT / "README.md"
    if not path.exists():
        pytest.skip("there is no README.md yet")
    return path.read_text("utf-8")


def setting_variables() -> set[str]:
    """The ASSISTANT_* variables that are fields of Settings; skips the test where there is no such module yet."""
    if not is_module("assistant.settings"):
        pytest.skip("there is no assistant/settings.py yet")
    fields = importlib.import_module("assistant.settings").Settings.model_fields
    return {f"ASSISTANT_{name.upper()}" for name in fields}


def test_settings_are_few() -> None:
    assert len(setting_variables()) <= 20


def test_every_setting_stands_in_the_readmes_table() -> None:
    rows = [line for line in readme().splitlines() if line.lstrip().startswith("|")]
    documented = set(re.findall(r"ASSISTANT_[A-Z][A-Z0-9_]*", "\n".join(rows)))
    assert not setting_variables() - documented


def test_the_readme_names_no_setting_that_is_none() -> None:
    assert not set(re.findall(r"ASSISTANT_[A-Z][A-Z0-9_]*", readme())) - setting_variables()


def commands_in(text: str) -> list[list[str]]:
    """The words of every `assistant ...` command in code, from a block or within a line."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    start = re.compile(r"(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?assistant(?: +|$)")
    lines = [line.strip() for block in [*blocks, *spans] for line in block.splitlines()]
    return [line[found.end() :].split() for line in lines if (found := start.match(line))]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("`assistant list --json`", [["list", "--json"]]),
        ("```\n$ ASSISTANT_HOME=/a .venv/bin/assistant ask 'Who?'\nassistants\n```", [["ask", "'Who?'"]]),
        ("The folder `assistant/ui`, an assistant list, `article-assistant list`", []),
    ],
)
def test_commands_are_found_in_code_only(text: str, commands: list[list[str]]) -> None:
    assert commands_in(text) == commands


def test_the_readmes_commands_and_options_exist() -> None:
    named = commands_in(readme())
    if not is_module("assistant.cli"):
        pytest.skip("there is no assistant/cli.py yet")
    typer = importlib.import_module("typer")
    cli = importlib.import_module("assistant.cli")
    app = next(value for value in vars(cli).values() if isinstance(value, typer.Typer))
    commands: dict[str, Any] = typer.main.get_command(app).commands
    wrong = []
    for words in named:
        if not words or words[0].startswith(("-", "<", "[")):
            continue
        options = [word.strip("[]").partition("=")[0] for word in takewhile(lambda word: word not in "|#>;", words[1:])]
        if words[0] not in commands:
            wrong.append(f"assistant {words[0]}")
            continue
        known = {"--help"}.union(
            *(parameter.opts + parameter.secondary_opts for parameter in commands[words[0]].params)
        )
        wrong += [f"assistant {words[0]} {word}" for word in options if word.startswith("--") and word not in known]
    assert not wrong


def test_the_readmes_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert not set(re.findall(r"(?:`|^|\$ )make ([a-z]+)", readme(), re.MULTILINE)) - targets

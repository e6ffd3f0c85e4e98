"""The house rules: who may import whom, what a module looks like, what never stands in the tree.

A rule about something that is not there yet is skipped with the reason, and holds as soon as it appears.
"""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conventions.source import OURS, PRODUCT, ROOT, Module, imports, is_module, modules, public_definitions, top

MAX_LINES = 300

SCHEMAS = {"index.schema", "assistant.schema"}
LIBRARY = {
    "index.catalogue",
    "index.vectors",
    "index.embedding",
    "index.splitting",
    "index.background",
    "index.nearest",
    "index.fusion",
    "index.duplicates",
}
TEXTS = {"index.splitting", "index.embedding"}
ANSWERING = {
    "assistant." + name for name in "prompts follow_up scope holdings citations extract reader generate".split()
}
EVERYTHING = None

MAY_IMPORT: dict[str, set[str] | None] = {
    "index.schema": set(),
    "index.words": set(),
    "index.reading": {"index.schema"},
    "index.parts": {"index.schema", "index.reading"},
    "index.splitting": {"index.schema"},
    "index.embedding": {"index.schema", "index.splitting"},
    "index.catalogue": {"index.schema"},
    "index.vectors": {"index.schema"},
    "index.background": {"index.schema", *LIBRARY},
    "index.connecting": {"index.schema"},
    "index.asking": {"index.schema", "index.connecting"},
    "index.web": {"index.schema", "index.reading", "index.parts", "index.asking"},
    "index.following": {"index.schema", "index.parts", "index.asking", "index.web", "index.synchronise", *LIBRARY},
    "index.polling": {"index.schema", "index.catalogue", "index.following"},
    "index.synchronise": {
        "index.schema",
        "index.reading",
        "index.parts",
        "index.web",
        "index.ignoring",
        "index.planning",
        *LIBRARY,
    },
    "index.ignoring": set(),
    "index.planning": {"index.schema", "index.reading", "index.ignoring", "index.catalogue"},
    "index.watches": {"index.schema", "index.catalogue", "index.planning"},
    "index.watching": {"index.schema", "index.ignoring", "index.planning", "index.synchronise", "index.watches"},
    "index.duplicates": {"index.schema", "index.catalogue"},
    "index.doctor": {"index.schema", "index.planning", *LIBRARY},
    "index.fusion": {"index.schema"},
    "index.nearest": {"index.schema", "index.catalogue"},
    "index.retrieve": {"index.schema", *LIBRARY},
    "assistant.schema": {"index.schema"},
    "assistant.settings": {*SCHEMAS, "index.embedding"},
    "assistant.prompts": {"index.schema"},
    "assistant.follow_up": {*SCHEMAS, *(f"assistant.{name}" for name in ("intent", "prompts", "source_names"))},
    "assistant.citations": {*SCHEMAS, "index.splitting"},
    "assistant.source_names": set(),
    "assistant.relative_days": set(),
    "assistant.days": {"assistant.relative_days"},
    "assistant.scope": {*SCHEMAS, "assistant.days", "assistant.source_names"},
    "assistant.reader": {*SCHEMAS, "index.splitting", "index.embedding"},
    "assistant.extract": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in ("citations", "contrast", "facts", "follow_up", "reader", "relative_days")),
        *TEXTS,
    },
    "assistant.endpoint": SCHEMAS,
    "assistant.generate": {*SCHEMAS, "assistant.prompts", "assistant.endpoint", "index.splitting"},
    "assistant.remote": {*SCHEMAS, "assistant.endpoint", "assistant.generate"},
    "assistant.local": {*SCHEMAS, "assistant.endpoint", "assistant.generate"},
    "assistant.marks": {"index.splitting"},
    "assistant.facts": set(),
    "assistant.contrast": {"assistant.facts"},
    "assistant.check": {*SCHEMAS, "assistant.facts", "assistant.contrast"},
    "assistant.align": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in ("check", "citations", "contrast")),
        "index.splitting",
    },
    "assistant.write": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in ("align", "citations", "generate", "marks", "phrase", "prompts")),
    },
    "assistant.phrase": {*SCHEMAS, *(f"assistant.{name}" for name in ("prompts", "marks", "question", "follow_up"))},
    "assistant.intent": {"assistant.source_names"},
    "assistant.central": {*SCHEMAS, "assistant.contrast"},
    "assistant.material": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in ("follow_up", "question", "sentence_forms")),
        "index.catalogue",
        "index.splitting",
    },
    "assistant.stated": {"assistant.facts", "assistant.material", "index.splitting"},
    "assistant.disagree": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in ("central", "facts", "material", "stated")),
        "index.splitting",
    },
    "assistant.summarise": {*(f"assistant.{name}" for name in ("central", "citations", "material"))},
    "assistant.compare": {
        *(f"assistant.{name}" for name in "central check citations contrast disagree".split()),
        *(f"assistant.{name}" for name in "material prompts summarise".split()),
        "index.splitting",
    },
    "assistant.dated_sides": {*(f"assistant.{name}" for name in ("facts", "material", "months"))},
    "assistant.several": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in "central citations compare dated_sides disagree follow_up".split()),
        *(f"assistant.{name}" for name in "intent material prompts summarise".split()),
        "index.catalogue",
        "index.splitting",
    },
    "assistant.holdings": {
        *SCHEMAS,
        *(f"assistant.{name}" for name in "citations continuing follow_up intent_forms".split()),
        *(f"assistant.{name}" for name in "prompts scope source_names".split()),
        "index.catalogue",
        "index.splitting",
    },
    "assistant.explain": {*SCHEMAS, "index.catalogue"},
    "assistant.answer": {
        *SCHEMAS,
        *ANSWERING,
        "assistant.central",
        *(f"assistant.{name}" for name in ("explain", "facts", "holdings", "intent", "several")),
        "index.catalogue",
        "index.retrieve",
        "index.splitting",
    },
    "assistant.chat": {*SCHEMAS, *ANSWERING, "assistant.answer"},
    "assistant.ui": EVERYTHING,
    "assistant.app": EVERYTHING,
    "assistant.cli": EVERYTHING,
}
"""The table of the design. A module that is not in it is seen through: what it imports counts for whoever imports it.
`index.words` is plain functions over words, for all."""

DOORS = {
    "chromadb": r"index\.vectors",
    "httpx": r"index\.(asking|connecting)|assistant\.endpoint",
    "httpcore": r"index\.(asking|connecting)",
    "pypdf": r"index\.formats",
    "sqlite3": r"index\.catalogue\w*",
    "gradio": r"assistant\.ui",
    "datasketch": r"index\.duplicates",
    "pathspec": r"index\.ignoring",
    "watchfiles": r"index\.watching",
    "llama_index": r"index\.(splitting|embedding|vectors|retrieve)|assistant\.(generate|remote|local|answer|app)",
    "torch": r"index\.(embedding|export)|assistant\.local",
    "transformers": r"index\.embedding|assistant\.local",
    "sentence_transformers": r"index\.(embedding|export)",
}
"""A foreign library and the modules that may import it: a framework stops at one door."""

ONLY_IN_FUNCTIONS = ("torch", "sentence_transformers", "datasketch", "index.export")
"""Some 6 s (datasketch 1 s) to import, needed by few commands. `index.export` is all torch: a process of its own."""

KEYWORDS = {
    # llama-index's own signatures
    "index.splitting": {"__call__"},
    "assistant.generate": {"complete", "stream_complete", "chat", "stream_chat"},
    "assistant.answer": {"get_response", "aget_response", "synthesize", "asynthesize"},
    # transformers' own: what llama-index hands on to the model
    "assistant.local": {"generate"},
    # the names are data and are checked where they are used: a template's variables, the fields of Settings
    "assistant.prompts": {"say"},
    "assistant.settings": {"load_settings"},
}
"""The public functions that may take **keywords, and why."""

TOO_HEAVY_FOR_THE_COMMAND_LINE = (
    "torch",
    "sentence_transformers",
    "gradio",
    "chromadb",
    "datasketch",
    "llama_index",
    "openai",
)

ELSEWHERE = re.compile(
    r"(?<![\w.-])/(?:work|root|tmp/w)/"
    r"|\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|download\.pytorch\.org)\b"
)
"""Folders of one machine, and the hosts of package registries."""


# --- who may import whom --------------------------------------------------------------------------------------------


def test_index_never_imports_assistant() -> None:
    assert not [
        f"{module.at(found.line)} imports {found.name}"
        for module in modules("index")
        for found in imports(module)
        if top(found.name) == "assistant"
    ]


def test_modules_import_only_what_the_table_allows() -> None:
    rooms: dict[str, dict[str, str]] = {}
    for module in modules(*PRODUCT):
        for found in imports(module):
            room = ".".join(found.name.split(".")[:2])
            if top(found.name) in PRODUCT and room != module.room:
                rooms.setdefault(module.room, {}).setdefault(room, module.at(found.line))

    def reached(room: str, seen: set[str]) -> Iterator[tuple[str, str]]:
        for other, place in rooms.get(room, {}).items():
            if other in MAY_IMPORT or other not in rooms:
                yield other, place
            elif other not in seen:
                yield from ((beyond, f"{place} by way of {other}") for beyond, _ in reached(other, seen | {other}))

    wrong = []
    for room, allowed in MAY_IMPORT.items():
        if allowed is not EVERYTHING:
            for other, place in reached(room, {room}):
                if other in MAY_IMPORT and other not in allowed | {room, "index.words"}:
                    wrong.append(f"{place}: {room} may not import {other}")
    assert not wrong


@pytest.mark.parametrize("package", ["index", "assistant", "assistant.ui"])
def test_the_first_page_of_a_package_names_every_module(package: str) -> None:
    root = importlib.import_module(package)
    named = set(re.findall(r"\w+", root.__doc__ or ""))
    folder = Path(next(iter(root.__path__)))
    assert {path.stem for path in folder.glob("[!_]*.py")} <= named


def test_modules_never_import_the_root_of_their_own_package() -> None:
    assert not [
        module.at(found.line)
        for module in modules(*PRODUCT)
        for found in imports(module)
        if found.name == top(module.name)
    ], "importing the contents page from a chapter makes a cycle"


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {module.name for module in modules(*PRODUCT)}
    graph = {
        module.name: {found.name for found in imports(module) if found.at_once and found.name in names - {module.name}}
        for module in modules(*PRODUCT)
    }
    while free := {name for name, needed in graph.items() if not needed & graph.keys()}:
        graph = {name: needed for name, needed in graph.items() if name not in free}
    assert not graph, "these import each other, or something that does"


@pytest.mark.parametrize("library", DOORS)
def test_a_foreign_library_is_imported_by_its_own_door_only(library: str) -> None:
    assert not [
        f"{module.at(found.line)} imports {found.name}"
        for module in modules(*PRODUCT)
        for found in imports(module)
        if top(found.name) == library and not re.fullmatch(DOORS[library], module.room)
    ]


def test_what_is_slow_to_load_is_imported_in_functions_only() -> None:
    assert not [
        f"{module.at(found.line)} imports {found.name}"
        for module in modules(*PRODUCT)
        for found in imports(module)
        if found.at_once and module.name != "index.export" and {found.name, top(found.name)} & set(ONLY_IN_FUNCTIONS)
    ]


def test_the_command_line_starts_without_anything_heavy() -> None:
    if not is_module("assistant.cli"):
        pytest.skip("there is no assistant/cli.py yet")
    script = "import sys, assistant.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & set(TOO_HEAVY_FOR_THE_COMMAND_LINE)


# --- what a module looks like ---------------------------------------------------------------------------------------


def test_modules_are_short() -> None:
    sizes = {
        str(module.path.relative_to(ROOT)): len(module.path.read_text("utf-8").splitlines())
        for module in modules(*PRODUCT, "benchmarks", "training")
    }
    assert not {name: size for name, size in sizes.items() if size > MAX_LINES}, f"more than {MAX_LINES} lines"


def test_modules_have_a_docstring() -> None:
    assert not [str(module.path.relative_to(ROOT)) for module in modules(*OURS) if not ast.get_docstring(module.tree)]


def test_public_functions_and_classes_have_a_docstring() -> None:
    assert not [
        f"{module.at(node.lineno)} {node.name}"
        for module in modules(*PRODUCT)
        for node in public_definitions(module)
        if not ast.get_docstring(node)
    ]


def test_only_the_command_line_prints() -> None:
    assert not [
        module.at(node.lineno)
        for module in modules(*PRODUCT)
        if module.room not in {"assistant.cli", "assistant.output"}  # the command line, and what it prints
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def test_modules_are_named_for_what_they_own() -> None:
    assert not [
        str(module.path.relative_to(ROOT))
        for module in modules(*OURS)
        if module.path.stem in {"utils", "util", "helpers", "common", "misc", "types"}
    ]


def test_public_functions_name_their_parameters() -> None:
    wrong = []
    for module in modules(*PRODUCT):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.args.kwarg
                and (not node.name.startswith("_") or node.name in {"__call__", "__init__"})
                and not _is_framework_hook(module, node)
                and node.name not in KEYWORDS.get(module.room, ())
            ):
                wrong.append(f"{module.at(node.lineno)} {node.name}(**{node.args.kwarg.arg})")
    assert not wrong


def _is_framework_hook(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is the `__init__` of a subclass, which hands on what its base takes."""
    return function.name == "__init__" and any(
        isinstance(node, ast.ClassDef) and node.bases and function in node.body for node in ast.walk(module.tree)
    )


# --- what never stands in the tree ----------------------------------------------------------------------------------


def test_nothing_names_the_machine_it_was_written_on() -> None:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    wrong = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
                if found := ELSEWHERE.search(line):
                    wrong.append(f"{name}:{number} {found[0]}")
    assert not wrong

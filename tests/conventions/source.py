"""Our own source as the conventions see it: its modules, what they import and what they define."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("index", "assistant")
OURS = (*PRODUCT, "benchmarks", "training", "tests")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, by its full name; `at_once` where importing the importer imports it too."""

    name: str
    line: int
    at_once: bool


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of ours."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        """What the tables speak of: the module, or the package within `index` or `assistant` that it is part of."""
        return ".".join(self.name.split(".")[:2])

    def at(self, line: int) -> str:
        """Where, for an editor to open."""
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def modules(*folders: str) -> list[Module]:
    """Every Python file below these folders."""
    found = []
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, ast.parse(path.read_text("utf-8"), str(path))))
    return found


def imports(module: Module) -> Iterator[Import]:
    """All it imports, in functions and under TYPE_CHECKING as well, and by `import_module("name")`."""

    def walk(node: ast.AST, at_once: bool) -> Iterator[Import]:
        match node:
            case ast.Import(names=names):
                yield from (Import(alias.name, node.lineno, at_once) for alias in names)
            case ast.ImportFrom(names=names):
                for alias in names:
                    full = f"{_absolute(module, node)}.{alias.name}"
                    yield Import(full if is_module(full) else _absolute(module, node), node.lineno, at_once)
            case ast.Call(
                func=ast.Name(id="__import__") | ast.Attribute(attr="import_module"), args=[ast.Constant(name)]
            ):
                yield Import(str(name), node.lineno, at_once)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _is_for_types(node)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, at_once and not inside)

    return walk(module.tree, True)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".") if module.path.name == "__init__.py" else module.name.split(".")[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def public_definitions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Its public functions and classes, and the public methods of those classes."""

    def within(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith(
                "_"
            ):
                yield node
                if isinstance(node, ast.ClassDef):
                    yield from within(node.body)

    return within(module.tree.body)


def top(name: str) -> str:
    """The distribution's top-level name."""
    return name.partition(".")[0]

"""The files of an evaluation, JSON lines all: questions and articles in, predictions out."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.scoring import EvaluationQuestion, Prediction
from index.schema import Article, SettingsError, text_id


class EvaluationError(SettingsError):
    """A file of questions, articles or predictions cannot be used as it is."""


def read_questions(path: Path) -> list[EvaluationQuestion]:
    """The questions of a file. Raises EvaluationError naming the line that is wrong.

    Sets made by others have two questions under one id; only the same question twice is refused.
    """
    return [_question(line) for line in _each_once(_lines(path), "question", "history")]


def read_articles(path: Path) -> list[tuple[str, Article]]:
    """The articles of a file with the ids they have there: id, title, text, date, source, url, author.

    Raises EvaluationError naming the line that is wrong.
    """
    return [(line.id, _article(line)) for line in _each_once(_lines(path))]


def check_writable(path: Path) -> None:
    """Raise EvaluationError where predictions could not be written; what stands there already stays."""
    there = path.exists()
    try:
        path.open("a").close()
        if not there:
            path.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def write_predictions(predictions: Iterable[Prediction], path: Path) -> None:
    """One JSON line a prediction. Raises EvaluationError."""
    try:
        with path.open("w", encoding="utf-8") as lines:
            for prediction in predictions:
                lines.write(json.dumps(prediction.json(), ensure_ascii=False) + "\n")
    except OSError as error:
        raise _unwritable(path, error) from error


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it was read; what is taken from it is of the type that is asked for, or an EvaluationError."""

    path: Path
    number: int
    values: dict[str, Any]

    def wrong(self, what: str, hint: str) -> EvaluationError:
        return EvaluationError(f"{self.path}, line {self.number}: {what}.", hint)

    @property
    def id(self) -> str:
        value = self.values.get("id")
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise self.wrong("“id” must be a text or a number", "Give every line an id of its own.")
        return str(value)

    def text(self, name: str, needed: bool = False) -> str:
        value = "" if self.values.get(name) is None else self.values[name]
        if not isinstance(value, str):
            raise self.wrong(f"“{name}” must be a text", "Write it in quotation marks.")
        if needed and not value.strip():
            raise self.wrong(f"“{name}” is missing or empty", "Each line needs it.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise self.wrong(f"“{name}” holds half a character", "Write \\ud83d only with the half that follows it.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.listed(name)
        if not _is_list_of(value, str):
            raise self.wrong(f"“{name}” must be a list of texts", 'Write it as ["one", "another"].')
        return tuple(value)

    def listed(self, name: str) -> Any:
        """What stands there, unchecked; where nothing does, an empty list."""
        return [] if self.values.get(name) is None else self.values[name]

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10]) if value else None
        except ValueError as error:
            raise self.wrong(f"“{name}” is no day", "Write days as 2023-06-21.") from error


def _question(line: _Line) -> EvaluationQuestion:
    history, evidence = line.listed("history"), line.listed("evidence")
    if not _is_list_of(history, dict) or not all(
        isinstance(turn.get(name), str) for turn in history for name in ("role", "text")
    ):
        raise line.wrong("“history” must be a list of turns", 'Write each as {"role": "user", "text": "..."}.')
    if not _is_list_of(evidence, list) or not all(_is_list_of(sentences, str) for sentences in evidence):
        raise line.wrong("“evidence” must be a list of lists of texts", 'Write it as [["one sentence", "another"]].')
    answerable = line.values.get("answerable", True)
    if not isinstance(answerable, bool | None):
        raise line.wrong("“answerable” must be true, false or null", "Write it without quotation marks.")
    return EvaluationQuestion(
        id=line.id,
        question=line.text("question", needed=True),
        history=tuple(history),
        asked=line.day("date"),
        answers=line.texts("answers"),
        long_answers=line.texts("long_answers"),
        articles=frozenset(line.texts("articles")),
        evidence=tuple(map(tuple, evidence)),
        answerable=answerable,
    )


def _article(line: _Line) -> Article:
    text = line.text("text", needed=True)
    return Article(
        text_id(text),
        title=line.text("title"),
        text=text,
        source=line.text("source"),
        author=line.text("author"),
        url=line.text("url"),
        published=line.day("date"),
    )


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def _each_once(lines: Iterable[_Line], *names: str) -> Iterator[_Line]:
    """The lines, none of which may have the id and these fields of an earlier one."""
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        key = (line.id, *(json.dumps(line.values.get(name)) for name in names))
        if key in seen:
            raise line.wrong(
                f"the same {' and '.join(('id', *names[:1]))} as in line {seen[key]}", "Take one of them out."
            )
        seen[key] = line.number
        yield line


def _lines(path: Path) -> Iterator[_Line]:
    """The lines that are not empty; a mark of the byte order is passed over."""
    empty = True
    try:
        with path.open("rb") as lines:
            for number, written in enumerate(lines, 1):
                written = written.removeprefix(BOM_UTF8) if number == 1 else written
                if written.strip():
                    empty = False
                    yield _line(path, number, written)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    if empty:
        raise EvaluationError(f"{path} is empty.", "Write one JSON object a line.")


def _line(path: Path, number: int, written: bytes) -> _Line:
    line = _Line(path, number, {})
    try:
        values = json.loads(written.decode())
    except UnicodeDecodeError as error:
        raise line.wrong("not UTF-8 text", "Save the file as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise line.wrong(f"no JSON ({error})", "Each line must be one JSON object.") from error
    if not isinstance(values, dict):
        raise line.wrong("not an object", "Each line must be one JSON object.")
    return replace(line, values=values)


def _unwritable(path: Path, error: OSError) -> EvaluationError:
    return EvaluationError(f"{path} cannot be written: {error.strerror}.", "Name a file in a folder that is there.")

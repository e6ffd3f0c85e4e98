"""What people said of answers -> JSON lines of questions that `assistant evaluate` can ask again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.conversations import Notebook
from assistant.evaluation_files import EvaluationError
from assistant.schema import Turn

RIGHT = "Like"
"""The one word of the window that says an answer was right; every other says that something was wrong with it."""


def export(notebook: Notebook, path: Path) -> int:
    """Write a line for each turn that somebody rated; how many. Raises EvaluationError where it cannot be written."""
    lines = list(rated(notebook))
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EvaluationError(f"{path} cannot be written: {reason}.", "Name a file in a folder of yours.") from error
    return len(lines)


def rated(notebook: Notebook) -> Iterator[dict[str, Any]]:
    """A question for each turn with feedback, with the turns before it, what was answered and from where.

    Of an answer that was liked its sentences are the evidence and its articles the right ones; of another one only the
    question is known, since what would have been right was not said.
    """
    for row in notebook.rows():
        turns = notebook.turns(row.id)
        for index, turn in enumerate(turns):
            if turn.feedback:
                yield {"id": f"{row.id}:{index}", **_question(turns[:index], turn)}


def _question(before: list[Turn], turn: Turn) -> dict[str, Any]:
    answer = turn.answer
    known: dict[str, Any] = {"answerable": None}
    quotes = [citation.quote for citation in answer.citations if not citation.field]
    if turn.feedback == RIGHT and (answer.found or answer.not_found):  # small talk answers no question
        known = {
            "answerable": answer.found,
            "articles": sorted({citation.article_id for citation in answer.citations}),
            "evidence": [quotes] if quotes else [],
        }
    history = [
        {"role": role, "text": text}
        for each in before
        for role, text in (("user", each.message), ("assistant", each.answer.text or each.answer.message))
    ]
    return {
        "question": turn.message,
        "history": history,
        "filters": {
            "sources": turn.filters.sources,
            "since": turn.filters.since and turn.filters.since.isoformat(),
            "until": turn.filters.until and turn.filters.until.isoformat(),
        },
        **known,
        "feedback": turn.feedback,
        "answer": answer.text or answer.message,
        "written_by": answer.written_by,
        "passages": [
            {"article": each.article_id, "start": each.start, "end": each.end, "quote": each.quote}
            for each in (*answer.citations, *answer.nearest)
        ],
    }

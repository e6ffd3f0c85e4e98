"""Measurements of speed and quality. `python -m benchmarks --help` lists them; results are printed, not asserted."""

import json
from pathlib import Path

_LINES = Path(__file__).with_name("starter_questions.jsonl").read_text("utf-8").splitlines()
QUESTIONS: tuple[str, ...] = tuple(json.loads(line)["question"] for line in _LINES)
"""Of the starter articles. To time an answer each is asked once: what was read of a question is kept."""

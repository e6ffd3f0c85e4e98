"""`python -m training.continuing REWRITES [--write]`: the weights of `assistant.continuing`, from conversations.

Each line of REWRITES is `{"domain", "turns": [messages, the last one to resolve], "rewrite"}`. A message after the
messages before it goes on with the conversation; the opening or a rewritten question of another conversation, put in
its place, does not. Logistic regression with a quadratic penalty, fitted by Newton's method. It reports on half of the
conversations, chosen by a seed, which it was not fitted to; `--write` then fits to all of them.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.continuing import features
from assistant.follow_up import is_small_talk

PENALTY = 2.0
SEED = 7
WEIGHTS = Path(__file__).parents[1] / "assistant" / "continuing.json"
SOURCE = "conversations and rewritten questions of IBM/mt-rag-benchmark (mtrag-human/retrieval_tasks), Apache-2.0"


@dataclass(frozen=True, slots=True)
class Example:
    """A message beside the messages before it, as features, and whether it goes on with them."""

    features: dict[str, float]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One message of a conversation with those before it, and what was asked in full."""

    domain: str
    turns: tuple[str, ...]
    rewrite: str


def conversations(path: Path) -> list[list[Row]]:
    """The rows of each conversation, told by its first message; the conversations in a seeded order."""
    found: dict[str, list[Row]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row["turns"][0], []).append(Row(row["domain"], tuple(row["turns"]), row["rewrite"]))
    names = sorted(found)
    random.Random(SEED).shuffle(names)
    return [found[name] for name in names]


def examples(talks: Sequence[list[Row]]) -> list[Example]:
    """Every message where it was said; and, in its place, two said elsewhere: one of them in the same domain."""
    chance = random.Random(SEED)
    rows = [row for talk in talks for row in talk]
    found = []
    for talk in talks:
        said = [text for text in max((row.turns for row in talk), key=len) if not is_small_talk(text)]
        others = [row for row in rows if row.turns[0] != talk[0].turns[0]]
        near = [row for row in others if row.domain == talk[0].domain] or others
        for position in range(1, len(said)):
            before, message = said[:position], said[position]
            found.append(Example(features(before, message), True))
            for row in (chance.choice(others), chance.choice(near)):
                stranger = chance.choice((row.turns[0], row.rewrite))
                found.append(Example(features(before, stranger), False))
    return found


def fit(rows: Sequence[Example], penalty: float) -> dict[str, float]:
    """The weights that make the examples likeliest, less `penalty` / 2 times the sum of their squares."""
    names = list(rows[0].features)
    matrix = np.array([list(row.features.values()) for row in rows])
    target = np.array([row.goes_on for row in rows], float)
    importance = np.where(target == 1, 2.0, 1.0)  # two strangers for each message
    weights = np.zeros(len(names))
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(matrix @ weights)))
        slope = matrix.T @ (importance * (target - chance)) - penalty * weights
        curve = (matrix * (importance * chance * (1 - chance))[:, None]).T @ matrix + penalty * np.eye(len(names))
        weights += np.linalg.solve(curve, slope)
    return dict(zip(names, map(float, weights), strict=True))


def chances(rows: Sequence[Example], weights: dict[str, float]) -> NDArray[np.float64]:
    """The probability of each example."""
    odds = np.array([sum(weights[name] * value for name, value in row.features.items()) for row in rows])
    return np.asarray(1 / (1 + np.exp(-odds)))


def report(rows: Sequence[Example], weights: dict[str, float]) -> None:
    """Print how many of both kinds are taken for going on, at several thresholds."""
    chance, goes_on = chances(rows, weights), np.array([row.goes_on for row in rows])
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
        taken = chance >= threshold
        print(f"at {threshold:.1f}: goes on {taken[goes_on].mean():.3f}, a stranger {taken[~goes_on].mean():.3f}")


def main() -> None:
    """Fit on half and report on the other; with `--write`, fit on all and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m training.continuing", description=__doc__)
    parser.add_argument("rewrites", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    arguments = parser.parse_args()
    talks = conversations(arguments.rewrites)
    half = len(talks) // 2
    report(examples(talks[half:]), fit(examples(talks[:half]), arguments.penalty))
    if arguments.write:
        learned = {name: round(weight, 3) for name, weight in fit(examples(talks), arguments.penalty).items()}
        WEIGHTS.write_text(json.dumps({"learned from": SOURCE, "weights": learned}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

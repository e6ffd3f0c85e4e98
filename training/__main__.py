"""`python -m training`: library, weights, decision and figures. What stands in its folder already is not done again."""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch

from assistant import decision as product
from assistant.reader import WEIGHTS, Reader
from index.embedding import packaged_model
from index.schema import Filters
from training import decision
from training.cases import CaseMaker
from training.data import OPEN_SETS, Asked, read_all
from training.examples import Maker
from training.export import check, export, quantize
from training.figures import figures, print_figures
from training.fit import fit
from training.library import library

PARTS = ("0", "1", "all")
"""Two halves, each read by weights that have not seen it, teach the decision; the weights of all are shipped."""

REFUSAL = {"lenient": 0.2, "normal": 0.35, "strict": 0.55}
"""The probability below which nothing is answered, by level; `training/README.md` has what each costs."""

EPOCHS = 2

Tell = Callable[..., None]


def held(asked: Asked, part: str) -> bool:
    """Whether a question is kept from the weights of this part: half of the open sets, a tenth of the others."""
    return part != "all" and (asked.fold % 2 if asked.set in OPEN_SETS else asked.fold) == int(part)


def main() -> None:
    """Run what is not done yet."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("train", type=Path, help="the folder of selqa.jsonl, qed.jsonl and qamr.jsonl")
    parser.add_argument("sets", type=Path, help="the folder of the question sets clapnq and followups")
    parser.add_argument("--work", type=Path, default=Path("build/reader"), help="where everything is kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--install", action="store_true", help="put the new weights and the decision into the package")
    arguments = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    work: Path = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    tell = _teller()
    asked = read_all(arguments.train, arguments.sets)
    assistant, documents = library(work / "library", (each.document for each in asked), tell)
    try:
        maker = Maker(lambda text: assistant.retriever.hits(text, Filters(), 8), documents, Random(arguments.seed))
        for part in PARTS:
            path = _weights(work, part, arguments.seed)
            if not path.exists():
                _train([each for each in asked if not held(each, part)], maker, path, arguments.seed, tell)
        cases: dict[str, list[decision.Case]] = {}
        for part in PARTS[:2]:
            reader = Reader(_weights(work, part, arguments.seed), packaged_model() / "tokenizer.json")
            made = CaseMaker(assistant.library.catalogue, assistant.retriever, documents, reader)
            cases[part] = list(made.cases(_once(each for each in asked if held(each, part)), Random(int(part))))
            tell("cases", part, len(cases[part]))
    finally:
        assistant.close()
    stored = {name: _decided([*cases["0"], *cases["1"]], with_reader) for name, with_reader in _MODELS.items()}
    (work / "decision.json").write_text(json.dumps(stored, separators=(",", ":")), "utf-8")
    for name, models in (("reader", (True, False)), ("rules", (False,))):  # as the product weighs them
        reached = figures(cases["0"], cases["1"], lambda some, models=models: [_decided(some, each) for each in models])
        print_figures(name, reached)
    if arguments.install:
        shutil.copyfile(_weights(work, "all", arguments.seed), WEIGHTS)
        shutil.copyfile(work / "decision.json", product.FILE)


_MODELS = {"reader": True, "rules": False}


def _decided(cases: Sequence[decision.Case], with_reader: bool) -> dict[str, Any]:
    return {**decision.fit(cases, with_reader), "refusal": REFUSAL}


def _train(asked: Sequence[Asked], maker: Maker, path: Path, seed: int, tell: Tell) -> None:
    examples = maker.examples(asked)
    tell(path.stem, len(examples), "examples", sum(any(each.labels) for each in examples), "with an answer")
    network = fit(
        examples, EPOCHS, seed, lambda step, steps, loss: tell(path.stem, f"{step} of {steps}, loss {loss:.3f}")
    )
    torch.save(network.state_dict(), path.with_suffix(".pt"))
    export(network, path.with_suffix(".whole.onnx"))
    check(network, path.with_suffix(".whole.onnx"))
    quantize(path.with_suffix(".whole.onnx"), path)


def _weights(work: Path, part: str, seed: int) -> Path:
    return work / f"reader-{part}-{seed}.onnx"


def _once(asked: Any) -> list[Asked]:
    """Each question once, also where several documents answer it."""
    return list({(each.set, each.id): each for each in reversed(list(asked))}.values())[::-1]


def _teller() -> Tell:
    """Prints what is going on, at most every ten seconds."""
    started = last = time.perf_counter() - 60

    def tell(*values: object) -> None:
        nonlocal last
        if time.perf_counter() - last > 10:
            last = time.perf_counter()
            print(f"{last - started - 60:6.0f} s", *values, flush=True)

    return tell


if __name__ == "__main__":
    main()

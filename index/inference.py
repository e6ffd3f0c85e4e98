"""A model in ONNX Runtime, which is given one text at a time."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Text = Mapping[str, NDArray[np.int64]]
"""A model's inputs by their names, an array (tokens,) each."""

MOST_THREADS = 8  # each keeps what it computes with: 16 MB for the longest text
UNFUSED = ["SkipLayerNormFusion"]
"""What stays in two steps: as one, ONNX Runtime does not vectorise it, a fifth of reading and 7 % of embedding."""


class Model:
    """Texts side by side, each run by one thread, as many as there are processors.

    Two cores take six tenths of the time that both together need for one text after another, and nothing is padded.
    Threads that share one text wait for each other, on a busy machine for long.
    """

    def __init__(self, path: Path, inputs: Sequence[str]) -> None:
        """Raises ValueError where the file is of a model with other inputs, and what ONNX Runtime raises."""
        import onnxruntime  # 0.1 s

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=UNFUSED
        )
        found = [each.name for each in self._session.get_inputs()]
        if found != list(inputs):
            raise ValueError(f"{path} takes {', '.join(found)} instead of {', '.join(inputs)}: of another version?")
        self._helpers = max(0, min(MOST_THREADS, _processors()) - 1)
        self._pool = ThreadPoolExecutor(max(1, self._helpers), thread_name_prefix="inference")

    def run(self, texts: Sequence[Text], made_of: Callable[[NDArray[np.float32]], T]) -> list[T]:
        """What is made of the output (tokens, ...) for each text.

        The thread that calls does what no other is free for: a question never waits for the passages of somebody else.
        """
        made: dict[int, T] = {}
        left, taking = iter(range(len(texts))), Lock()

        def work() -> None:
            while True:
                with taking:
                    number = next(left, None)
                if number is None:
                    return
                inputs = {name: array[None] for name, array in texts[number].items()}
                made[number] = made_of(self._session.run(None, inputs)[0][0])

        helping: list[Future[None]] = []
        with suppress(RuntimeError):  # the program is ending
            helping += (self._pool.submit(work) for _ in range(min(self._helpers, len(texts) - 1)))
        work()
        for helper in helping:
            if not helper.cancel():
                helper.result()
        return [made[number] for number in range(len(texts))]


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

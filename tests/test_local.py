"""A model in this program: streamed, stopped at once, fitted to its context, loaded once; whatever fails says so."""

import gc
import importlib.util
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from llama_index.core.llms import ChatMessage

from assistant import local, upkeep
from assistant.app import Assistant, build
from assistant.endpoint import Limits
from assistant.generate import Excerpt, Generation, Generator, messages_of
from assistant.local import LocalModel
from assistant.settings import load_settings
from assistant.trial import trial
from index.schema import Article, Hit, ModelError, SettingsError
from index.splitting import split
from tests.fakes import BagOfWordsEmbedder
from tests.tiny_model import make_model

pytestmark = pytest.mark.slow

TEXT = " ".join(f"Twelve engines came to fire number {number} in the old town." for number in range(400))
HITS = [Hit(passage, Article("a", "Fires", TEXT), 1.0) for passage in split(Article("a", "Fires", TEXT))]
ARTICLE = "About the mill\n\nThe old mill burned down in May 2021. Twelve engines came to the fire. Nobody was hurt."
QUESTION = "When did the old mill burn down?"


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    return LocalModel(str(make_model(tmp_path_factory.mktemp("local") / "brief")))


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    return LocalModel(str(make_model(tmp_path_factory.mktemp("local") / "endless", ends=False)))


def generation(model: LocalModel, hits: list[Hit] | None = None, limits: Limits | None = None) -> Generation:
    return Generator(model, limits).generate(QUESTION, hits or [])


def loaded(model: LocalModel) -> Any:
    """The model itself with its tokenizer."""
    return model.loaded(threading.Event())


def free(model: LocalModel) -> bool:
    """Whether its next turn comes at once."""
    turn = loaded(model).turn
    taken = turn.acquire(timeout=2)
    if taken:
        turn.release()
    return taken


def test_the_weights_are_loaded_once(brief: LocalModel) -> None:
    assert loaded(LocalModel(brief.location)) is loaded(brief)


class Loading:
    """Holds up all that is loaded until `go`, and counts it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.go = threading.Event()
        self._load = transformers.AutoModelForCausalLM.from_pretrained
        monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", self)

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.count += 1
        self.go.wait(60)
        return self._load(*given, **named)


def test_a_model_that_is_tried_leaves_the_one_in_force_where_it_is(
    brief: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(generation(brief))
    loading = Loading(monkeypatch)
    other = LocalModel(str(make_model(tmp_path / "other")))
    tried: list[str] = []
    thread = threading.Thread(target=lambda: tried.extend(generation(other)))
    thread.start()
    assert list(generation(brief)) and thread.is_alive() and not tried
    loading.go.set()
    thread.join(60)
    assert tried and list(generation(brief)) and list(generation(other)) and loading.count == 1


def test_stopping_does_not_wait_until_the_model_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading, model = Loading(monkeypatch), LocalModel(str(make_model(tmp_path / "large")))
    stopped = generation(model)
    stopped.stop()
    assert list(stopped) == [] and loading.count == 0
    stopped = generation(model)
    threading.Timer(0.5, stopped.stop).start()
    assert list(stopped) == [] and not loading.go.is_set() and not stopped.complete
    loading.go.set()
    assert list(generation(model)) and loading.count == 1


def test_an_answer_asks_for_the_weights_once(brief: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, ready = [], LocalModel.loaded
    monkeypatch.setattr(LocalModel, "loaded", lambda *given: asked.append(given) or ready(*given))  # type: ignore[func-returns-value]
    assert list(generation(brief, HITS)) and len(asked) == 1


def test_what_is_tried_and_taken_over_is_not_loaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loading = Loading(monkeypatch)
    loading.go.set()
    folder = str(make_model(tmp_path / "other"))
    with trial(load_settings(model=folder)) as said:
        taken = LocalModel(folder)
    assert said == "“other” in this program answers." and loaded(taken) and loading.count == 1


def test_the_threads_of_the_program_are_given_back(
    brief: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def count(*_: Any) -> None:
        seen.append(torch.get_num_threads())

    def in_a_new_thread() -> int:
        thread = threading.Thread(target=count)
        thread.start()
        thread.join()
        return seen.pop()

    before = in_a_new_thread()
    monkeypatch.setattr(local, "_threads", lambda: before + 2)
    try:
        hook = loaded(brief).model.lm_head.register_forward_hook(count)
        assert list(generation(brief)) and set(seen) == {before + 1}
        hook.remove()
        assert in_a_new_thread() == before + 2
        loaded(LocalModel(str(make_model(tmp_path / "other"))))
        assert in_a_new_thread() == before + 2
    finally:
        torch.set_num_threads(before)


def test_the_pieces_come_as_they_are_written(brief: LocalModel, endless: LocalModel) -> None:
    ended = generation(brief)
    assert "".join(ended) and ended.complete
    moments = [time.monotonic() for _ in generation(endless, limits=Limits(written=200))]
    assert len(moments) > 20 and moments[-1] > moments[0]


def test_an_answer_of_the_greatest_length_is_incomplete(endless: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "ANSWER_TOKENS", 30)
    cut = generation(endless)
    assert list(cut) and not cut.complete


def test_stopping_ends_it_at_once_and_frees_the_model(endless: LocalModel) -> None:
    loaded(endless)
    running, pieces = generation(endless), []
    for piece in running:
        pieces.append(piece)
        if len(pieces) == 10:
            running.stop()
    assert not running.complete and free(endless)
    left = iter(generation(endless))
    next(left)
    del left
    assert free(endless)


def test_stopping_does_not_wait_until_a_long_prompt_is_read(endless: LocalModel) -> None:
    model, seen = loaded(endless).model, []
    running = generation(endless)

    def reading(*_: Any) -> None:
        seen.append(True)
        running.stop()

    layers = model.model.layers
    hooks = [layers[0].register_forward_hook(reading), layers[1].register_forward_hook(lambda *_: seen.append(False))]
    assert list(running) == [] and seen == [True]
    for hook in hooks:
        hook.remove()
    assert free(endless)


def test_one_question_waits_for_the_other_and_can_leave_the_queue(endless: LocalModel) -> None:
    first = iter(generation(endless, limits=Limits(written=10**9)))
    next(first)
    second = generation(endless)
    threading.Timer(0.5, second.stop).start()
    assert list(second) == []
    first.close()  # type: ignore[attr-defined]
    assert next(iter(generation(endless)))


def test_a_model_that_fails_in_mid_answer_is_an_error_and_no_endless_wait(brief: LocalModel) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("not enough memory")

    hook = loaded(brief).model.lm_head.register_forward_hook(fails)
    with pytest.raises(ModelError, match="“brief” broke off"):
        list(generation(brief))
    hook.remove()
    assert list(generation(brief)) and free(brief)


def messages(excerpts: Sequence[Excerpt]) -> list[ChatMessage]:
    return messages_of(QUESTION, excerpts, "compare", "fence")


@pytest.mark.parametrize("context", [700, 1200])
def test_passages_fit_the_models_own_context(brief: LocalModel, tmp_path: Path, context: int) -> None:
    small = LocalModel(str(make_model(tmp_path / "small", context=context)))
    shown, ready = small.call(Limits()).fitting(HITS, messages), loaded(small)
    tokens = len(ready.tokenizer(ready.prompt(messages(shown)))["input_ids"])
    assert context / 2 < tokens <= context - ready.answer_tokens
    assert shown[0].hit == HITS[0] and all(excerpt.text.endswith("town.") for excerpt in shown)
    assert len(brief.call(Limits()).fitting(HITS, messages)) > len(shown)
    assert list(generation(small, HITS))


def test_a_context_too_small_for_a_passage_is_named(tmp_path: Path) -> None:
    tiny = LocalModel(str(make_model(tmp_path / "tiny", context=300)))
    with pytest.raises(ModelError, match="reads 300 tokens"):
        list(generation(tiny, HITS))


def test_a_template_without_instructions_apart_is_used_all_the_same(tmp_path: Path) -> None:
    template = (
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}"
        "{{ raise_exception('no system role') }}{% endif %}<|user|>{{ message['content'] }}{% endfor %}"
    )
    model = LocalModel(str(make_model(tmp_path / "plain", template=template)))
    prompt = loaded(model).prompt(messages([]))
    assert prompt.startswith("<s><|user|>You answer") and QUESTION in prompt


def test_what_cannot_be_loaded_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no folder"):
        LocalModel(str(tmp_path / "absent"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="“empty” cannot be loaded") as raised:
        list(generation(LocalModel(str(tmp_path / "empty"))))
    assert "ASSISTANT_MODEL_URL" in raised.value.hint
    with pytest.raises(ModelError, match="“scribe” cannot be loaded"):
        list(generation(LocalModel("scribe")))
    with pytest.raises(ModelError, match="no chat template"):
        list(generation(LocalModel(str(make_model(tmp_path / "base", template="")))))


def test_an_error_without_words_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", fails)
    with pytest.raises(ModelError, match="cannot be loaded: MemoryError"):
        loaded(LocalModel(str(make_model(tmp_path / "large"))))


def test_without_the_extra_one_sentence_says_what_to_install(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "huggingface" in name else found(name))
    with pytest.raises(SettingsError, match="not installed") as raised:
        build(load_settings(model=str(tmp_path)))
    assert "article-assistant[local]" in raised.value.hint


@pytest.fixture
def assistant(home: Path, endless: LocalModel) -> Iterator[Assistant]:
    embedder: Any = BagOfWordsEmbedder(512)
    built = build(load_settings(model=endless.location), embedder)
    built.library.synchroniser.add_bytes(ARTICLE.encode(), "mill.txt")
    yield built
    built.close()


def test_weights_outlive_other_settings_and_go_with_their_model(assistant: Assistant, tmp_path: Path) -> None:
    folders = [str(make_model(tmp_path / name)) for name in ("first", "second")]
    held: list[Any] = []
    for folder in folders:
        assistant.preferences.change({"model": folder})
        reply = assistant.chat.ask([], QUESTION)
        assert reply.answer
        weights = weakref.ref(loaded(LocalModel(folder)).model)
        assistant.preferences.change({"sentences": 5})
        assert weights() is loaded(LocalModel(folder)).model
        held.append((reply, weights))
    gc.collect()
    assert held[0][1]() is None and held[1][1]() is not None
    assistant.preferences.change({"model": ""})
    gc.collect()
    assert held[1][1]() is None


def test_nonsense_ends_in_quotes_and_others_are_answered_meanwhile(assistant: Assistant) -> None:
    reply = assistant.chat.ask([], QUESTION)
    thread = threading.Thread(target=lambda: reply.answer)
    thread.start()
    quoted = assistant.chat.ask([], QUESTION, quotes_only=True).answer
    assert quoted.found and thread.is_alive()
    reply.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert assistant.chat.model == "endless"
    assert reply.answer.citations == quoted.citations and reply.answer.note.endswith("made of quotes.")


def test_the_doctor_asks_it(home: Path, brief: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = upkeep._model(load_settings(model=brief.location))
    assert not finding.wrong and finding.text == "“brief” in this program answers."

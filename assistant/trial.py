"""Whether a language model answers: asked for a word, and hung up on at the first."""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.app import build_generator
from assistant.endpoint import Limits
from assistant.settings import Settings
from index.schema import ModelError, SettingsError

SECONDS = 60.0  # for its first word: a model that is loaded only when it is asked takes most of that


@contextmanager
def trial(settings: Settings) -> Iterator[str]:
    """That the model of these settings answers, as a sentence. Raises SettingsError or ModelError where it does not.

    One that was loaded for that stays so within: whoever takes it over there need not load it again.
    """
    generator = build_generator(settings, Limits(whole=SECONDS))
    if generator is None:
        raise SettingsError("ASSISTANT_MODEL is not set.", "Without a model, answers are made of quotes.")
    generation = generator.generate("Are you there?", [])
    word = next(iter(generation), None)
    generation.stop()
    if word is None:
        hint = "See what its server says, or give it more time."
        raise ModelError(f"“{generator.model}” {generator.place} said nothing.", hint)
    yield f"“{generator.model}” {generator.place} answers."

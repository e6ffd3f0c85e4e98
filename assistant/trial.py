"""Whether a language model answers: asked for a word, and hung up on at the first."""

from assistant.endpoint import Limits, endpoint_of
from assistant.settings import Settings
from index.schema import ModelError

SECONDS = 60.0  # for its first word: a model that is loaded only when it is asked takes most of that


def try_model(settings: Settings) -> str:
    """That the model of these settings answers, as a sentence. Raises SettingsError or ModelError where it does not."""
    from assistant.generate import Generator  # 1 s: it brings OpenAI's client

    endpoint = endpoint_of(settings.model_url, settings.model, settings.model_key)
    generation = Generator(endpoint, Limits(whole=SECONDS)).generate("Are you there?", [])
    word = next(iter(generation), None)
    generation.stop()
    if word is None:
        raise ModelError(
            f"“{endpoint.model}” at {endpoint.host} said nothing.", "See what its server says, or give it more time."
        )
    return f"“{endpoint.model}” at {endpoint.host} answers."

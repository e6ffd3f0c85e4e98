"""What a person can set: ASSISTANT_* variables, then assistant.toml in the library's folder, then the defaults."""

import os
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from assistant.schema import Strictness
from index.embedding import DEFAULT_MODEL
from index.schema import SettingsError

SETTINGS_FILE = "assistant.toml"  # in the library's folder


def _home() -> Path:
    home = os.environ.get("ASSISTANT_HOME") or platformdirs.user_data_dir("article-assistant", appauthor=False)
    return Path(home).expanduser()


class Settings(BaseSettings):
    """Built once by `load_settings` and passed on; nothing reads the environment after that."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = Field(default_factory=_home, description="The folder where everything of a library lives.")
    embedding_model: str = Field(
        DEFAULT_MODEL,
        description="A sentence-transformers model by name or folder; the default comes with the program.",
    )
    host: str = Field("127.0.0.1", description="The address the chat window listens on.")
    port: int = Field(7860, ge=0, le=65535, description="The port the chat window listens on; 0 takes a free one.")
    token: str = Field("", description="The password of the chat window; needed to listen beyond this machine.")
    passages: int = Field(10, ge=1, le=50, description="How many passages are read for an answer.")
    sentences: int = Field(
        4, ge=1, le=20, description="How many sentences an answer holds at most, where the question names no number."
    )

    strictness: Strictness = Field(
        "normal", description="How sure the evidence must be before anything is answered: lenient, normal or strict."
    )
    reader: bool = Field(True, description="Whether the trained reader chooses the sentences; else rules do.")
    allow_private_addresses: bool = Field(
        False, description="Whether pages and feeds of this machine and its network may be asked for."
    )

    feed_minutes: int = Field(
        30,
        ge=0,
        description="After how many minutes the chat window asks a followed feed again; 0: never, but a new one once.",
    )
    watch: bool = Field(True, description="Whether the chat window watches the followed folders and takes changes in.")

    model_url: str = Field(
        "", description="The address of an OpenAI-compatible server whose model writes the answers; without it, quotes."
    )
    model: str = Field(
        "", description="The model's name at that server; without one, the folder of a model to run in this program."
    )
    model_key: SecretStr = Field(SecretStr(""), description="The key for that server, where it asks for one.")

    @field_validator("home")
    @classmethod
    def _expanded(cls, home: Path) -> Path:
        return home.expanduser()  # a shell does it for its own variables, not for those of a file or a service

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order of precedence: arguments, environment, the library's own file."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=_home() / SETTINGS_FILE)
        return init_settings, env_settings, toml


def load_settings(**values: Any) -> Settings:
    """The settings in force, with `values` above all. Raises SettingsError naming the setting that is wrong."""
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg']}.", f"See ASSISTANT_{name.upper()} and assistant.toml."
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"assistant.toml cannot be read: {error}.", "Mend or remove the file.") from error

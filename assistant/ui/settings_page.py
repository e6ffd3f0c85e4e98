"""The Settings tab, as HTML and as changes: how answers are made, how the page looks, which language model writes."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from assistant.preferences import Preference, Preferences
from assistant.settings import Settings
from assistant.trial import trial
from assistant.ui import texts
from assistant.ui.library import Reply
from assistant.ui.render import escape_html
from index.schema import ModelError, SettingsError

CHOICES: dict[Preference, dict[str, tuple[str, str]]] = {
    "sentences": texts.LENGTHS,
    "strictness": texts.STRICTNESSES,
}


class SettingsPage:
    """The functions that the page's script calls by name; see `assistant.ui.library`.

    The model's server is chosen only on `own_machine`, where no other machine reaches the window: the program asks
    whatever is named there.
    """

    def __init__(
        self,
        preferences: Preferences,
        *,
        own_machine: bool,
        attempt: Callable[[Settings], AbstractContextManager[str]] = trial,
    ) -> None:
        self._preferences = preferences
        self._own_machine = own_machine
        self._attempt = attempt

    def settings_page(self, _: Any) -> Reply:
        """The page in HTML."""
        fixed = self._preferences.fixed()
        return {"html": render_settings(self._preferences.settings, fixed, model_too=self._own_machine)}

    def settings_choose(self, request: Any) -> Reply:
        """Change what is chosen from a few: `{name, value}`."""
        name = next((name for name in CHOICES if name == request["name"]), None)
        if name is None:
            return {"error": texts.WENT_WRONG}
        self._preferences.change({name: request["value"]})
        return {"note": texts.SAVED}

    def settings_model(self, request: Any) -> Reply:
        """Let another model write, once it has answered: `{url, model}`; both empty, none writes."""
        if not self._own_machine:
            return {"error": texts.MODEL_ELSEWHERE}
        values: dict[Preference, object] = {
            "model_url": str(request["url"]).strip(),
            "model": str(request["model"]).strip(),
        }
        try:
            changed = self._preferences.changed(values)
            with self._attempt(changed) if any(values.values()) else nullcontext(texts.NO_MODEL_NOW) as said:
                self._preferences.change(values)
        except (SettingsError, ModelError) as error:
            return {"error": _in_words_of_the_form(f"{error} {error.hint}".strip())}
        return {"note": said}


def _in_words_of_the_form(sentence: str) -> str:
    """The sentence with the labels of the boxes in the place of the variables' names."""
    sentence = re.sub(r"\bASSISTANT_MODEL_URL\b", f"“{texts.MODEL_URL}”", sentence)
    return re.sub(r"\bASSISTANT_MODEL\b", f"“{texts.MODEL_NAME}”", sentence)


def render_settings(settings: Settings, fixed: set[Preference], *, model_too: bool) -> str:
    """The settings as a form; each of them that is `fixed` says so and cannot be changed."""
    return (
        f"<h2>{texts.SETTINGS_ANSWERS}</h2>"
        + _group("sentences", texts.LENGTH, str(settings.sentences), "sentences" in fixed)
        + _group("strictness", texts.STRICTNESS, settings.strictness, "strictness" in fixed)
        + f"<h2>{texts.SETTINGS_LOOK}</h2>"
        + _radios("theme", texts.THEME, [(value, label, "") for value, label in texts.THEMES.items()], "", fixed=False)
        + f"<h2>{texts.SETTINGS_MODEL}</h2>"
        + _model(settings, fixed - {"sentences", "strictness"}, model_too=model_too)
        + f'<p class="note">{texts.SETTINGS_FILE_NOTE}</p>'
    )


def _group(name: Preference, legend: str, value: str, fixed: bool) -> str:
    choices = [(key, label, note) for key, (label, note) in CHOICES[name].items()]
    if value not in CHOICES[name]:
        choices.append((value, texts.AS_SET.format(value=value), ""))
    return _radios(name, legend, choices, value, fixed=fixed)


def _radios(name: str, legend: str, choices: Sequence[tuple[str, str, str]], value: str, *, fixed: bool) -> str:
    options = "".join(
        f'<label><input type="radio" name="{name}" value="{escape_html(key)}"{" checked" if key == value else ""}>'
        f"<span>{escape_html(label)}{f'<small>{note}</small>' if note else ''}</span></label>"
        for key, label, note in choices
    )
    note = f'<p class="note">{texts.FIXED.format(name=f"ASSISTANT_{name.upper()}")}</p>' if fixed else ""
    disabled = " disabled" if fixed else ""
    return f'<fieldset data-setting="{name}"{disabled}><legend>{legend}</legend><div>{options}</div>{note}</fieldset>'


def _model(settings: Settings, fixed: set[Preference], *, model_too: bool) -> str:
    now = texts.MODEL_NOW.format(model=escape_html(settings.model)) if settings.model else texts.MODEL_NONE
    if not model_too:
        return f'<p>{now}</p><p class="note">{texts.MODEL_ELSEWHERE}</p>'

    def box(name: Preference, label: str, value: str, form: str) -> str:
        disabled = " disabled" if name in fixed else ""
        return (
            f'<label>{label}<input name="{name}" value="{escape_html(value)}" placeholder="{form}"'
            f' autocomplete="off" spellcheck="false"{disabled}></label>'
        )

    names = texts.AND.join(f"ASSISTANT_{name.upper()}" for name in sorted(fixed))
    off = f'<button type="button" class="button" data-no-model>{texts.USE_NO_MODEL}</button>'
    return (
        f'<p>{now}</p><form id="model-form">'
        + box("model_url", texts.MODEL_URL, settings.model_url, texts.MODEL_URL_FORM)
        + box("model", texts.MODEL_NAME, settings.model, texts.MODEL_NAME_FORM)
        + f'<p class="choices"><button class="button primary">{texts.USE_MODEL}</button>'
        + (off if settings.model and not fixed else "")
        + '</p><p class="note" id="model-said" role="status"></p></form>'
        + f'<p class="note">{texts.FIXED.format(name=names) if fixed else texts.MODEL_NOTE}</p>'
    )

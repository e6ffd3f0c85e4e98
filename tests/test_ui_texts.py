"""The words of the window stand in one place, and each of them is shown somewhere."""

import re
from pathlib import Path

from assistant.ui import texts


def test_every_text_is_shown_somewhere() -> None:
    folder = Path(texts.__file__).parent
    code = "".join(
        path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".py", ".js") and path.stem != "texts"
    )
    names = {name for name in vars(texts) if name.isupper()}
    assert not {name for name in names if not re.search(rf"\b{name}\b", code)}

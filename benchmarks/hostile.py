"""Files made to do harm, each added by a command of its own: what it says, its processor time and peak memory."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pypdf import PdfWriter

from benchmarks.stories import story
from tests.samples import FIRST, docx, epub, packed, pdf

MEGABYTE = 1024**2
LINE_ENDS = "two\nlines \x1b[31m.txt"
ENTITIES = (
    '<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)

# A process tells of its own memory: what the system says of it afterwards includes that of the one which started it.
_TOLD = """
import atexit, sys, time
def tell(path):
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    open(path, "w").write(f"{time.process_time()} {int(peak.split()[1]) / 1024}")
atexit.register(tell, sys.argv.pop(1))
from assistant.cli import main
main()
"""


def measure(tell: Callable[[str, float], None]) -> None:
    """Print for each file what became of it."""
    with TemporaryDirectory() as place:
        (Path(place) / "below").mkdir()
        for name, data in _files():
            path = Path(place) / name
            path.write_bytes(data)
            said, seconds, memory = _added(path, Path(place) / "home")
            shown = name.encode("unicode_escape").decode()
            print(f"{shown} ({len(data):,} bytes)\n    {said}")
            tell("    processor seconds", seconds)
            tell("    peak memory, MB", memory)
            path.unlink()


def _added(path: Path, home: Path) -> tuple[str, float, float]:
    """What `assistant add` prints about a file, the processor seconds it takes and its peak memory in MB."""
    used = home.parent / "used"
    environment = {**os.environ, "ASSISTANT_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", _TOLD, str(used), "add", str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds, memory = map(float, used.read_text().split())
    return done.stderr.strip().replace("\n", " | ").replace(f"{home.parent}/", ""), seconds, memory


def _files() -> Iterator[tuple[str, bytes]]:
    yield "an ordinary article.txt", story(1, 1).file(".txt").encode()
    yield "zip bomb of a gigabyte.zip", _bomb(1024)
    yield "zip bomb.docx", _bomb(1024)
    yield "zip bomb.epub", _bomb(1024)
    yield "a thousand megabytes in many files.zip", _many()
    yield "archive in archive.zip", packed({"inner.zip": packed({"a.txt": FIRST})})
    yield "entities.docx", docx(f"<w:p><w:r><w:t>{FIRST} &i;</w:t></w:r></w:p>", head=ENTITIES)
    yield "entities.epub", epub({"one.xhtml": f"{ENTITIES}<html><body><p>{FIRST} &i;</p></body></html>"})
    yield (
        "entities in the container.epub",
        epub({}, extra={"META-INF/container.xml": f"{ENTITIES}<container>&i;</container>"}),
    )
    yield "ten thousand pages.pdf", pdf([[FIRST]] * 10_000)
    yield "encrypted.pdf", _encrypted()
    yield "hundred megabytes, a million nested tags.html", _nested(100 * MEGABYTE)
    yield "nineteen megabytes, a million nested tags.html", _nested(19 * MEGABYTE)
    yield "outside.zip", packed({"fine.txt": FIRST, "../../outside.txt": FIRST})
    yield "names with line ends.zip", packed({f"below/{LINE_ENDS}": FIRST})
    yield LINE_ENDS, b""
    yield "below/../" + "dots.txt", FIRST.encode()


def _bomb(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened, opened.open("a.txt", "w") as file:
        for _ in range(megabytes):
            file.write(bytes(MEGABYTE))
    return out.getvalue()


def _many() -> bytes:
    """A gigabyte in files that each weigh what they should."""
    text = "".join(story(2, number).file(".txt") for number in range(300)).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened:
        opened.writestr("0.txt", text)
        for number in range(1, -(-1024 * MEGABYTE // len(text))):
            opened.writestr(f"{number}.txt", text)
    return out.getvalue()


def _encrypted() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def _nested(size: int) -> bytes:
    tags = 1_000_000
    filling = b"a" * ((size - 2 * tags) // tags - len("<div></div>") + 2)
    return b"<html><body>" + (b"<div>" + filling) * tags + b"</div>" * tags + b"</body></html>"

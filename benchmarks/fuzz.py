"""Every reader against bytes made to break it: atheris changes samples as far as new lines of the readers are reached.

Run in a process of its own for each format, `python -m benchmarks.fuzz SUFFIX SECONDS FOLDER`: libFuzzer ends the
process. Anything but a leaf of ReadingError is a crash, and so is what takes too long or too much memory.
"""

import io
import os
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp

from tests.samples import COLLECTIONS, SAMPLES, packed, pdf

MAX_SECONDS = 10.0  # of processor time for one input; the readers run at a third of their speed when they are watched
MAX_MEGABYTES = 3000
MAX_BYTES = 300_000  # of one input
SWOLLEN = (
    0.005  # of all inputs: a piece of the sample is repeated to that size, which shows what takes the square of it
)
PIECES = (1, 2, 5, 8, 13, 20, 40, 100, 400)  # bytes of such a piece
ARCHIVES = (".docx", ".epub", ".zip")
WATCHED = ["index", "pypdf", "trafilatura"]
_MARKUP = "<p> </p> <table> <tr> <td> <article> <br/> <!-- --> <![CDATA[ ]]> <!DOCTYPE <!ENTITY &amp; &#x41; &#0;"
_HEADS = "Content-Type: multipart/mixed; boundary= base64 quoted-printable =?utf-8?q? text/html charset=utf-16 Date:"
_WORDS = {
    ".pdf": "/Filter /FlateDecode /LZWDecode /ASCII85Decode /RunLengthDecode /DecodeParms /Predictor /Columns"
    " /ToUnicode /Differences /Encoding /Type0 /DescendantFonts /Identity-H /W /Kids /Nums /Limits /PageLabels /S /St"
    " /P /Prev /ObjStm /XRef /Encrypt /Length /Contents /Resources /XObject /Form /Do BT ET Tj TJ Td Tm cm q Q"
    " beginbfrange endbfrange beginbfchar begincodespacerange stream endstream obj endobj xref trailer startxref << >>"
    " -1 4294967295",
    ".html": f"{_MARKUP} <meta <title> <script> </script> ld+json charset= datePublished <noscript> <svg> <math>",
    ".mhtml": f"{_HEADS} Snapshot-Content-Location: {_MARKUP}",
    ".eml": f"{_HEADS} message/rfc822 Subject: From: text/calendar {_MARKUP}",
    ".rtf": r"\par \u8217? \' \bin \uc0 \fonttbl \fcharset \field \fldinst \pict \* { } \ansicpg",
    ".docx": "<w:p> <w:r> <w:t> <w:tbl> <w:tr> <w:tc> <w:del> <w:ins> <w:sdt> <mc:AlternateContent> <w:pStyle w:val=",
    ".epub": f"{_MARKUP} <spine> <itemref idref= href= ../ %2e full-path= <manifest> <dc:date> xmlns=",
    ".md": "--- # ## ``` > * 1. [a](b) ![ | |--- title: date: <div> &amp; __ ~~ ![][] : - !!python",
    ".json": r"null true 1e999 -0 [] {} articles text title author date published url name NaN \u0000 \ud800",
    ".jsonl": r"null true 1e999 [] {} text title author date NaN \u0000 \ud800",
}
_INSTALL = "atheris is not installed. `pip install atheris` (Linux and macOS, Python 3.11 to 3.13) installs it."


def measure(seconds: int, formats: Sequence[str], folder: Path | None) -> None:
    """Fuzz each format for so many seconds; inputs that broke a reader are left in the folder, and named."""
    try:
        import atheris  # noqa: F401 - here to say at once where it is missing
    except ImportError:
        sys.exit(_INSTALL)
    place = folder or Path(mkdtemp(prefix="fuzz-"))
    for suffix in [f".{name.lstrip('.')}" for name in formats] or [*SAMPLES, *COLLECTIONS]:
        own = place / suffix[1:]
        own.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "benchmarks.fuzz", suffix, str(seconds), str(own)]
        with (own / "log").open("w") as log:
            ended = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT).returncode
        said = (own / "log").read_text(errors="replace")
        broken = sorted(path.name for kind in ("crash", "timeout", "oom") for path in own.glob(f"{kind}-*"))
        reached = re.findall(r"cov: (\d+)", said)
        runs = re.search(r"number_of_executed_units: (\d+)", said)
        told = f"{suffix:8} {int(runs[1]) if runs else 0:9,} inputs, {reached[-1] if reached else 0:>6} places reached"
        broke_off = f"ended with {ended}, see its log" if ended else "none broke it"
        print(f"{told}, {'broken by ' + ', '.join(broken) if broken else broke_off}", flush=True)
    print(f"Logs and inputs are in {place}.")


def fuzz(suffix: str, seconds: int, folder: Path) -> None:
    """Fuzz one format until the time is up or something breaks; ends the process."""
    import atheris

    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    with atheris.instrument_imports(include=WATCHED):
        once = _reading(suffix)
        for number, sample in enumerate(_samples(suffix)):
            once(sample)  # here, since the readers import what they need only when they need it
            (corpus / f"sample-{number}").write_bytes(sample)
    options = [
        f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-artifact_prefix={folder}{os.sep}",
        "-len_control=0",  # else nothing is as long before much time is gone
        f"-rss_limit_mb={MAX_MEGABYTES}", f"-timeout={4 * int(MAX_SECONDS)}", "-print_final_stats=1",
        *([f"-dict={_dictionary(suffix, folder)}"] if suffix in _WORDS else []), str(corpus),
    ]  # fmt: skip
    change = _changed_within if suffix in ARCHIVES else _changed
    atheris.Setup([sys.argv[0], *options], once, internal_libfuzzer=True, custom_mutator=change)
    atheris.Fuzz()


def _reading(suffix: str) -> Callable[[bytes], None]:
    """Reads bytes as a file of this kind; raises whatever is no ReadingError, or no article."""
    import logging

    from index.parts import Part, parts_of
    from index.reading import read
    from index.schema import ReadingError

    logging.disable()

    def once(data: bytes) -> None:
        began = time.process_time()
        try:
            parts = parts_of(data, f"a{suffix}")
            for part in parts if parts is not None else [Part("", f"a{suffix}", data=data)]:
                if part.trouble is None:
                    article = read(part.data, part.name, kind=part.kind)
                    assert article.text.strip() and article.title, "an article without words"
        except ReadingError as error:
            assert error.hint and str(error).isprintable(), f"no sentence: {error}"
            if "could not be read (" in str(error):  # a collection's error that no reader foresaw
                raise error.__cause__ or error from error
        seconds = time.process_time() - began
        assert seconds < MAX_SECONDS, f"{seconds:.0f} seconds for {len(data):,} bytes"

    return once


def _samples(suffix: str) -> list[bytes]:
    """Small files to begin with, for what can be packed or encoded in several ways one of each."""
    known = {**SAMPLES, **COLLECTIONS}
    if suffix not in known:
        sys.exit(f"There is no sample of {suffix}. There are {', '.join(sorted(known))}.")
    if suffix == ".pdf":
        return [known[suffix], *_documents()]
    if suffix in (".txt", ".md", ".html", ".csv"):
        text = known[suffix].decode().replace("northern", "nördliche")
        return [known[suffix], *(text.encode(name) for name in ("cp1252", "utf-8-sig", "utf-16", "utf-16-be"))]
    return [known[suffix]]


def _documents() -> Iterator[bytes]:
    """Documents of two pages: with labels and a character map; packed; with a password that is empty."""
    from pypdf import PdfWriter

    mapped = "begincmap 1 beginbfchar <41> <0042> endbfchar 1 beginbfrange <42> <50> <0061> endbfrange endcmap"
    pages = [["Harbour Daily", "The gov-"], ["Harbour Daily", "ernment met on Monday."]]
    data = pdf(pages, form=mapped, labels="0 << /S /r >> 1 << /S /D /P (A-) /St 7 >>", commands="q /X Do Q")
    yield data.replace(b"/Encoding /WinAnsiEncoding", b"/ToUnicode 5 0 R")
    for password in (None, ""):
        writer = PdfWriter(clone_from=io.BytesIO(data))
        for page in writer.pages:
            page.compress_content_streams()
        if password is not None:
            writer.encrypt(password, algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        yield out.getvalue()


def _dictionary(suffix: str, folder: Path) -> Path:
    """A file of the words that mean something to a reader, which chance would take long to write."""
    path = folder / "words"
    words = _WORDS[suffix].replace("\\", r"\\").split()
    path.write_text("".join(f'"{word}"\n' for word in words))
    return path


def _changed(data: bytes, most: int, seed: int) -> bytes:
    import atheris

    chance = random.Random(seed)
    if not data or chance.random() > SWOLLEN:
        return bytes(atheris.Mutate(data, most))
    start = chance.randrange(len(data))
    piece = data[start : start + chance.choice(PIECES)]
    return (data[:start] + piece * (most // len(piece)))[:most]


def _changed_within(data: bytes, most: int, seed: int) -> bytes:
    """An archive with one of its files changed: what is changed outside never gets past the checksums."""
    chance = random.Random(seed)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            files = {name: opened.read(name) for name in opened.namelist()}
    except Exception:
        files = {}
    if not files or chance.random() < 0.1:
        return _changed(data, most, seed)
    name = chance.choice(sorted(files))
    return packed({**files, name: _changed(files[name], most, seed)})[:most]


if __name__ == "__main__":
    fuzz(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))

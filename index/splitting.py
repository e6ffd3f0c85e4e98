"""An article -> sentences and passages, as exact offsets into its text."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from index.schema import Article, Passage, text_id

Span = tuple[int, int]

PASSAGE_WORDS = 110
"""Words a passage is filled up to; `python -m benchmarks passages` compares sizes. The model reads 256 tokens."""

FORMAT = f"sentences-{PASSAGE_WORDS}-title-date"
"""Names how passages are cut and put to the embedder; part of an embedding's identity."""

_ENCLOSED_LIMIT = 400  # characters: a longer quotation is cut between its sentences like any text

_END = re.compile(r"(?:[.!?]+|…)[\"'”’»)\]]*(?=\s)|[。！？]+[”」』）]*")
_CLOSED = re.compile(r"“[^“”]*”|«[^«»]*»|\([^()]*\)|\[[^][]*\]")
_STRAIGHT = re.compile(r'"[^"]*"')
_WORD = re.compile(r"[぀-ヿ㐀-鿿]|\w+")
_TOKEN_SIGNS = ".&'’-"
_NO_BEGINNING = ("–", "—", "-", "|", "…", "...")  # of a sentence: signatures, the rows of tables, words left out
_BLANK = re.compile(r"\s*")
_NEXT_WORD = re.compile(r"[\"'“‘«(\[]*(\w+)")
_SPEAKER = r"(?!(?:I|He|She|It|We|They|The|When|As|In)\b)(?:[A-Z][\w.'’-]*,? ){1,4}"
_VERB = (
    r"(?:said|says|asked|asks|wrote|writes|added|adds|tweeted|replied|exclaimed|shouted|recalled|wondered|joked|posted)"
)
# Who spoke, after the quotation. A full stop within its marks is mostly the end: there nothing may follow the verb.
_SPOKE = re.compile(rf"{_SPEAKER}{_VERB}(?=[.,:;]|$)")
_ASKED = re.compile(rf"{_SPEAKER}{_VERB}\b(?! (?:that|he|she|it|they|there|his|her|their|the)\b)")

# Never the end of a sentence: what they shorten goes on with a name or a number.
_LEADING = frozenset(
    "mr mrs ms mx dr prof gen sen sens rep reps gov lt col sgt capt cmdr adm maj rev hon pres st mt ft messrs mme mlle"
    " brig dels e.g i.e cf approx ca est al vs v".split()
)
# Only before a number: "No. 5", but "He said no. Then he left."
_NUMBERED = frozenset("no nos nr fig figs vol vols art sec secs ch eq pp".split())
# After a place and a comma or a party and a hyphen ("Norfolk, Va.", "D-Mass."); without them they may be words.
_STATES = frozenset(
    "Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa"
    " Tenn Tex Va Vt Wash Wis Wyo".split()
)
# The end of a sentence only where a word follows that often begins one.
_TRAILING = frozenset(
    "inc corp co ltd plc llc bros jr sr etc ave blvd rd dept univ assn jan feb mar apr jun jul aug sep sept oct nov dec"
    " mon tue wed thu fri sat sun a.m p.m am pm ph.d m.d b.a m.a".split()
)
# After a number with a full stop, which is a day there: "am 3. März".
_MONTHS_AFTER = frozenset(
    "januar jänner februar feber märz april mai juni juli august september oktober november dezember".split()
)
_HOURS = frozenset("a.m p.m am pm".split())
_AFTER_HOURS = re.compile(
    r"\(?(?:\d|[A-Z]{2,4}\b|(?:[A-Z][\w.]* ){1,2}time\b|(?:Eastern|Central|Mountain|Pacific|Atlantic)\b"
    r"|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:days?)?\b"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:[a-z]*)\b)"
)  # a time zone, a day
_STARTERS = frozenset(
    "the a an this that these those it its he she his her they their we our you your i in on at by for from with after"
    " before when while as if but and or so yet however there here what who why how where since until although though"
    " because during some many most all both each no not according more another one two".split()
)


def word_count(text: str) -> int:
    """Words in the text; each Chinese or Japanese character counts as one."""
    return len(_WORD.findall(text))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]` as spans without white space around them; a line never holds half a sentence.

    A quotation or parenthesis of up to 400 characters stays in one sentence with the words that introduce it.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        offset = start + line.start()
        cuts = [0, *_borders(line[0]), len(line[0])]
        spans += [_trimmed(text, offset + first, offset + last) for first, last in pairwise(cuts)]
    return [span for span in spans if span[0] < span[1]]


def _borders(line: str) -> Iterator[int]:
    # Each pattern's matches follow each other without overlap, so that a place can be looked up in them.
    enclosed = [match.span() for match in _CLOSED.finditer(line)]
    straight = [match.span() for match in _STRAIGHT.finditer(line)] if line.count('"') % 2 == 0 else []
    begin, word = 0, _first_word(line, 0)
    for match in _END.finditer(line):
        inside = _encloses(enclosed, match.span()) or _encloses(straight, match.span())
        if not inside and word < match.start() and _ends_sentence(line, begin, match):
            begin = match.end()
            word = _first_word(line, begin)
            yield begin


def _first_word(line: str, start: int) -> int:
    found = _WORD.search(line, start)
    return found.start() if found else len(line)


def _encloses(spans: list[Span], part: Span) -> bool:
    """Whether one of the spans, in order and apart from each other, holds a part and more on either side."""
    index = bisect_left(spans, (part[0], 0)) - 1  # the last to begin before it
    if index < 0:
        return False
    first, last = spans[index]
    return first < part[0] and part[1] < last and last - first <= _ENCLOSED_LIMIT


def _ends_sentence(line: str, begin: int, match: re.Match[str]) -> bool:
    mark = match[0]
    if mark[0] in "。！？":
        return True
    after = _BLANK.match(line, match.end()).end()  # type: ignore[union-attr]
    if line.startswith(_NO_BEGINNING, after):
        return False
    follower = _NEXT_WORD.match(line, after)
    next_word = follower[1] if follower else ""
    if next_word[:1].islower():
        return False
    if mark[-1] in '"”’»' and (_SPOKE if mark[0] == "." else _ASKED).match(line, after):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    start = _token_start(line, begin, match.start())
    written = line[start : match.start()].strip(".'’-")
    token, part = written.lower(), written.lower().rpartition("-")[2]  # "T-No. 20"
    if len(mark) > 1 and mark[1] not in ".":  # a full stop and a closing quotation mark or bracket
        return token not in _LEADING
    if part in _LEADING:
        return not next_word
    if part in _NUMBERED and next_word[:1].isdigit():
        return False
    state = written.rpartition("-")[2] in _STATES and ("-" in written or line[:start].endswith(", "))
    if state or token in _TRAILING or "." in token or (len(token) == 1 and token.isalpha()):  # "U.S.", an initial
        if token in _HOURS and next_word:
            return not _AFTER_HOURS.match(line, after)
        return not next_word or next_word.lower() in _STARTERS
    if token.isdigit() and len(token) <= 2 and next_word.lower() in _MONTHS_AFTER:
        return False
    # "3. Talks": the number of a list's item
    return not (token.isdigit() and not line[begin:start].strip())


def _token_start(line: str, begin: int, end: int) -> int:
    """Where the word with its full stops and hyphens begins that ends here."""
    while end > begin and (line[end - 1].isalnum() or line[end - 1] == "_" or line[end - 1] in _TOKEN_SIGNS):
        end -= 1
    return end


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def split(article: Article, words: int = PASSAGE_WORDS) -> list[Passage]:
    """The article's passages: runs of whole sentences of about `words` words, cut between paragraphs where that fits.

    Passages do not overlap, and between them lies nothing but white space, so that they join back to the text. A
    sentence longer than 1.5 times `words` is cut between words.
    """
    spans = list(_passage_spans(article.text, words))
    return [
        Passage(f"{article.id}:{position}", article.id, position, start, end)
        for position, (start, end) in enumerate(spans)
    ]


def _passage_spans(text: str, words: int) -> Iterator[Span]:
    run: list[Span] = []
    filled = 0
    for sentence in _pieces(text, words):
        size = word_count(text[slice(*sentence)])
        if run and _closes(text, run, filled, size, sentence, words):
            yield run[0][0], run[-1][1]
            run, filled = [], 0
        run.append(sentence)
        filled += size
    if run:
        yield run[0][0], run[-1][1]


def _closes(text: str, run: list[Span], filled: int, size: int, following: Span, words: int) -> bool:
    """Whether a passage ends before the following sentence: it is full, or a paragraph ends and it is nearly full."""
    if _is_heading(text, run[-1], following):
        return False
    paragraph_ends = "\n" in text[run[-1][1] : following[0]]
    return filled + size > words or (paragraph_ends and filled >= 0.6 * words)


def _is_heading(text: str, sentence: Span, following: Span) -> bool:
    """A short line of its own without a full stop belongs to what follows it."""
    own_line = "\n" in text[sentence[1] : following[0]] and (sentence[0] == 0 or text[sentence[0] - 1] == "\n")
    return own_line and sentence[1] - sentence[0] <= 80 and text[sentence[1] - 1] not in '.!?…"”’:;,'


def _pieces(text: str, words: int) -> Iterator[Span]:
    limit = words + words // 2
    for start, end in sentences(text):
        found = list(_WORD.finditer(text, start, end))
        cuts = [start, *(found[index].start() for index in range(limit, len(found), limit)), end]
        for first, last in pairwise(cuts):
            span = _trimmed(text, first, last)
            if span[0] < span[1]:
                yield span


def embedding_text(article: Article, passage: Passage) -> str:
    """What the embedder sees of a passage: title and date in front, since a passage alone seldom names its subject."""
    return f"{article.title}{published_on(article)}\n{article.text[passage.start : passage.end]}"


def published_on(article: Article) -> str:
    """The day of publication as it follows a title, " (19 June 2023)", or nothing."""
    return f" ({article.published.day} {article.published:%B %Y})" if article.published else ""


def embedding_hash(article: Article, passage: Passage) -> str:
    """The identity of `embedding_text`, by which its vector is kept."""
    return text_id(embedding_text(article, passage))

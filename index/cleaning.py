"""What in an article is no evidence: what it states about itself, credits, calls to subscribe, links, biographies."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from index.paging import kept_breaks
from index.statements import ROLE, Facts, is_agency, is_name, statements

_SPEECH = re.compile(
    r"[\"“”„«»]|\b(?:sa(?:id|ys?)|t(?:old|ells?)|wrote|according|announced|added|asked|urged|tweeted|posted|reported|warned"
    r"|explained|claimed|argued)\b",
    re.I,
)


def clean(paragraphs: list[str], known: Facts | None = None) -> tuple[list[str], Facts]:
    """The paragraphs that are evidence, and `known` with its gaps filled by what the others state, its pages with them.

    Repeated until nothing changes, so that cleaning twice is cleaning once.
    """
    facts, kept = known or Facts(), list(enumerate(paragraphs))
    while True:
        before = kept
        indexes, stated = statements(_texts(kept))
        facts, kept = facts.or_else(stated), [kept[index] for index in indexes]
        kept = [kept[index] for index in _without_link_lists(_texts(kept))]
        kept = [(index, _CREDIT_AT_END.sub("", p) if p[-1] in ")]" else p) for index, p in kept]
        lines = _texts(kept)
        kept = [each for n, each in enumerate(kept) if not furniture(each[1]) and not _is_button(lines, n)]
        indexes, name = _without_lives(_texts(kept), facts.author)
        facts, kept = facts.or_else(Facts(author=name)), [kept[index] for index in indexes]
        if kept == before:
            return _texts(kept), replace(facts, pages=kept_breaks(facts.pages, kept))


def _texts(kept: Sequence[tuple[int, str]]) -> list[str]:
    return [text for _, text in kept]


_SOCIAL = (
    r"(?:telegram|youtube|facebook|instagram|whatsapp|twitter|x|threads|tiktok|bluesky|linkedin|viber|google news)\b"
)
_PRESS = r"(?:newsletters?|channels?|podcasts?|alerts?|inbox|telegram|youtube|our|us|app|here|now|feed)\b"
_HANDLE = r"(?:(?<!\w)@\w|\b[\w.+-]+@[\w-]+\.\w|\bt\.me/)"
_SENTENCE = r"(?:.*[.!?:)\]…]\s*|.*\s[–—-]\s)?(?:please )?"  # up to where a sentence of the line begins
_LINKS = (
    r"(?:related(?: (?:articles?|stories|story|news|posts?|content|topics?|coverage|links?|reading))?|also read"
    r"|see also|read (?:also|more|next)|more on this(?: story)?|more (?:stories|news)|what to read next"
    r"|you (?:may|might) also (?:like|enjoy)|recommended(?: for you)?|don['’]t miss|most (?:read|popular|viewed)"
    r"|trending(?: now)?|lesen sie auch|lire aussi|lea también|leggi anche|читайте также|читайте також)"
)
_BUTTON = (
    r"(?:share|tweet|email|print|save|like|x|reddit|pinterest|facebook|twitter|whatsapp|linkedin|telegram|instagram)"
)
_CAPTIONED = r"(?:file )?(?:photo|picture|image|photograph|illustration|graphic)s?(?: (?:credit|source|copyright)s?)?"
_LEGAL = r"(?:privacy|cookie|terms)(?: (?:and|&|of|policy|settings|notice|preferences|use|service|conditions))*"

# kind: (most words such a line may have, may it hold reported speech, the pattern of the whole line)
_KINDS: dict[str, tuple[int, bool, str]] = {
    "address": (
        1,
        True,
        r"https?://\S+|(?=[\w.-]*[a-z]{3}[\w-]*\.)(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?|[\w.+-]+@[\w.-]+|@\w+",
    ),
    "photo": (
        15,
        False,
        rf"[(\[]?{_CAPTIONED}\s*(?::|/|©|\bby\b|\bcourtesy\b)(?:[^.!?]|[.](?! [A-Z]|$))*[)\]]?"
        r"|credits?:\s.*|[(\[](?:ap|reuters|afp|getty|epa) ?(?:photo|images|file)?\s*/.*[)\]]",
    ),
    "call": (
        40,
        False,
        rf"{_SENTENCE}(?:subscribe|sign[ -]?up|register)\s(?:[\w'’-]+\s){{0,9}}?{_PRESS}.*"
        rf"|{_SENTENCE}get\s(?:[\w'’-]+\s){{0,6}}?(?:newsletters?|alerts|updates|podcasts?|app|in your inbox)\b.*"
        rf"|{_SENTENCE}(?:follow|like|join|find|watch|read|visit|message) us (?:on|at|in|via)\b.*\b{_SOCIAL}.*"
        rf"|{_SENTENCE}follow\s.{{0,80}}(?:\bon (?:\w+ ){{0,2}}{_SOCIAL}|{_HANDLE}).*"
        r"|.*\b(?:delivered|straight|directly) to your (?:inbox|phone).*|click here to \w.*"
        r"|download (?:our|the) .{0,40}\bapp\b.*|our (?:\w+ )?(?:channel|newsletter|podcast)\b.{0,40}",
    ),
    "link": (30, True, rf"(?:click here to )?{_LINKS}(?: here)?[.:]?|(?:{_LINKS}|more|photos|gallery)\s?[:|]\s*\S.*"),
    "share": (
        12,
        True,
        rf"(?:please )?(?:share|tweet|copy link|pin it)(?: (?:this|on|via)\b.*)?|{_BUTTON}(?:\W+{_BUTTON})+",
    ),
    "counts": (
        8,
        True,
        r"(?:no|\d[\d.,]*k?) (?:comments?|shares?|views?|likes?|retweets)|comments?(?: ?\(\d+\)| are closed\.?)?"
        r"|(?:leave|add|post|view|show|write) (?:an? |all |your )*(?:comments?|reply)\b.*|\d+ min(?:ute)?s? read",
    ),
    "legal": (
        60,
        False,
        r"(?:©|\(c\)\s|copyright\s*(?:©|\(c\)|\d{4})).*|.{0,120}\ball rights reserved\b.{0,120}"
        r"|this material may not be published\b.*|(?:we|(?:this|our) (?:web)?site"
        r"|by (?:using|continuing))\b.{0,60}\bcookies\b.*"
        rf"|(?:accept|manage) (?:all )?cookies|{_LEGAL}(?:\W+{_LEGAL})*|our standards: .{{0,60}}",
    ),
    "advertisement": (
        8,
        True,
        r"advertisement|advertising|ad|sponsored(?: content)?|(?:story|article) continues (?:below|after).*"
        r"|scroll to continue.*|continue reading(?: below)?|skip to (?:main )?content",
    ),
    "sign-off": (
        50,
        True,
        rf"contribut(?:ing|ors?)(?: {ROLE})?\s?:.*"
        r"|.{0,200}\bcontributed (?:reporting|to this (?:report|story|article))(?: from [\w ,]{1,30})?[.)]*",
    ),
}
_FURNITURE = {
    kind: (most, speech, re.compile(rf"(?:[►▶•➤*·-]\s*)?(?:{pattern})", re.I))
    for kind, (most, speech, pattern) in _KINDS.items()
}
_ONE_BUTTON = re.compile(_BUTTON, re.I)
_DESK = re.compile(
    r"\(?(?:additional )?(?:reporting|writing|editing|compiled|edited|translated) by (?P<who>.+?)\.?\)?", re.I
)
_LINKS_HEADING = re.compile(
    rf"(?:{_LINKS}|top stories|latest (?:news|stories)|more from .{{1,30}}|editor['’]?s['’]? picks?)\s*:?", re.I
)
_CREDIT_AT_END = re.compile(
    r"\s*[(\[](?:ap photo|photo|image|picture|credit|getty images|(?:reuters|afp|epa)/)[^()\[\]]{0,80}[)\]]$", re.I
)


def _is_credit(line: str) -> bool:
    parts = [part.strip(" .©()") for part in re.split(r"/|\||,| via | for | - |©", line)]
    return any(map(is_agency, parts)) and all(
        not part or is_agency(part) or is_name(part) or (part.isupper() and len(part.split()) <= 3) for part in parts
    )


def _is_desk(line: str) -> bool:
    """Whether a line names who reported and edited ("Reporting by A B in Oslo; editing by C D"): it has no verb."""
    little = {"by", "and", "in", "for", "with", "of", "the", "editing", "writing", "reporting", "additional"}
    desk = _DESK.fullmatch(line)
    return desk is not None and all(not w[0].islower() or w.strip(";,") in little for w in desk["who"].split())


@lru_cache(maxsize=1024)  # cleaning asks again about every line that stays
def furniture(line: str) -> str:
    """The kind of furniture a whole line or paragraph is ("photo", "call", "link" ...), empty for evidence."""
    if not any(map(str.isalnum, line)):
        return "ornament"
    words = line.count(" ") + 1
    if words > 60 or len(line) > 400:
        return ""
    if words <= 12 and _is_credit(line):
        return "photo"
    for kind, (most, may_speak, pattern) in _FURNITURE.items():
        if words <= most and pattern.fullmatch(line) and (may_speak or not _SPEECH.search(line)):
            return kind
    return "sign-off" if _is_desk(line) else ""


def _is_button(lines: list[str], index: int) -> bool:
    """Whether a line names a network beside another such line: a share button; alone it may be a subheading."""
    beside = [*lines[max(0, index - 1) : index], *lines[index + 1 : index + 2]]
    return bool(_ONE_BUTTON.fullmatch(lines[index])) and any(map(_ONE_BUTTON.fullmatch, beside))


def _without_link_lists(lines: list[str]) -> list[int]:
    """The indexes of `lines` without headings like "Related articles" and the headlines that follow them."""
    kept: list[int] = []
    index = 0
    while index < len(lines):
        start, index = index, index + 1
        if not _LINKS_HEADING.fullmatch(lines[start]):
            kept.append(start)
            continue
        while index < len(lines) and len(lines[index]) < 150 and not re.search(r"[.!…][\"”’)]*$|:$", lines[index]):
            index += 1
        if start + 1 < index < len(lines):
            index -= 1  # reporting goes on: the short line before it may be its subheading
    return kept


_ABOUT = re.compile(
    rf"(?:meet|about) the {ROLE}|author bio(?:graphy)?|the author|about the {ROLE}\s*[:–-]\s*(?P<life>.+)", re.I
)
_NAME = r"[^\W\d_a-z][\w.'’-]*(?: [\w.'’-]+){1,4}?"
_LIFE = re.compile(
    rf"(?:Hi[,!]? )?(?:I am|I['’]m|My name is) (?P<own>{_NAME})(?:,| and|\.| [–—-]) .*\b{ROLE}\b"
    rf"|(?P<told>{_NAME})(?: (?:is|are) (?:[^.]{{0,80}}\s)?{ROLE}\b| (?:covers|writes|reports) .*\b(?:for|at)\b)"
)
_CONTACT = re.compile(
    rf"(?:Contact|Reach|Email)\s(?:[\w'’]+ ){{0,4}}?[A-Z]\S+ [A-Z].*{_HANDLE}.*"
    rf"|.*\b(?:can be reached|[Rr]each (?:him|her|them)|[Ff]ollow (?:him|her|them))\b.*{_HANDLE}.*"
)
_PUBLIC = re.compile(r"\b(?:police|sheriff|detective|officers?|investigators?|tips?|hotline|department|anyone)\b", re.I)
_LIVES = 3  # biographies stand among the last paragraphs


def _life(paragraph: str, story: str, author: str) -> str | None:
    """The name a biography tells of ("" where it has none), None where the paragraph is of the `story` above."""
    if len(paragraph) > 800 or _SPEECH.search(paragraph):
        return None
    if found := _LIFE.match(paragraph):
        name = (found["own"] or found["told"]).rstrip(".")
        if is_name(name):
            # Reporting about a reporter names them before its last words; a biography does not.
            in_story = found["told"] and name != author and re.search(rf"\b{re.escape(name.split()[-1])}\b", story)
            return None if in_story else name
    return "" if _CONTACT.fullmatch(paragraph) and not _PUBLIC.search(paragraph) else None


def _without_lives(lines: list[str], author: str) -> tuple[list[int], str]:
    """The indexes of `lines` without the biographies that end them, and the name in the first of those."""
    kept, name = list(range(len(lines))), ""
    for index in range(max(0, len(lines) - _LIVES - 1), len(lines)):
        if about := _ABOUT.fullmatch(lines[index]):
            end = index + 1 if about["life"] else index + 2
            name = _life(about["life"] or " ".join(lines[index + 1 : end]), "", author) or ""
            del kept[index:end]
            break
    for place in range(len(kept) - 1, max(0, len(kept) - _LIVES - 1), -1):
        told = _life(lines[kept[place]], " ".join(lines[index] for index in kept[:place]), author)
        if told is not None:
            name = told or name
            del kept[place]
    return kept, name

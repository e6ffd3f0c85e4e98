"""What an article states about itself: its title, author, source, address and day, and the lines that state them."""

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlsplit

from index.paging import PageBreak

_NEAR = 8  # paragraphs from the top or the end among which an article states its author, source and day

# Word lists are patterns to be matched whole, without regard to case.
NEWS_AGENCY = re.compile(
    r"(?:the )?(?:(?:thomson )?reuters|ap|associated press|afp|agence france-presse|dpa|efe|upi|xinhua|tass"
    r"|interfax(?:-ukraine)?|ukrinform|unian|bloomberg|kyodo(?: news)?|ansa|pa media|yonhap|anadolu(?: agency)?"
    r"|cnn(?: business)?|bbc(?: news)?|cnbc|npr|usa today|dw|al jazeera)",
    re.I,
)
_PHOTO_AGENCY = re.compile(
    r"getty(?: images)?|istock(?:photo)?|shutterstock|alamy|epa(?:-efe| images)?|unsplash|pexels|pixabay|adobe stock"
    r"|depositphotos|zuma press|nurphoto|sopa images|lightrocket|sipa|imago"
    r"|(?:ap|afp|reuters|file|stock|courtesy) photo|wikimedia commons|handout|pool",
    re.I,
)
_NOT_NAME = re.compile(
    r"the|an?|and|or|of|in|on|at|by|for|with|to|from|no|not|our|we|you|all|what|how|why|when|who|staff|wire|news|times"
    r"|post|press|today|images?|photos?|video|police|officer|detective|sheriff|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|january|february|march|april|june|july|august|september|october|november|december|is|are|was",
    re.I,
)
_PARTICLE = re.compile(r"van|von|der|den|d[eaiu]|del|della|la|le|dos|das|bin|ibn|al|el|y|e|ter|ten|zu")
ROLE = r"(?:writer|journalist|reporter|editor|author|blogger|columnist|correspondent|contributor|producer|freelancer)s?"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an article states about itself; empty where it does not say. `pages` begin in the paragraphs beside it."""

    title: str = ""
    author: str = ""
    source: str = ""
    url: str = ""
    published: date | None = None
    pages: tuple[PageBreak, ...] = ()

    def or_else(self, other: "Facts") -> "Facts":
        """These facts, with the gaps filled from `other`."""
        return replace(self, **{f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)})


def is_name(text: str) -> bool:
    """Whether `text` is written like a person's name: 2 to 5 capitalised words, with particles between them."""
    words = text.split()
    if not 2 <= len(words) <= 5 or len(text) > 60 or not re.fullmatch(r"[^\W\d_](?:[^\W\d_]|[ .'’-])*", text):
        return False
    if is_agency(text) or any(_NOT_NAME.fullmatch(word.strip(".")) for word in words):
        return False
    return words[-1][0].isupper() and all(word[0].isupper() or _PARTICLE.fullmatch(word) for word in words)


def is_agency(text: str) -> bool:
    """Whether `text` is a news or photo agency's name and nothing else."""
    return bool(NEWS_AGENCY.fullmatch(text) or _PHOTO_AGENCY.fullmatch(text))


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"\b(?P<month>{'|'.join(_MONTHS)})(?:r?uary|ch|il|e|y|ust|t(?:ember)?|ober|ember)?\b\.?"
_DATES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})([-/.])(?P<number>\d{1,2})\2(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<either>\d{1,2})([/-])(?P<other>\d{1,2})\2(?P<year>\d{4})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?[ -](?:of )?{_MONTH},?[ -](?P<year>\d{{4}})(?!\d)",
        rf"{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})(?!\d)",
    )
)
_CLOCK = re.compile(
    r"t?\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?"
    r"|[+-]\d\d:?\d\d|\d+ min(?:ute)?s? read|\b(?:z|[ecmp][sde]?t|[ce]est|eet|gmt|bst|utc|msk|ist|jst|at|on|first|last"
    r"|published|posted|updated|modified|date|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b",
    re.I,
)


def parse_date(text: str) -> date | None:
    """The first full date written in `text`: the day it names, whatever its zone. 03/04/2023 may be two days: None."""
    for pattern in _DATES:
        for part in (found.groupdict() for found in pattern.finditer(text)):
            if "month" in part:
                month, day = _MONTHS.index(part["month"].casefold()) + 1, int(part["day"])
            elif "number" in part:
                month, day = int(part["number"]), int(part["day"])
            else:
                month, day = sorted((int(part["either"]), int(part["other"])))
                if day <= 12 and day != month:
                    continue
            try:
                return date(int(part["year"]), month, day)
            except ValueError:
                continue
    return None


def _beyond_dates(text: str) -> str:
    """What a line says beyond dates, times of day, and words like "Updated"."""
    for pattern in _DATES:
        text = pattern.sub(" ", text)
    return _CLOCK.sub(" ", text).strip(" |,;•·()–—-.:")


_LABELLED = re.compile(
    r"(?P<label>sources?|title|headline|(?:first )?(?:published|posted)(?: (?:on|at|date))?|date"
    r"|publication date|url|link|(?:last )?updated(?: on)?|original(?: article)?|canonical)\s*:\s*(?P<value>\S.*)",
    re.I,
)
_BYLINE = re.compile(
    r"(?P<label>by|(?:written|reported|story|text|words) by|authors?:|byline:)[\s:]+(?P<who>\S.*)", re.I
)
_DATELINE = re.compile(r"(?P<place>[A-Z][^()\n]{1,60}\s)?\((?P<agency>[A-Z][\w .&/-]{1,30})\)\s*(?P<dash>[-–—]?)")
_PLACE_AND_AGENCY = re.compile(r"(?:.*?\s)??(?P<agency>\S+(?: \S+)?)\s*[–—-]")  # "London CNN —" on a line of its own

_SPECIAL = re.compile(r"special (?:to|for) (?:the )?(?P<source>\S.{0,40})", re.I)
_REPORTS = re.compile(rf"(?:staff|wire|archive|news service)[\w ]* reports?|(?:[\w-]+ ){{0,4}}{ROLE}", re.I)
_NEAR_DAY = re.compile(rf"{_MONTH} \d{{1,2}}(?:, \d{{4}})?", re.I)


def statements(paragraphs: list[str]) -> tuple[list[int], Facts]:
    """The indexes of the paragraphs that do more than state facts, and the facts; the first to be stated counts."""
    rest, facts, revised = list[int](), Facts(), Facts()
    # Bare days further down are the headings of a chronicle, and so is one at its top.
    chronicle = any(_is_day(line) for line in paragraphs[_NEAR:])
    for index, line in enumerate(paragraphs):
        near = index < _NEAR or index >= len(paragraphs) - _NEAR
        said = None
        if len(line) <= 160 and not (chronicle and _is_day(line)):
            said = stated(line, near) or (_at_the_top(paragraphs, index) if index < _NEAR else None)
        if said is None:
            rest.append(index)
        elif line.lower().startswith(("updated", "last updated")):
            revised = revised.or_else(said)
        else:
            facts = facts.or_else(said)
    if rest and (dateline := _DATELINE.match(paragraphs[rest[0]])):
        place = dateline["place"] or ""
        if NEWS_AGENCY.fullmatch(dateline["agency"]) or (dateline["dash"] and re.search(rf"{_MONTH} \d", place, re.I)):
            facts = facts.or_else(Facts(source=dateline["agency"], published=parse_date(place)))
    return rest, facts.or_else(revised)


def _is_day(line: str) -> bool:
    return len(line) <= 30 and line[-4:].isdigit() and parse_date(line) is not None and not _beyond_dates(line)


def stated(line: str, near: bool) -> Facts | None:
    """The facts a line states, None where it does not or does more. `near`: it stands near the top or the end."""
    if labelled := _LABELLED.fullmatch(line):
        return _labelled(labelled["label"].lower(), labelled["value"], near)
    byline = _BYLINE.fullmatch(line)
    if byline and (near or byline["label"].lower() != "by"):
        who = _beyond_dates(byline["who"]) if parse_date(byline["who"]) else byline["who"].strip(" .|-")
        names, source = _people(who)
        if names or source or who.lower().startswith("staff"):
            return Facts(author=names, source=source, published=parse_date(line))
    return None


def _labelled(label: str, value: str, near: bool) -> Facts | None:
    is_address = re.fullmatch(r"https?://\S+", value)
    host = _host(value) if is_address else ""
    if is_address and not host:  # such as http://[redacted]: it states something, but nothing that could be opened
        return Facts()
    if label.startswith("source"):
        if is_address:
            return Facts(source=host, url=value)
        if _is_label(value) or len(value.split()) == 1:
            return Facts(source=value) if near else Facts()  # mid-text it is the source of a chart
        return None
    if label in ("title", "headline"):
        return Facts(title=value) if near else None
    if is_address:
        return Facts(url=value)
    day = parse_date(value)
    return Facts(published=day) if day and not _beyond_dates(value) else None


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _at_the_top(paragraphs: list[str], index: int) -> Facts | None:
    """The facts in a line that states them only at the top: a bare day, an agency alone, a name above an address."""
    line, beneath = paragraphs[index], paragraphs[index + 1] if index + 1 < len(paragraphs) else ""
    if len(line) <= 80 and (day := parse_date(line)) and not _beyond_dates(line):
        return Facts(published=day)
    if NEWS_AGENCY.fullmatch(line):
        return Facts(source=line)
    if (special := _SPECIAL.fullmatch(line)) and _is_label(special["source"]):
        return Facts(source=special["source"])
    if (remnant := _PLACE_AND_AGENCY.fullmatch(line)) and len(line) <= 60:
        named = [a for a in (remnant["agency"], remnant["agency"].split()[-1]) if NEWS_AGENCY.fullmatch(a)]
        return Facts(source=named[0]) if named else None
    if is_name(line) and (
        NEWS_AGENCY.fullmatch(beneath) or re.fullmatch(r"\S+@\S+\.\w+", beneath) or _SPECIAL.fullmatch(beneath)
    ):
        story = " ".join(paragraphs[index + 2 :])  # the words of a headline come again in small letters
        if not any(re.search(rf"\b{re.escape(word.lower())}\b", story) for word in line.split()):
            return Facts(author=line)
    return None


def is_remnant(line: str) -> bool:
    """Whether a line is what a scraper left of a byline or a dateline (people, a day, a place and a dash)."""
    if line[-1:] in tuple("–—-") or _REPORTS.fullmatch(line) or (len(line) <= 30 and _NEAR_DAY.fullmatch(line)):
        return True
    return all(map(is_name, re.split(r",? and |, ", line)))


def _is_label(text: str) -> bool:
    """Whether `text` names a publication, not a sentence: up to 6 words, capitalised but for little ones."""
    words = text.split()
    little = {"the", "of", "and", "for", "in", "to", "on", "special", "staff", "de", "la"}
    return (
        len(words) <= 6 and text[-1] not in ".…:;,!?" and all(word in little or not word[0].islower() for word in words)
    )


def _people(who: str) -> tuple[str, str]:
    """The people and the agency of a byline ("A B and C D, Reuters" -> "A B, C D" and "Reuters"), or nothing."""
    lead, joint, last = who.rpartition(" and " if " and " in who else " & ")
    last, *after = (part.strip() for part in re.split(r"[,|;]| [–—•/-] | (?:for|in) (?=[A-Z])", last))
    names = [part.strip() for part in lead.split(",") if part.strip()] + [last] if joint else [last]
    agency = next((part for part in (last, *after) if NEWS_AGENCY.fullmatch(part)), "")
    if not all(_is_label(part) or re.search(rf"\b{ROLE}$", part) for part in after if part):
        return "", ""
    return (", ".join(names) if all(map(is_name, names)) else ""), (
        agency if all(map(is_name, names)) or agency == who else ""
    )

"""What in an article is no evidence: what it states about itself, credits, calls to subscribe, links, biographies."""

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

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
_SPEECH = re.compile(
    r"[\"“”„«»]|\b(?:sa(?:id|ys?)|t(?:old|ells?)|wrote|according|announced|added|asked|urged|tweeted|posted|reported|warned"
    r"|explained|claimed|argued)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an article states about itself; empty where it does not say."""

    title: str = ""
    author: str = ""
    source: str = ""
    url: str = ""
    published: date | None = None

    def or_else(self, other: "Facts") -> "Facts":
        """These facts, with the gaps filled from `other`."""
        return replace(self, **{f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)})


def clean(paragraphs: list[str], known: Facts | None = None) -> tuple[list[str], Facts]:
    """The paragraphs that are evidence, and `known` with its gaps filled by what the others state.

    Repeated until nothing changes, so that cleaning twice is cleaning once.
    """
    facts = known or Facts()
    while True:
        rest, stated = _statements(paragraphs)
        facts = facts.or_else(stated)
        lines = [_CREDIT_AT_END.sub("", p) if p[-1] in ")]" else p for p in _without_link_lists(rest)]
        rest = [line for index, line in enumerate(lines) if not furniture(line) and not _is_button(lines, index)]
        rest, name = _without_lives(rest, facts.author)
        facts = facts.or_else(Facts(author=name))
        if rest == paragraphs:
            return rest, facts
        paragraphs = rest


# --- names and days --------------------------------------------------------------------------------------------------


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
                month, day = _MONTHS.index(part["month"].lower()) + 1, int(part["day"])
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


# --- what an article states about itself -----------------------------------------------------------------------------

_LABELLED = re.compile(
    r"(?P<label>sources?|title|headline|(?:first )?(?:published|posted)(?: (?:on|at|date))?|date"
    r"|publication date|url|link|(?:last )?updated(?: on)?|original(?: article)?|canonical)\s*:\s*(?P<value>\S.*)",
    re.I,
)
_BYLINE = re.compile(
    r"(?P<label>by|(?:written|reported|story|text|words) by|authors?:|byline:)[\s:]+(?P<who>\S.*)", re.I
)
_DATELINE = re.compile(r"(?P<place>[A-Z][^()\n]{1,60}\s)?\((?P<agency>[A-Z][\w .&/-]{1,30})\)\s*(?P<dash>[-–—]?)")
_PLACE_AND_AGENCY = re.compile(r"(?:.*\s)??(?P<agency>\S+(?: \S+)?)\s*[–—-]")  # "London CNN —" on a line of its own


def _statements(paragraphs: list[str]) -> tuple[list[str], Facts]:
    """The paragraphs that do more than state facts, and the facts; the first to be stated counts."""
    rest, facts, revised = list[str](), Facts(), Facts()
    # Bare days further down are the headings of a chronicle, and so is one at its top.
    chronicle = any(_is_day(line) for line in paragraphs[_NEAR:])
    for index, line in enumerate(paragraphs):
        near = index < _NEAR or index >= len(paragraphs) - _NEAR
        said = None
        if len(line) <= 160 and not (chronicle and _is_day(line)):
            said = stated(line, near) or (_at_the_top(paragraphs, index) if index < _NEAR else None)
        if said is None:
            rest.append(line)
        elif line.lower().startswith(("updated", "last updated")):
            revised = revised.or_else(said)
        else:
            facts = facts.or_else(said)
    if rest and (dateline := _DATELINE.match(rest[0])):
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
    if label.startswith("source"):
        if is_address:
            return Facts(source=(urlsplit(value).hostname or "").removeprefix("www."), url=value)
        if _is_label(value) or len(value.split()) == 1:
            return Facts(source=value) if near else Facts()  # mid-text it is the source of a chart
        return None
    if label in ("title", "headline"):
        return Facts(title=value) if near else None
    if is_address:
        return Facts(url=value)
    day = parse_date(value)
    return Facts(published=day) if day and not _beyond_dates(value) else None


def _at_the_top(paragraphs: list[str], index: int) -> Facts | None:
    """The facts in a line that states them only at the top: a bare day, an agency alone, a name above an address."""
    line, beneath = paragraphs[index], paragraphs[index + 1] if index + 1 < len(paragraphs) else ""
    if len(line) <= 80 and (day := parse_date(line)) and not _beyond_dates(line):
        return Facts(published=day)
    if NEWS_AGENCY.fullmatch(line):
        return Facts(source=line)
    if (remnant := _PLACE_AND_AGENCY.fullmatch(line)) and len(line) <= 60:
        named = [a for a in (remnant["agency"], remnant["agency"].split()[-1]) if NEWS_AGENCY.fullmatch(a)]
        return Facts(source=named[0]) if named else None
    if is_name(line) and (
        NEWS_AGENCY.fullmatch(beneath) or re.fullmatch(r"\S+@\S+\.\w+|special (?:to|for) .{1,40}", beneath, re.I)
    ):
        story = " ".join(paragraphs[index + 2 :])  # the words of a headline come again in small letters
        if not any(re.search(rf"\b{re.escape(word.lower())}\b", story) for word in line.split()):
            return Facts(author=line)
    return None


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


# --- furniture -------------------------------------------------------------------------------------------------------

_SOCIAL = (
    r"(?:telegram|youtube|facebook|instagram|whatsapp|twitter|x|threads|tiktok|bluesky|linkedin|viber|google news)\b"
)
_PRESS = r"(?:newsletters?|channels?|podcasts?|alerts?|inbox|telegram|youtube|our|us|app|here|now|feed)\b"
_HANDLE = r"(?:(?<!\w)@\w|\b[\w.+-]+@[\w-]+\.\w|\bt\.me/)"
_SENTENCE = r"(?:.*[.!?:)\]…]\s*|.*\s[–—-]\s)?(?:please )?"  # up to where a sentence of the line begins
_LINKS = (
    r"(?:related(?: (?:articles?|stories|story|news|posts?|content|topics?|coverage|links?|reading))?|also read"
    r"|see also|read (?:also|more|next)|more on this(?: story)?|more (?:stories|news)|you (?:may|might) also (?:like|enjoy)"
    r"|recommended(?: for you)?|don['’]t miss|most (?:read|popular|viewed)|what to read next|trending(?: now)?"
    r"|lesen sie auch|lire aussi|lea también|leggi anche|читайте также|читайте також)"
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


def _without_link_lists(lines: list[str]) -> list[str]:
    """`lines` without headings like "Related articles" and the headlines that follow them."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        start, index = index, index + 1
        if not _LINKS_HEADING.fullmatch(lines[start]):
            kept.append(lines[start])
            continue
        while index < len(lines) and len(lines[index]) < 150 and not re.search(r"[.!…][\"”’)]*$|:$", lines[index]):
            index += 1
        if start + 1 < index < len(lines):
            index -= 1  # reporting goes on: the short line before it may be its subheading
    return kept


# --- biographies -----------------------------------------------------------------------------------------------------

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


def _without_lives(lines: list[str], author: str) -> tuple[list[str], str]:
    """`lines` without the biographies that end them, and the name in the first of those."""
    kept, name = list(lines), ""
    for index in range(max(0, len(kept) - _LIVES - 1), len(kept)):
        if about := _ABOUT.fullmatch(kept[index]):
            end = index + 1 if about["life"] else index + 2
            name = _life(about["life"] or " ".join(kept[index + 1 : end]), "", author) or ""
            del kept[index:end]
            break
    for index in range(len(kept) - 1, max(0, len(kept) - _LIVES - 1), -1):
        told = _life(kept[index], " ".join(kept[:index]), author)
        if told is not None:
            name = told or name
            del kept[index]
    return kept, name

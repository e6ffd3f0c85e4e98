"""Invented articles of 300 to 900 words, always the same for a seed, with facts in them that can be asked about."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from random import Random

FACTS = 3
"""The first paragraphs behind the opening state one fact each; the others are what else a report says."""

_SYLLABLES = (
    "ba bel bor cal dan dor el fen gar hal is ka kel lin lor ma mer nor ol pen quar ras rin sal sen tal tor ul val ves"
    " wen yor zan"
).split()
_GIVEN = "Ada Boris Clara Dmitri Elif Farid Greta Hugo Ines Jonas Kira Lena Marek Nadia Oskar Petra Rafa Silke".split()
_BODIES = "council|harbour board|hospital|university|railway|museum|court|water company|school|library".split("|")
_ROLES = "chair|treasurer|director|chief engineer|speaker|curator|principal|secretary|inspector|archivist".split("|")
_WORKS = "bridge|tunnel|ferry terminal|tram line|reservoir|concert hall|lighthouse|dyke|market hall|solar farm".split(
    "|"
)
_WHO = (
    "residents|fishermen|nurses|two shopkeepers|the drivers|teachers|a retired judge|the unions|farmers|several owners|"
    "scientists|the police|students|a delegation|the auditors|builders|visitors|an engineer|the tenants|volunteers"
).split("|")
_DID = (
    "welcomed|doubted|measured|photographed|delayed|praised|refused|examined|forgot|repaired|postponed|described|sold|"
    "defended|copied|counted|abandoned|discussed|inspected|painted|rejected|insured|borrowed|compared|questioned"
).split("|")
_WHICH = (
    "old|narrow|costly|unfinished|crowded|remote|quiet|broken|famous|temporary|northern|wooden|public|frozen|private|"
    "disputed|muddy|modern|forgotten|empty|seasonal|hidden|steep|fragile|ancient"
).split("|")
_WHAT = (
    "road|contract|budget|well|orchard|quay|archive|timetable|roof|survey|vineyard|engine|painting|licence|mill|pump|"
    "forecast|warehouse|garden|statue|fence|festival|canal|cellar|map|tower|harvest|shipment|boundary|greenhouse"
).split("|")
_WHERE = (
    "behind the station|near the lake|on the east bank|at the old fort|under the viaduct|along the ring road|beside "
    "the chapel|in the lower town|above the quarry|by the customs house|across the valley|at the edge of the forest"
).split("|")
_WHEN = (
    "on Monday|last winter|after the flood|before dawn|in early spring|during the strike|for the third time|at noon|"
    "within a week|since the fire|over the holidays|late on Friday|in the dry months|two years ago"
).split("|")
_WHY = (
    "because the money had run out|although nobody had asked|while the rain went on|so that work could begin|as the "
    "contract required|since prices had doubled|until a judge stepped in|though it was hardly needed|because of a leak"
).split("|")
_SAID = "according to|as reported by|in the words of|said|in a letter from|on the advice of".split("|")


@dataclass(frozen=True, slots=True)
class Question:
    """What can be asked about a story, and words that its answer holds."""

    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Story:
    """One invented article. The paragraph of `questions[i]` is `paragraphs[1 + i]`."""

    title: str
    published: date
    paragraphs: tuple[str, ...]
    questions: tuple[Question, ...]
    town: str

    @property
    def text(self) -> str:
        """The text below the title."""
        return "\n\n".join(self.paragraphs)

    def file(self, suffix: str) -> str:
        """The content of a file of this kind: `.txt`, `.md` with front matter, or `.html`."""
        if suffix == ".md":
            return (
                f"---\ntitle: {self.title}\ndate: {self.published}\nsource: {self.town} Courier\n---\n\n{self.text}\n"
            )
        if suffix == ".html":
            body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in self.paragraphs)
            head = f"<title>{self.title}</title><meta property='article:published_time' content='{self.published}'>"
            return f"<html><head>{head}</head><body><article><h1>{self.title}</h1>\n{body}</article></body></html>"
        return f"{self.title}\n\n{self.text}\n"


def story(seed: int, number: int) -> Story:
    """The story of this number: no two numbers tell of the same town."""
    random = Random(f"{seed} {number}")
    town = _town(number, random)
    facts = tuple(_fact(kind, town, random) for kind in range(FACTS))
    paragraphs = [f"{_sentence(random)} {_sentence(random)} It was a long day in {town}.", *(fact[0] for fact in facts)]
    words, length = sum(len(paragraph.split()) for paragraph in paragraphs), random.randint(300, 850)
    while words < length:
        paragraphs.append(_paragraph(random))
        words += len(paragraphs[-1].split())
    title = f"{town} {random.choice(_DID)} its {random.choice(_WHICH)} {random.choice(_WHAT)}"
    published = date(2024, 1, 1) + timedelta(random.randrange(700))
    return Story(title, published, tuple(paragraphs), tuple(fact[1] for fact in facts), town)


def revised(old: Story, random: Random) -> Story:
    """The story with one paragraph said anew, put in or left out; a fact may have become another."""
    paragraphs, questions = list(old.paragraphs), list(old.questions)
    chosen = random.randrange(1, len(paragraphs))
    if chosen <= FACTS:
        paragraphs[chosen], questions[chosen - 1] = _fact(chosen - 1, old.town, random)
    elif random.random() < 0.2 and len(paragraphs) > FACTS + 3:
        del paragraphs[chosen]
    elif random.random() < 0.2:
        paragraphs.insert(chosen, _paragraph(random))
    else:
        paragraphs[chosen] = _paragraph(random)
    return replace(old, paragraphs=tuple(paragraphs), questions=tuple(questions))


def reprinted(old: Story, random: Random) -> Story:
    """The story as another paper brings it: another title, and a sentence more."""
    last = f"{old.paragraphs[-1]} {_sentence(random)}"
    return replace(old, title=f"{_name(random)} Post: {old.title}", paragraphs=(*old.paragraphs[:-1], last))


def _town(number: int, random: Random) -> str:
    digits, count = [], len(_SYLLABLES)
    for _ in range(3):
        number, digit = divmod(number, count)
        digits.append(_SYLLABLES[digit])
    return "".join(digits).capitalize() + random.choice(("ford", "holm", "stead", "mouth", "wick", ""))


def _name(random: Random) -> str:
    return "".join(random.choices(_SYLLABLES, k=random.randint(2, 3))).capitalize()


def _person(random: Random) -> str:
    return f"{random.choice(_GIVEN)} {_name(random)}"


def _fact(kind: int, town: str, random: Random) -> tuple[str, Question]:
    """A paragraph that states a fact of this kind first."""
    person, million, rest = _person(random), random.randint(2, 900), f"{_sentence(random)} {_sentence(random)}"
    if kind == 0:
        body, role = random.choice(_BODIES), random.choice(_ROLES)
        fact = f"The {body} of {town} elected {person} as its new {role}."
        return f"{fact} {rest}", Question(f"Who is the new {role} of the {body} of {town}?", person)
    work = random.choice(_WORKS)
    if kind == 1:
        fact = f"The {random.choice(_WHICH)} {work} in {town} will cost {million} million crowns."
        return f"{fact} {rest}", Question(f"How much will the {work} in {town} cost?", f"{million} million")
    day = date(2026, 1, 1) + timedelta(random.randrange(900))
    told = f"{day.day} {day:%B %Y}"
    fact = f"The {work} of {town} is to be opened by {person} on {told}."
    return f"{fact} {rest}", Question(f"When is the {work} of {town} to be opened?", told)


def _paragraph(random: Random) -> str:
    return " ".join(_sentence(random) for _ in range(random.randint(2, 5)))


def _sentence(random: Random) -> str:
    one, other = (f"{random.choice(_WHICH)} {random.choice(_WHAT)}" for _ in range(2))
    who, did, where, when, why = (random.choice(words) for words in (_WHO, _DID, _WHERE, _WHEN, _WHY))
    form = random.randrange(5)
    if form == 0:
        words = f"{who} {did} the {one} {where} {when}"
    elif form == 1:
        words = f"{when} {who} {did} the {one} and {random.choice(_DID)} the {other}, {why}"
    elif form == 2:
        words = f"{where} the {one} was {random.choice(_WHICH)} {why}, {random.choice(_SAID)} {_person(random)}"
    elif form == 3:
        people, share = random.randint(20, 9000), random.randint(3, 90)
        words = f"of {people} people {where} more than {share} in a hundred {did} the {one}"
    else:
        words = f"{_person(random)} of {_name(random)} {did} a {one} {where}, {why}"
    return f"{words[0].upper()}{words[1:]}."

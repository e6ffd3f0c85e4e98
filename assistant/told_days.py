"""The days that a sentence tells of, held against the days that a question names: what tells of others answers nothing.

Most articles name few dates, and a day that is not named contradicts nothing. Pure.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from assistant.candidates import Candidate
from assistant.language import is_english
from assistant.months import MONTH_NAME, WEEKDAYS
from assistant.stretches import Stretch, day_of_month, days_asked, stretches
from index.schema import Article
from index.words import words

AROUND = timedelta(7)
"""A report may appear so long before or after the day that it tells of without naming it."""
AFTER_A_MONTH = timedelta(14)
"""And so long after a month is over, of which it then says "last month"."""

NEAR = 1500
"""Characters to either side of a sentence within which its paragraph counts as what stands around it."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_IN_YEAR = re.compile(r"\b(?:in|during) (?:the year )?((?:1[5-9]|20)\d\d)\b(?! [a-z]+s\b)", re.IGNORECASE)
_WHEN_DONE = re.compile(
    rf"\b(?:(?:in|during) (?:the year )?(?:(?:early|late|mid)[ -])?|{MONTH_NAME}\.?,? (?:of )?|{MONTH_NAME}\.? \d+,? )"
    r"(?:1[5-9]|20)\d\d\b(?! ?[-–—/]|s\b| (?:and|or|onwards?|to|until)\b)",
    re.IGNORECASE,
)
"""The year in which something was done; not one since which, up to which or from which to another."""
_OTHERWISE = re.compile(
    r"[,;:()—–“”\"]|\b(?:who|whom|whose|which|that|where|when|while|after|before|since|until|by|from|to|through|till"
    r"|compared|than|against|as|but|still|now|today|currently|again|ago|earlier|later"
    r"|(?:last|this|next|previous) \w+)\b"
    r"|(?<!\bwas )(?<!\bwere )(?<!\bbeen )\b(?:founded|born|built|made|written|signed|passed|adopted|established"
    r"|created|formed|launched|opened|published|held|introduced|elected|killed|begun|started) (?:in|on|during)\b",
    re.IGNORECASE,
)
"""What makes it doubtful that a year goes with what is done: "Founded in 1850, the bank had 300 branches"."""
_OPENING_DATE = re.compile(r"\s*(?:in|on|during)\b[^,]{0,30}?(?:, )?\b(?:1[5-9]|20)\d\d,", re.IGNORECASE)
_COMMA_OF_DATE = re.compile(r"(?<=\d),(?= ?\d)")
_VAGUE = re.compile(
    r"\b(?:(?:last|previous|past) (?:month|year|spring|summer|autumn|fall|winter)"
    r"|(?:weeks?|months?) (?:ago|earlier|later)|earlier this (?:month|year)|(?:this|next) (?:month|year))\b",
    re.IGNORECASE,
)
"""What counts from a day that nobody names here, by weeks and months: it may come to any day of the year around."""
_VAGUE_REACH = timedelta(400)


_END_OF_DAYS = re.compile(
    r"\bthe (?:(?P<last>last|final|closing)|first|opening) day\b(?! (?:of|in) (?:the )?(?:year|school|week|month))",
    re.IGNORECASE,
)


def comes_to_days(article: Article, asked: Sequence[Stretch]) -> bool:
    """Whether an article can tell of these days: it names them, appeared around them, or names no days at all."""
    if not asked:
        return True
    text = f"{article.title}.\n{article.text}"
    if not is_english(text):
        return True
    told = stretches(text)
    if not told and article.published is None:
        return True
    if _any_meets(told, asked, article, text) or _appeared_around(article, asked):
        return True
    return bool(_VAGUE.search(text)) and _appeared_around(article, asked, _VAGUE_REACH)


def of_the_days(asked: Sequence[Stretch], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that tell of other days than those asked about, all where no days are named."""
    if not asked:
        return list(candidates)
    return [each for each in candidates if _tells_of(each, asked)]


def of_the_years(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that tell of other years than the one "in" which something is asked about.

    Only in articles of other years, since those of that year need not name it; and not where days are asked about.
    """
    years = {match[1] for match in _IN_YEAR.finditer(question)}
    if not years or days_asked(question):
        return list(candidates)
    return [each for each in candidates if _may_be_of_years(each, years)]


def _may_be_of_years(candidate: Candidate, years: set[str]) -> bool:
    """Whether what a sentence tells may have been in these years: no other year certainly goes with it."""
    published, text = candidate.hit.article.published, candidate.text
    named = _YEAR.findall(text)
    if not named or years.intersection(named) or (published is not None and str(published.year) in years):
        return True
    plain = _COMMA_OF_DATE.sub("", _OPENING_DATE.sub(lambda match: match[0].rstrip(","), text))
    return bool(_OTHERWISE.search(plain)) or len(_WHEN_DONE.findall(plain)) < len(named)


def of_that_day_alone(
    asked: Sequence[Stretch], chosen: Sequence[Candidate], surest: Sequence[Candidate]
) -> list[Candidate]:
    """The sentences chosen without those that tell of more days than the one that is asked about.

    Only where one of the `surest` tells of that day alone: "on 18 and 19 June" may be all there is about the 18th.
    """
    if not _is_one_day(asked) or not any(_names_only(asked[0], each.text) for each in surest):
        return list(chosen)
    alone = [each for each in chosen if all(told.is_day and told.meets(asked[0]) for told in stretches(each.text))]
    return alone or list(chosen)


def weekdays_in(text: str) -> frozenset[str]:
    """The weekdays that a text names."""
    return frozenset(WEEKDAYS).intersection(words(text))


def _names_only(asked: Stretch, text: str) -> bool:
    told = stretches(text)
    return bool(told) and all(each.is_day and each.meets(asked) for each in told)


def _is_one_day(asked: Sequence[Stretch]) -> bool:
    return len(asked) == 1 and asked[0].is_day


def _tells_of(candidate: Candidate, asked: Sequence[Stretch]) -> bool:
    """Whether a sentence may tell of these days: it names them, or it names none and what stands around it may."""
    article = candidate.hit.article
    if not is_english(candidate.hit.text):
        return True
    own = stretches(candidate.text)
    if not own and _is_one_day(asked) and asked[0].year and (named := weekdays_in(candidate.text)):
        day = asked[0].days(asked[0].year)[0]
        return WEEKDAYS[day.weekday()] in named and _appeared_around(article, asked)
    if not own and _is_one_day(asked) and _is_of_another_end(candidate, asked[0]):
        return False
    paragraph = _paragraph(article.text, *candidate.span)
    if _any_meets(own, asked, article, paragraph):
        return True
    if own:  # what is announced for later is told on the day of publication
        return _appeared_around(article, asked) and all(_is_ahead(each, article) for each in own)
    around = stretches(paragraph)
    if not around or _any_meets(around, asked, article, paragraph):
        return True
    start, _ = candidate.span
    ahead = stretches(article.text[_paragraph_start(article.text, start) : start])
    return not ahead and _appeared_around(article, asked)


def _is_of_another_end(candidate: Candidate, asked: Stretch) -> bool:
    """Whether a sentence tells of the first or last day of some, and this is another by the days named before it."""
    article, match = candidate.hit.article, _END_OF_DAYS.search(candidate.text)
    year = asked.year or (article.published.year if article.published else 0)
    if not match or not year:
        return False
    day = asked.days(year)[0].toordinal()
    start = candidate.span[0]
    before = stretches(article.text[max(0, start - NEAR) : start])
    steps = [end.toordinal() - day for each in before for end in each.days(year)]
    beyond = [step if match["last"] else -step for step in steps]
    return bool(steps) and (0 not in steps or any(0 < step <= AROUND.days for step in beyond))


def _is_ahead(told: Stretch, article: Article) -> bool:
    return article.published is not None and told.days(article.published.year)[0] > article.published


def _any_meets(told: Iterable[Stretch], asked: Sequence[Stretch], article: Article, text: str) -> bool:
    """Whether any of the days told of are among those asked about; `text` is what stands around them."""
    return any(
        own.meets(each) for own in told for each in asked if own.year or _may_be_of(own, each.year, article, text)
    )


def _may_be_of(told: Stretch, year: int | None, article: Article, text: str) -> bool:
    """Whether days without a year may be of this one: it is named around them, or theirs nearest to publication."""
    named = _YEAR.findall(text)
    if year is None or str(year) in named:
        return True
    if (published := article.published) is None:
        return not named
    near = (published.year + step for step in (-1, 0, 1))
    return year == min(near, key=lambda each: abs((day_of_month(each, *told.first) - published).days))


def _appeared_around(article: Article, asked: Sequence[Stretch], reach: timedelta | None = None) -> bool:
    """Whether it was published on these days, or so long before or after them that it needs not name them."""
    if article.published is None:
        return False
    published = article.published
    for each in asked:
        after = reach or (timedelta(0) if each.closes else AROUND if each.is_day else AFTER_A_MONTH)
        for first, last in map(each.days, (published.year - 1, published.year, published.year + 1)):
            # Counted as numbers: no day lies so long before the first there is.
            if first.toordinal() - (reach or AROUND).days <= published.toordinal() <= last.toordinal() + after.days:
                return True
    return False


def _paragraph(text: str, start: int, end: int) -> str:
    last = text.find("\n", end, end + NEAR)
    return text[_paragraph_start(text, start) : last if last >= 0 else min(end + NEAR, len(text))]


def _paragraph_start(text: str, place: int) -> int:
    nearest = max(0, place - NEAR)
    return max(text.rfind("\n", nearest, place) + 1, nearest)

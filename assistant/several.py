"""What is asked of several articles at once: which they are, and the answer in quotes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.central import Embed
from assistant.citations import Claim, resolve
from assistant.compare import SIDES, Side, comparison, disagreements, pairs_within
from assistant.dated_sides import Dated, dated_sides
from assistant.disagree import differences
from assistant.follow_up import Standalone
from assistant.intent import Intent, asks_for_timeline, intent_of, topic_of
from assistant.length import length_asked
from assistant.material import Find, Material, Voice, origin
from assistant.prompts import load_prompts
from assistant.schema import Answer, Answered
from assistant.summarise import summary_of_article, summary_of_topic
from index.catalogue import Catalogue
from index.schema import Filters, Hit
from index.words import content_words

READ = {"summary": 6, "comparison": SIDES, "disagreement": 8}
"""Articles that are looked at for a topic."""
ALL = 60
"""Articles that are looked at for those among them that were cited before."""
APART = 6
"""Pairs of statements shown where only the disagreements are asked for."""
PROMPTS = {"summary": "summary", "comparison": "compare", "disagreement": "compare"}
SENTENCES = {"summary": 6, "comparison": 8, "disagreement": 8}
"""Sentences that a model is asked for at most, where the question leaves it open."""
EACH = 3
"""Passages of one article that a model is shown, where it is to read several."""


class Several:
    """Answers questions about more than one article, and asks for summaries of one."""

    def __init__(self, catalogue: Catalogue, find: Find, embed: Callable[[], Embed | None]) -> None:
        self._catalogue = catalogue
        self._material = Material(catalogue, find)
        self._embed = embed

    def weights(self, topic: str) -> Mapping[str, float]:
        """The weight of each stem of a topic, of 1 in all; none where a name of it is unknown."""
        return self._material.weights(topic)

    def names_sources(self, standalone: Standalone) -> bool:
        """Whether sources are named that are to be held against each other, rather than searched alone."""
        intent = self._intent(standalone)
        return bool(intent and intent.sources)

    def names_days(self, standalone: Standalone) -> bool:
        """Whether months or days are to be held against each other, rather than to limit what is searched."""
        intent = self._intent(standalone)
        return bool(intent and dated_sides(intent.sides))

    def answer(self, standalone: Standalone, filters: Filters) -> Answered | None:
        """The answer in quotes, with the passages a model is to read and its prompt; None for any other question.

        None too where no article speaks of the topic.
        """
        intent = self._intent(standalone)
        if intent is None:
            return None
        if intent.points_back and not self._cited(standalone, intent):
            return Answered(Answer(standalone.text, message=load_prompts().say("which_article")))
        sides = self._sides(standalone, intent, filters)
        spoken = [side for side in sides if side.voices]
        if not spoken and standalone.part_of:  # a search for both would find the whole once more
            return Answered(Answer(standalone.text, message=_part("part_untold", standalone, intent)))
        if not spoken:
            return None
        told = {voice.article.id for side in spoken for voice in side.voices}
        goes_on = intent.points_back or (bool(standalone.carried) and told <= set(standalone.cited))
        question = standalone.text if goes_on else standalone.asked or standalone.text
        length = length_asked(standalone.asked or standalone.text)
        answer = self._answer(question, intent, spoken, length)
        if intent.sides and len(spoken) < len(sides):
            untold = (load_prompts().say("side_untold", side=side.name) for side in sides if not side.voices)
            answer = replace(answer, note=" ".join(untold))
        if standalone.part_of and not told & set(standalone.cited):
            answer = replace(answer, note=f"{_part('part_elsewhere', standalone, intent)} {answer.note}".strip())
        shown = _shown([voice for side in spoken for voice in side.voices])
        return Answered(answer, shown, PROMPTS[intent.kind], length or SENTENCES[intent.kind])

    def of_topic(self, standalone: Standalone) -> Standalone:
        """A request of which nothing was found as a question about its topic: "summarise" stands in no article."""
        is_request = self._intent(standalone) or asks_for_timeline(standalone.asked)
        topic = content_words(topic_of(standalone.asked)) if is_request else []
        return replace(standalone, own=tuple(topic)) if topic else standalone

    def _intent(self, standalone: Standalone) -> Intent | None:
        return intent_of(standalone.asked or standalone.text, self._catalogue.sources())

    def _sides(self, standalone: Standalone, intent: Intent, filters: Filters) -> Sequence[Side]:
        """The sides of a comparison, or the one of a summary; those of which nothing is found have no voices."""
        if intent.points_back:
            sides = _named(self._material.of(self._cited(standalone, intent)))
            if intent.kind != "summary" and len(sides) < 2 and standalone.carried:  # "compare the reports on it"
                return _named(self._material.on(" ".join(standalone.carried), filters, READ[intent.kind]))
            return sides
        if intent.sources:
            let_through = (source for source in intent.sources if not filters.sources or source in filters.sources)
            return [Side(each, tuple(self._material.on(intent.topic, _of(each, filters), 2))) for each in let_through]
        if dated := dated_sides(intent.sides):
            return [self._dated(each, filters) for each in dated]
        if intent.sides:
            return [Side(topic, tuple(self._material.on(topic, filters, 2))) for topic in intent.sides]
        most = 1 if intent.one else READ[intent.kind]
        if standalone.carried:  # a part of what was spoken of, where the articles of that tell of it
            spoken = self._material.on(intent.topic, filters, ALL)
            return _named(([each for each in spoken if each.article.id in standalone.cited] or spoken)[:most])
        return _named(self._material.on(intent.topic, filters, most))

    def _dated(self, side: Dated, filters: Filters) -> Side:
        voices = (side.within(voice) for voice in self._material.on(side.topic, filters, ALL))
        return Side(side.name, tuple(voice for voice in voices if voice.told)[:2])

    def _answer(self, question: str, intent: Intent, sides: Sequence[Side], length: int) -> Answer:
        voices = [voice for side in sides for voice in side.voices]
        embed, prompts = self._embed(), load_prompts()
        if intent.kind == "summary" or len(sides) == 1:
            whole = len(voices) == 1 and (intent.one or not intent.topic)
            claims = summary_of_article(voices[0], embed, length) if whole else summary_of_topic(voices, embed, length)
            note = "" if intent.kind == "summary" else prompts.say("one_report")
            return _answered(question, claims, note, listed=False)
        if intent.kind == "comparison":
            return _answered(question, comparison(sides, embed, length, of_one_topic=not intent.sides))
        apart = differences(voices, min(APART, pairs_within(length)) if length else APART, embed)
        if not apart:
            return Answer(question, message=prompts.say("no_difference", reports=str(len(voices))))
        return _answered(question, disagreements(apart), prompts.say("compared", reports=str(len(voices))))

    def _cited(self, standalone: Standalone, intent: Intent) -> list[str]:
        """The articles of the answer before that are meant; where there is none, the only one there is."""
        each, every = standalone.cited, list(dict.fromkeys(standalone.cited))
        if intent.numbers:
            return [each[number - 1] for number in intent.numbers if 1 <= number <= len(each)]
        if intent.places:
            return [every[place] for place in intent.places if -len(every) <= place < len(every)]
        if every:
            return every[:1] if intent.one else every
        rows = self._catalogue.rows(limit=2)
        return [rows[0].id] if len(rows) == 1 else []


def _named(voices: Sequence[Voice]) -> list[Side]:
    """A side for each voice, named by source and day, and by its title where two would have one name."""
    names = [origin(voice.article) for voice in voices]
    return [
        Side(name if names.count(name) == 1 else f"{name}: {voice.article.title}", (voice,))
        for name, voice in zip(names, voices, strict=True)
    ]


def _part(prompt: str, standalone: Standalone, intent: Intent) -> str:
    return load_prompts().say(prompt, topic=standalone.part_of, part=intent.topic)


def _of(source: str, filters: Filters) -> Filters:
    return Filters((source,), filters.since, filters.until)


def _answered(question: str, claims: Sequence[Claim], note: str = "", *, listed: bool = True) -> Answer:
    statements, citations = resolve(claims)
    written_by = "quotes" if statements else "nobody"
    return Answer(question, statements, citations, written_by=written_by, note=note, listed=listed)


def _shown(voices: Sequence[Voice]) -> tuple[Hit, ...]:
    """The passages a model is to read: of one article all, of several the best few of each in turn."""
    if len(voices) == 1:
        return voices[0].hits
    return tuple(voice.hits[rank] for rank in range(EACH) for voice in voices if rank < len(voice.hits))

"""Questions that the articles answer, made from their own sentences: to begin with, and to go on with."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from threading import Lock, Thread
from typing import Protocol

from assistant.schema import Answer
from index.schema import Article
from index.words import content_words

MOST = 3
TRIED = 6
"""Candidates that are asked before giving up: each costs as much as a question."""
LOOKED_AT = 20_000
"""Characters of an article that questions are made from: each name is looked for again in all of them."""
SURE = 0.6
"""The confidence from which a question counts as answered."""

_WORD = r"[A-Z][\w-]*\w"
_PERSON = rf"(?<!the )(?<![.] ){_WORD} (?:[A-Z]\. |de |van |von |bin )?{_WORD}"
_NAME = rf"(?:{_WORD} )+(?:of )?{_WORD}"
_ABOUT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"({_PERSON}),? (?:said|told|warned|added|argued)\b"), "What did {name} say?"),
    (re.compile(rf"({_PERSON}), (?:a|an|the|who|whose|its|their) "), "Who is {name}?"),
    (re.compile(rf"(?<=[a-z,] )((?:the )?{_NAME})"), "What is said about {name}?"),
)


class Articles(Protocol):
    """Where articles are looked up: the catalogue."""

    def by_id(self, article_ids: Sequence[str]) -> dict[str, Article]:
        """Articles by their ids."""


class Suggester:
    """Suggests questions, each tried first: only one that is answered with some confidence is offered."""

    def __init__(
        self,
        articles: Articles,
        answer: Callable[[str], Answer],
        propose: Callable[[Answer], Sequence[str]] | None = None,
    ) -> None:
        """`propose` has a model word questions, within a few seconds; where it gives none, those of rules stay."""
        self._articles = articles
        self._answer = answer
        self._propose = propose
        self._making = Lock()
        self._made: tuple[tuple[str, ...], tuple[str, ...]] = (), ()

    def after(self, answer: Answer, asked: Sequence[str]) -> tuple[str, ...]:
        """What could be asked next about the articles that an answer cites, none of it asked before."""
        cited = list(dict.fromkeys(citation.article_id for citation in answer.citations))
        known = {word for question in (answer.question, *asked) for word in content_words(question)}
        if self._propose is None or not answer.by_model:
            return self._about(cited, known)
        proposed: list[str] = []
        propose = self._propose
        thread = Thread(target=lambda: proposed.extend(propose(answer)), daemon=True)
        thread.start()  # while those of rules are tried
        own = self._about(cited, known)
        thread.join()
        fresh = [question for question in proposed if not set(content_words(question)) <= known]
        answered = [question for question in fresh[:TRIED] if self._is_answered(question, cited)]
        return tuple(dict.fromkeys((*answered, *own)))[:MOST]

    def first(self, article_ids: Sequence[str]) -> tuple[str, ...]:
        """What could be asked first of these articles, about each another; made once, since every question is tried."""
        with self._making:
            if self._made[0] != (asked_of := tuple(article_ids)):
                found = [question for id_ in article_ids for question in self._about([id_], set(), most=1)]
                questions = tuple(dict.fromkeys(found))[:MOST]
                if not questions:  # it may be that they are not embedded yet
                    return ()
                self._made = asked_of, questions
            return self._made[1]

    def _about(self, article_ids: Sequence[str], known: set[str], most: int = MOST) -> tuple[str, ...]:
        articles = self._articles.by_id(article_ids)
        candidates = [
            question
            for article_id in article_ids
            if article_id in articles
            for question in questions_about(articles[article_id])
            if not known & set(content_words(_subject(question)))
        ]
        chosen: list[str] = []
        for question in candidates[:TRIED]:
            if self._is_answered(question, article_ids):
                chosen.append(question)
            if len(chosen) == most:
                break
        return tuple(chosen)

    def _is_answered(self, question: str, article_ids: Sequence[str]) -> bool:
        answer = self._answer(question)
        return answer.found and answer.confidence >= SURE and _cites(answer, article_ids)


def questions_about(article: Article) -> Iterator[str]:
    """Questions about the names of an article, one for each name, the most frequent first."""
    text = article.text[:LOOKED_AT]
    counts = Counter(match[1] for pattern, _ in _ABOUT for match in pattern.finditer(text))
    asked: set[str] = set()
    for name, _ in counts.most_common():
        last = name.split()[-1]
        template = next(words for pattern, words in _ABOUT if any(m[1] == name for m in pattern.finditer(text)))
        if last not in asked and name.split()[0].lower() not in _OPENERS:
            asked.add(last)
            yield template.format(name=name)


_OPENERS = frozenset("on in at the a an for from after before when while but and as by if to with since until".split())
_SUBJECT = re.compile("|".join(re.escape(words).replace(r"\{name\}", "(.+)") for _, words in _ABOUT))


def _subject(question: str) -> str:
    match = _SUBJECT.fullmatch(question)
    return next(filter(None, match.groups()), "") if match else ""


def _cites(answer: Answer, article_ids: Sequence[str]) -> bool:
    return any(citation.article_id in article_ids for citation in answer.citations)

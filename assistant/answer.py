"""The llama-index query engine: a question -> passages found -> a cited answer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from llama_index.core.base.response.schema import Response
from llama_index.core.llms.mock import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import BaseSynthesizer
from llama_index.core.schema import NodeWithScore, QueryType

from assistant.authors import with_author
from assistant.candidates import Candidate
from assistant.central import Embed
from assistant.citations import Evidence, cite, resolve
from assistant.explain import Explainer, found_by, overlap
from assistant.extract import PassageReader, extract, mostly_english
from assistant.follow_up import Standalone
from assistant.holdings import answer_from_holdings
from assistant.intent import asks_for_timeline
from assistant.language import is_english, telling_words
from assistant.length import length_asked
from assistant.prompts import load_prompts
from assistant.question import analyse
from assistant.records import answer_from_records
from assistant.schema import Answer, Answered, Citation, Scope, Strictness
from assistant.scope import narrowed, near_weekday, understood, understood_of_source
from assistant.several import Several
from assistant.spelling import Spelling
from assistant.timeline import answer_timeline
from index.catalogue import Catalogue
from index.retrieve import FilteredQuery, HybridRetriever, from_node
from index.schema import Filters, Hit
from index.words import words

NEAREST = 3


class StandaloneQuery(FilteredQuery):
    """A resolved question as it travels through llama-index to the synthesizer."""

    standalone: Standalone


class QuoteSynthesizer(BaseSynthesizer):
    """Answers with quotes from the passages; the typed Answer is `response.metadata["answer"]`."""

    def __init__(
        self,
        catalogue: Catalogue,
        reader: Callable[[], PassageReader | None],
        sentences: int,
        strictness: Strictness,
        spelling: Spelling,
    ) -> None:
        super().__init__(llm=MockLLM())  # without one the base class asks for OpenAI's package
        self._catalogue = catalogue
        self._explainer = Explainer(catalogue)
        self._reader = reader
        self._sentences = sentences
        self._strictness = strictness
        self._spelling = spelling

    def synthesize(
        self,
        query: QueryType,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> Response:
        """The answer to a StandaloneQuery from the nodes of a HybridRetriever."""
        if not isinstance(query, StandaloneQuery):
            raise TypeError("QuoteSynthesizer answers a StandaloneQuery")
        answer = self.answer(query.standalone, [from_node(node) for node in nodes])
        return Response(answer.text, source_nodes=nodes, metadata={"answer": answer})

    async def asynthesize(
        self,
        query: QueryType,
        nodes: list[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
        **response_kwargs: Any,
    ) -> Response:
        """The same; nothing in it waits."""
        return self.synthesize(query, nodes)

    def answer(self, standalone: Standalone, hits: Sequence[Hit]) -> Answer:
        """Quotes that answer, or not found with the nearest passages and the words that no article holds.

        The reader chooses them where the question and half of the passages or more are English; of these it reads the
        English ones, and the others have no chance. Else rules choose, for which one language is as good as another.
        """
        frequencies = self._catalogue.frequencies((*standalone.own, *standalone.carried))
        # "What did Ann Lee write": who wrote an article and where it appeared stands in its record, not in its text.
        recorded = {word for hit in hits for word in words(f"{hit.article.author} {hit.article.source}")}
        own = tuple(word for word in standalone.own if frequencies.get(word) or word not in recorded)
        asked = standalone.asked or standalone.text
        standalone = replace(standalone, own=telling_words(asked, own))
        question = analyse(standalone, frequencies, self._catalogue.count_passages())
        reader = self._reader() if is_english(question.text) and mostly_english(hits) else None
        extraction = extract(question, hits, reader, self.most(standalone), self._strictness)
        statements, citations = resolve(extraction.claims)
        return Answer(
            standalone.text,
            statements,
            self._explainer.explained(citations, hits),
            nearest=found_by(_nearest(extraction.candidates, citations), hits),
            missing=() if statements else question.missing,
            meant="" if statements or not is_english(asked) else self._spelling.meant(asked, question.missing),
            confidence=extraction.confidence,
            chosen_by=("reader" if reader else "rules") if hits else "nobody",
            written_by="quotes" if statements else "nobody",
        )

    def most(self, standalone: Standalone) -> int:
        """How many sentences the answer holds at most: as many as the question asks for, else as the settings say."""
        return length_asked(standalone.asked) or self._sentences

    def get_response(self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any) -> str:
        """Not used: texts alone cannot be cited."""
        raise TypeError("QuoteSynthesizer needs nodes, since texts alone cannot be cited")

    async def aget_response(self, query_str: str, text_chunks: Sequence[str], **response_kwargs: Any) -> str:
        """Not used: texts alone cannot be cited."""
        raise TypeError("QuoteSynthesizer needs nodes, since texts alone cannot be cited")

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        pass


class Answerer:
    """Answers a resolved question: what is asked of several, of records, small talk, then what the articles say."""

    def __init__(
        self,
        catalogue: Catalogue,
        retriever: HybridRetriever,
        synthesizer: QuoteSynthesizer,
        embed: Callable[[], Embed | None],
    ) -> None:
        self._catalogue = catalogue
        self._several = Several(catalogue, retriever.hits, embed)
        self._retriever = retriever
        self._synthesizer = synthesizer
        self._engine = RetrieverQueryEngine(retriever, response_synthesizer=synthesizer)

    def understand(self, standalone: Standalone, today: date | None) -> Scope:
        """What the question says of dates and sources; days in which no article was published limit nothing.

        Nor do sources or days that are to be held against each other. A weekday means the last one only where the
        articles come near it: of an old library it is a word like others.
        """
        if standalone.small_talk or self._several.names_days(standalone):
            return Scope()
        sources = [] if self._several.names_sources(standalone) else self._catalogue.sources()
        scope = understood(standalone.text, today, sources)
        if (days := near_weekday(scope)) and not self._catalogue.allowed(days):
            scope = understood(standalone.text, today, sources, weekdays=False)
        if scope.filters and not self._catalogue.allowed(scope.filters):
            return understood_of_source(standalone.text, sources)
        return scope

    def answer(self, standalone: Standalone, filters: Filters, scope: Scope, today: date | None = None) -> Answered:
        """The answer without a model, with the seconds it took. What the filters leave open the scope may limit."""
        started = time.perf_counter()
        chosen, filters = filters, narrowed(filters, scope)
        if asked := self._several.answer(standalone, filters):
            return replace(asked, answer=replace(asked.answer, scope=scope).timed(time.perf_counter() - started))
        standalone = self._several.of_topic(standalone)
        answer = (
            answer_from_holdings(standalone, self._catalogue, chosen, today)
            or answer_from_records(
                standalone, self._catalogue, lambda words: self._retriever.hits(words, filters, leaning=scope.leaning)
            )
            or self._timeline(standalone, filters, scope, today)
            or self._small_talk(standalone)
        )
        hits: list[Hit] = []
        if answer is None:
            query = StandaloneQuery(
                standalone.text, filters=filters, leaning=scope.leaning, keywords=standalone.keywords
            )
            query.standalone = standalone
            response = self._engine.query(query)
            hits = [from_node(node) for node in response.source_nodes]
            answer = with_author(
                replace((response.metadata or {})["answer"], scope=scope), self._catalogue, filters, hits
            )
            if answer.found and asks_for_timeline(standalone.asked):
                answer = replace(answer, note=load_prompts().say("no_timeline"))
        answer = answer.timed(time.perf_counter() - started)
        return Answered(answer, tuple(hits), sentences=self._synthesizer.most(standalone))

    def _timeline(self, standalone: Standalone, filters: Filters, scope: Scope, today: date | None) -> Answer | None:
        answer = answer_timeline(
            standalone, lambda topic, count: self._retriever.hits(topic, filters, count), self._several.weights, today
        )
        return replace(answer, scope=scope) if answer else None

    def _small_talk(self, standalone: Standalone) -> Answer | None:
        if not standalone.small_talk:
            return None
        return Answer(standalone.text, message=load_prompts().say(standalone.small_talk))


def _nearest(candidates: Sequence[Candidate], used: Sequence[Citation]) -> tuple[Citation, ...]:
    """The best sentence of each of the nearest passages that is not used; the candidates come best first."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        passage = candidate.hit.passage
        if not any(passage.article_id == each.article_id and overlap(passage, each) for each in used):
            best.setdefault(passage.id, candidate)
    return tuple(
        cite(number, Evidence(candidate.hit.article, *candidate.span))
        for number, candidate in enumerate([*best.values()][:NEAREST], 1)
    )

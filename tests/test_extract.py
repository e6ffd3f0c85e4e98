"""The answer without a model, from passages given."""

from assistant.extract import extract
from assistant.follow_up import standalone
from assistant.question import analyse
from index.schema import Article, Hit
from index.splitting import split
from index.words import content_words
from tests.fakes import BagOfWordsEmbedder

TEXT = (
    "Ann Lee became the first mayor to visit Rome in ten years. "
    "Party leader Bob Ray met today with Mayor Ann Lee. It went on for two hours. "
    "The tower of the old mill was painted red by volunteers last spring."
)


def quotes(text: str, most: int = 4) -> list[str]:
    article = Article("1", "A visit", TEXT)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    frequencies = {word: 1 for word in content_words(TEXT)}
    found = extract(analyse(standalone([], text), frequencies, 20), hits, BagOfWordsEmbedder(), most)
    for claim in found.claims:
        (evidence,) = claim.evidence
        assert article.text[evidence.start : evidence.end] == claim.text
    return [claim.text for claim in found.claims]


def test_a_question_for_a_person_prefers_a_new_name_beside_the_deed() -> None:
    assert "Bob Ray" in quotes("Who met Ann Lee?")[0]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    assert any(
        text.startswith("Party leader") and text.endswith("two hours.") for text in quotes("How long did it go on?")
    )


def test_at_most_as_many_as_allowed() -> None:
    assert len(quotes("What did Mayor Ann Lee do?", 1)) == 1


def test_a_name_that_no_article_holds_answers_nothing() -> None:
    assert quotes("Who met Mayor Tom Fox?") == []


def test_nothing_found_is_no_answer() -> None:
    assert extract(analyse(standalone([], "Who?"), {}, 0), [], BagOfWordsEmbedder(), 4).claims == ()


def test_no_sentence_is_quoted_twice() -> None:
    found = quotes("For how long did party leader Bob Ray, who met Mayor Ann Lee, go on?")
    assert sum("Party leader" in quote for quote in found) == 1

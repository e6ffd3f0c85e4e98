"""What the window shows: citations that open, and nothing of an article, a question or a name ever becomes markup."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.schema import Answer, Citation, Reprint, Scope, Statement, Turn
from assistant.ui import render, texts
from assistant.ui.history import render_conversations
from assistant.ui.jobs import Job
from assistant.ui.render_answer import Coverage, render_answer, render_sources, render_statements
from assistant.ui.render_library import (
    render_failed,
    render_feeds,
    render_folders,
    render_plan,
    render_status,
    render_table,
    render_upload,
)
from assistant.ui.render_pictures import render_pictures
from index.catalogue import ConversationRow, FeedRecord, FileRecord
from index.catalogue.articles import ArticleRow
from index.schema import Article, Filters, Leaning, LibraryStatus, ModelChange, Outcome
from index.synchronise import Plan
from index.watches import FolderState

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "${alert(1)}",
    "{{alert(1)}}",
    "javascript:alert(1)",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example",
    "**bold** _soft_ ~~gone~~ `code` ```fence",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "$$x^2$$ \\(y\\) \\[z\\]",
    "# heading",
    "1. one",
    "- one\n- two",
    "> quoted",
    "    indented code",
    "line\n\n<b>after a blank line</b>",
    "https://evil.example www.evil.example a@evil.example",
    "</details></q></a><iframe src=//evil.example>",
    "&lt;img&gt; &#60;b&#62; \\<b\\>",
    "a\x00b\x1b[31m",
]
DAY = date(2023, 6, 19)
TAGS = {"p", "br", "strong", "b", "a", "details", "summary", "ol", "ul", "li", "span", "q"}


class Tags(HTMLParser):
    """The elements and attributes of some HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def markdown(text: str) -> Tags:
    """What a Markdown renderer that lets HTML through, links bare addresses and knows tables makes of it."""
    return Tags(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


def folded(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text).split())


def citation(number: int = 1, **values: object) -> Citation:
    start = 10 * number
    fields: dict[str, object] = {"quote": "words", "title": "Title", "source": "Source", "published": date(2023, 6, 19)}
    return Citation(number, "abc", start, start + 5, **(fields | values))  # type: ignore[arg-type]


def shown(answer: Answer, message: str, coverage: Coverage | None = None, *, filtered: bool = False) -> str:
    return render_answer(Turn(message, answer, Filters(("a",)) if filtered else Filters()), coverage)


def check_safe(found: Tags) -> None:
    """Only our own elements, and only links that lead into the reader."""
    assert {tag for tag, _ in found.tags} <= TAGS
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert set(attributes) <= {"href", "title", "class", "open"}
        if tag == "a":
            assert re.fullmatch(r"#cite/abc/\d+-\d+|#ask/[\w%.~-]*|#without/(scope|filters)", attributes["href"] or "")


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    found = markdown(render.escape_markdown(text).strip())
    assert [tag for tag, _ in found.tags] == ["p"]
    assert folded(found.text) == folded(text)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text())
def test_escaped_markdown_is_the_text_for_any_text(text: str) -> None:
    escaped = render.escape_markdown(text).strip()
    found = markdown(escaped)
    assert {tag for tag, _ in found.tags} <= {"p"}
    assert not re.search(r"[<>\[\]*_`|$~\\(){}!:@]", escaped)


@pytest.mark.parametrize("text", HOSTILE)
def test_an_answer_of_hostile_texts_holds_only_our_elements(text: str) -> None:
    cited = citation(quote=text, title=text, source=text, author=text, url=text)
    check_safe(markdown(render_sources([replace(cited, field="author")])))
    scope = Scope(Filters((text,), DAY), Leaning(DAY, DAY), (text,))
    answer = Answer(f"searched {text}", (Statement(text, (1,), ((0, 3),)),), (cited,), (cited,), scope=scope)
    turn = Turn(text, replace(answer, chosen_by="reader"), Filters((text,), None, DAY), suggestions=(text,))
    check_safe(markdown(render_answer(turn)))
    not_found = Answer(text, nearest=(cited,), missing=(text,))
    check_safe(markdown(shown(not_found, "other", Coverage(1, (text, text)))))
    check_safe(markdown(shown(Answer("", message=text), text)))
    check_safe(markdown(render.render_message(text)))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_reader_shows_a_hostile_article_as_text(text: str) -> None:
    article = Article("abc", text, f"Before. {text} After.", text, text, text)
    found = Tags(render.render_article(article, 0, 7))
    assert {tag for tag, _ in found.tags} <= {"header", "h2", "p", "div", "mark"}
    assert folded(text) in folded(found.text)
    assert not [attributes for _, attributes in found.tags if set(attributes) - {"class", "tabindex"}]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_library_shows_hostile_names_as_text(text: str) -> None:
    row = ArticleRow("abc", text, text, text, None, datetime.now(UTC), text, 10, 2, 1)
    outcome = Outcome(text, "failed", reason=text)
    record = FileRecord(text, text, 1, 1, "", "", text)
    pieces = [
        render_table([row], 60, 0, text),
        render_table([], 0, 0, text),
        render_upload(Job(1, text, failures=(outcome,), problem=text, finished=True)),
        render_upload(Job(1, text, 2, others=(outcome,))),
        render_failed([record]),
        render_folders([text], {text: FolderState(text, paused=text)}),
        render_feeds([FeedRecord(text, text, trouble=text), FeedRecord(text, unread=1, reason=text)]),
        render_plan([Plan(text, gone=(text,))], [(text, text)]),
        render_status(LibraryStatus(1, 2, 1, 0), empty_offer=True, problem=text),
        render.render_welcome([("abc", text, text)], empty=False),
        render_conversations([ConversationRow(text, text, datetime.now(UTC))], "", DAY),
    ]
    for html in pieces:
        found = Tags(html)
        assert not {tag for tag, _ in found.tags} & {"img", "script", "svg", "iframe"}
        assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]
        assert not [a["href"] for tag, a in found.tags if tag == "a" and not str(a["href"]).startswith("#cite/")]


def test_a_followed_folder_is_shown_with_its_state() -> None:
    states = {"/a": FolderState("/a"), "/b": FolderState("/b", "There is no folder /b.")}
    shown = [Tags(f"<li>{item}").text for item in render_folders(["/a", "/b", "/c"], states).split("<li>")[1:]]
    assert texts.WATCHED in shown[0] and "There is no folder /b." in shown[1]
    assert shown[2].split() == ["/c", *texts.UNFOLLOW.split()]


def test_a_followed_feed_is_shown_with_what_became_of_it() -> None:
    polled = datetime(2024, 3, 5, 12, tzinfo=UTC)
    feeds = [
        FeedRecord("https://a.example/f", "Harbour News", polled=polled, pending=3),
        FeedRecord("https://b.example/f", polled=polled, trouble="“b.example” does not answer in time."),
        FeedRecord("https://c.example/f", unread=2, reason="“c” answers 404."),
    ]
    shown = [Tags(f"<li>{item}").text for item in render_feeds(feeds).split("<li>")[1:]]
    assert "Harbour News" in shown[0] and "05 Mar" in shown[0] and "3 entries still to come" in shown[0]
    assert "does not answer in time." in shown[1] and texts.UNFOLLOW in shown[1]
    assert texts.NOT_ASKED in shown[2] and "2 of its entries could not be read, such as: “c” answers 404." in shown[2]
    assert render_feeds([]) == ""


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c&d", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        (" java\nscript:alert(1)", False),
        ("https:/example.org", False),
        ("https://exa mple.org", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_linked(url: str, safe: bool) -> None:
    assert bool(render.safe_url(url)) is safe


def test_an_address_is_quoted_in_its_attribute() -> None:
    html = render.render_article(Article("abc", "T", "Words.", url='https://example.org/"><img src=x>'))
    assert "img" not in {tag for tag, _ in Tags(html).tags}


def test_the_original_is_opened_at_the_words() -> None:
    article = Article("abc", "T", "One, two-three four five six seven eight nine.", url="https://example.org/a")
    html = render.render_article(article, 0, len(article.text))
    assert (
        "https://example.org/a#:~:text=One%2C%20two%2Dthree%20four%20five%20six,five%20six%20seven%20eight%20nine."
        in html
    )
    assert 'href="https://example.org/a"' in render.render_article(article)
    assert "#:~:" not in render.render_article(replace(article, url="https://example.org/a#part"), 0, 9)


def test_a_story_that_was_printed_twice_is_one_voice() -> None:
    cited = citation(reprints=(Reprint("other", "<The same>", "Courier", DAY),))
    html = render_sources([cited, citation(2)])
    assert "2 passages from 1 article · 2 reports, 1 independent" in html
    assert 'href="#cite/other"' in html and "&lt;The same&gt;" in html
    assert "independent" not in render_sources([citation()])


def test_what_limited_the_search_can_be_taken_away() -> None:
    scope = Scope(Filters(("Kyodo",)), Leaning(DAY, DAY), ("Kyodo", "on Monday"))
    html = render_answer(Turn("q", Answer("q", scope=scope), Filters(("BBC", "AP"), None, DAY)))
    links = [attributes["href"] for tag, attributes in markdown(html).tags if tag == "a"]
    assert links == ["#without/filters", "#without/scope"]
    text = markdown(html).text
    assert "Only articles from BBC or AP, until 19 June 2023" in text
    assert "Only articles from Kyodo; Preferred: articles of 19 June 2023 (“Kyodo”, “on Monday”)" in text


def test_chips_lead_to_the_words_and_bold_stands_where_it_was_set() -> None:
    statement = Statement("He met Xi's aide.", (1, 2), ((7, 9),))
    found = render_statements(Answer("q", (statement,), (citation(1), citation(2))))
    assert "<strong>Xi</strong>&#39;s aide" in found
    links = [attributes["href"] for tag, attributes in markdown(found).tags if tag == "a"]
    assert links == ["#cite/abc/10-15", "#cite/abc/20-25"]


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(min_size=1, max_size=40), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=4))
def test_bold_spans_never_change_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    answer = Answer("q", (Statement(text, (1,), tuple(spans)),), (citation(),))
    rendered = render_statements(answer).partition("&nbsp;")[0]
    assert folded(Tags(rendered).text) == folded(text)


def test_the_searched_question_is_shown_only_where_it_differs() -> None:
    answer = Answer("How long did it last? (meeting)", (Statement("Hours.", (1,)),), (citation(),))
    assert texts.SEARCHED in shown(answer, "How long did it last?")
    assert texts.SEARCHED not in shown(answer, " How long did it last?  (meeting)")


def test_not_found_says_so_names_the_missing_words_and_offers_the_nearest() -> None:
    rendered = shown(Answer("TikTok?", nearest=(citation(),), missing=("tiktok",)), "TikTok?")
    assert texts.NOT_FOUND in rendered and "“TikTok”" in rendered and texts.NEAREST in rendered
    assert "#cite/abc/10-15" in rendered
    assert texts.NOT_FOUND_FILTERED in shown(Answer("TikTok?"), "TikTok?", filtered=True)


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (Coverage(0), texts.NOTHING_YET),
        (Coverage(1), "Your library holds 1 article."),
        (Coverage(2, ("BBC",)), "Your library holds 2 articles, from BBC."),
        (Coverage(2, (), DAY, DAY), "Your library holds 2 articles, published 19 June 2023."),
        (
            Coverage(1200, ("A & B", "<C>", "D", "E", "F", "G"), DAY, date(2024, 1, 2)),
            "Your library holds 1,200 articles, published 19 June 2023 to 2 January 2024,"
            " from A & B, <C>, D, E and 2 more sources.",
        ),
    ],
)
def test_what_the_library_covers_is_one_sentence(coverage: Coverage, sentence: str) -> None:
    found = markdown(shown(Answer("q"), "q", coverage))
    assert found.text.strip().endswith(sentence)
    assert {tag for tag, _ in found.tags} <= TAGS
    answered = Answer("q", (Statement("Yes.", (1,)),), (citation(),))
    assert sentence not in markdown(shown(answered, "q", coverage)).text


def test_a_citation_of_a_record_names_the_record() -> None:
    rendered = markdown(render_sources([citation(field="author", author="<Ann>")])).text
    assert f"{texts.RECORD['author']}: <Ann>" in rendered and "1 record from 1 article" in rendered
    assert f"{texts.RECORD['published']}: 19 June 2023" in render_sources([citation(field="published")])
    assert texts.REMOVED in render_sources([citation(state="removed")])


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet="ab \n.<&é", min_size=1, max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_the_marked_words_are_the_quote(text: str, start: int, end: int) -> None:
    html = render.render_article(Article("abc", "T", text), start, end)
    words = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    marked = "".join(Tags(part).text for part in words)
    quote = text[start:end] if 0 <= start < end <= len(text) else ""
    assert "".join(marked.split()) == "".join(quote.split())
    assert "".join(Tags(html.partition('class="words"')[2]).text.lstrip(">").split()) == "".join(text.split())


def test_the_table_is_paged() -> None:
    row = ArticleRow("abc", "T", "S", "", date(2023, 1, 2), datetime.now(UTC), "", 10, 2, 2)
    first, last = render_table([row] * 50, 120, 0, ""), render_table([row] * 20, 120, 100, "")
    assert "1–50 of 120" in first and 'data-offset="50">' in first and 'data-offset="-50" disabled' in first
    assert "101–120 of 120" in last and 'data-offset="150" disabled' in last
    assert "2 January 2023" in first and texts.READY in first
    assert "pager" not in render_table([row], 1, 0, "")


def test_the_list_is_sorted_by_its_heads() -> None:
    row = ArticleRow("abc", "T", "S", "", date(2023, 1, 2), datetime.now(UTC), "", 10, 2, 2)
    newest = render_table([row], 1, 0, "")
    assert '<th scope="col" aria-sort="descending"><button type="button" class="sort" data-order="oldest">' in newest
    assert 'data-order="title"' in newest and newest.count("aria-sort") == 1
    oldest = render_table([row], 1, 0, "", "oldest")
    assert 'aria-sort="ascending"><button type="button" class="sort" data-order="newest"' in oldest
    for order, back in (("title", "title_back"), ("source", "source_back"), ("fewest", "passages")):
        assert f'aria-sort="ascending"><button type="button" class="sort" data-order="{back}"' in render_table(
            [row], 1, 0, "", order
        )
        assert f'aria-sort="descending"><button type="button" class="sort" data-order="{order}"' in render_table(
            [row], 1, 0, "", back
        )


def test_what_there_is_is_drawn_over_time_and_by_source() -> None:
    days = [(date(2023, 1, 30), 2), (date(2023, 3, 1), 4)]
    html = render_pictures(days, [("<BBC>", 5), ("AP", 1)])
    assert "Jan 2023" in html and "--share: 0.500" in html and "&lt;BBC&gt;" in html and "<BBC>" not in html
    assert render_pictures(days[:1], [("AP", 3)]) == ""


@pytest.mark.parametrize(
    ("days", "unit", "names"),
    [
        (
            [(date(2023, 1, 30), 2), (date(2023, 2, 1), 4)],
            "day",
            ["30 January 2023", "31 January 2023", "1 February 2023"],
        ),
        (
            [(date(2023, 1, 30), 2), (date(2023, 3, 1), 3), (date(2023, 3, 2), 1)],
            "month",
            ["Jan 2023", "Feb 2023", "Mar 2023"],
        ),
        ([(date(2021, 1, 30), 2), (date(2023, 3, 1), 4)], "year", ["2021", "2022", "2023"]),
    ],
)
def test_the_picture_over_time_is_named_for_what_it_shows(
    days: list[tuple[date, int]], unit: str, names: list[str]
) -> None:
    html = render_pictures(days, [])
    assert f"<figcaption>{texts.OVER_TIME.format(unit=unit)}</figcaption>" in html
    assert re.findall(r'class="name">([^<]*)<', html) == names
    assert re.findall(r'class="count">([^<]*)<', html) == ["2", "0", "4"]


def test_a_plan_asks_before_it_removes_most() -> None:
    few = render_plan([Plan("/a", new=("1", "2", "3"), changed=("4",), gone=("5", "6"), unchanged=9)], [])
    assert "3 new, 1 changed, 2 gone" in few and texts.APPLY_ANYWAY not in few
    assert texts.APPLY_ANYWAY in render_plan([Plan("/a", gone=("5", "6"), unchanged=1)], [])
    assert texts.PLAN_NOTHING in render_plan([Plan("/a", unchanged=1)], [])


def test_the_status_tells_how_far_the_embedding_is() -> None:
    assert "embedding 30 of 96" in render_status(LibraryStatus(14, 96, 30, 0), empty_offer=True)
    assert texts.STATE_READY in render_status(LibraryStatus(14, 96, 96, 0), empty_offer=True)
    change = ModelChange("new <model>", "old", answers=True, begun=True)
    shown = render_status(LibraryStatus(14, 96, 30, 0, change), empty_offer=True)
    assert "old answers until new &lt;model&gt; has embedded everything" in shown and "30 of 96" in shown
    shown = render_status(LibraryStatus(14, 96, 96, 0, replace(change, answers=False)), empty_offer=True)
    assert "by their words alone until new" in shown and "old" not in shown
    assert texts.ADD_STARTER in render_status(LibraryStatus(0, 0, 0, 0), empty_offer=True)
    assert texts.ADD_STARTER not in render_status(LibraryStatus(0, 0, 0, 0), empty_offer=False)


def test_an_answer_chosen_by_rules_says_so() -> None:
    citation = Citation(1, "a", 0, 4, "Rain", "Weather")
    for chooser, told in (("rules", True), ("reader", False)):
        answer = Answer("Rain?", (Statement("Rain", (1,)),), (citation,), chosen_by=chooser)
        assert (texts.CHOSEN_BY_RULES in shown(answer, "Rain?")) is told

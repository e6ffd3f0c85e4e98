"""What is asked of several articles is answered in verbatim quotes, each cited, without a model and with one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from rich.console import Console
from typer.testing import CliRunner

from assistant import cli
from assistant.app import Assistant, build
from assistant.as_json import answer_json
from assistant.output import print_answer
from assistant.receipt import as_markdown, as_page, checked
from assistant.schema import Answer, Turn
from assistant.settings import load_settings
from assistant.ui.render_answer import render_answer
from index.schema import Filters
from tests.fakes import BagOfWordsEmbedder

WIRE = (
    "Three people died in the fire at the old mill in Harrow, the police said. Mayor Ines Calder ordered the market"
    " square to be closed until evening. The mill of Harrow had stood empty since its looms were sold."
)
PAPER = (
    "Five people died in the fire at the old mill in Harrow, the police said. Engines from Lumm came over the bridge to"
    " the mill of Harrow within ten minutes. Mayor Ines Calder ordered the market square to be closed until evening."
)
OTHER = (
    "The museum of clocks shows 1,200 clocks. Its director Tomas Rell opened the new hall."
    " The oldest clock is from 1641."
)
ARTICLES = {
    "wire": ("Fire at the mill in Harrow", "Wire", "2024-05-12", WIRE),
    "paper": ("Deadly fire at the mill in Harrow", "Paper", "2024-05-14", PAPER),
    "museum": ("Museum of clocks", "Courier", "2024-01-02", OTHER),
}


def add(assistant: Assistant, name: str) -> None:
    title, source, day, text = ARTICLES[name]
    head = f"---\ntitle: {title}\nsource: {source}\ndate: {day}\n---\n\n"
    assert assistant.library.synchroniser.add_bytes((head + text).encode(), f"{name}.md").kind == "added"


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    embedder: Any = BagOfWordsEmbedder(512)
    assistant = build(load_settings(reader=False), embedder)
    for name in ARTICLES:
        add(assistant, name)
    yield assistant
    assistant.close()


def ask(assistant: Assistant, message: str, *turns: Turn) -> Answer:
    answer = assistant.chat.ask(turns, message).answer
    quotes = {citation.number: citation for citation in answer.citations}
    for statement in answer.statements:  # whatever stands before it, the rest is the article's
        quote = quotes[statement.citations[0]]
        assert statement.text == quote.quote or statement.text.endswith(f": {quote.quote}")
    for citation in answer.citations:
        article = assistant.library.catalogue.article(citation.article_id)
        assert article and article.text[citation.start : citation.end] == citation.quote
    return answer


def test_an_article_is_summed_up_in_its_own_order(assistant: Assistant) -> None:
    answer = ask(assistant, "Summarise the article about the museum of clocks")
    assert answer.written_by == "quotes" and {each.title for each in answer.citations} == {"Museum of clocks"}
    assert [each.start for each in answer.citations] == sorted(each.start for each in answer.citations)
    assert len(answer.statements) == 3


def test_a_topic_is_summed_up_under_each_source_and_day(assistant: Assistant) -> None:
    answer = ask(assistant, "Give me an overview of the fire at the mill")
    assert [part for part, _ in answer.parts] == ["Wire, 12 May 2024", "Paper, 14 May 2024"]
    assert not any("clock" in statement.text for statement in answer.statements)
    assert sum("market square" in statement.text for statement in answer.statements) == 1  # said by both


def test_a_citation_of_the_answer_before_is_summed_up(assistant: Assistant) -> None:
    first = ask(assistant, "Who opened the new hall of the museum of clocks?")
    turn = Turn("Who opened the new hall of the museum of clocks?", first)
    assert first.found
    for message in ("Summarise article 1", "Summarise that article", "What is this article about?"):
        assert {each.title for each in ask(assistant, message, turn).citations} == {"Museum of clocks"}
    assert "Which article" in ask(assistant, "Summarise article 7", turn).message
    assert "Which article" in ask(assistant, "Summarise that article").message


def test_reports_are_compared_side_by_side(assistant: Assistant) -> None:
    answer = ask(assistant, "How do the reports on the fire at the mill differ?")
    parts = dict(answer.parts)
    (shared,) = parts["What several say"]
    assert "market square" in shared.text and len(shared.citations) == 2
    assert any("looms" in each.text for each in parts["Wire, 12 May 2024"])
    assert any("Engines" in each.text for each in parts["Paper, 14 May 2024"])
    one, other = parts["Where they differ"]
    assert one.text.startswith("Wire, 12 May 2024: Three people") and not one.beside
    assert other.text.startswith("Paper, 14 May 2024 (later): Five people") and other.beside
    assert [each.text[slice(*each.bold[0])] for each in (one, other)] == ["Three", "Five"]


@pytest.mark.parametrize(
    "message",
    [
        "What does Wire say about the fire at the mill and what does Paper?",
        "Compare Wire and Paper on the fire at the mill",
    ],
)
def test_sources_are_compared(assistant: Assistant, message: str) -> None:
    answer = ask(assistant, message)
    assert {"Wire", "Paper", "Where they differ"} <= dict(answer.parts).keys()


def test_sources_that_the_person_left_out_are_not_compared(assistant: Assistant) -> None:
    message = "Compare Wire and Paper on the fire at the mill"
    answer = assistant.chat.ask([], message, Filters(sources=("Wire",))).answer
    assert answer.found and {each.source for each in answer.citations} == {"Wire"}
    assert answer.note == "Only one report on this was found."


def test_of_a_round_up_only_what_speaks_of_the_topic_is_quoted(assistant: Assistant) -> None:
    text = (
        "The fire at the mill in Harrow is out. The football match in Lumm ended in a draw. The bread is dearer again."
    )
    head = "---\ntitle: Fire at the mill, football, bread\nsource: Digest\ndate: 2024-05-13\n---\n\n"
    assert assistant.library.synchroniser.add_bytes((head + text).encode(), "digest.md").kind == "added"
    answer = ask(assistant, "Give me an overview of the fire at the mill in 9 sentences")
    told = [each.quote for each in answer.citations if each.source == "Digest"]
    assert told == ["The fire at the mill in Harrow is out."]


def test_two_things_are_compared(assistant: Assistant) -> None:
    answer = ask(assistant, "Compare the museum of clocks and the fire at the mill")
    assert [part for part, _ in answer.parts] == ["the museum of clocks", "the fire at the mill"]


def test_disagreements_alone(assistant: Assistant) -> None:
    answer = ask(assistant, "Do the reports on the fire at the mill disagree?")
    assert [part for part, _ in answer.parts] == ["Where they differ"] and len(answer.statements) == 2
    assert answer.note.startswith("2 reports")
    alone = ask(assistant, "Do the reports on the museum of clocks disagree?")
    assert alone.note == "Only one report on this was found." and alone.found
    assistant.library.synchroniser.remove(answer.citations[1].article_id)
    add_same = assistant.library.synchroniser.add_bytes(WIRE.replace("Mayor", "The mayor").encode(), "again.txt")
    assert add_same.kind == "added"


def test_what_no_article_speaks_of_goes_the_usual_way(assistant: Assistant) -> None:
    for request in ("Compare the reports on the penguins of Antarctica", "Summarise the penguins of Antarctica"):
        answer = assistant.chat.ask([], request).answer
        assert answer.not_found and answer.missing == ("penguins", "antarctica")  # and not "summarise"
    plain = assistant.chat.ask([], "What is the difference between penguins and auks of Antarctica?").answer
    assert "difference" in plain.missing  # no source is called so: it is no request, and all its words count


def test_an_answer_is_as_long_as_it_is_asked_for(assistant: Assistant) -> None:
    request = "Give me an overview of the fire at the mill"
    usual = ask(assistant, request)
    two = ask(assistant, f"{request} in two sentences")
    assert len(usual.statements) > len(two.statements) == 2
    assert [part for part, _ in two.parts] == ["Wire, 12 May 2024", "Paper, 14 May 2024"]  # both have their say
    shorter = ask(assistant, "shorter please", Turn(request, two))
    assert shorter.question == f"{request}, in 1 sentence" and len(shorter.statements) == 1
    longer = ask(assistant, "more details", Turn("shorter please", shorter))
    assert longer.question == f"{request}, in 2 sentences" and longer.statements == two.statements
    alone = ask(assistant, "Summarise the article about the museum of clocks in one sentence")
    assert len(alone.statements) == 1


def test_a_comparison_and_a_plain_answer_are_as_short_as_they_are_asked_for(assistant: Assistant) -> None:
    request = "Compare Wire and Paper on the fire at the mill"
    short = ask(assistant, f"{request} in 4 sentences")
    assert {part: len(told) for part, told in short.parts} == {"Wire": 1, "Paper": 1, "Where they differ": 2}
    plain = ask(assistant, "Who opened the new hall of the museum of clocks, in one sentence?")
    assert len(plain.statements) == 1


def test_what_goes_on_with_an_overview(assistant: Assistant) -> None:
    request = "Give me an overview of the fire at the mill"
    turn = Turn(request, ask(assistant, request))
    second = ask(assistant, "and what about the second one?", turn)
    assert second.question == "Summarise the second article" and {each.source for each in second.citations} == {"Paper"}
    assert [part for part, _ in ask(assistant, "do they disagree?", turn).parts] == ["Where they differ"]
    assert "What several say" in dict(ask(assistant, "what are the differences?", turn).parts)
    museum = ask(assistant, "What about the museum of clocks?", turn)
    assert museum.question == "Give me an overview of the museum of clocks"
    assert {each.title for each in museum.citations} == {"Museum of clocks"}


def test_sources_that_are_compared_are_not_said_to_be_all_that_is_searched(assistant: Assistant) -> None:
    both = ask(assistant, "What does Wire say about the fire at the mill and what does Paper?")
    assert not both.scope.words and not both.scope.filters
    alone = ask(assistant, "What does Wire say about the fire at the mill?")
    assert alone.scope.words == ("Wire",) and alone.scope.filters.sources == ("Wire",)


def test_it_is_shown_printed_and_exported(assistant: Assistant, tmp_path: Path) -> None:
    message = "How do the reports on the fire at the mill differ?"
    turn = Turn(message, ask(assistant, message))
    html = MarkdownIt().render(render_answer(turn))
    assert html.count('<p class="part">') == 4 and html.count('<div class="pair">') == 1 and "&lt;div" not in html
    assert html.count('<a href="#cite/') >= len(turn.answer.citations) and "<strong>Three</strong>" in html
    console = Console(record=True, width=200)
    print_answer(console, message, turn.answer)
    printed = console.export_text()
    assert "Where they differ" in printed and "Paper, 14 May 2024 (later): Five people died" in printed
    data = answer_json(message, turn.answer)
    assert [each["beside"] for each in data["statements"]].count(True) == 1 and "Where they differ" in data["text"]
    markdown = as_markdown("Fire", [turn])
    assert "**Where they differ**" in markdown and "\n  - Paper, 14 May 2024" in markdown
    page = tmp_path / "receipt.html"
    page.write_text(as_page("Fire", [turn]), "utf-8")
    assert "<h3>Where they differ</h3>" in page.read_text("utf-8")
    assert {each.finding for each in checked(page, assistant.library.catalogue.article)} == {"verbatim"}


def test_the_command_line_compares(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "embed_in_background", lambda _: None)
    monkeypatch.setattr("assistant.opening.embed_in_background", lambda _: None)
    done = CliRunner().invoke(cli.app, ["ask", "--json", "Do the reports on the fire at the mill disagree?"])
    assert done.exit_code == 0, done.output
    assert [each["part"] for each in json.loads(done.stdout)["statements"]] == ["Where they differ"] * 2


def test_where_reports_differ_is_bound_by_the_length_too(assistant: Assistant) -> None:
    two = ask(assistant, "How do the reports on the fire in Harrow differ, in two sentences?")
    assert [each.part for each in two.statements] == ["Where they differ"] * 2
    three = ask(assistant, "How do the reports on the fire in Harrow differ, in 3 sentences?")
    assert [each.part for each in three.statements] == ["What several say", *["Where they differ"] * 2]
    assert len(ask(assistant, "Do the reports on the fire disagree, in two sentences?").statements) == 2


def test_what_two_things_have_alike_is_said_of_each(assistant: Assistant) -> None:
    for name in ("bridge", "tunnel"):
        text = f"The opening of the {name} lasted three hours in the rain. The {name} of Lumm is 90 metres long."
        assistant.library.synchroniser.add_text(f"Opening of the {name}", text, "Courier")
    answer = ask(assistant, "Compare the opening of the bridge with the opening of the tunnel")
    parts = ["the opening of the bridge"] * 2 + ["the opening of the tunnel"] * 2
    assert [each.part for each in answer.statements] == parts
    sides = ask(assistant, "Compare the road to the bridge of Lumm with the tunnel")
    assert sides.note == "Nothing was found on the road to the bridge of Lumm."
    assert {each.title for each in sides.citations} == {"Opening of the tunnel"}


def test_a_part_of_the_topic_is_told_from_the_articles_on_it(assistant: Assistant) -> None:
    head = "---\ntitle: Market in Lumm\nsource: Courier\n---\n\n"
    text = "The police of Lumm closed the market. The police found an engine, the police said."
    assistant.library.synchroniser.add_bytes((head + text).encode(), "lumm.md")
    before = Turn("Summarise the reports on the mill fire in Harrow")
    turns = [Turn(before.message, ask(assistant, before.message))]
    police = ask(assistant, "And the police?", *turns)
    assert police.question == "Summarise the reports on the police (the mill fire in Harrow)"
    assert {each.source for each in police.citations} <= {"Wire", "Paper"} and police.found
    assert ask(assistant, "And Lumm?", *turns).citations[0].source == "Courier"


def test_where_no_timeline_can_be_made_the_topic_is_searched_and_that_is_said(assistant: Assistant) -> None:
    answer = ask(assistant, "Timeline of the clocks of the museum")
    assert answer.found and answer.note == "No timeline can be made of this: the articles tell of too few of its days."
    assert ask(assistant, "Timeline of the zeppelin").missing == ("zeppelin",)


COURIER = (
    "Three firefighters were injured. A fire at the harbour of Kestrel destroyed two warehouses. Dana Holt signed her"
    " first statement on the fire at the harbour. The council met on 21 May to debate the harbour of Kestrel."
    " The flames at the harbour burned for nine hours."
)
HERALD = (
    "Two firefighters were injured. The flames at the harbour burned for nine hours on end. Dana Holt withdrew her"
    " first statement on the fire at the harbour. The council met on 18 June to debate the harbour of Kestrel."
)


def test_several_say_only_what_the_sentences_of_all_carry(assistant: Assistant) -> None:
    for source, day, text in (("Courier", "2024-05-14", COURIER), ("Herald", "2024-06-20", HERALD)):
        head = f"---\ntitle: Fire at the harbour of Kestrel\nsource: {source}\ndate: {day}\n---\n\n"
        assistant.library.synchroniser.add_bytes((head + text).encode(), f"{source}.md")
    parts = dict(ask(assistant, "Compare the reports on the fire at the harbour of Kestrel").parts)
    assert [each.text for each in parts["What several say"]] == ["The flames at the harbour burned for nine hours."]
    told = [each.text for part, own in parts.items() for each in own if part != "What several say"]
    assert any("signed" in each for each in told) and any("withdrew" in each for each in told)


def test_that_nothing_differs_is_said_of_the_sentences_compared(assistant: Assistant) -> None:
    for source, text in (("Courier", "The bridge of Lumm was opened."), ("Herald", "Crowds saw the bridge of Lumm.")):
        assistant.library.synchroniser.add_text("Bridge of Lumm", text, source)
    message = ask(assistant, "Do the reports on the bridge of Lumm disagree?").message
    assert "reports on this differ" in message and "Only sentences that are worded alike were compared" in message


def test_a_part_of_which_the_articles_say_nothing_is_said_to_be_untold(assistant: Assistant) -> None:
    before = "Summarise the reports on the mill fire in Harrow"
    turns = [Turn(before, ask(assistant, before))]
    untold = ask(assistant, "And the weather?", *turns)
    assert untold.message == "The articles on the mill fire in Harrow say nothing about the weather."
    turns.append(Turn("And the weather?", untold))
    police = ask(assistant, "And the police?", *turns)
    assert police.question == "Summarise the reports on the police (the mill fire in Harrow)" and not police.note
    elsewhere = ask(assistant, "And the museum?", *turns)
    assert {each.title for each in elsewhere.citations} == {"Museum of clocks"}
    assert elsewhere.note.endswith("on the mill fire in Harrow say nothing about the museum; other articles do.")


@pytest.fixture
def meetings(assistant: Assistant) -> Assistant:
    for source, day, text in (
        (
            "Courier",
            "2024-05-22",
            "The council met on 21 May to debate the tram. The council meeting lasted four hours.",
        ),
        (
            "Herald",
            "2024-06-19",
            "The council meeting on 18 June approved the tram. The council meeting took two hours.",
        ),
        ("Blatt", "2024-06-12", "Das Hochwasser im Juni 2024 traf die Stadt. Der Rat traf sich im Juni 2024."),
    ):
        title = "Hochwasser" if source == "Blatt" else "Council meeting"
        head = f"---\ntitle: {title}\nsource: {source}\ndate: {day}\n---\n\n"
        assistant.library.synchroniser.add_bytes((head + text).encode(), f"{source}.md")
    return assistant


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Compare the council meetings in May and June 2024", ("in May 2024", "in June 2024")),
        ("Compare the council meetings in May 2024 with those in June 2024", ("in May 2024", "in June 2024")),
        ("Compare the council meetings in May and June", ("in May", "in June")),
        ("Compare the council meetings on 21 May and 18 June", ("on 21 May", "on 18 June")),
    ],
)
def test_months_and_days_are_sides_of_one_topic(meetings: Assistant, message: str, names: tuple[str, str]) -> None:
    answer = ask(meetings, message)
    sources = {citation.number: citation.source for citation in answer.citations}
    told = {part: {sources[each.citations[0]] for each in own} for part, own in answer.parts}
    assert told == {
        f"the council meetings {names[0]}": {"Courier"},
        f"the council meetings {names[1]}": {"Herald"},
    }
    assert not answer.scope.words and not answer.note


def test_a_side_of_which_nothing_is_found_is_named(meetings: Assistant) -> None:
    answer = ask(meetings, "Compare the council meetings in April and June 2024")
    assert answer.note == "Nothing was found on the council meetings in April 2024."
    assert {each.source for each in answer.citations} == {"Herald"}
    years = ask(meetings, "Compare the council meetings in May 2023 and May 2024")
    assert "May 2023" in years.note and {each.source for each in years.citations} == {"Courier"}

"""What leaves a scraped article and what stays in it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import clean, furniture
from index.statements import Facts, is_name, parse_date, stated

BODY = [
    "The harbour council voted on Monday to reopen the northern pier after three winters of repairs.",
    "Ferries will call there twice a day from the first week of May, the port office said in a statement.",
    "Costs rose from four to nine million crowns because the old piles had rotted below the waterline.",
    "A second hearing on the southern pier is planned for the autumn, when the tides allow a survey.",
]

FURNITURE = """
epaimages.com | www.harbour-news.example/pier | tips@harbour.example | @harbournews | ____ | ♦
Photo: Reuters | Photo by Ann Lee/Reuters | Image credit: Getty Images | Getty Images | Ann Lee/Getty Images
(AP Photo/Ann Lee) | REUTERS/Ann Lee | AFP via Getty Images | Credit: Harbour Museum | © Reuters
Subscribe to our channel | Subscribe to our Telegram channel for more | Sign up for the Tide Table newsletter here.
Harbour Daily on Telegram. Subscribe to our channel Harbour Sports | Follow us on Facebook and Instagram
Follow Ann Lee on Twitter: @annlee | Get the morning's news delivered to your inbox | Download our free app today
Read also: Why the lighthouse went dark | Related: Storm closes the bridge | Read more | Читайте также: Буря в порту
Share on Facebook | Share this article | Tweet | Facebook Twitter WhatsApp Email | 12 comments | Leave a comment
No comments | 3.4k shares | 4 min read | © 2023 Harbour Daily. All rights reserved. | Copyright 2023 Harbour Daily
We use cookies to improve your visit. | Privacy policy | Terms of use | Advertisement | Story continues below
Reporting by Ann Lee in Oslo; editing by Bo Ek | Contributing: Ann Lee, Reuters
Ann Lee and Bo Ek contributed to this report.
"""
EVIDENCE = """
The mayor said on Telegram that the pier would open in May.
Subscribe to the theory that the tide did it, and the rest follows, the geologist said.
“Follow us,” the guide called out, and the passengers left the ferry for Facebook's new office.
Like us, the Danes get their news on Facebook.
Follow-up talks are planned on Telegram and by telephone.
Getty Images sues the maker of a picture generator over copyright
The court ruled on Friday that Getty Images had waited too long.
Photo editors walked out on Friday over pay
Related companies were not searched, the prosecutor said.
Share prices fell by nine per cent after the announcement
Copyright law was changed on Monday to cover generated pictures.
Comments by the minister caused an uproar in parliament.
Print runs were halved last year
More than half of the harbour was closed
Read the law before you vote, the judge told the jury.
All the site's cookies were stolen from the bakery on Monday.
The reporters contributed to this report's delay, the judge found, and must pay.
Reporting by the newspaper showed that ten ships had left unpaid.
Police asked witnesses to write to harbour@police.example or to call.
5.Texas
"""


@pytest.mark.parametrize("line", [p.strip() for line in FURNITURE.strip().splitlines() for p in line.split(" | ")])
def test_furniture_is_known_as_such(line: str) -> None:
    assert furniture(line)
    assert clean([*BODY[:2], line, *BODY[2:]])[0] == BODY


@pytest.mark.parametrize("line", EVIDENCE.strip().splitlines())
def test_reporting_that_only_sounds_like_furniture_stays(line: str) -> None:
    assert clean([*BODY[:2], line, *BODY[2:]])[0] == [*BODY[:2], line, *BODY[2:]]
    assert clean([*BODY, line])[0] == [*BODY, line]


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("By Jane Doe", Facts(author="Jane Doe")),
        ("By Jane Doe and John van der Berg, Reuters", Facts(author="Jane Doe, John van der Berg", source="Reuters")),
        ("By Jane Doe, Harbour Daily staff writer", Facts(author="Jane Doe")),
        ("By Jane Doe | June 19, 2023 | 4 min read", Facts(author="Jane Doe", published=date(2023, 6, 19))),
        ("Written by J. K. O'Brien", Facts(author="J. K. O'Brien")),
        ("Author: Ólafur Þór", Facts(author="Ólafur Þór")),
        ("By Reuters", Facts(source="Reuters")),
        ("Source: korrespondent", Facts(source="korrespondent")),
        ("Source: Ministry of the Sea", Facts(source="Ministry of the Sea")),
        ("Source: https://www.harbour.example/a", Facts(source="harbour.example", url="https://www.harbour.example/a")),
        ("URL: https://harbour.example/a", Facts(url="https://harbour.example/a")),
        ("Published: 19 June 2023", Facts(published=date(2023, 6, 19))),
        ("Published on: Mon, 19 Jun 2023 10:15:00 GMT", Facts(published=date(2023, 6, 19))),
        ("New York CNN Business —", Facts(source="CNN Business")),
        ("Special to The Harbour Daily", Facts(source="Harbour Daily")),
        ("Title: The pier reopens", Facts(title="The pier reopens")),
        ("Source: http://[redacted]", Facts()),
        ("URL: https://[www.harbour.example]x/y", Facts()),
    ],
)
def test_a_line_that_only_states_a_fact_leaves_and_its_fact_is_kept(line: str, facts: Facts) -> None:
    assert clean([line, *BODY]) == (BODY, facts)


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the pier was open again.",
        "By The Sea",
        "Source: the ministry said the ship had left on Monday without its cargo.",
        "Source: the ministry said",
        "Date: nobody knows when the ship will leave.",
        "Published: the diary of a harbour master who saw it all.",
        "Updated: the timetable of every ferry in the bay.",
    ],
)
def test_a_sentence_that_begins_like_a_statement_stays(line: str) -> None:
    assert clean([line, *BODY]) == ([line, *BODY], Facts())


def test_the_first_statement_counts_but_a_revision_only_where_no_publication_is_stated() -> None:
    assert clean(["Updated: 21 June 2023", "Published: 19 June 2023", *BODY])[1].published == date(2023, 6, 19)
    assert clean(["Updated June 21, 2023, 5:53 p.m. ET", *BODY]) == (BODY, Facts(published=date(2023, 6, 21)))


def test_what_is_known_is_not_overruled_by_the_text() -> None:
    known = Facts(title="Pier", author="Ann Lee")
    assert clean(["By Jane Doe", *BODY], known) == (BODY, known)


def test_days_that_head_the_parts_of_a_chronicle_stay() -> None:
    chronicle = ["19 June 2023", *BODY, *BODY, "20 June 2023", *BODY]
    assert clean(chronicle) == (chronicle, Facts())


@pytest.mark.parametrize(
    ("start", "facts"),
    [
        ("BEIJING, June 19 (Reuters) - ", Facts(source="Reuters")),
        ("OSLO, June 19, 2023 (NTB) — ", Facts(source="NTB", published=date(2023, 6, 19))),
        ("(CNN) ", Facts(source="CNN")),
        ("The union (Dockers United) – ", Facts()),
    ],
)
def test_a_dateline_names_the_agency_and_stays(start: str, facts: Facts) -> None:
    lines = [start + BODY[0], *BODY[1:]]
    assert clean(lines) == (lines, facts)


def test_an_agency_or_a_signature_at_the_top_is_taken() -> None:
    assert clean(["London CNN —", *BODY]) == (BODY, Facts(source="CNN"))
    assert clean(["Ann Lee", "USA TODAY", *BODY]) == (BODY, Facts(author="Ann Lee", source="USA TODAY"))
    assert clean(["Ann Lee", "ann@harbour.example", *BODY]) == (BODY, Facts(author="Ann Lee"))
    assert clean(["Pier Reopens", "Reuters", *BODY])[0] == ["Pier Reopens", *BODY]


@pytest.mark.parametrize(
    "life",
    [
        "I am Ann Lee, a professional writer and journalist for the Harbour Daily. I love ships.",
        "Ann Lee is a reporter at the Harbour Daily covering ports.",
        "Ann Lee covers shipping for the Harbour Daily. Reach her at ann@harbour.example",
        "My name is Ann Lee and I work as an editor in Oslo.",
    ],
)
def test_a_biography_at_the_end_leaves_and_names_the_author(life: str) -> None:
    assert clean([*BODY, life]) == (BODY, Facts(author="Ann Lee"))
    assert clean([*BODY, "About the author", life]) == (BODY, Facts(author="Ann Lee"))
    assert clean([*BODY, f"About the author: {life}"]) == (BODY, Facts(author="Ann Lee"))
    assert clean(["By Bo Ek", *BODY, life])[1].author == "Bo Ek"
    assert clean([life, *BODY]) == ([life, *BODY], Facts())


@pytest.mark.parametrize(
    "line",
    [
        "“I am David, a writer and king of this pier,” he said.",
        "I am David, a poor writer, said the king.",
        "I am sure that the writer was right.",
        "Ann Lee is a ship of the coast guard.",
        "She is a reporter at the Harbour Daily.",
    ],
)
def test_speech_and_people_in_the_story_are_no_biographies(line: str) -> None:
    assert clean([*BODY, line])[0] == [*BODY, line]


def test_a_reporter_whom_the_story_is_about_stays() -> None:
    story = [*BODY, "The court freed Ann Lee on Friday.", "Ann Lee is a reporter at the Harbour Daily covering ports."]
    assert clean(story)[0] == story
    assert clean(["By Ann Lee", *story])[0] == story[:-1]


def test_a_list_of_links_leaves_and_what_follows_it_stays() -> None:
    links = ["Related articles", "Storm closes the bridge", "Why the lighthouse went dark"]
    assert clean([*BODY, *links])[0] == BODY
    assert clean([*BODY[:2], *links, "What comes next", *BODY[2:]])[0] == [*BODY[:2], "What comes next", *BODY[2:]]
    assert clean([*BODY[:2], "Read more:", *BODY[2:]])[0] == BODY


def test_a_credit_at_the_end_of_a_caption_leaves_it() -> None:
    assert clean([*BODY, "The pier at dawn. (AP Photo/Ann Lee)"])[0] == [*BODY, "The pier at dawn."]


def test_a_network_alone_may_be_a_subheading_but_several_are_buttons() -> None:
    assert clean([*BODY[:2], "Telegram", *BODY[2:]])[0] == [*BODY[:2], "Telegram", *BODY[2:]]
    assert clean([*BODY, "Facebook", "Telegram", "Email"])[0] == BODY


@given(
    st.lists(st.sampled_from([*BODY, *EVIDENCE.strip().splitlines(), *FURNITURE.strip().split(" | "), "By Ann Lee"]))
)
def test_cleaning_twice_is_cleaning_once(paragraphs: list[str]) -> None:
    kept, _ = clean(paragraphs)
    assert clean(kept)[0] == kept


@given(st.lists(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)))
def test_cleaning_only_ever_drops(paragraphs: list[str]) -> None:
    kept, _ = clean(paragraphs)
    remaining = iter(paragraphs)
    assert all(any(line.startswith(k) for line in remaining) for k in kept)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-06-19", date(2023, 6, 19)),
        ("2023-06-19T23:30:00-05:00", date(2023, 6, 19)),
        ("19 June 2023", date(2023, 6, 19)),
        ("June 19, 2023", date(2023, 6, 19)),
        ("Jun. 19, 2023", date(2023, 6, 19)),
        ("Sept. 3rd, 2021", date(2021, 9, 3)),
        ("the 3rd of March 2021", date(2021, 3, 3)),
        ("19.06.2023", date(2023, 6, 19)),
        ("19/06/2023", date(2023, 6, 19)),
        ("06/19/2023", date(2023, 6, 19)),
        ("Monday, 19 Jun 2023 08:00 GMT", date(2023, 6, 19)),
        ("12 ſept 2020", date(2020, 9, 12)),
        ("03/04/2023", None),
        ("June 19", None),
        ("June 2023", None),
        ("2023-02-30", None),
        ("Mayor 12, 2023", None),
        ("", None),
    ],
)
def test_dates_are_read_and_never_guessed(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@given(st.dates())
def test_every_day_is_read_as_written(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day}.{day.month}.{day.year:04}") == day


PIECES = [
    *("Source: ", "URL: ", "http://[", "https://x.y/", "]", "By ", "(", "Reuters", ")", "—", "12 ", "Sept", "ſ", "ı"),
    *(" 2020", "99999999-1-1", "0000-00-00", "31/02/2020", "İ", "ß", "©", "@", "Photo: ", "| ", " ", "Jan", "A b"),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_any_line_has_an_answer(line: str) -> None:
    parse_date(line)
    is_name(line)
    furniture(line)
    stated(line.strip(), near=True)

"""Which messages ask for a summary, a comparison or the disagreements of articles, and which only hold such words."""

import pytest

from assistant.intent import Intent, intent_of

SOURCES = ["Reuters", "AFP", "nytimes.com", "cnn.com", "usatoday.com", "theguardian.com"]

SUMMARIES = {
    "Summarise the article about the pier": "the pier",
    "summarize the pier strike": "the pier strike",
    "Can you summarise the pier strike for me, please?": "",
    "Please summarize everything about the balloon.": "the balloon",
    "Could you please give me a short summary of the NATO summit?": "the NATO summit",
    "Give me an overview of the chip controls": "the chip controls",
    "give me a quick overview on fentanyl": "fentanyl",
    "I'd like a brief summary of the news about Cuba": "Cuba",
    "i need a summary on climate talks": "climate talks",
    "Write a summary of all articles about Taiwan": "Taiwan",
    "Summary of the Bali meeting": "the Bali meeting",
    "An overview of the coverage of the flood": "the flood",
    "overview: chip controls": "chip controls",
    "tl;dr the Bali meeting": "the Bali meeting",
    "tldr: the chip controls": "the chip controls",
    "What is the Bali meeting about in short?": "the Bali meeting",
    "What's the chip dispute about, in a nutshell?": "the chip dispute",
    "In short, what is the dispute about?": "the dispute",
    "What is the article about the balloon about?": "the balloon",
    "What does the article about the balloon say?": "the balloon",
    "Sum up what happened in Beijing": "Beijing",
    "Sum up the reports on Taiwan in three sentences": "Taiwan",
    "recap the flooding in Yellowstone": "the flooding in Yellowstone",
    "Catch me up on the strike": "the strike",
    "Bring me up to speed on Ukraine": "Ukraine",
    "Fill me in on the Cuba affair": "the Cuba affair",
    "Tell me about the balloon in a few sentences": "the balloon",
    "Tell me briefly about the balloon": "the balloon",
    "The balloon in a nutshell": "The balloon",
    "What do the articles say about Taiwan overall?": "Taiwan",
    "What are the main points of the article about the balloon?": "the balloon",
    "the key takeaways on chip controls": "chip controls",
    "balloon incident summary": "balloon incident",
    "Please can you outline the latest news on Cuba": "Cuba",
    "let me have a summary of the fentanyl story": "the fentanyl story",
    "Show me a rundown of the climate talks": "the climate talks",
}
POINTED = {
    "Summarise article 2": Intent("summary", numbers=(2,)),
    "summarize [3]": Intent("summary", numbers=(3,)),
    "Give me a summary of article number 1, please": Intent("summary", numbers=(1,)),
    "Summarise that article": Intent("summary", back=True, one=True),
    "Sum it up": Intent("summary", back=True, one=True),
    "Summarize it": Intent("summary", back=True, one=True),
    "What is that article about?": Intent("summary", back=True, one=True),
    "Summarise the second article": Intent("summary", places=(1,)),
    "Summarise these articles": Intent("summary", back=True),
    "What are the key points of this article?": Intent("summary", back=True, one=True),
    "Compare these reports": Intent("comparison", back=True),
    "Compare them": Intent("comparison", back=True),
    "How do the reports differ?": Intent("comparison", back=True),
    "Compare articles 1 and 3": Intent("comparison", numbers=(1, 3)),
    "Compare the first and the third": Intent("comparison", places=(0, 2)),
    "What are the differences between these articles?": Intent("comparison", back=True),
    "Do the reports disagree?": Intent("disagreement", back=True),
    "Where do they disagree?": None,
    "Are there contradictions between these reports?": Intent("disagreement", back=True),
}
COMPARISONS = {
    "How do the reports on the flood differ?": "the flood",
    "how do the articles about the strike differ from each other?": "the strike",
    "How do the different papers cover the election?": None,
    "How do the newspapers cover the election differently?": "the election",
    "How does the coverage of the strike differ between papers?": "the strike",
    "Compare the reports on the flood": "the flood",
    "Please compare the coverage of the flood": "the flood",
    "Can you compare the articles about Finland and Sweden?": "Finland and Sweden",
    "Compare and contrast the stories about the fire": "the fire",
    "Compare what the articles say about Taiwan": "Taiwan",
    "What are the differences between the reports on the flood?": "the flood",
    "What is the main difference between the articles on the flood?": "the flood",
    "differences between the reports about the fire": "the fire",
    "a comparison of the reports on the flood": "the flood",
    "How do reports on the flood compare?": "the flood",
    "How do the reports differ on the flood?": "the flood",
}
OF_SOURCES = {
    "What does Reuters say about the flood and what does AFP?": ("Reuters", "AFP", "the flood"),
    "What does Reuters say about the flood, and what does the New York Times say about it?": (
        "Reuters", "nytimes.com", "the flood",
    ),
    "What do Reuters and AFP say about the flood?": ("Reuters", "AFP", "the flood"),
    "Compare Reuters and CNN on the flood": ("Reuters", "cnn.com", "the flood"),
    "Compare how Reuters and AFP report on the flood": ("Reuters", "AFP", "the flood"),
    "How do USA Today and CNN differ on the flood?": ("usatoday.com", "cnn.com", "the flood"),
    "Reuters vs AFP on the flood": ("Reuters", "AFP", "the flood"),
    "How do CNN and the Guardian cover the flood?": ("cnn.com", "theguardian.com", "the flood"),
}  # fmt: skip
OF_SIDES = {
    "Compare the Bali meeting and the Beijing visit": ("the Bali meeting", "the Beijing visit"),
    "Compare Finland with Sweden": ("Finland", "Sweden"),
    "compare Blinken's visit to Yellen's visit": ("Blinken's visit", "Yellen's visit"),
    "Compare the article about the balloon with the article about Cuba": ("the balloon", "Cuba"),
}
DISAGREEMENTS = {
    "Do the reports disagree on the death toll?": "the death toll",
    "Where do the articles disagree about the flood?": "the flood",
    "Do the reports on the flood agree?": "the flood",
    "Do the articles about the fire contradict each other?": "the fire",
    "Do the articles contradict each other about the fire?": "the fire",
    "Are there contradictions between the reports on the fire?": "the fire",
    "Are there any discrepancies in the articles about the flood?": "the flood",
    "List contradictions between the articles on the flood": "the flood",
    "Show me the discrepancies in the reports about the flood": "the flood",
    "Is there any disagreement among the articles about the flood?": "the flood",
    "Which articles contradict each other on the flood?": "the flood",
    "On which points do the reports on the flood conflict?": "the flood",
    "Find conflicting numbers about the flood": "the flood",
    "Where does the coverage of the flood conflict?": "the flood",
    "Do the sources disagree about the flood?": "the flood",
    "In what way do the reports differ on the flood?": "the flood",
    "where do the reports on the crash differ?": "the crash",
    "What do the articles on the flood disagree about?": "the flood",
}

OTHERS = [
    "Who compared the mayor to Nero?",
    "What did the summary of the report say?",
    "How do France and Germany differ on defence?",
    "What is the difference between a visa and a green card?",
    "What was compared with the Titanic?",
    "How does the new bridge compare to the old one?",
    "Why do scientists disagree about the vaccine?",
    "Do the two parties disagree on taxes?",
    "Who wrote the summary for policymakers?",
    "When was the summary published?",
    "What did the overview of the budget show?",
    "What are the main points of the peace plan?",
    "What were the key findings of the commission's report?",
    "Did the witnesses contradict each other?",
    "What did Biden say about Taiwan?",
    "What do the articles say about Taiwan?",
    "What does Reuters say about the flood?",
    "What do France and Germany say about the war?",
    "How do Republicans and Democrats differ on abortion?",
    "How do cats and dogs differ?",
    "What does the report say about water?",
    "What is the report about?",
    "What is the dispute about?",
    "What is the film about?",
    "How many people were compared in the study?",
    "Where does the river Lumm differ from the Hart?",
    "Who made the comparison between the two presidents?",
    "What summary judgment did the court give?",
    "Is there a disagreement between Qin and Blinken?",
    "Are there contradictions in his testimony?",
    "What did they disagree on?",
    "Which countries disagreed with the resolution?",
    "How do the accounts of the two witnesses differ?",
    "How do the stories of the two brothers differ?",
    "What caused the disagreement between the allies?",
    "Who gave an overview of the situation?",
    "Did the president give a summary of the talks?",
    "Which article was about the pier?",
    "Who reported on the flood?",
    "In brief remarks, what did Xi say?",
    "What does the brief summarise?",
    "How do prices differ from last year?",
    "Compare",
    "Summarise",
    "Summary",
    "overview of the",
    "Why was the executive summary criticised?",
    "How did the two drafts differ?",
    "Did reporters disagree with the mayor?",
    "Timeline of the flood",
    "How long did it last?",
    "What was the gist of his speech?",
    "When did he sum up the case?",
    "How much do estimates of the death toll differ?",
]


@pytest.mark.parametrize(("message", "topic"), SUMMARIES.items())
def test_a_summary_is_asked_for(message: str, topic: str) -> None:
    intent = intent_of(message, SOURCES)
    assert intent is not None and intent.kind == "summary"
    assert not topic or intent.topic == topic
    assert intent.one == ("article about" in message)


@pytest.mark.parametrize(("message", "expected"), POINTED.items())
def test_the_answer_before_is_pointed_at(message: str, expected: Intent | None) -> None:
    assert intent_of(message, SOURCES) == expected


@pytest.mark.parametrize(("message", "topic"), [*COMPARISONS.items(), *DISAGREEMENTS.items()])
def test_reports_are_held_against_each_other(message: str, topic: str | None) -> None:
    kind = "disagreement" if message in DISAGREEMENTS else "comparison"
    assert intent_of(message, SOURCES) == (Intent(kind, topic) if topic else None)


@pytest.mark.parametrize(("message", "expected"), OF_SOURCES.items())
def test_sources_are_held_against_each_other(message: str, expected: tuple[str, str, str]) -> None:
    assert intent_of(message, SOURCES) == Intent("comparison", expected[2], sources=expected[:2])


@pytest.mark.parametrize(("message", "sides"), OF_SIDES.items())
def test_two_things_are_held_against_each_other(message: str, sides: tuple[str, str]) -> None:
    assert intent_of(message, SOURCES) == Intent("comparison", sides=sides)


@pytest.mark.parametrize("message", OTHERS)
def test_other_questions_are_left_to_the_articles(message: str) -> None:
    assert intent_of(message, SOURCES) is None


def test_a_long_message_takes_no_time() -> None:
    assert intent_of("please " * 280 + "compare", SOURCES) is None
    assert intent_of("compare " + "a and " * 300, SOURCES) is None
    assert intent_of("how do the reports on " + "the reports on " * 120, SOURCES) is None

"""English and other languages told apart."""

import pytest

from assistant.follow_up import standalone
from assistant.language import is_english, telling_words
from assistant.question import analyse


@pytest.mark.parametrize(
    "text",
    [
        "Who met Qin Gang?",
        "balloon shot down carolina",
        "Los Angeles fire, Lake Como, Tai Chi",
        "Der Spiegel, La Liga, Die Hard, the Big Sur coast",
        "Did Uber pay for fur hats?",
        "Uber die hards",
        "Ursula von der Leyen Gaza",
        "Vincent van Gogh en Gauguin",
        "Leonardo da Vinci et al",
        "war in Syria",
        "Was Tom Reed in an accident?",
        "What did 习近平 say to Blinken in Beijing?",
        "The minister said on Monday that the talks had been open and that both sides would go on with them; a date for"
        " the next round was not given, but it was hoped that one could be found before the summer was over.",
    ],
)
def test_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wer traf Blinken in Peking?",
        "Worum ging der Streit zwischen Harrow und Westport?",
        "Die Dockarbeiter der Stadt haben am 3. Juli die Arbeit niedergelegt.",
        "Combien de personnes sont mortes ?",
        "War die Polizei im Hafen?",
        "streik im hafen von harrow",
        "Streik von der Gewerkschaft im Hafen",
        "Hat der Hafen den Streik beendet?",
        "Le pont est fermé depuis lundi.",
        "Quand a-t-il rencontré le ministre, et pourquoi ?",
        "¿Dónde aterrizó el globo?",
        "布林肯在北京见了谁？",
        "Кого встретил Блинкен?",
        "Der Minister sagte am Montag, die Gespräche seien offen gewesen, und beide Seiten wollten sie fortsetzen; ein"
        " Termin für die nächste Runde wurde nicht genannt, doch hofft man, noch vor Ende des Sommers einen zu finden.",
        "Le ministre a déclaré lundi que les discussions avaient été ouvertes et que les deux parties voulaient les"
        " poursuivre ; aucune date n’a été donnée pour la prochaine rencontre, mais on espère en trouver une bientôt.",
    ],
)
def test_other_languages(text: str) -> None:
    assert not is_english(text)


def test_the_little_words_of_a_question_tell_nothing() -> None:
    assert telling_words("Wie lang ist die Brücke?", ("wie", "lang", "ist", "die", "brucke")) == ("lang", "brucke")
    assert telling_words("Qui est-il ?", ("qui", "est", "il")) == ("qui", "est", "il")
    assert telling_words("Did La Liga die?", ("la", "liga", "die")) == ("la", "liga", "die")


def test_no_english_rule_reads_a_german_question() -> None:
    was = analyse(standalone([], "Was sagte der Direktor über die Baukosten?"), {"reed": 1}, 10)
    assert was.kind == "open" and was.strict == ()  # every noun has a capital
    assert analyse(standalone([], "Was Tom Reed there?"), {"reed": 1}, 10).kind == "yes_no"
    assert analyse(standalone([], "Wer zahlte die 5300 Euro nicht?"), {"euro": 1}, 10).strict == ("5300",)

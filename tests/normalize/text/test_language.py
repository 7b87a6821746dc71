"""The language of a text."""

import time

import pytest

from normalize.text.language import parse_language, stated_language
from normalize.text.scanner import fold

TEXTS = {
    "en": "You will sort the letters of a lighthouse keeper and describe each. We meet every Friday.",
    "de": "Du sortierst die Briefe eines Leuchtturmwärters und beschreibst jeden für unser Archiv.",
    "fr": "Vous classez les lettres d'un gardien de phare et vous les décrivez pour nos archives.",
    "es": "Ordenarás las cartas de un farero para nuestro archivo, con la ayuda del equipo.",
    "it": "Riordinerai le lettere di un guardiano del faro per il nostro archivio, con una guida.",
    "nl": "Je sorteert de brieven van een vuurtorenwachter en je beschrijft ze voor ons archief.",
    "pt": "Você vai organizar as cartas de um faroleiro para o nosso arquivo, com uma equipa.",
}  # fmt: skip
UNKNOWN = [
    "", "Python, SQL, Excel", "Ordnar breven från en fyrvaktare och beskriver varje brev till arkivet",
    "Třídíte dopisy strážce majáku a ke každému napíšete krátký popis do našeho archivu na Moravě a o práci se učíte",
    "Стажировка в архиве", "灯台守の手紙を整理します",
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_the_languages_of_the_vocabulary_are_told_apart(code, text):
    assert parse_language(fold(text)) == code


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_too_short_or_of_no_known_language_is_not_guessed(text):
    assert parse_language(fold(text)) is None


def test_a_list_of_names_before_the_text_does_not_decide():
    names = "Lighthouse Archive Keepers Oslo " * 12
    assert parse_language(fold(names + TEXTS["de"] * 3)) == "de"


@pytest.mark.parametrize("piece", ["the ", "a", "de la ", " "])
def test_hostile_text_is_answered_in_a_second(piece):
    words = piece * (500_000 // len(piece))
    begun = time.process_time()
    parse_language(words)
    assert time.process_time() - begun < 1


STATED = [
    ("English", "en"), ("Deutsch (fließend)", "de"), ("français", "fr"), ("Español", "es"), ("Italiano C1", "it"),
    ("Niederländisch", "nl"), ("Portugués", "pt"), ("Tedesco", "de"), ("Engels", "en"), ("Suédois", "sv"),
    ("ger", "de"), ("nld", "nl"), ("pt-BR", "pt"), ("EN_us", "en"), ("Mandarin", "zh"), ("Svenska", "sv"),
    ("English, German", None), ("Français / Néerlandais", None), ("any", None), ("xx", None), ("", None),
    ("to be agreed", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), STATED)
def test_a_boards_word_for_a_language_is_a_code_or_nothing(words, code):
    assert stated_language(words) == code

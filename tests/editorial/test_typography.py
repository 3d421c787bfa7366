"""French typography over plain texts and over texts cut by emphasis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.editorial import typography
from communaute.editorial.typography import CODE, typography_of_pieces


N, F = "\u202f", "\u00a0"
CASES = [
    ('Il dit "bonjour".', f"Il dit «{N}bonjour{N}»."),
    ('"Bonjour", dit-il', f"«{N}Bonjour{N}», dit-il"),
    ('("Service")', f"(«{N}Service{N}»)"),
    ("« déjà »", f"«{N}déjà{N}»"),
    ("«déjà»", f"«{N}déjà{N}»"),
    (f"«{F}déjà{F}»", f"«{N}déjà{N}»"),
    ("l'écran d'accueil", "l’écran d’accueil"),
    ("aujourd'hui", "aujourd’hui"),
    ("l'« EJ »", f"l’«{N}EJ{N}»"),
    ('l\'"EJ"', f"l’«{N}EJ{N}»"),
    ("Où ?", f"Où{N}?"),
    ("Où?", f"Où{N}?"),
    ("Quoi ?!", f"Quoi{N}?!"),
    ("Oui ; non !", f"Oui{N}; non{N}!"),
    ("Où : ici", f"Où{F}: ici"),
    ("Où: ici", f"Où{F}: ici"),
    (f"Où{N}: ici", f"Où{F}: ici"),
    ("(fin) :", f"(fin){F}:"),
    ("« fin » :", f"«{N}fin{N}»{F}:"),
    ("à 12:30", "à 12:30"),
    ("ISO 32000-2:2020", "ISO 32000-2:2020"),
    ("4 950 724 factures", f"4{N}950{N}724 factures"),
    ("10 502 019", f"10{N}502{N}019"),
    ("en 2020 et 2021", "en 2020 et 2021"),
    ("en 2020 100 factures", "en 2020 100 factures"),
    ("356 000 000 00048", f"356{N}000{N}000{N}00048"),
    ("04 77 78 39 57", f"04{N}77{N}78{N}39{N}57"),
    ("50 %", f"50{F}%"),
    ("12 €", f"12{F}€"),
    ("4,5 millions", f"4,5{F}millions"),
    ("200 ko", f"200{F}ko"),
    ("1 h 30", f"1{F}h{F}30"),
    ("1 habitant", "1 habitant"),
    ("30 jours", f"30{F}jours"),
    ("n° 12", f"n°{F}12"),
    ("n°12", f"n°{F}12"),
    ("article R2192-27", f"article{F}R2192-27"),
    ("articles L. 123 et 4", f"articles{F}L.{F}123 et 4"),
    ("art. 7", f"art.{F}7"),
    ("article du code", "article du code"),
    ("le 24 août 2020", f"le 24{F}août 2020"),
    ("le 1er août", f"le 1er{F}août"),
    ("Attendez...", "Attendez…"),
    ("https://a.fr/?x=1;y:2", "https://a.fr/?x=1;y:2"),
    ("voir https://a.fr/l'a ?", f"voir https://a.fr/l'a{N}?"),
    ("C++ et C:", f"C++ et C{F}:"),
    ("", ""),
    ("rien à faire", "rien à faire"),
]


@pytest.mark.parametrize(("typed", "printed"), CASES)
def test_a_text_is_printed_the_french_way(typed: str, printed: str) -> None:
    assert typography(typed) == printed


@given(st.text(alphabet="ab l1 0'\"«»;:!?.…%€n°,()\u00a0\u202f\n-/LR", max_size=30))
def test_a_text_already_set_is_left_alone(text: str) -> None:
    once = typography(text)

    assert typography(once) == once


@given(st.text(alphabet="abc'\"«» ;:?\ue000\ue001\ue002", max_size=12))
def test_only_spaces_marks_and_private_characters_change(text: str) -> None:
    kept = [letter for letter in typography(text) if letter in "abc"]

    assert kept == [letter for letter in text if letter in "abc"]


@pytest.mark.parametrize(
    ("pieces", "printed"),
    [
        (['Dit "', "gras", '" : oui'], [f"Dit «{N}", "gras", f"{N}»{F}: oui"]),
        (["l'", "EJ"], ["l’", "EJ"]),
        (["« ", "gras", " »"], [f"«{N}", "gras", f"{N}»"]),
        (["Le ", CODE, " ?"], ["Le ", CODE, f"{N}?"]),
        (["le ", "lien", "?"], ["le ", "lien", f"{N}?"]),
        (['"', CODE, '"'], [f"«{N}", CODE, f"{N}»"]),
    ],
)
def test_a_sentence_cut_by_emphasis_is_set_as_one(pieces: list[str], printed: list[str]) -> None:
    assert typography_of_pieces(pieces) == printed


@given(st.lists(st.text(alphabet="a1 '\"«»;:?!\ue000", max_size=6), min_size=1, max_size=5))
def test_pieces_stay_as_many_as_they_were(pieces: list[str]) -> None:
    assert len(typography_of_pieces(pieces)) == len(pieces)

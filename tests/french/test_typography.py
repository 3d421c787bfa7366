"""French typography over plain texts, texts cut by emphasis, HTML and templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.french.typography import CODE, typeset, typeset_html, typeset_pieces, typeset_source


N, F = "\u202f", "\u00a0"
CASES = [
    ('Il dit "bonjour".', f"Il dit «{F}bonjour{F}»."),
    ('"Bonjour", dit-il', f"«{F}Bonjour{F}», dit-il"),
    ('("Service")', f"(«{F}Service{F}»)"),
    ("« déjà »", f"«{F}déjà{F}»"),
    ("«déjà»", f"«{F}déjà{F}»"),
    (f"«{N}déjà{N}»", f"«{F}déjà{F}»"),
    ("l'écran d'accueil", "l’écran d’accueil"),
    ("aujourd'hui", "aujourd’hui"),
    ("l'« EJ »", f"l’«{F}EJ{F}»"),
    ('l\'"EJ"', f"l’«{F}EJ{F}»"),
    ("Où ?", f"Où{N}?"),
    ("Où?", f"Où{N}?"),
    ("Quoi ?!", f"Quoi{N}?!"),
    ("Oui ; non !", f"Oui{N}; non{N}!"),
    ("Où : ici", f"Où{F}: ici"),
    ("Où: ici", f"Où{F}: ici"),
    (f"Où{N}: ici", f"Où{F}: ici"),
    ("(fin) :", f"(fin){F}:"),
    ("« fin » :", f"«{F}fin{F}»{F}:"),
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
    assert typeset(typed) == printed


@given(st.text(alphabet="ab l1 0'\"«»;:!?.…%€n°,()\u00a0\u202f\n-/LR", max_size=30))
def test_a_text_already_set_is_left_alone(text: str) -> None:
    once = typeset(text)

    assert typeset(once) == once


@given(st.text(alphabet="abc'\"«» ;:?\ue000\ue001\ue002", max_size=12))
def test_only_spaces_marks_and_private_characters_change(text: str) -> None:
    kept = [letter for letter in typeset(text) if letter in "abc"]

    assert kept == [letter for letter in text if letter in "abc"]


@pytest.mark.parametrize(
    ("pieces", "printed"),
    [
        (['Dit "', "gras", '" : oui'], [f"Dit «{F}", "gras", f"{F}»{F}: oui"]),
        (["l'", "EJ"], ["l’", "EJ"]),
        (["« ", "gras", " »"], [f"«{F}", "gras", f"{F}»"]),
        (["Le ", CODE, " ?"], ["Le ", CODE, f"{N}?"]),
        (["le ", "lien", "?"], ["le ", "lien", f"{N}?"]),
        (['"', CODE, '"'], [f"«{F}", CODE, f"{F}»"]),
    ],
)
def test_a_sentence_cut_by_emphasis_is_set_as_one(pieces: list[str], printed: list[str]) -> None:
    assert typeset_pieces(pieces) == printed


@given(st.lists(st.text(alphabet="a1 '\"«»;:?!\ue000", max_size=6), min_size=1, max_size=5))
def test_pieces_stay_as_many_as_they_were(pieces: list[str]) -> None:
    assert len(typeset_pieces(pieces)) == len(pieces)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("<p>Où ?</p>", f"<p>Où{N}?</p>"),
        ("<p>Dit &quot;<b>oui</b>&quot; :</p>", f"<p>Dit «{F}<b>oui</b>{F}»{F}:</p>"),
        ("<a href='/x?y=1' title=\"l'a\">l'an</a>", "<a href='/x?y=1' title=\"l'a\">l’an</a>"),
        ("<p>A &amp; B &lt; C ;</p>", f"<p>A &amp; B &lt; C{N};</p>"),
        ("<code>a ? b</code> : l'a", f"<code>a ? b</code>{F}: l’a"),
        ("<textarea>a ; b</textarea>", "<textarea>a ; b</textarea>"),
        ("<input value='a ; b'>", "<input value='a ; b'>"),
    ],
)
def test_html_is_set_between_its_tags(typed: str, printed: str) -> None:
    assert typeset_html(typed) == printed
    assert typeset_html(printed) == printed


@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<code>", "</code>", "a", " ", ":", "?", "«", '"']))
)
def test_html_already_set_is_left_alone(parts: list[str]) -> None:
    once = typeset_html("".join(parts))

    assert typeset_html(once) == once


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Que faire ?", f"Que faire{N}?"),
        ("<h2>Que faire ?</h2>", f"<h2>Que faire{N}?</h2>"),
        ("à « Paris », oui", f"à «{F}Paris{F}», oui"),
        ("Note : lire", f"Note{F}: lire"),
        ("<p class='a'> : x</p>", f"<p class='a'>{F}: x</p>"),
        ("a ? b", f"a{N}? b"),
        ("<!doctype html>", "<!doctype html>"),
        ("<!-- note -->", "<!-- note -->"),
        ("https://x.example/?q=a", "https://x.example/?q=a"),
    ],
)
def test_spaces_typed_in_a_template_are_those_of_french(typed: str, shown: str) -> None:
    assert typeset_source(typed) == shown


@given(st.text())
def test_a_template_already_set_is_left_alone(text: str) -> None:
    once = typeset_source(text)
    assert typeset_source(once) == once


def test_a_piece_of_a_page_follows_what_is_printed_before_it_and_an_expression_s_text_does_not() -> (
    None
):
    assert typeset_source(" : Recherche", before="x") == f"{F}: Recherche"
    assert typeset_source(" : ") == " : "

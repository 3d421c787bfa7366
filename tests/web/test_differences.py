"""Two versions of a text are shown as one, and heard as well as seen."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.web.differences import differences


def seen(html: str) -> str:
    """As it looks: struck out between brackets, added between braces."""
    silent = re.sub(r'<span class="fr-sr-only">[^<]*</span>', "", html)
    for tag, mark in (("del", "[]"), ("ins", "{}")):
        silent = silent.replace(f"<{tag}>", mark[0]).replace(f"</{tag}>", mark[1])
    return silent.strip()


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("000 001 016 00013", "000 001 016 00021", "000 001 016 [00013] {00021}"),
        ("le bureau ferme lundi", "le bureau ferme lundi", "le bureau ferme lundi"),
        ("le bureau ferme", "le bureau ferme lundi", "le bureau ferme {lundi}"),
        ("fermé lundi et mardi", "fermé mardi", "fermé [lundi et] mardi"),
        ("", "bonjour", "{bonjour}"),
        ("bonjour", "", "[bonjour]"),
    ],
)
def test_what_changes_is_marked_and_only_that(before: str, after: str, shown: str) -> None:
    assert seen(differences(before, after)) == shown


def test_a_mark_is_heard_too() -> None:
    told = differences("00013", "00021")
    assert '<del><span class="fr-sr-only">retiré\u00a0: </span>00013</del>' in told
    assert '<ins><span class="fr-sr-only">ajouté\u00a0: </span>00021</ins>' in told


def test_what_people_typed_stays_text() -> None:
    assert "<b>" not in differences("<b>", "<b>x</b> & <i>")


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_words_that_remain_are_the_later_text(before: str, after: str) -> None:
    kept = re.sub(r"<del>.*?</del>\s*", "", differences(before, after), flags=re.DOTALL)
    plain = re.sub(r'<span class="fr-sr-only">[^<]*</span>|</?ins>', "", kept)
    written = "".join(after.split())
    for char, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("'", "&#39;"),
        ('"', "&#34;"),
    ):
        written = written.replace(char, entity)
    assert "".join(plain.split()) == written


def test_one_side_alone_keeps_its_own_words() -> None:
    assert seen(differences("016 00013", "016 00021", "before")) == "016 [00013]"
    assert seen(differences("016 00013", "016 00021", "after")) == "016 {00021}"

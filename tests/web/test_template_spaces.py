"""French spaces in templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.web.template_spaces import french_spaces


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Que faire ?", "Que faire\u202f?"),
        ("<h2>Que faire ?</h2>", "<h2>Que faire\u202f?</h2>"),
        ("à « Paris », oui", "à «\u202fParis\u202f», oui"),
        ("Note : lire", "Note\u202f: lire"),
        ("<p class='a'> : x</p>", "<p class='a'>\u202f: x</p>"),
        ("a ? b", "a\u202f? b"),
        ("<!doctype html>", "<!doctype html>"),
        ("<!-- note -->", "<!-- note -->"),
        ("https://x.example/?q=a", "https://x.example/?q=a"),
    ],
)
def test_spaces_are_those_of_french(typed: str, shown: str) -> None:
    assert french_spaces(typed) == shown


@given(st.text())
def test_doing_it_twice_changes_nothing_more(text: str) -> None:
    once = french_spaces(text)
    assert french_spaces(once) == once

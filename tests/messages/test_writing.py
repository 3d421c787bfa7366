"""What a sender writes: a little Markdown, nothing that runs, links that say where they lead."""

import pytest

from communaute.domain.messages.writing import as_html, as_words, blanks
from tests.pages import soup_of


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://ailleurs.example/pixel.png)",
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:msgbox)",
    "[a](JaVaScRiPt:alert(1))",
    "<a href='https://x.example' onclick='alert(1)'>a</a>",
    '[a](https://x.example/"onmouseover="alert(1))',
    "<style>*{display:none}</style>",
    "```html\n<script>alert(1)</script>\n```",
    "[x]: javascript:alert(1)\n\n[x]",
)


@pytest.mark.parametrize("body", ATTACKS)
def test_nothing_runs_and_nothing_is_fetched(body: str) -> None:
    page = soup_of(as_html(body))
    assert page.select("script, img, style, iframe, object, form, input") == []
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"]
        assert str(tag.get("href", "https:")).startswith(("https:", "http:"))


def test_a_link_says_where_it_leads() -> None:
    made = as_html("[chorus-pro.gouv.fr](https://voleur.example/x)")
    assert "(voleur.example)" in made
    assert 'rel="nofollow noopener noreferrer"' in made
    assert as_html("<https://exemple.fr/>").count("exemple.fr") == 2
    assert "(nous@exemple.fr)" in as_html("[écrivez](mailto:nous@exemple.fr)")


def test_what_is_kept() -> None:
    made = as_html("# Titre\n\nUn **mot**.\nUne ligne.\n\n- un\n- deux")
    assert "<h3>Titre</h3>" in made
    assert "<strong>mot</strong>.<br>" in made
    assert made.count("<li>") == 2


def test_words_alone() -> None:
    assert as_words("# Nouveau **SIRET**\n\n- [ici](https://x.example)") == "Nouveau SIRET ici"


def test_what_is_left_to_fill_is_seen() -> None:
    assert blanks("Au [à compléter : date], code [à compléter].") == [
        "[à compléter : date]",
        "[à compléter]",
    ]

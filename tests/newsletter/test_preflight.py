"""Before a letter leaves: what blocks, what is worth a look, with its line and what to do."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from communaute.editorial.preflight import Level, Mail, blocks, contrast, preflight
from communaute.mailing.transports import WIRE
from communaute.wiring import current, letter_desk


ISSUE = "/newsletter/2026-automne"
TODAY = date(2026, 11, 29)


@pytest.fixture
def mail(shared_app: Flask, tmp_path: Path) -> Mail:
    """The issue of the autumn, as it would leave."""
    with shared_app.app_context():
        page = current.content().pages[ISSUE]
        made = letter_desk.mail_of(page)
        return Mail(
            page=page,
            subject=str(made["Subject"]),
            html=letter_desk.part_of(made, "html"),
            text=letter_desk.part_of(made, "plain"),
            raw=made.as_bytes(policy=WIRE),
        )


def found(app: Flask, mail: Mail) -> list[tuple[str, str]]:
    """What is found: its level, what it says."""
    with app.app_context():
        return [
            (one.level.value, one.what) for one in preflight(mail, current.content(), (), TODAY)
        ]


def written(mail: Mail, tmp_path: Path, text: str) -> Mail:
    """The same letter, its page's file saying something more."""
    path = tmp_path / "numero.md"
    path.write_text(mail.page.source_path.read_text("utf-8") + text, encoding="utf-8")
    return replace(mail, page=replace(mail.page, source_path=path))


def test_both_issues_may_leave(shared_app: Flask) -> None:
    runner = shared_app.test_cli_runner()
    for issue in ("2026-automne", "newsletter/2020-automne", "/newsletter/2020-automne"):
        result = runner.invoke(args=["newsletter", "check", issue])
        assert result.exit_code == 0, result.output
    assert runner.invoke(args=["newsletter", "check", "rien"]).exit_code == 2


def test_nothing_is_found_of_what_is_right(shared_app: Flask, mail: Mail) -> None:
    assert found(shared_app, mail) == []
    assert len(mail.raw) < 40_000


@pytest.mark.parametrize(
    ("text", "level", "said"),
    [
        ("\nLe mardi 29 novembre 2026.\n", "blocks", "le jour est faux"),
        ("\nLe dimanche 29 novembre 2026.\n", "", ""),
        ("\nLe 31 février 2026.\n", "blocks", "n’est pas une date"),
        ("\nInscrivez-vous avant le 3 mars 2026.\n", "warns", "est passé"),
        ("\nDepuis le 3 mars 2026.\n", "", ""),
        ("\nTK le chiffre.\n", "blocks", "TK"),
        ("\nLorem ipsum.\n", "blocks", "Lorem ipsum"),
        ("\nBonjour {{ prenom }}\n", "blocks", "{{"),
    ],
)
def test_what_the_text_says(
    shared_app: Flask, mail: Mail, tmp_path: Path, text: str, level: str, said: str
) -> None:
    have = found(shared_app, written(mail, tmp_path, text))
    assert any(one == level and said in what for one, what in have) == bool(level), have
    assert bool(have) == bool(level)


@pytest.mark.parametrize(
    ("html", "level", "said"),
    [
        ('<p><a href="/guides/x">Une page</a></p>', "blocks", "relatif"),
        ('<p><a href="https://x.example">ici</a></p>', "blocks", "ne dit pas"),
        ('<p><a href="https://x.example"></a></p>', "blocks", "ne dit pas"),
        ('<p style="color: #bbbbbb">pâle</p>', "blocks", "mode clair"),
        ('<p style="color: #333333">sombre</p>', "blocks", "mode sombre"),
        ('<p style="color: #767676;background:#ffffff">x</p>', "", ""),
    ],
)
def test_links_and_colours(shared_app: Flask, mail: Mail, html: str, level: str, said: str) -> None:
    have = found(shared_app, replace(mail, html=mail.html.replace("<hr", html + "<hr", 1)))
    assert any(one == level and said in what for one, what in have) == bool(level), have


def test_an_expired_page_is_told_with_the_true_one(shared_app: Flask, mail: Mail) -> None:
    with shared_app.app_context():
        base = current.settings().base_url
    link = f'<a href="{base}/actualites/experimentation-inter-entreprises">Le bilan</a>'
    have = found(shared_app, replace(mail, html=mail.html.replace("<hr", f"<p>{link}</p><hr", 1)))
    assert [(one, "à jour" in what) for one, what in have] == [("warns", True)]


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({"subject": "Court"}, "warns"),
        (
            {
                "subject": "Un objet bien trop long pour une boîte aux lettres, et puis encore un peu plus que cela"
            },
            "warns",
        ),
        ({"subject": " "}, "blocks"),
        ({"text": "Bonjour"}, "blocks"),
        ({"raw": b"x" * 100_000}, "blocks"),
        ({"raw": b"Subject: sans en-tetes\r\n\r\n"}, "blocks"),
    ],
)
def test_the_mail_itself(
    shared_app: Flask, mail: Mail, change: dict[str, object], level: str
) -> None:
    have = found(shared_app, replace(mail, **change))  # type: ignore[arg-type]
    assert level in {one for one, _ in have}


@pytest.mark.parametrize("header", ["List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"])
def test_each_header_of_a_list_is_looked_at_as_bytes(
    shared_app: Flask, mail: Mail, header: str
) -> None:
    folded = mail.raw.replace(f"\r\n{header}: ".encode(), f"\r\n{header}: \r\n ".encode(), 1)
    have = found(shared_app, replace(mail, raw=folded))
    assert [one for one, what in have if header in what] == ["blocks"]


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert not blocks([])
    assert Level.BLOCKS < Level.WARNS, "what blocks comes first"

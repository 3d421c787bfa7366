"""The content folder read into one value."""

import os
from datetime import date
from pathlib import Path

import pytest

from communaute.editorial import pages as pages_of
from communaute.editorial.loading import load
from communaute.editorial.pages import (
    GlossaryTerm,
    Guide,
    Illustration,
    Issue,
    PathStep,
    Question,
    Source,
    StatusPage,
    Training,
    Witness,
)
from communaute.editorial.pages import Path as PagePath
from tests.editorial.trees import PICTURE, Tree


def touch(path: Path) -> None:
    """Make a file look written one second later."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))


def test_a_page_carries_its_header_in_final_typography(tree: Tree) -> None:
    tree.file("guides/essai.svg", PICTURE)
    tree.page(
        title="L'été : où ?",
        summary='Dit "oui".',
        period="automne 2020",
        valid_until=date(2026, 11, 10),
        replaced_by="/guides/",
        keywords=["NIC", 2020],
        illustration={"file": "essai.svg", "alt": "L'écran"},
        sources=[{"label": "L'AIFE", "url": "https://a.fr"}, {"label": "Newsletter"}],
        see_also=["/guides/"],
        updated_note="Ce n'est plus vrai.",
    )
    page = tree.load().pages["/guides/essai"]

    assert page.title == "L’été\u00a0: où\u202f?"
    assert page.summary == "Dit «\u00a0oui\u00a0»."
    assert page.updated_note == "Ce n’est plus vrai."
    assert page.keywords == ("NIC", "2020")
    assert page.illustration == Illustration(
        "essai.svg", "/media/guides/essai.svg", "L’écran", 400, 300
    )
    assert page.sources == (Source("L’AIFE", "https://a.fr"), Source("Newsletter"))
    assert (page.kind, page.slug, page.period) == ("guides", "essai", "automne 2020")
    assert (page.publics, page.see_also) == (("fournisseur",), ("/guides/",))


def test_a_page_is_true_until_the_evening_of_its_last_day(tree: Tree) -> None:
    tree.page(valid_until=date(2026, 11, 10))
    page = tree.load().pages["/guides/essai"]

    assert not page.is_expired(date(2026, 11, 10))
    assert page.is_expired(date(2026, 11, 11))


def test_each_kind_has_its_own_fields(tree: Tree) -> None:
    tree.page("newsletter/n.md", articles=["actualites/a"])
    tree.page(
        "parcours/p.md", public="travaux", steps=[{"page": "/x", "title": "Où ?", "why": "Car."}]
    )
    tree.page("statuts/s.md", code="SUSPENDUE", actor="fournisseur", order=12)
    tree.page("glossaire/ej.md", acronym="EJ", aliases=["numéro d'engagement"])
    tree.page("questions/q.md", order=3)
    tree.page("temoignages/t.md", witness={"name": "L. T.", "role": "Experte"})
    tree.page(
        "formations/f.md", theme="Travaux", level="debutant", goals=["Savoir"], tools=["Un poste"]
    )
    pages = tree.load().pages

    issue, path, status = pages["/newsletter/n"], pages["/parcours/p"], pages["/statuts/s"]
    term, question = pages["/glossaire#ej"], pages["/questions/q"]
    testimonial, training = pages["/temoignages/t"], pages["/formations/f"]
    assert isinstance(issue, Issue)
    assert issue.articles == ("/actualites/a",)
    assert isinstance(path, PagePath)
    assert path.steps == (PathStep("/x", "Où\u202f?", "Car."),)
    assert isinstance(status, StatusPage)
    assert (status.code, status.actor, status.order) == ("SUSPENDUE", "fournisseur", 12)
    assert isinstance(term, GlossaryTerm)
    assert (term.acronym, term.aliases) == ("EJ", ("numéro d'engagement",))
    assert isinstance(question, Question)
    assert question.order == 3
    assert isinstance(testimonial, pages_of.Testimonial)
    assert testimonial.witness == Witness("L. T.", "Experte")
    assert isinstance(training, Training)
    assert (training.goals, training.training_tools) == (("Savoir",), ("Un poste",))
    assert training.tools == ()


def test_a_broken_file_hides_only_itself(tree: Tree) -> None:
    tree.page("guides/bon.md")
    tree.file("guides/casse.md", b"\xff")
    tree.page("guides/faux.md", period=3)
    content = tree.load()

    assert list(content.pages) == ["/guides/bon"]
    assert [fault.file.name for fault in content.faults] == ["casse.md", "faux.md"]
    assert all(fault.hides for fault in content.faults)


def test_a_small_fault_hides_nothing_and_is_told_to_who_checks(tree: Tree) -> None:
    tree.page(body="[ici](/guides/essai)\n")
    content = tree.load()

    assert content.faults == ()
    assert len(content.every_fault) == 1
    assert "/guides/essai" in content.pages


def test_news_come_newest_first_and_statuses_in_their_order(tree: Tree) -> None:
    for day in (1, 3, 2):
        tree.page(f"actualites/a{day}.md", published=date(2026, 11, day))
    for number, name in enumerate("zya"):
        tree.page(f"statuts/{name}.md", code=name, actor="personne", order=number)
    sections = tree.load().sections

    assert [page.slug for page in sections["actualites"].pages] == ["a3", "a2", "a1"]
    assert [page.slug for page in sections["statuts"].pages] == ["z", "y", "a"]


def test_questions_put_forward_come_first(tree: Tree) -> None:
    tree.page("questions/b.md")
    tree.page("questions/a.md")
    tree.page("questions/c.md", order=1)

    assert [page.slug for page in tree.load().sections["questions"].pages] == ["c", "a", "b"]


def test_a_section_says_what_its_index_says(tree: Tree) -> None:
    tree.file("guides/_index.md", '---\ntitle: "L\'aide"\nsummary: S\norder: 4\n---\nUn **mot**.\n')
    section = tree.load().sections["guides"]

    assert (section.title, section.summary, section.order) == ("L’aide", "S", 4)
    assert section.intro == "<p>Un <strong>mot</strong>.</p>\n"
    assert section.url == "/guides/"


def test_a_section_without_index_still_has_its_pages(tree: Tree) -> None:
    tree.page()
    (tree.root / "guides/_index.md").unlink()
    section = tree.load().sections["guides"]

    assert (section.title, len(section.pages)) == ("Guides", 1)


def test_the_latest_are_news_not_terms_nor_statuses(tree: Tree) -> None:
    tree.page("guides/g.md", published=date(2026, 11, 3))
    tree.page("actualites/a.md", published=date(2026, 11, 4))
    tree.page("statuts/s.md", code="X", actor="personne", order=1, published=date(2026, 11, 9))

    assert [page.url for page in tree.load().latest(5)] == ["/actualites/a", "/guides/g"]
    assert [page.url for page in tree.load().latest(1)] == ["/actualites/a"]


def test_media_are_served_from_beside_the_pages(tree: Tree) -> None:
    tree.file("guides/essai-1.svg", PICTURE)
    tree.file("guides/essai.py", "x")
    tree.file("guides/_brouillons/essai.svg", PICTURE)
    tree.page()

    assert dict(tree.load().media) == {
        "/media/guides/essai-1.svg": tree.root / "guides/essai-1.svg"
    }


def test_the_fingerprint_follows_any_file_and_nothing_else(tree: Tree) -> None:
    tree.page()
    picture = tree.file("guides/essai.svg", PICTURE)
    first = tree.load().fingerprint
    touch(picture)
    same = tree.load().fingerprint
    tree.file("guides/essai.svg", PICTURE.replace("400", "401"))

    assert first == same != tree.load().fingerprint


def test_content_is_stale_once_a_file_is_written_added_or_removed(tree: Tree) -> None:
    path = tree.page()
    content = tree.load()
    assert not content.stale()

    touch(path)
    assert content.stale()

    content = tree.load()
    added = tree.file("guides/autre.svg", PICTURE)
    assert content.stale()

    content = tree.load()
    added.unlink()
    assert content.stale()


def test_the_folder_is_never_sought_from_the_current_one() -> None:
    with pytest.raises(ValueError, match="absolute"):
        load(Path("content"))


def test_a_page_knows_its_text_its_headings_and_its_anchors(tree: Tree) -> None:
    tree.page(body="Avant.\n\n## Un *mot*\n\nAprès `code`.\n")
    page = tree.load().pages["/guides/essai"]

    assert page.text == "Avant.\nAprès code."
    assert page.headings == ("Un mot",)
    assert "un-mot" in page.anchors
    assert tree.load().page("/guides/essai") == page
    assert tree.load().page("/guides/non") is None


GROUPED = """---
title: T
summary: S
order: 1
groups:
  - title: "D'abord"
    pages: [/guides/deux, /guides/absent]
---
"""


def test_a_section_says_its_groups_and_an_address_that_leads_nowhere_is_a_fault(tree: Tree) -> None:
    tree.page("guides/deux.md")
    tree.file("guides/_index.md", GROUPED)
    index = tree.load().sections["guides"].index
    assert index is not None
    assert [group.pages for group in index.groups] == [("/guides/deux", "/guides/absent")]
    assert [fault.message for fault in tree.faults() if "/guides/absent" in fault.message]


def test_a_guide_says_its_time_and_what_to_have_at_hand(tree: Tree) -> None:
    tree.page("guides/un.md", duration="20 minutes", needs=["votre SIRET"])
    page = tree.load().pages["/guides/un"]
    assert isinstance(page, Guide)
    assert (page.duration, page.needs) == ("20 minutes", ("votre SIRET",))

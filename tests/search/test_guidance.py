"""What the keepers of a site write for its search: each rule on the smallest library that shows it."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communaute.editorial.content import Hidden
from communaute.editorial.guidance import read_guidance
from communaute.wiring import indexing
from search_index import Document, Guidance, build, open_index
from search_index.opening import Index
from tests.search.corpus import FILLER, LIBRARY, found, section


def guided(
    folder: Path,
    documents: tuple[Document, ...],
    synonyms: tuple[tuple[str, ...], ...] = (),
    **guidance: object,
) -> Index:
    build(folder, (*documents, *FILLER), synonyms, guidance=Guidance(**guidance))  # type: ignore[arg-type]
    return open_index(folder)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The small library of a site called Chorus Pro, which one of its pages says at each line."""
    often = section("nom", "Chorus Pro, c’est quoi", "Chorus Pro est le portail. " * 5)
    folder = tmp_path_factory.mktemp("named")
    return guided(folder, (*LIBRARY, often), own_names=("Chorus Pro", "Chorus"))


WORDS = [
    "déposer",
    "facture",
    "SIRET",
    "tarif",
    "mémoire",
    "corriger",
    "interprètes",
    "pièces",
    "réforme",
    "comment",
    "payer",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True),
    name=st.sampled_from(
        ["chorus pro", "Chorus", "sur chorus pro", "CHORUS PRO", "dans Chorus Pro"]
    ),
)
def test_the_site_s_own_name_never_changes_the_first_result(
    named: Index, asked: list[str], name: str
) -> None:
    text = " ".join(asked)
    if text == "comment":  # nothing is asked but the name itself
        return
    expected = found(named, text)[:1]
    assert found(named, f"{text} {name}")[:1] == expected
    assert found(named, f"{name} {text}")[:1] == expected


def test_the_site_s_own_name_alone_is_asked_for(named: Index) -> None:
    for text in ("chorus pro", "c'est quoi chorus pro", "comment utiliser chorus"):
        assert found(named, text)[0] == "nom"


def test_a_prior_never_hides_a_definition_that_is_asked(tmp_path: Path) -> None:
    pages = (
        section("guide", "Le dépôt d’une facture", "Le dépôt, étape par étape.", kind="guides"),
        section("mot", "Dépôt", "L’envoi d’une facture.", kind="glossaire"),
    )
    index = guided(tmp_path, pages, priors={"glossaire": 0.3}, definitions="glossaire")
    for text in (
        "c’est quoi un dépôt",
        "définition dépôt",
        "que veut dire dépôt",
        "dépôt signifie",
    ):
        assert found(index, text)[0] == "mot", text
    assert found(index, "dépôt facture")[0] == "guide"


def test_what_one_came_to_do_weighs_more_than_whom_it_concerns(tmp_path: Path) -> None:
    pages = (
        section("mairie", "Une mairie et ses factures", "La mairie, et la commune."),
        section("rejet", "Facture rejetée", "Un rejet dit son motif. Il y a une mairie."),
    )
    index = guided(tmp_path, pages, intents=("rejeter",), recipients=("mairie", "commune"))
    assert found(index, "la mairie a rejeté une facture")[0] == "rejet"
    assert found(index, "mairie")[0] == "mairie"


def test_reviewed_synonyms_beat_what_the_texts_explain(tmp_path: Path) -> None:
    pages = (
        section(
            "delegues", "Médiateurs et délégués du procureur (MDP)", "Les MDP. Un MDP. Ces MDP."
        ),
        section("passe", "Le mot de passe oublié", "Il se change en une minute."),
    )
    index = guided(tmp_path / "revu", pages, (("mot de passe", "mdp"),))
    for text in ("mdp", "MDP", "mdp oublié"):
        assert found(index, text)[0] == "passe", text
    assert found(guided(tmp_path / "sans", pages), "mdp")[0] == "delegues"


def test_synonyms_that_do_not_explain_letters_leave_them_as_the_texts_do(tmp_path: Path) -> None:
    pages = (
        section(
            "epci",
            "Les établissements publics de coopération intercommunale (EPCI)",
            "Un EPCI. Cet EPCI.",
        ),
        section("ville", "La collectivité", "Une collectivité, des collectivités."),
    )
    index = guided(tmp_path, pages, (("EPCI", "collectivité"),))
    assert found(index, "EPCI") == ["epci", "ville"]


def test_a_task_leads_to_its_page_however_its_words_are_turned(tmp_path: Path) -> None:
    pages = (
        section(
            "loin", "Accueillir un collaborateur", "Le collaborateur ajouté. Un collaborateur."
        ),
        section(
            "page",
            "Rattacher quelqu’un",
            "Demande, puis accord.",
            tasks=("ajouter un collaborateur",),
        ),
    )
    index = guided(tmp_path, pages, (("ajouter", "inviter"),), own_names=("Chorus Pro",))
    for text in (
        "ajouter un collaborateur",
        "collaborateurs à ajouter",
        "comment ajouter un collaborateur sur chorus pro",
        "inviter un collaborateur",
    ):
        assert found(index, text)[0] == "page", text
    assert found(index, "accueillir un collaborateur")[0] == "loin"


def test_a_wording_may_lead_to_a_section(tmp_path: Path) -> None:
    pages = (
        section("guide", "Le guide", "Une introduction qui parle de frais."),
        section(
            "guide#km", "Le guide", "Ce qui est dû.", "Le trajet", wordings=("frais kilométriques",)
        ),
    )
    assert found(guided(tmp_path, pages), "frais kilométriques")[0] == "guide#km"


def test_wordings_of_a_page_count_together(tmp_path: Path) -> None:
    said = "Un salarié a un accès. L’accès d’un salarié."
    pages = (
        section(
            "partir", "Un départ", "Que faire.", wordings=("salarié parti", "enlever un accès")
        ),
        section("loin", "Le bureau", said),
    )
    assert found(guided(tmp_path, pages), "accès d’un salarié")[0] == "partir"


def test_a_kind_that_is_asked_for_by_its_name_does_not_pay_its_prior(tmp_path: Path) -> None:
    pages = (
        section("guide", "Les factures de travaux", "Une formation existe.", kind="guides"),
        section(
            "cours", "Envoyer des factures de travaux", "Une séance.", kind="formations",
            keywords=("formations",),
        ),
    )  # fmt: skip
    index = guided(tmp_path, pages, priors={"formations": 0.4})
    assert found(index, "factures de travaux")[0] == "guide"
    assert found(index, "formation factures de travaux")[0] == "cours"


def test_everyday_words_have_a_file_for_each_subject(tmp_path: Path) -> None:
    folder = tmp_path / "recherche" / "mots"
    folder.mkdir(parents=True)
    (folder / "argent.yaml").write_text("/a: [être payé]\n", "utf-8")
    (folder / "comptes.yaml").write_text("# Un titre.\n/b: [se connecter]\n", "utf-8")
    (folder / "faux.yaml").write_text("/c: [\n", "utf-8")
    guidance = read_guidance(tmp_path, {})
    assert [(w.address, w.file.name, w.lines) for w in guidance.everyday] == [
        ("/a", "argent.yaml", (1,)),
        ("/b", "comptes.yaml", (2,)),
    ]
    assert [fault.file.name for fault in guidance.faults] == ["faux.yaml"]


def test_a_kind_s_name_is_a_word_of_each_of_its_pages(shared_app: Flask) -> None:
    with shared_app.test_request_context():
        content = shared_app.extensions["communaute"].content
        guidance = read_guidance(content.directory, content.tool_addresses)
        documents = indexing.guided_documents(content, guidance)
        assert {document.kind for document in documents} > {"tarifs", "statuts", "glossaire"}
        assert not [d.id for d in documents if d.kind.replace("-", " ") not in d.keywords]


def test_a_page_goes_behind_for_what_it_is_not_for(tmp_path: Path) -> None:
    pages = (
        section("loi", "Le délai de paiement", "Trente jours.", not_for=("interprète",)),
        section("memoire", "Paiement d’un mémoire", "Un interprète attend. Aucun délai."),
    )
    index = guided(tmp_path, pages, (("interprète", "traducteur"),))
    assert found(index, "délai de paiement")[0] == "loi"
    assert found(index, "délai de paiement interprète")[0] == "memoire"
    assert found(index, "délai de paiement traducteur")[0] == "memoire"


def test_the_site_finds_what_its_keepers_wrote_where_they_say(shared_app: Flask) -> None:
    with shared_app.test_request_context():
        assert indexing.misleading_wordings(shared_app.extensions["communaute"].content) == []


def test_a_wording_that_leads_elsewhere_is_told_with_its_line(
    shared_app: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "recherche"
    folder.mkdir()
    twice = "- page: {}\n  wordings:\n    - {}\n"
    (folder / "taches.yaml").write_text(
        twice.format("/guides/deposer-une-facture", "déposer une facture")
        + twice.format("/contact", "déposer des factures"),
        "utf-8",
    )
    (folder / "pas-pour.yaml").write_text("/nulle-part: {words: [x], instead: /contact}\n", "utf-8")
    (folder / "poids.yaml").write_text("kinds: [\n", "utf-8")
    content = replace(shared_app.extensions["communaute"].content, directory=tmp_path)
    with shared_app.test_request_context():
        told = [f"{fault.file}:{fault.line}" for fault in indexing.misleading_wordings(content)]
    assert "recherche/taches.yaml:6" in told
    assert "recherche/pas-pour.yaml:1" in told
    assert any(line.startswith("recherche/poids.yaml") for line in told)
    assert read_guidance(tmp_path, {}).tasks[0].lines == (3,)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("taches.yaml", "une tâche\n"),
        ("taches.yaml", "- une tâche\n"),
        ("taches.yaml", "page: /contact\nwordings: 3\n"),
        ("pas-pour.yaml", "- /contact\n"),
        ("pas-pour.yaml", "/contact: un mot\n"),
        ("poids.yaml", "kinds: {guides: lourd}\n"),
        ("poids.yaml", "kinds: 3\n"),
    ],
)
def test_a_file_of_another_shape_is_a_fault_and_stops_nothing(
    tmp_path: Path, name: str, written: str
) -> None:
    (tmp_path / "recherche").mkdir()
    (tmp_path / "recherche" / name).write_text(written, "utf-8")
    (tmp_path / "recherche" / "synonymes.txt").write_text("facture = note\n", "utf-8")
    guidance = read_guidance(tmp_path, {})
    assert [fault.file.name for fault in guidance.faults] == [name]
    assert (list(guidance.tasks), list(guidance.not_for)) == ([], [])


def test_wordings_of_a_page_hidden_by_its_own_fault_are_not_judged(
    shared_app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "recherche").mkdir()
    (tmp_path / "recherche" / "taches.yaml").write_text(
        "- {page: /guides/casse, wordings: [déposer une facture]}\n", "utf-8"
    )
    content = replace(shared_app.extensions["communaute"].content, directory=tmp_path)
    broken = replace(content, hidden=(Hidden("/guides/casse", tmp_path / "casse.md"),))
    with shared_app.test_request_context():
        assert len(indexing.misleading_wordings(content)) == 2
        assert indexing.misleading_wordings(broken) == []

"""Schematic screens: described in Markdown, drawn as SVG, told as the list of their marks."""

import pytest
from bs4 import BeautifulSoup, Tag

from communaute.editorial.screen_drawing import WIDTH
from communaute.french.typography import typeset
from tests.editorial.trees import Tree


REGISTER = (
    "libelle,epoques,source\n"
    '"Valider et envoyer",2017-2022 depuis-2022,"https://a.fr/page"\n'
    '"Approbations",depuis-2022,"https://a.fr/page"\n'
)
SCREEN = """\
::: ecran titre="La saisie d'une facture"
- menu : « Approbations » ; un autre menu
- champ : le numéro de la facture = F2026-041 (1)
- liste : le cadre
- case : la TVA sur les débits = cochée
- bouton : Enregistrer
- appuyer : « Valider et envoyer » (2)

1. Tapez le *numéro*.
2. Choisissez « Valider et envoyer ».
:::
"""


def screen(tree: Tree, body: str = SCREEN, **fields: str) -> Tag:
    """The figure of a screen."""
    tree.file("libelles-d-ecran.csv", REGISTER)
    html = tree.html(body, **{"screens": "depuis-2022", **fields})
    figure = BeautifulSoup(html, "html.parser").find("figure", class_="screen")
    assert isinstance(figure, Tag)
    return figure


def drawn(figure: Tag) -> str:
    """Every word of the drawing, its spaces plain."""
    words = (text.get_text() for text in figure.select("svg text"))
    return " ".join(words).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_machine_reads_the_name_of_the_drawing_then_the_list_of_its_marks(tree: Tree) -> None:
    figure = screen(tree)

    (svg,) = figure.select("svg[role=img]")
    assert svg["aria-label"] == typeset("Écran schématique : La saisie d'une facture")
    marks = [item.get_text(strip=True) for item in figure.select("figcaption ol > li")]
    assert marks == ["Tapez lenuméro.", typeset("Choisissez « Valider et envoyer ».")]
    assert [mark.get_text() for mark in svg.select(".screen__mark text")] == ["1", "2"]


def test_the_description_is_drawn_and_not_repeated_as_text(tree: Tree) -> None:
    figure = screen(tree)

    words = drawn(figure)
    for label in ("Approbations", "le numéro de la facture", "F2026-041", "Valider et envoyer"):
        assert label in words
    assert not figure.select("ul")


def test_what_nobody_has_read_on_a_screen_is_said_so(tree: Tree) -> None:
    figure = screen(tree)

    doubtful = {text.get_text() for text in figure.select("svg text.screen__doubt")}
    assert doubtful == {
        "un autre menu", "le numéro de la facture", "le cadre", "la TVA sur les débits", "Enregistrer",
    }  # fmt: skip
    assert "libellé non vérifié" in drawn(figure)


def test_nothing_is_said_of_doubt_when_all_was_read(tree: Tree) -> None:
    body = '::: ecran titre="Fin"\n- bouton : « Valider et envoyer » (1)\n\n1. Appuyez.\n:::\n'

    assert "non vérifié" not in drawn(screen(tree, body))


def test_the_period_of_the_page_is_written_on_each_screen(tree: Tree) -> None:
    figure = screen(tree)

    assert "depuis le 21 février 2022" in " ".join(drawn(figure).split())
    assert "depuis le 21 février 2022" in figure.select_one(".screen__period").get_text()  # type: ignore[union-attr]


def test_a_screen_of_another_program_says_which(tree: Tree) -> None:
    body = '::: ecran titre="T" hors="PISTE"\n- code : GET /health-check (1)\n\n1. Envoyez.\n:::\n'
    figure = screen(tree, body, screens="depuis-2024")

    assert "Hors du portail : PISTE." in drawn(figure)
    assert "2024" not in drawn(figure)


@pytest.mark.parametrize("kind", ["menu", "bouton", "champ", "texte", "bloc", "lien", "code"])
def test_long_words_stay_whole_and_inside_the_frame(tree: Tree, kind: str) -> None:
    long = "Annuaire de la facturation électronique des entités publiques et des entreprises"
    figure = screen(tree, f'::: ecran titre="T"\n- {kind} : {long} (1)\n\n1. x\n:::\n')

    assert long in " ".join(drawn(figure).split())
    for box in figure.select("svg rect"):
        assert float(str(box["x"])) + float(str(box["width"])) <= WIDTH


def test_the_button_to_press_is_the_only_full_one(tree: Tree) -> None:
    figure = screen(tree)

    assert len(figure.select("rect.screen__button")) == 2
    (full,) = figure.select("text.screen__button--chosen-words")
    assert full.get_text() == "Valider et envoyer"


def test_a_line_of_program_is_kept_as_typed(tree: Tree) -> None:
    body = '::: ecran titre="T"\n- code : "codeRetour": 0 ; cpro: x (1)\n\n1. x\n:::\n'

    assert '"codeRetour": 0 ; cpro: x' in drawn(screen(tree, body))


def test_a_row_is_drawn_in_as_many_columns_as_it_has(tree: Tree) -> None:
    body = (
        '::: ecran titre="T"\n- colonnes : numéro ; statut\n- ligne : F1 ; payée (1)\n\n1. x\n:::\n'
    )
    figure = screen(tree, body)

    places = {text.get_text(): text["x"] for text in figure.select("svg text")}
    assert places["numéro"] == places["F1"]
    assert places["statut"] == places["payée"]
    assert places["F1"] != places["payée"]


def test_an_author_s_words_are_never_markup(tree: Tree) -> None:
    body = '::: ecran titre="<b>T</b>"\n- texte : <script>x</script> & co (1)\n\n1. x\n:::\n'
    figure = screen(tree, body)

    assert not figure.select("script, b")
    assert "<script>x</script> & co" in drawn(figure)


FAULTS = {
    "a mark that nothing tells": ("- bouton : Envoyer (1)\n- lien : Aide (2)\n\n1. x\n", "repère"),
    "a mark twice": ("- bouton : A (1)\n- lien : B (1)\n\n1. x\n2. y\n", "repère"),
    "no mark": ("- bouton : A\n", "repère"),
    "a part of no kind": ("- levier : A (1)\n\n1. x\n", "Commencez par l’un de ces mots"),
    "nothing drawn": ("1. x\n", "de 1 à 20"),
    "a label that nobody has read": ("- bouton : « Inventé » (1)\n\n1. x\n", "n’est pas dans"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_screen_that_cannot_be_drawn_says_why(tree: Tree, name: str) -> None:
    body, words = FAULTS[name]
    tree.file("libelles-d-ecran.csv", REGISTER)
    tree.page(
        body=f'Du texte.\n\n::: ecran titre="T"\n{body}:::\n', screens="depuis-2022", sources=[]
    )

    assert any(words in fault.message for fault in tree.faults())


def test_the_labels_of_two_periods_are_not_mixed(tree: Tree) -> None:
    tree.file("libelles-d-ecran.csv", REGISTER)
    body = '::: ecran titre="T"\n- menu : « Approbations » (1)\n\n1. x\n:::\n'
    tree.page(body=body, screens="2017-2022")

    (fault,) = [f for f in tree.faults() if "deux époques" in f.message]
    assert "Approbations" in fault.message


def test_a_page_that_draws_screens_says_their_period(tree: Tree) -> None:
    tree.page(body=SCREEN)

    assert any("screens: depuis-2022" in fault.message for fault in tree.faults())


def test_a_label_without_a_source_is_not_known(tree: Tree) -> None:
    path = tree.file("libelles-d-ecran.csv", "libelle,epoques,source\nPayer,depuis-2022,\n")

    assert [(f.file, f.line) for f in tree.faults()] == [(path, 2)]


def test_a_page_says_how_to_know_the_screens_of_other_periods(tree: Tree) -> None:
    html = BeautifulSoup(tree.html("Du texte.\n", screens="depuis-2022"), "html.parser")

    (block,) = html.select("details.other-screens")
    assert block.select_one("summary").get_text() == typeset("Vos écrans sont différents ?")  # type: ignore[union-attr]
    assert [dt.get_text() for dt in block.select("dt")] == [
        "Écrans de 2017 à février 2022",
        "Écrans depuis septembre 2024",
        "Écrans depuis septembre 2026",
    ]


def test_what_a_page_says_of_other_screens_is_in_the_same_block_once(tree: Tree) -> None:
    body = "Du texte.\n\n::: autres-ecrans\nAvant 2022, le bouton *manquait*.\n:::\n"
    html = BeautifulSoup(tree.html(body, screens="depuis-2022"), "html.parser")

    (block,) = html.select("details.other-screens")
    assert block.select_one("em").get_text() == "manquait"  # type: ignore[union-attr]

"""Charts drawn from CSV files."""

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from communaute.editorial.charts import french_number, scale
from tests.editorial.trees import Tree


LINE = '::: graphique fichier=essai.csv type={} titre="L\'année" axe="Factures" unite="millions"\n'
CSV = 'Année,Nombre,note\n2019,45.6,\n2020,54.6,"un ""record"""\n2021,,\n'


def chart(tree: Tree, shape: str = "barres", csv: str = CSV) -> Tag:
    """The figure of a chart."""
    tree.file("guides/essai.csv", csv)
    html = tree.html(LINE.format(shape) + "Les factures *montent*.\n:::\n")
    figure = BeautifulSoup(html, "html.parser").find("figure", class_="chart")
    assert isinstance(figure, Tag)
    return figure


def one(parent: Tag, selector: str) -> Tag:
    """The only element that a selector finds."""
    (found,) = parent.select(selector)
    return found


def test_a_chart_has_a_title_and_a_description_that_machines_read(tree: Tree) -> None:
    drawing = one(chart(tree), "svg[role=img]")

    assert one(drawing, "title").get_text() == "L’année"
    assert one(drawing, "desc").get_text() == "Les factures montent."
    assert str(drawing["aria-labelledby"]).split() == [
        one(drawing, "title")["id"],
        one(drawing, "desc")["id"],
    ]


def test_a_chart_names_its_axis_and_unit_and_writes_each_value(tree: Tree) -> None:
    drawing = one(chart(tree), "svg")

    assert one(drawing, ".chart__axis").get_text() == "Factures (millions)"
    assert [text.get_text() for text in drawing.select(".chart__value")] == ["45,6", "54,6"]
    assert [text.get_text() for text in drawing.select(".chart__label")] == ["2019", "2020", "2021"]


def test_what_was_never_published_is_said_and_not_drawn(tree: Tree) -> None:
    drawing = one(chart(tree), "svg")

    assert one(drawing, ".chart__none").get_text() == "non publié"
    assert len(drawing.select(".chart__bar")) == 2


def test_the_same_data_are_a_table(tree: Tree) -> None:
    figure = chart(tree)

    rows = [[cell.get_text() for cell in row.select("th, td")] for row in figure.select("tr")]
    assert rows == [
        ["Année", "Factures (millions)", "Note"],
        ["2019", "45,6", ""],
        ["2020", "54,6", "un «\u00a0record\u00a0»"],
        ["2021", "non publié", ""],
    ]
    assert one(figure, "caption").get_text() == "L’année\u00a0: les données"


def test_bars_are_as_long_as_their_values(tree: Tree) -> None:
    bars = chart(tree, csv="a,b\nx,10\ny,20\n").select(".chart__bar")
    short, long = (float(str(bar["width"])) for bar in bars)

    assert long == pytest.approx(2 * short, abs=0.1)


def test_points_are_points(tree: Tree) -> None:
    figure = chart(tree, "points")

    assert len(figure.select("circle.chart__point")) == 2
    assert figure.select(".chart__bar") == []


def test_a_chart_has_no_style_of_its_own(tree: Tree) -> None:
    figure = chart(tree)

    assert figure.select("[style], style") == []
    assert figure.select("[fill], [stroke]") == []


def test_two_charts_of_a_page_share_no_id(tree: Tree) -> None:
    tree.file("guides/essai.csv", CSV)
    block = LINE.format("barres") + "Dit.\n:::\n"
    page = BeautifulSoup(tree.html(f"{block}\n{block}"), "html.parser")

    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_values_of_nothing_but_zero_are_drawn(tree: Tree) -> None:
    assert one(chart(tree, csv="a,b\nx,0\n"), ".chart__value").get_text() == "0"


@given(st.floats(min_value=1e-6, max_value=1e12, allow_nan=False))
def test_an_axis_holds_its_highest_value_in_few_round_steps(highest: float) -> None:
    step, top = scale(highest)

    assert top >= highest * (1 - 1e-8)
    assert 2 <= round(top / step) <= 6


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
def test_nothing_is_drawn_out_of_the_frame(value: float) -> None:
    _, top = scale(value)

    assert value / top <= 1 + 1e-8


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("4950724", "4\u202f950\u202f724"), ("45.60", "45,60"), ("0.5", "0,5"), ("12", "12")],
)
def test_numbers_are_written_the_french_way(typed: str, shown: str) -> None:
    assert french_number(typed) == shown

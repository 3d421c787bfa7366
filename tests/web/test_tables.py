"""Rows that become cards: each cell says its column, where the head is not shown."""

from markupsafe import Markup

from communaute.web.tables import stacked


TABLE = """<div class="fr-table fr-table--sm"><table><caption>C</caption>
<thead><tr><th scope="col">Qui</th><th scope="col">L’« état »</th><th scope="col">Vu &amp; lu</th></tr></thead>
<tbody>{}</tbody></table></div>"""


def body(rows: str) -> str:
    return str(stacked(Markup(TABLE.format(rows)))).split("<tbody>")[1].split("</tbody>")[0]


def test_each_cell_says_its_column_and_a_header_does_not() -> None:
    assert body('<tr><th scope="row">A</th><td>b</td><td class="x">c</td></tr>') == (
        '<tr><th scope="row">A</th><td data-label="L’« état »">b</td>'
        '<td class="x" data-label="Vu &amp; lu">c</td></tr>'
    )


def test_a_header_over_two_rows_moves_the_second_and_not_the_third() -> None:
    rows = '<tr><th rowspan="2">A</th><td>b</td></tr><tr><td>b2</td></tr><tr><td>a3</td></tr>'
    assert body(rows) == (
        '<tr><th rowspan="2">A</th><td data-label="L’« état »">b</td></tr>'
        '<tr><td data-label="L’« état »">b2</td></tr><tr><td data-label="Qui">a3</td></tr>'
    )


def test_a_cell_over_two_columns_says_none() -> None:
    assert body('<tr><td colspan="2">a</td><td>c</td></tr>') == (
        '<tr><td colspan="2">a</td><td data-label="Vu &amp; lu">c</td></tr>'
    )


def test_the_table_is_marked_once_and_one_without_a_head_is_left() -> None:
    assert str(stacked(TABLE.format(""))).count("table-stacks") == 1
    assert stacked("<table><tr><td>a</td></tr></table>") == "<table><tr><td>a</td></tr></table>"

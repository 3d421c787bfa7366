"""Nothing moves under the reader: not when the fonts come, nor the scripts, nor what loads in view.

The kinds of pages, and what each may shift by, are those of tests/house/weights.csv.
"""

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.axe import TWO_FRAMES, settle
from tests.house.test_weights import LINES


# « Good » ends at 0.1 (web.dev/articles/cls). Pages are under 0.005, but for one where a word at the
# end of a line goes to the next: two fonts of one width do not break every line alike.
MOST = 0.02
# What two runs of one page may differ by, on a machine that has other work.
NOISE = 0.005
OBSERVE = """
window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({type: "layout-shift", buffered: true});
"""
# Long tables whose columns are not those that their first five rows alone would give.
MOVED_BY_LATER_ROWS = """() => [...document.querySelectorAll("table")].filter(table => {
  if (table.rows.length < 40 || !table.rows[0].offsetWidth) return false;
  const widths = () => [...table.rows[1].cells].map(cell => Math.round(cell.offsetWidth)).join();
  const whole = widths();
  [...table.rows].slice(6).forEach(row => row.remove());
  return widths() !== whole;
}).map(table => table.caption.innerText)"""
FONTS_SHOWN = "() => document.fonts.ready.then(() => document.fonts.status === 'loaded')"


def shift_of(browser: Browser, url: str, width: int) -> float:
    """The shift of a page whose fonts are held until all else is drawn: the worst of a slow network."""
    page = browser.new_page(viewport={"width": width, "height": 823})
    held: list[Route] = []
    drawn = False

    def hold(route: Route) -> None:
        route.continue_() if drawn else held.append(route)

    page.add_init_script(OBSERVE)
    page.route("**/*.woff2", hold)
    page.goto(url, wait_until="domcontentloaded")
    page.evaluate(TWO_FRAMES)
    drawn = True
    for font in held:
        font.continue_()
    settle(page)
    page.evaluate(FONTS_SHOWN)
    page.evaluate(TWO_FRAMES)
    moved = float(page.evaluate("window.shift"))
    page.close()
    return moved


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [412, 1280])
def test_no_line_moves_when_the_fonts_come_late(browser: Browser, address: str, width: int) -> None:
    moved = {line["page"]: shift_of(browser, address + line["page"], width) for line in LINES}
    kept = {line["page"]: float(line["shift"]) for line in LINES}
    assert max(kept.values()) <= MOST
    assert {path: shift for path, shift in moved.items() if shift > kept[path] + NOISE} == {}, (
        "steady these pages, or write their shift in weights.csv and say why"
    )


@pytest.mark.slow
@pytest.mark.browser
def test_the_columns_of_a_long_table_do_not_wait_for_its_last_rows(
    browser: Browser, address: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 823})
    moved = {}
    for line in LINES:
        page.goto(address + line["page"])
        moved[line["page"]] = page.evaluate(MOVED_BY_LATER_ROWS)
    page.close()
    assert {path: captions for path, captions in moved.items() if captions} == {}

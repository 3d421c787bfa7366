"""What must never be found on a page: axe's violations, a page too wide, console errors."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE, Visitor


# Each width and each scheme at every run; the two other pairs with the slow tests.
VIEWS = [
    (NARROW, "dark"),
    (WIDE, "light"),
    pytest.param(NARROW, "light", marks=pytest.mark.slow),
    pytest.param(WIDE, "dark", marks=pytest.mark.slow),
]
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Describing all that passed takes longer than checking it.
    "resultTypes": ["violations"],
}
# Two frames: what htmx loads when it comes into view has been asked for by then.
TWO_FRAMES = "() => new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)))"
AT_REST = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request')"


def settle(page: Page) -> None:
    """Wait until the page is loaded and htmx awaits nothing."""
    page.evaluate(TWO_FRAMES)
    page.wait_for_function(AT_REST)


def axe_violations(page: Page) -> list[str]:
    """axe's violations of WCAG 2.2 AA and its best practices, three places each."""
    settle(page)
    results = Axe().run(page, options=OPTIONS)
    return [
        f"{violation['id']} {node['html'][:160]}"
        for violation in results.response["violations"]
        for node in violation["nodes"][:3]
    ]


def faults_here(visitor: Visitor, where: str) -> list[str]:
    """All that is wrong with the page a visitor is on; its errors are then forgotten."""
    found = axe_violations(visitor.page)
    if visitor.overflow() > 0:
        found.append(f"{visitor.overflow()} px too wide")
    found += visitor.faults()
    visitor.errors.clear()
    return [f"{where}: {fault}" for fault in found]

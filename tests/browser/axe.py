"""What is wrong with the page a visitor sees: axe, a window too narrow, the console, the CSP."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visitor


OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults_here(visitor: Visitor, where: str) -> list[str]:
    """Everything wrong with the page as it is now, each in a line; the console starts anew."""
    visitor.page.wait_for_load_state("networkidle")
    results = Axe().run(visitor.page, options=OPTIONS)
    found = [
        f"{where}: {violation['id']} {node['html'][:160]}"
        for violation in results.response["violations"]
        for node in violation["nodes"][:3]
    ]
    if visitor.overflow() > 0:
        found.append(f"{where}: {visitor.overflow()} px too wide")
    found += [f"{where}: {fault}" for fault in visitor.faults()]
    visitor.errors.clear()
    return found

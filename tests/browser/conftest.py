"""A real Chromium over a real server; CSP violations and console errors are counted."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
)
from werkzeug.serving import make_server

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for


if TYPE_CHECKING:
    from tests.browser.hands import Hand


NARROW, WIDE = 320, 1280
NOT_FOUND = 404
# DSFR's first lines in the console are greetings; what a refused form answers is no error.
EXPECTED = ("the server responded with a status of 4",)
COUNT_VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(
  `${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


@pytest.fixture(scope="session")
def served_app(site_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application the browser visits."""
    folder = tmp_path_factory.mktemp("browser")
    settings = settings_for(folder, search_index_dir=str(site_index))
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture(scope="session")
def address(served_app: Flask) -> Iterator[str]:
    """Where the application is served, on a port of the system's choice."""
    server = make_server("127.0.0.1", 0, served_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class Visitor:
    """Someone with a browser: opens pages, and remembers what went wrong."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site."""
        self.page.goto(self.address + path)
        return self.page

    def note(self, message: ConsoleMessage) -> None:
        """Remember an error of the console."""
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            self.errors.append(message.text)

    def missed(self, answer: Response) -> None:
        """Remember a part of a page (sheet, script, font, picture) that is not there."""
        if answer.status == NOT_FOUND and "/static/" in answer.url:
            self.errors.append(f"not there: {answer.url}")

    def faults(self) -> list[str]:
        """Console errors and CSP violations so far."""
        return self.errors + list(self.page.evaluate("window.violations || []"))

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Make visitors: `visit(width=320, scheme="dark", scripts=False)`."""
    contexts: list[BrowserContext] = []

    def make(
        width: int = WIDE, scheme: str = "light", scripts: bool = True, touch: bool = False
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            has_touch=touch,
            locale="fr-FR",
        )
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page, address)
        page.on("console", visitor.note)
        page.on("response", visitor.missed)
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        if scripts:
            page.add_init_script(COUNT_VIOLATIONS)
        return visitor

    yield make
    for context in contexts:
        context.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whoever asks for a `hand` is walked three times: by keyboard, by touch, without a script."""
    if "hand" in metafunc.fixturenames:
        from tests.browser.hands import HANDS  # whose module needs this one's

        metafunc.parametrize("hand", HANDS, indirect=True, ids=repr)


@pytest.fixture
def hand(request: pytest.FixtureRequest, visit: Visit) -> "Hand":
    """Somebody who has a keyboard, a thumb, or no script."""
    made: Hand = request.param
    return made.of(visit(**made.context))

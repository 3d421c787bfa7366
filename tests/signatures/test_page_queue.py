"""While documents wait: 202 with progress, 503 when the queue is full, and nothing lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from communaute import create_app
from communaute.extensions import db
from tests.conftest import ROOT, settings_for
from tests.pages import Pages
from tests.signatures.served import API, TOOL, form, listens
from tests.swapping import main_text


HERE = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{TOOL}"}


@dataclass(frozen=True)
class Busy:
    """A site whose verifier waits for `gate`: each document is « wait » and its name."""

    pages: Pages
    gate: Path

    def send(self) -> str:
        answer = self.pages.response("POST", TOOL, **form(b"wait " + bytes(self.gate)))
        assert answer.status_code == 303
        return str(answer.headers["Location"])


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    (tmp_path / "generation").write_text("first")
    os.mkfifo(tmp_path / "gate")
    settings = settings_for(tmp_path, verifier_socket=str(tmp_path / "socket"))
    app = create_app(settings, TESTING=True)
    with app.app_context():
        db.create_all()
    command = [sys.executable, "-m", "tests.signatures.verifier_process"]
    process = subprocess.Popen([*command, str(tmp_path / "socket"), str(tmp_path)], cwd=ROOT)
    while process.poll() is None and not listens(tmp_path / "socket"):
        os.sched_yield()
    yield Busy(Pages(app), tmp_path / "gate")
    process.terminate()
    process.wait(30)
    with app.app_context():
        db.engine.dispose()


def test_while_it_runs_the_page_says_so_and_comes_back_by_itself(busy: Busy) -> None:
    address = busy.send()
    answer = busy.pages.response("GET", address)
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "2")
    text = main_text(busy.pages.get(address, 202))
    assert "Vérification en cours" in text
    assert "trente au plus" in text


def test_with_htmx_only_the_line_that_changes_is_replaced(busy: Busy) -> None:
    address = busy.send()
    whole = busy.pages.response("GET", address, headers=HERE)
    assert "data-focus" in whole.text
    assert "Refresh" not in whole.headers
    line = busy.pages.response("GET", address, headers={**HERE, "HX-Trigger": "signature-attente"})
    assert line.status_code == 202
    assert line.headers["HX-Retarget"] == "#signature-attente"
    assert "data-focus" not in line.text


def test_a_document_that_waits_knows_how_many_pass_before_it(busy: Busy) -> None:
    addresses = [busy.send() for _ in range(5)]
    assert "2 documents passent avant le vôtre" in main_text(busy.pages.get(addresses[4], 202))
    assert "Votre document est le prochain" in main_text(busy.pages.get(addresses[2], 202))


def test_a_full_queue_answers_503_and_says_when_to_come_back(busy: Busy) -> None:
    for _ in range(6):
        busy.send()
    for address in (TOOL, API):
        answer = busy.pages.response("POST", address, **form(b"wait " + bytes(busy.gate)))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Attendez quelques secondes" in answer.text


def test_a_running_verification_has_no_report_yet(busy: Busy) -> None:
    assert busy.pages.response("GET", busy.send() + ".pdf").status_code == 404

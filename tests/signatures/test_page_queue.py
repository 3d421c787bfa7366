"""While documents wait: 202 with progress, 503 when the queue is full, and nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from communaute.blueprints.signatures.views import RANK, TICKET
from tests.signatures.served import API, TOOL, Busy, form, obedient, several
from tests.swapping import main_text


HERE = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{TOOL}"}


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    with obedient(tmp_path) as site:
        yield site


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


def test_a_page_that_finds_no_place_gets_a_ticket_and_a_rank(busy: Busy) -> None:
    for _ in range(6):
        busy.send()
    answers = [
        busy.pages.response("POST", TOOL, **form(b"wait " + bytes(busy.gate))) for _ in range(2)
    ]
    ticket, ranks = answers[0].headers[TICKET], [one.headers[RANK] for one in answers]
    assert ranks == ["1", "2"]
    place = busy.pages.response("POST", f"{TOOL}/file", data={"billet": ticket})
    assert (place.status_code, place.json) == (200, {"ticket": ticket, "rank": 1, "come": False})
    assert place.headers["Cache-Control"] == "no-store"


def test_the_line_is_not_for_forms_of_other_sites(busy: Busy) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert busy.pages.response("POST", f"{TOOL}/file", headers=headers).status_code == 403


def test_documents_sent_together_hold_one_place(busy: Busy) -> None:
    documents = {f"{number}.pdf": b"wait " + bytes(busy.gate) for number in range(20)}
    answer = busy.pages.response("POST", TOOL, **several(documents))
    assert answer.status_code == 303
    for _ in range(5):
        busy.send()
    assert busy.pages.response("POST", TOOL, **several(documents)).status_code == 503
    table = busy.pages.get(answer.headers["Location"], 202)
    assert "0 documents vérifiés sur 20" in main_text(table)
    assert busy.pages.response("GET", answer.headers["Location"]).headers["Refresh"] == "2"


def test_a_running_verification_has_no_report_yet(busy: Busy) -> None:
    assert busy.pages.response("GET", busy.send() + ".pdf").status_code == 404

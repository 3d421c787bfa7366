"""`/metriques`: what is measured, of several processes, and who may read it."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from communaute import create_app
from communaute.domain import backups, clock
from communaute.extensions import db
from communaute.mailing import outbox
from communaute.mailing.messages.notifications import DIGEST
from communaute.models.mailing import Delivery
from communaute.wiring import current
from tests.conftest import ROOT, settings_for
from tests.mailing.conftest import a_mail
from tests.pages import Pages


def lines(app: Flask, **headers: str) -> dict[str, str]:
    answer = Pages(app).response("GET", "/metriques", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    said = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return dict(line.rsplit(" ", 1) for line in said)


def test_what_waits_is_measured(app: Flask) -> None:
    late = clock.now() - timedelta(hours=2)
    outbox.post(db.session(), a_mail(), key="one", due=late)
    db.session.commit()
    measured = lines(app)
    assert measured['site_mails{state="waiting"}'] == "1.0"
    assert 7_000 < float(measured["site_mail_oldest_due_seconds"]) < 8_000
    assert measured["site_queue_tasks"] == "0.0"
    assert measured["site_digests_due"] == "0.0"
    assert measured['site_digests{state="waiting"}'] == "0.0"
    outbox.post(db.session(), replace(a_mail(), template=DIGEST), key="digest", due=late)
    db.session.commit()
    assert lines(app)['site_digests{state="waiting"}'] == "1.0"
    # It says nothing: nobody could read it.
    db.session.execute(delete(Delivery).where(Delivery.template == DIGEST))
    db.session.commit()
    assert measured['site_part_up{part="database"}'] == "1.0"
    assert measured['site_part_up{part="backup"}'] == "0.0"
    backups.make(current.settings().database_url, current.settings().backups, clock.now())
    assert float(lines(app)["site_backup_last_timestamp"]) > late.timestamp()


def test_requests_are_counted_by_route_and_never_by_what_was_typed(app: Flask) -> None:
    pages = Pages(app)
    pages.response("GET", "/outils/verifier-siret?siret=zqxjk")
    pages.response("GET", "/zqxjk/zqxjk/zqxjk")
    measured = lines(app)
    counted = [name for name in measured if name.startswith("http_requests_total{")]
    assert any('route="/outils/verifier-siret"' in name for name in counted)
    assert any('route="none"' in name and 'status="404"' in name for name in counted)
    assert not any("zqxjk" in name for name in measured)
    assert any(name.startswith("http_request_seconds_bucket{") for name in measured)


def test_only_this_machine_or_who_has_the_token_reads_them(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, metrics_token="jeton"), TESTING=True)
    with app.app_context():
        db.create_all()
    pages = Pages(app)
    through = {"X-Forwarded-For": "192.0.2.1"}
    assert pages.response("GET", "/metriques").status_code == 200
    assert pages.response("GET", "/metriques", headers=through).status_code == 404
    for given, status in (("Bearer jeton", 200), ("Bearer autre", 404), ("Bearer ", 404)):
        headers = {**through, "Authorization": given}
        assert pages.response("GET", "/metriques", headers=headers).status_code == status
    with app.app_context():
        db.engine.dispose()


VISIT = """
import sys
from communaute import create_app
app = create_app()
app.test_client().get("/sante")
if len(sys.argv) > 1:
    print(app.test_client().get("/metriques").text)
"""


@pytest.mark.slow
def test_several_processes_of_a_host_are_summed(tmp_path: Path) -> None:
    environment = {**os.environ, "INSTANCE_PATH": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    said = ""
    for arguments in ([], [], ["read"]):
        said = subprocess.run(
            [sys.executable, "-c", VISIT, *arguments],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    assert 'http_requests_total{method="GET",route="/sante",status="200"} 3.0' in said

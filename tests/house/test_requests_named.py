"""The name of a request goes with what it asks for: the tasks, the mails, the documents to verify."""

import json
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from communaute.domain.signatures.serve.client import VerifierClient
from communaute.domain.signatures.serve.engine import Submission
from communaute.extensions import Queue, db
from communaute.models.mailing import Delivery, DeliveryState
from communaute.web.logs import JsonWithoutValues, request_id
from communaute.wiring import post_office
from tests.conftest import settings_for
from tests.house.logged import logged
from tests.pages import Pages
from tests.signatures.test_verifier_process import started


NAME = "ab" * 16


def named(queue: Queue) -> Iterator[str]:
    """The names under which tasks run, one after the other."""

    @queue.task()
    def note() -> str:
        return request_id.get()

    while True:
        result = note()
        task = queue.dequeue()
        Context().run(queue.execute, task)
        yield str(result())


def test_a_task_runs_under_the_name_of_the_request_that_asked_for_it(tmp_path: Path) -> None:
    queue = Queue()
    queue.bind(Flask("bound"), settings_for(tmp_path))
    names = named(queue)

    def in_a_request() -> str:
        request_id.set(NAME)
        return next(names)

    assert Context().run(in_a_request) == NAME
    alone = Context().run(next, names)
    assert alone
    assert alone != NAME
    queue.storage.close()


def test_a_mail_keeps_the_name_of_the_request_and_its_failure_says_it(app: Flask) -> None:
    db.session.remove()
    answer = Pages(app).response(
        "POST", "/outils/abonnement", headers={"X-Request-ID": NAME},
        data={"courriel": "camille@exemple.fr", "themes": "fournisseur"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    db.session.remove()
    row = db.session.scalars(select(Delivery)).one()
    assert row.request == NAME
    row.template = "missing"
    db.session.commit()
    with logged(JsonWithoutValues(), "communaute.mailing.sending") as stream:
        post_office.send_due()
    db.session.expire_all()
    assert db.session.scalars(select(Delivery.state)).one() == DeliveryState.FAILED
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines
    assert {line["request"] for line in lines} == {NAME}
    assert "camille" not in stream.getvalue()


def test_the_verifier_s_log_says_the_request_that_brought_a_document(tmp_path: Path) -> None:
    (tmp_path / "generation").write_text("first")
    with (tmp_path / "log").open("w") as log:
        process = started(tmp_path, stderr=log)
    try:
        client = VerifierClient(tmp_path / "socket")
        for request in (NAME, "un nom\nforgé"):
            (job,) = client.submit_all([Submission(b"document")], request=request)
            assert client.poll(job, wait=30).status == "done"
    finally:
        process.terminate()
        process.wait(20)
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if "verified in" in line]
    assert [f"request {NAME}:" in line for line in lines] == [True, False]
    assert "request -:" in lines[1]

"""Two hosts, one site: what is begun on one goes on at the other, and when one of them dies.

Two web processes, two workers, two verifiers; PostgreSQL, Redis and a mail server in common.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from communaute import create_app
from communaute.extensions import alembic, db
from communaute.models import Delivery, DeliveryState
from tests.conftest import ROOT, settings_for
from tests.databases import PostgresServer, unavailable
from tests.faults.hosts import Browser, Host, running, until
from tests.mailing.servers import Postbox, smtp_server


PASSWORD = "quatre mots faciles a retenir"
TOOL = "/outils/signature"
SIGNED = (ROOT / "site/static/exemples-signature/valide.pdf").read_bytes()
# What a host keeps to itself, and why it may.
OF_THE_HOST = {
    "host_name",  # which host it is
    "livrets",  # booklets that its worker sets from the content, for its web process
    "mesures",  # counts of its processes, added up by whoever collects them
    "verifier.sock",
    "verifier.sock.lock",
    "trust",  # lists that each host asks for
}


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def two_hosts(
    postgres_server: PostgresServer | None,
    redis_server: str,
    site_index: Path,
    postbox: Postbox,
    tmp_path: Path,
) -> Iterator[tuple[Host, Host, str]]:
    """Two hosts as they are run, and the address of their database."""
    if postgres_server is None:
        unavailable("PostgreSQL")
    # Redis's own database 1: the queue of other tests is in 0.
    with postgres_server.database() as url, smtp_server(postbox) as smtp:
        app = create_app(settings_for(tmp_path / "setup", database_url=url))
        with app.app_context():
            alembic.upgrade()
            db.engine.dispose()
        shared = {
            "DATABASE_URL": url,
            "REDIS_URL": f"{redis_server}?db=1",
            "SMTP_URL": smtp,
            "SECRET_KEY": "k" * 32,
            "BASE_URL": "http://localhost:5000",
            "SEARCH_INDEX_DIR": str(site_index),
            "LIMITS": "off",
        }
        hosts = Host(tmp_path / "a", shared), Host(tmp_path / "b", shared)
        with running(*hosts):
            yield (*hosts, url)


def mailed(postbox: Postbox, to: str, what: str) -> str:
    """The path of a link that has been mailed to somebody."""

    def link() -> str:
        for mail in postbox.taken:
            for part in mail.walk():
                words = (
                    part.get_payload(decode=True)
                    if part.get_content_type() == "text/plain"
                    else b""
                )
                found = re.search(
                    rf"http://localhost:5000({what}\S+)", bytes(words or b"").decode()
                )
                if found and to in str(mail["To"]):
                    return found[1]
        return ""

    return str(until(link, f"a mail to {to}"))


def signs_up(browser: Browser, first: Host, second: Host, email: str, postbox: Postbox) -> None:
    """Asked for at one host, confirmed at the other, signed in at the first."""
    token = browser.token(first, "/compte/inscription")
    asked = {"courriel": email, "mot_de_passe": PASSWORD, "csrf_token": token}
    assert browser.post(second, "/compte/inscription", **asked)[0] == 302
    link = mailed(postbox, email, "/compte/confirmation/")
    assert browser.post(second, link, csrf_token=browser.token(first, link))[0] == 302
    given = asked | {"csrf_token": browser.token(second, "/compte/connexion")}
    assert browser.post(first, "/compte/connexion", **given)[:2] == (302, "/compte/")


def result_of(browser: Browser, host: Host, address: str) -> str:
    """The page of a result, once there is one; read at any host."""

    def page() -> str:
        status, _, text = browser.get(host, address)
        assert status in (200, 202), (status, text[-500:])
        return text if status == 200 else ""

    return str(until(page, f"the result of {address}"))


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_two_hosts_are_one_site_and_one_goes_on_alone(
    two_hosts: tuple[Host, Host, str], postbox: Postbox
) -> None:
    a, b, url = two_hosts
    léa, anonymous = Browser(), Browser()

    # A session made on one is read on the other; ended on one, it is over on both.
    signs_up(léa, a, b, "lea@exemple.example", postbox)
    for host in (a, b):
        assert léa.get(host, "/compte/")[0] == 200

    # A document sent to one host; its verdict read at the other, whose verifier never had it.
    status, address, _ = anonymous.send_file(a, TOOL, SIGNED)
    assert status == 303
    said = result_of(anonymous, b, address)
    assert result_of(anonymous, a, address).count("<h2") == said.count("<h2")

    # Mails leave once, whichever worker has them.
    for number in range(12):
        somebody = Browser()
        host = (a, b)[number % 2]
        email = f"p{number}@exemple.example"
        fields = {"courriel": email, "csrf_token": somebody.token(host, "/compte/inscription")}
        somebody.post(host, "/compte/inscription", mot_de_passe=PASSWORD, **fields)
    until(lambda: len(postbox.taken) >= 13, "thirteen mails")

    # One verifier is killed: its host says so, and keeps nothing; the other verifies.
    a.kill("verifier")
    until(lambda: not a.verifies(), "the verifier's child follows")
    status, _, text = anonymous.send_file(a, TOOL, SIGNED)
    assert status == 503
    assert "n’a pas été gardé" in text
    status, elsewhere, _ = anonymous.send_file(b, TOOL, SIGNED)
    assert status == 303
    assert result_of(anonymous, a, elsewhere)
    a.start("verifier")
    status, again, _ = anonymous.send_file(a, TOOL, SIGNED)
    assert result_of(anonymous, b, again)

    # The whole of one host dies.
    for name in ("web", "worker", "verifier"):
        a.kill(name)
    assert léa.get(b, "/compte/")[0] == 200
    assert result_of(anonymous, b, address)
    signs_up(Browser(), b, b, "tom@exemple.example", postbox)
    leaving = léa.token(b, "/compte/")
    assert léa.post(b, "/compte/deconnexion", csrf_token=leaving)[0] == 302

    # It comes back with what it had, and knows who has left meanwhile.
    a.start("web", "worker", "verifier")
    assert léa.get(a, "/compte/")[0] == 302
    assert len(postbox.identifiers()) == len(set(postbox.identifiers())) == 14

    # Nothing of the site is in the folders of its hosts.
    for host in (a, b):
        assert host.files() <= OF_THE_HOST, host.files() - OF_THE_HOST
    not_sent = select(func.count(Delivery.id)).where(Delivery.state != DeliveryState.SENT)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(not_sent) == 0
    engine.dispose()

"""Only our own names: a foreign Host is refused, no redirect repeats one, the mail page stays home."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from communaute import create_app
from communaute.config import Settings, SettingsError
from tests.conftest import settings_for


PUBLIC = "https://communaute.example"
PRODUCTION = {
    "environment": "production",
    "secret_key": "k" * 32,
    "base_url": PUBLIC,
    "smtp_url": "none",
}
POSTBOX = "/gestion/boite-d-envoi"


def client_of(folder: Path, **given: str) -> FlaskClient:
    """A browser before an application with these settings."""
    return create_app(settings_for(folder, **given), TESTING=True).test_client()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "communaute.example.", ""]
)
@pytest.mark.parametrize("path", ["/", "/guides", "/compte/connexion", "/nulle-part", "/sante"])
def test_a_foreign_host_is_refused_everywhere(shared_app: Flask, host: str, path: str) -> None:
    answer = shared_app.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "host", ["communaute.example", "autre.example", "localhost", "127.0.0.1:8000"]
)
def test_our_own_names_are_answered(tmp_path: Path, host: str) -> None:
    client = client_of(tmp_path, base_url=PUBLIC, trusted_hosts="autre.example")
    assert client.get("/sante", headers={"Host": host}).status_code == 200
    assert client.get("/sante", headers={"Host": "evil.example"}).status_code == 400


def test_a_believed_proxy_passes_no_foreign_host_either(tmp_path: Path) -> None:
    client = client_of(tmp_path, base_url=PUBLIC, trusted_proxies="1")
    headers = {"Host": "communaute.example", "X-Forwarded-Host": "evil.example"}
    assert client.get("/guides", headers=headers).status_code == 400


@pytest.mark.parametrize("path", ["/guides", "/accessibilite/", "/compte", "/compte/"])
def test_redirects_name_no_host(shared_app: Flask, path: str) -> None:
    answer = shared_app.test_client().get(path)
    assert answer.status_code in (302, 308)
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith("//")


def test_the_mail_page_opens_to_this_machine_in_development(shared_app: Flask) -> None:
    assert shared_app.test_client().get(POSTBOX).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "Forwarded",
        "Via",
        "X-Forwarded-Server",
        "X-Original-Host",
        "CF-Connecting-IP",
        "True-Client-IP",
        "X-Client-IP",
    ],
)
def test_any_trace_of_a_proxy_closes_the_mail_page(shared_app: Flask, header: str) -> None:
    answer = shared_app.test_client().get(POSTBOX, headers={header: "127.0.0.1"})
    assert answer.status_code == 404


def test_the_old_protocol_that_proxies_speak_closes_the_mail_page(shared_app: Flask) -> None:
    """nginx, told nothing else, passes HTTP/1.0 and no header of its own."""
    answer = shared_app.test_client().get(
        POSTBOX, environ_overrides={"SERVER_PROTOCOL": "HTTP/1.0"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"base_url": PUBLIC},
        {"trusted_proxies": "1"},
        PRODUCTION,
        {"smtp_url": "smtp://localhost:2525"},
    ],
)
def test_the_mail_page_is_closed_where_others_come(tmp_path: Path, given: dict[str, str]) -> None:
    client = client_of(tmp_path, **given)
    assert client.get(POSTBOX, headers={"Host": "localhost"}).status_code == 404


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", ""])
def test_the_mail_page_is_closed_to_other_machines(shared_app: Flask, address: str) -> None:
    answer = shared_app.test_client().get(POSTBOX, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 404


def test_a_start_behind_a_proxy_says_what_it_is(tmp_path: Path) -> None:
    given = {"TRUSTED_PROXIES": "1", "INSTANCE_PATH": str(tmp_path)}
    with pytest.raises(SettingsError, match="ENVIRONMENT"):
        Settings.from_environment(given)
    assert Settings.from_environment({**given, "ENVIRONMENT": "development"})
    whole = {name.upper(): value for name, value in PRODUCTION.items()}
    assert Settings.from_environment({**given, **whole})


def test_a_start_says_an_environment_we_know(tmp_path: Path) -> None:
    given = {"ENVIRONMENT": "prod", "INSTANCE_PATH": str(tmp_path)}
    with pytest.raises(SettingsError, match="ENVIRONMENT"):
        Settings.from_environment(given)

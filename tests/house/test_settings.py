"""Settings: read from the environment, refused when half given."""

import multiprocessing
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from communaute import create_app
from communaute.config import Settings, SettingsError, development_key
from tests.conftest import settings_for
from tests.pages import Pages


OPERATOR = {
    "PUBLISHER": "Éditeur, 1 rue d’Essai",
    "PUBLICATION_DIRECTOR": "Nom d’essai",
    "HOST": "Hébergeur d’essai",
    "DATA_PROTECTION_OFFICER": "dpo@essai.example",
    "CONTACT_EMAIL": "contact@essai.example",
}


def read(**environ: str) -> Settings:
    return Settings.from_environment(environ)


def test_a_production_start_refuses_without_a_key() -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        read(ENVIRONMENT="production")


def test_an_official_production_start_refuses_without_the_legal_names(tmp_path: Path) -> None:
    given = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "k",
        "OFFICIAL": "1",
        "INSTANCE_PATH": str(tmp_path),
    }
    with pytest.raises(SettingsError, match=r"PUBLISHER.*CONTACT_EMAIL"):
        read(**given)
    assert read(**given, **OPERATOR).is_official


def test_the_official_site_names_its_operator_and_drops_the_warning(tmp_path: Path) -> None:
    named = {name.lower(): value for name, value in OPERATOR.items()}
    app = create_app(settings_for(tmp_path, official="1", **named), TESTING=True)
    page = Pages(app).get("/mentions-legales")
    assert "Hébergeur d’essai" in page.text
    assert not page.select(".unofficial, .fr-footer__bottom-copy")
    assert "à compléter" not in " ".join(dd.text for dd in page.select("dd"))


def test_postgresql_is_reached_through_psycopg(tmp_path: Path) -> None:
    for given in ("postgres://h/d", "postgresql://h/d"):
        url = read(DATABASE_URL=given, INSTANCE_PATH=str(tmp_path)).database_url
        assert url == "postgresql+psycopg://h/d"
    assert read(INSTANCE_PATH=str(tmp_path)).database_url == f"sqlite:///{tmp_path}/site.sqlite"


def make_key(folder: Path, answers: "Queue[str]") -> None:
    answers.put(development_key(folder))


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    answers: Queue[str] = context.Queue()
    starters = [context.Process(target=make_key, args=(tmp_path / "i", answers)) for _ in range(8)]
    for starter in starters:
        starter.start()
    keys = {answers.get() for _ in starters}
    for starter in starters:
        starter.join()
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert [path.name for path in (tmp_path / "i").iterdir()] == ["secret_key"]


def test_forwarded_addresses_are_believed_only_when_told(tmp_path: Path) -> None:
    for count, scheme in (("0", "http"), ("1", "https")):
        app = create_app(settings_for(tmp_path, trusted_proxies=count), TESTING=True)
        response = Pages(app).response("GET", "/sante", headers={"X-Forwarded-Proto": "https"})
        assert ("Strict-Transport-Security" in response.headers) is (scheme == "https")

"""Settings: read from the environment, refused when half given."""

import multiprocessing
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from communaute import create_app
from communaute.config import Settings, SettingsError
from communaute.extensions import db
from communaute.instance_folder import development_key
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


PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 32,
    "BASE_URL": "https://communaute.example",
    "SMTP_URL": "smtp://localhost:25",
}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SECRET_KEY", ["", "court", "k" * 31]),
        ("BASE_URL", ["", "http://localhost:5000", "https://127.0.0.1", "communaute.example"]),
        ("SMTP_URL", [""]),
    ],
)
def test_a_production_start_refuses_half_a_configuration(
    tmp_path: Path, name: str, values: list[str]
) -> None:
    given = {**PRODUCTION, "INSTANCE_PATH": str(tmp_path)}
    assert read(**given).production
    for value in values:
        with pytest.raises(SettingsError, match=name):
            read(**{**given, name: value})


def test_mails_stay_in_files_in_production_when_that_is_said(tmp_path: Path) -> None:
    settings = read(**{**PRODUCTION, "INSTANCE_PATH": str(tmp_path), "SMTP_URL": "none"})
    assert settings.smtp_url == ""
    assert not settings.is_for_this_machine


def test_the_demonstration_is_refused_in_production(tmp_path: Path) -> None:
    app = create_app(read(**{**PRODUCTION, "INSTANCE_PATH": str(tmp_path)}), TESTING=True)
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 2
    assert "en production" in done.output


def test_what_an_instance_keeps_is_its_user_s_alone(tmp_path: Path) -> None:
    home = tmp_path / "instance"
    home.mkdir(mode=0o755)
    app = create_app(settings_for(home, secret_key=""), TESTING=True)
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    app.test_cli_runner().invoke(args=["data", "purge"])
    assert home.stat().st_mode & 0o777 == 0o700
    for path in home.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_official_production_start_refuses_without_the_legal_names(tmp_path: Path) -> None:
    given = {**PRODUCTION, "OFFICIAL": "1", "INSTANCE_PATH": str(tmp_path)}
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

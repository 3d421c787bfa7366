"""`deploy/`: one list of steps, the same in the script, the guide and the image; files that their programs accept."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from flask import Flask

from communaute.blueprints.health.metrics import State
from communaute.config import Settings
from tests.conftest import ROOT


DEPLOY = ROOT / "deploy"
SCRIPT = (DEPLOY / "etapes.sh").read_text(encoding="utf-8")


def steps() -> list[str]:
    listed = re.search(r"^ETAPES=\((.*)\)$", SCRIPT, re.M)
    assert listed
    return listed[1].split()


def test_the_script_the_guide_and_the_image_have_the_same_steps() -> None:
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", guide, re.M) == steps()
    assert re.findall(r"^etape_(\w+)\(\)", SCRIPT, re.M) == steps()
    image = re.search(r"etapes\.sh ([a-z ]+)&&", (DEPLOY / "Containerfile").read_text("utf-8"))
    assert image
    assert image[1].split() == steps()[:3]
    named = re.findall(r"deploy/etapes\.sh ([a-z]+)(?: ([a-z]+))?", guide)
    assert {step for pair in named for step in pair if step} <= set(steps())


def installed(folder: Path, *names: str) -> Path:
    """What the steps write, in a folder."""
    given = {"RACINE": str(folder), "DOMAINE": "communaute.example", "COURRIEL": "none"}
    subprocess.run(
        [DEPLOY / "etapes.sh", *names], check=True, capture_output=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **given},
    )  # fmt: skip
    return folder


def test_the_settings_written_start_the_site_in_production(tmp_path: Path) -> None:
    root = installed(tmp_path, "reglages")
    written = root / "etc/communaute/env"
    lines = [line for line in written.read_text("utf-8").splitlines() if "=" in line]
    given = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    known = {field.name.upper() for field in Settings.names()}
    assert set(given) <= known
    settings = Settings.from_environment(given)
    assert settings.production
    assert written.stat().st_mode & 0o777 == 0o640
    before = written.read_text("utf-8")
    installed(tmp_path, "reglages")
    assert written.read_text("utf-8") == before, "the operator's file is never written again"


def test_an_unknown_step_is_refused_with_the_list() -> None:
    done = subprocess.run(
        [DEPLOY / "etapes.sh", "rien"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "controle" in done.stdout


def test_units_name_programs_and_settings_that_are_there(tmp_path: Path) -> None:
    root = installed(tmp_path, "services")
    units = sorted((root / "etc/systemd/system").iterdir())
    assert len(units) == 5
    for unit in units:
        text = unit.read_text("utf-8")
        assert not re.search(r"@[A-Z]+@", text), "a word that the step fills in"
        if unit.suffix == ".service":
            for line in (
                "User=communaute",
                "UMask=0077",
                "NoNewPrivileges=yes",
                "ProtectSystem=strict",
            ):
                assert line in text, (unit.name, line)
    if shutil.which("systemd-analyze"):
        said = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *units],
            capture_output=True, text=True, check=False,
        ).stderr  # fmt: skip
        assert not re.findall(r"Unknown (?:key|section|lvalue).*", said)


# What systemd itself says that each service may still do, from 0 (nothing) to 10.
EXPOSED = {"web": 2.0, "worker": 2.5, "verifier": 4.5, "backup": 2.5}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("name", EXPOSED)
def test_a_service_may_do_little(tmp_path: Path, name: str) -> None:
    unit = installed(tmp_path, "services") / f"etc/systemd/system/communaute-{name}.service"
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    level = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert level, said
    assert float(level[1]) <= EXPOSED[name]


def test_nginx_finds_the_folder_of_its_cache(tmp_path: Path) -> None:
    """It makes the last folder of a path alone, and Debian makes none of its own."""
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    cache = re.search(r"proxy_cache_path (\S+) ", site)
    assert cache
    root = installed(tmp_path, "nginx")
    assert (root / cache[1].lstrip("/")).parent.is_dir()


def test_the_site_runs_by_debian_s_python() -> None:
    """Another one, first in an administrator's PATH, may be where the site's user cannot go."""
    assert "/usr/bin/python3 -m venv" in SCRIPT
    assert not re.search(r"(?<!/usr/bin/)python3 -m venv", SCRIPT)


def test_nginx_names_its_ciphers() -> None:
    """Each with forward secrecy and authenticated encryption, as its name says."""
    named = re.search(r"ssl_ciphers (\S+);", (DEPLOY / "nginx.conf").read_text("utf-8"))
    assert named
    for cipher in named[1].split(":"):
        assert re.fullmatch(
            r"ECDHE-(?:ECDSA|RSA)-(?:AES(?:128|256)-GCM-SHA\d+|CHACHA20-POLY1305)", cipher
        )


def test_nginx_leads_pages_to_tls_and_refuses_the_rest() -> None:
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    clear = site[site.index("listen 80;") : site.index("listen 443")]
    assert re.search(r"location /api/ \{[^}]*return 403 ", clear)
    assert re.search(r"location / \{\s*return 308 https://@DOMAINE@\$request_uri;", clear)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_accepts_its_file(tmp_path: Path) -> None:
    root = installed(tmp_path, "nginx")
    site = (root / "etc/nginx/sites-available/communaute").read_text("utf-8")
    site = site.replace("/etc/communaute", f"{root}/etc/communaute")
    site = site.replace("/var/cache/nginx/communaute", f"{root}/cache")
    (root / "nginx.conf").write_text(
        f"pid {root}/pid; error_log {root}/log; events {{}} http {{ client_body_temp_path {root}/b;"
        f" proxy_temp_path {root}/p; access_log off;\n{site}\n}}"
    )
    done = subprocess.run(
        ["nginx", "-t", "-c", root / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_alerts_are_about_measures_that_are_there_and_say_what_to_do(app: Flask) -> None:
    rules = yaml.safe_load((DEPLOY / "alertes.yml").read_text("utf-8"))["groups"][0]["rules"]
    with app.test_request_context():
        measured = {family.name for family in State().collect()}
    measured |= {"http_requests_total"}
    # Those that need a verifier, an index or a backup to be seen.
    measured |= {f"site_{name}" for name in re.findall(r'"(\w+_timestamp)"', source_of_measures())}
    for rule in rules:
        named = set(re.findall(r"\b(?:site|http)_\w+", rule["expr"]))
        assert named, rule
        assert named <= measured, rule["alert"]
        assert len(rule["annotations"]["que_faire"]) > 40


def source_of_measures() -> str:
    return (ROOT / "site/blueprints/health/metrics.py").read_text(encoding="utf-8")

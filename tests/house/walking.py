"""A walk through one release on whatever schema is there: `python walking.py`, run with that release's code.

Says, as JSON, the status of each page and each form. Imports nothing of the tests: another release's
are not ours.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from communaute import create_app


FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
# Pages whose address names a section, or a page of it.
CONTENT = ("/", "/guides/", "/questions/", "/guides/premiers-pas")
# Who sees the most: each signs in, and looks at every page again.
PASSWORD = re.compile(r"^Mot de passe de chacun : (\S+)$", re.M)
PERSON = re.compile(r"^(\S+@\S+)\t", re.M)


def token(client: Any, path: str) -> str:
    """The token of a page's form; empty when the page does not answer."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    return found[1] if found else ""


def addresses(app: Any) -> list[str]:
    """Every page whose address names nothing, but what ends a visit."""
    rules = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ())
    ]
    return sorted({*rules, *CONTENT})


def walk(app: Any) -> dict[str, int]:
    """The status of everything, by who asks and what."""
    client, seen = app.test_client(), {}
    for path in addresses(app):
        seen[f"GET {path}"] = client.get(path).status_code
    dates = client.get("/formations/sessions.json")
    for one in (dates.json if dates.status_code == 200 else [])[:1]:
        form = {
            "paire": one["id"], "nom": "Léa Essai", "courriel": "lea.essai@exemple.example",
            "organisation": "Essai", "consentement": "oui",
        }  # fmt: skip
        seen["POST /outils/inscription"] = client.post(
            "/outils/inscription", data=form, headers=FROM_HERE
        ).status_code
    for path in ("/outils/temoignage", "/compte/inscription", "/compte/mot-de-passe-oublie"):
        form = {
            "courriel": "lea.essai@exemple.example", "csrf_token": token(client, path),
            "nom": "Léa Essai", "mot_de_passe": "une phrase assez longue pour passer",
        }  # fmt: skip
        seen[f"POST {path}"] = client.post(path, data=form, headers=FROM_HERE).status_code
    for who, secret in people():
        seen |= look_as(app, who, secret)
    return seen


def people() -> list[tuple[str, str]]:
    """The people of the demonstration, and their password."""
    file = Path(os.environ["INSTANCE_PATH"]) / "demo-comptes.txt"
    if not file.exists():
        return []
    said = file.read_text("utf-8")
    found = PASSWORD.search(said)
    return [(who, found[1]) for who in PERSON.findall(said)] if found else []


def look_as(app: Any, who: str, secret: str) -> dict[str, int]:
    """What somebody signed in sees of their own pages and of management."""
    client, door = app.test_client(), "/compte/connexion"
    form = {"courriel": who, "mot_de_passe": secret, "csrf_token": token(client, door)}
    seen = {f"{who} POST {door}": client.post(door, data=form, headers=FROM_HERE).status_code}
    for path in addresses(app):
        if path.startswith(("/compte", "/gestion", "/outils")):
            seen[f"{who} GET {path}"] = client.get(path).status_code
    return seen


if __name__ == "__main__":
    json.dump(walk(create_app()), sys.stdout)

"""HTML as the W3C's own checker reads it (Nu, npm's vnu-jar), on every kind of page."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import ROOT
from tests.house.test_weights import LINES


JAR = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Attributes of htmx, which the standard does not know and every browser passes over.
HTMX = "Attribute “hx-"
PAGES = [
    "/",
    "/guides/",
    "/guides/deposer-une-facture",
    "/guides/cadres-de-facturation",
    "/questions/comment-facturer-un-acompte",
    "/bonnes-pratiques/",
    "/actualites/rentree-record",
    "/formations/",
    "/formations/creer-son-compte",
    "/formations/seances",
    "/glossaire",
    "/statuts/",
    "/statuts/rejetee",
    "/parcours/fournisseur",
    "/newsletter/2020-automne",
    "/tarifs/traducteurs-interpretes",
    "/plan-du-site",
    "/contact",
    "/donnees-personnelles",
    "/recherche?q=facture",
    "/outils/tarifs",
    "/outils/tarifs?texte=interprete&requisition=19/06/2022&prestation=19/06/2022",
    "/outils/tarifs/interpretariat",
    "/outils/signature",
    "/outils/verifier-siret?siret=123",
    "/outils/changement-siret",
    "/outils/inscription",
    "/compte/connexion",
    "/compte/inscription",
    "/nulle-part",
]


EVERY_KIND = list(dict.fromkeys([*PAGES, *(line["page"] for line in LINES)]))


@pytest.mark.slow
def test_every_kind_of_page_is_valid(indexed_app: Flask, tmp_path: Path) -> None:
    java = shutil.which("java")
    if not java or not JAR.exists():
        pytest.skip("HTML is not checked: no Java, or no vnu-jar (npm ci)")
    for number, path in enumerate(EVERY_KIND):
        answer = indexed_app.test_client().get(path)
        (tmp_path / f"{number:02}.html").write_bytes(answer.data)
    run = subprocess.run(
        [java, "-Xss8m", "-jar", str(JAR), "--errors-only", "--format", "json", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    said = json.loads(run.stderr)["messages"]
    assert {Path(message["url"]).name for message in said}  # it read them: htmx is found
    faults = {
        f"{EVERY_KIND[int(Path(message['url']).stem)]}:{message.get('lastLine')} {message['message'][:150]}"
        for message in said
        if not message["message"].startswith(HTMX)
    }
    assert faults == set()

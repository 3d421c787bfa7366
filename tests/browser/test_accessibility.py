"""axe on every kind of page, narrow and wide, light and dark; no violation of the CSP."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE, Visit


pytestmark = pytest.mark.browser
# One page of each kind, and each state of each tool.
PAGES = (
    "/",
    "/guides/",
    "/guides/?public=travaux",
    "/actualites/rentree-record",
    "/actualites/experimentation-inter-entreprises",
    "/bonnes-pratiques/changer-de-siret",
    "/temoignages/ludmila-tuca",
    "/newsletter/2020-automne",
    "/guides/verifier-une-signature",
    "/parcours/fournisseur",
    "/statuts/suspendue",
    "/questions/",
    "/glossaire",
    "/plan-du-site",
    "/accessibilite",
    "/donnees-personnelles",
    "/mentions-legales",
    "/contact",
    "/outils/",
    "/outils/verifier-siret",
    "/outils/verifier-siret?siret=73282932000074",
    "/outils/verifier-siret?siret=12",
    "/outils/avis?page=/mentions-legales",
    "/recherche",
    "/recherche?q=facture",
    "/recherche?q=zzzz",
    "/nulle-part",
)
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing(visit: Visit, width: int, scheme: str) -> None:
    visitor = visit(width, scheme)
    found = []
    for path in PAGES:
        page = visitor.open(path)
        page.wait_for_load_state("networkidle")
        results = Axe().run(page, options=OPTIONS)
        found += [
            f"{path}: {violation['id']} {node['html'][:120]}"
            for violation in results.response["violations"]
            for node in violation["nodes"][:3]
        ]
        if visitor.overflow() > 0:
            found.append(f"{path}: {visitor.overflow()} px too wide")
        found += [f"{path}: {fault}" for fault in visitor.faults()]
        visitor.errors.clear()
    assert not found, "\n".join(found)

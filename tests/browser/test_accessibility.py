"""axe on every kind of page, narrow and wide, light and dark; no violation of the CSP."""

from collections.abc import Iterable

import pytest

from tests.browser.axe import VIEWS, faults_here
from tests.browser.conftest import Visit
from tests.house.test_weights import LINES


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
    "/tarifs/",
    "/tarifs/traducteurs-interpretes",
    "/outils/tarifs",
    "/outils/tarifs?categorie=jures&requisition=2022-03-01&prestation=2026-03-01",
    "/outils/tarifs?categorie=operateurs-communications-electroniques",
    "/outils/tarifs?tarif=interpretation-heure&requisition=28/02/2009&prestation=10/03/2009",
    "/outils/tarifs?categorie=jures&texte=A43-7",
    "/outils/tarifs?requisition=hier",
    "/outils/tarifs?tarif=traduction-langue-rare",
    "/outils/tarifs?tarif=expertise-psychiatrique-liberal&date=2022-01-03",
    "/outils/tarifs/formule?tarif=expertise-psychiatrique-liberal&date=2022-01-03&nombre=2",
    "/outils/tarifs/interpretation",
    "/outils/tarifs/interpretation?requisition=20/05/2025&debut=01/06/2025+21:30"
    "&fin=02/06/2025+00:00&option=oui",
    "/outils/tarifs/interpretation?requisition=20/05/2025&debut=x",
    "/outils/tarifs/traduction?requisition=01/01/2022&mots=600&option=oui",
    "/outils/tarifs/deplacement?date=10/05/2022&puissance=6&km=2500",
    "/outils/tarifs/delegues",
    "/outils/tarifs/formule?tarif=autopsie&date=2019-01-01&nombre=2",
    "/outils/tarifs/signaler?tarif=autopsie-20170301",
    "/outils/tarifs/donnees",
    "/outils/tarifs/changements",
    "/recherche",
    "/recherche?q=facture",
    "/recherche?q=facture&type=guides&page=2",
    "/recherche?q=notificaton",
    "/recherche?q=732+829+320+00074",
    "/recherche?q=suspendue",
    "/recherche?q=vérifier+un+siret",
    "/recherche?q=zzzzqqqq",
    "/nulle-part",
)


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing(visit: Visit, width: int, scheme: str) -> None:
    assert_nothing_on(PAGES, visit, width, scheme)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_axe_finds_nothing_on_what_is_weighed(visit: Visit, width: int, scheme: str) -> None:
    weighed = [line["page"] for line in LINES if line["page"] not in PAGES]
    assert_nothing_on(weighed, visit, width, scheme)


def assert_nothing_on(paths: Iterable[str], visit: Visit, width: int, scheme: str) -> None:
    """Open each, in one view; axe, the console and the CSP are asked."""
    visitor = visit(width, scheme)
    found = []
    for path in paths:
        visitor.open(path)
        found += faults_here(visitor, path)
    assert not found, "\n".join(found)

"""Addresses that people type from memory, as they are elsewhere: each leads to the page it means.

Looked at only when nothing answers: a page of content that takes one of these names is shown.
"""

import re

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from communaute.blueprints.content import SECTIONS, bp
from communaute.french.folding import slugify
from communaute.web.errors import on_http_error
from communaute.web.rendering import kept_nowhere, wants_fragment
from communaute.wiring import current
from communaute.wiring.addresses import rule_at


# The page, then what people type for it: as on other sites, in the singular, by the word of the menu.
WORDS = {
    "/": "index home default",
    "/compte/connexion": "connexion se-connecter seconnecter me-connecter connecter login log-in signin sign-in"
    " identification authentification auth compte/login",
    "/compte/inscription": "inscription s-inscrire sinscrire creer-un-compte creer-compte creer-mon-compte"
    " nouveau-compte register signup sign-up",
    "/compte/": "mon-compte moncompte mon-espace espace espace-personnel profil mon-profil account"
    " tableau-de-bord dashboard deconnexion se-deconnecter logout compte/logout",
    "/compte/mot-de-passe-oublie": "mot-de-passe mot-de-passe-oublie mot-de-passe-perdu password forgot-password",
    "/questions/": "aide help faq foire-aux-questions question questions-frequentes support assistance",
    "/recherche": "search rechercher chercher",
    "/contact": "nous-contacter contactez-nous contacts contacter",
    "/guides/": "guide tutoriel tutoriels tuto documentation docs doc mode-d-emploi",
    "/bonnes-pratiques/": "bonne-pratique bonnespratiques pratiques",
    "/statuts/": "statut statuts-des-factures",
    "/statuts/rejetee": "rejetee rejet facture-rejetee",
    "/parcours/": "parcours-guides debuter",
    "/formations/": "formation webinaire webinaires webinar",
    "/formations/seances": "agenda calendrier dates sessions seances",
    "/actualites/": "actualite actu actus news blog nouvelles",
    "/newsletter/": "lettre lettres lettre-d-information infolettre newsletters",
    "/outils/abonnement": "abonnement s-abonner abonner subscribe",
    "/temoignages/": "temoignage avis-utilisateurs",
    "/outils/temoignage": "temoigner",
    "/glossaire": "lexique definitions definition vocabulaire",
    "/outils/": "outil services",
    "/outils/tarifs": "tarif calculateur calculateurs baremes bareme",
    "/outils/signature": "signature signatures verifier-une-signature verifier-signature"
    " verification-signature signature-electronique",
    "/outils/verifier-siret": "verifier-siret siret",
    "/outils/changement-siret": "changement-siret changer-de-siret changement-de-siret",
    "/outils/notifications": "notification notifications",
    "/outils/messages": "message messages messagerie",
    "/plan-du-site": "plan sitemap plan-site",
    "/donnees-personnelles": "rgpd confidentialite politique-de-confidentialite vie-privee cookies donnees privacy",
    "/mentions-legales": "mentions cgu conditions-generales a-propos apropos about qui-sommes-nous",
    "/gestion/": "admin administration administrateur backoffice",
    "/flux.atom": "rss feed flux atom",
}
MEANT = {f"/{word}": page for page, words in WORDS.items() for word in words.split()}
ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp)$")


def plain(path: str) -> str:
    """The address in lower-case ASCII, without a file's ending nor a slash at its end; as it is without words."""
    parts = [part for part in ENDING.sub("", path).split("/") if part]
    words = [slugify(part) for part in parts]
    return "/" + "/".join(words) if all(words) else path


def meant_by(path: str) -> str:
    """The address of the page that a typed one means, or nothing."""
    asked = plain(path)
    if asked in MEANT:
        return MEANT[asked]
    if asked == path or path.startswith(("/api/", "/.")):
        return ""
    if asked.removeprefix("/") in SECTIONS:
        return f"{asked}/"
    if current.content().page(asked):
        return asked
    rule = rule_at(asked)  # an address with a code in it is nobody's to guess
    return asked if rule is not None and not rule.arguments else ""


@bp.app_errorhandler(NotFound)
def lead(error: NotFound) -> ResponseReturnValue:
    """Lead to the page that is meant, for now: the name may be a page's one day. Else, say so."""
    if request.method not in ("GET", "HEAD") or wants_fragment():
        return on_http_error(error)
    page = meant_by(request.path)
    if page in ("", request.path):  # what it holds is not found, not its name: « ?page=99 »
        return on_http_error(error)
    query = request.query_string.decode("ascii", "ignore")
    return to(f"{page}?{query}" if query else page)


def to(address: str) -> Response:
    """A redirection that nothing keeps."""
    return kept_nowhere(redirect(address))  # type: ignore[arg-type]

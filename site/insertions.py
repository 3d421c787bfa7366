"""Tables that the code keeps and a content page shows (`::: donnees NAME`)."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from communaute.config import Settings
from communaute.domain import retention


TO_COMPLETE = "à compléter par l’exploitant"
OPERATOR = (
    ("publisher", "Éditeur"),
    ("publication_director", "Directeur ou directrice de la publication"),
    ("host", "Hébergeur"),
    ("data_protection_officer", "Délégué ou déléguée à la protection des données"),
    ("contact_email", "Adresse de contact du site"),
)


def all_of(settings: Settings) -> Mapping[str, str]:
    """Every insertion, as HTML, by the name a page calls it."""
    return {"exploitant": operator(settings), "conservation": retention_table()}


def operator(settings: Settings) -> str:
    """Who runs this installation; what is unset says so rather than being invented."""
    rows = [
        Markup("<dt>{}</dt><dd>{}</dd>").format(label, getattr(settings, name) or TO_COMPLETE)
        for name, label in OPERATOR
    ]
    return Markup('<dl class="definitions">{}</dl>').format(Markup("").join(rows))


def retention_table() -> str:
    """The retention rules, one row each."""
    head = ("Donnée", "Pourquoi", "Base légale", "Durée")
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(h) for h in head)
    rows = Markup("").join(_row(rule) for rule in retention.RULES)
    return Markup(
        '<div class="fr-table fr-table--bordered"><div class="fr-table__wrapper">'
        '<div class="fr-table__container"><div class="fr-table__content" tabindex="0" role="region"'
        ' aria-label="Durées de conservation"><table><caption>Durées de conservation</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></div></div></div>"
    ).format(cells, rows)


def _row(rule: retention.Rule) -> Markup:
    return Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>').format(
        *(escape(text) for text in (rule.what, rule.why, rule.legal_basis, rule.kept))
    )

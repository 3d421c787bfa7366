"""Tables that the code keeps and a content page shows (`::: donnees NAME`)."""

from collections.abc import Mapping

from flask import get_template_attribute

from communaute.config import Settings
from communaute.domain import retention
from communaute.domain.testimonials.words import REFUSALS


TEMPLATE = "content/insertions.html"
OPERATOR = (
    ("publisher", "Éditeur"),
    ("publication_director", "Directeur ou directrice de la publication"),
    ("host", "Hébergeur"),
    ("data_protection_officer", "Délégué ou déléguée à la protection des données"),
    ("contact_email", "Adresse de contact du site"),
)


def all_of(settings: Settings) -> Mapping[str, str]:
    """Every insertion, as HTML, by the name a page calls it: who runs the site, what it keeps.

    What is unset says so rather than being invented.
    """
    known, unset = operator_of(settings)
    return {
        "exploitant": str(get_template_attribute(TEMPLATE, "operator")(known, unset)),
        "motifs-temoignages": str(get_template_attribute(TEMPLATE, "refusals")(REFUSALS)),
        "conservation": str(get_template_attribute(TEMPLATE, "retention")(retention.RULES)),
    }


def operator_of(settings: Settings) -> tuple[list[tuple[str, str]], list[str]]:
    """What is known of who runs the site, by label; then the labels of what is unset."""
    given = [(label, getattr(settings, name)) for name, label in OPERATOR]
    return [pair for pair in given if pair[1]], [label for label, value in given if not value]

"""The sheet of a structure, with the forms of its managers."""

from flask import Response
from wtforms import Form

from communaute.blueprints.structures.forms import (
    ButtonForm,
    ConnectionForm,
    MandateForm,
    ServiceForm,
    SpaceForm,
)
from communaute.blueprints.structures.rendering import page
from communaute.domain.structures import listing
from communaute.domain.structures.values import ROLE_LABELS, SPACE_LABELS
from communaute.extensions import db
from communaute.models.accounts import User


FORMS: dict[str, type[Form]] = {
    "service": ServiceForm,
    "space": SpaceForm,
    "mandate": MandateForm,
    "connection": ConnectionForm,
}


def sheet_page(
    user: User, number: int, refused: Form | None = None, opened: str = "", said: str = ""
) -> Response:
    """The sheet; `refused` is the form to correct, in the part named `opened`.

    `said` is a refusal that is about no field.
    """
    forms = {
        name: refused if name == opened and refused else form() for name, form in FORMS.items()
    }
    return page(
        "sheet",
        user,
        refused=refused,
        status=422 if said else None,
        sheet=listing.details(db.session(), user, number),
        forms=forms,
        opened=opened,
        said=said,
        form=ButtonForm(formdata=None),
        roles=ROLE_LABELS,
        space_kinds={label: kind.value for kind, label in SPACE_LABELS.items()},
    )

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
from communaute.domain.structures.values import ROLE_LABELS, SPACE_LABELS, StructureDetails
from communaute.extensions import db
from communaute.models.accounts import User
from communaute.models.structures import MembershipRole


# The others are a page away.
PEOPLE_SHOWN = 20
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
    sheet = listing.details(db.session(), user, number)
    forms = {
        name: refused if name == opened and refused else form() for name, form in FORMS.items()
    }
    return page(
        "sheet",
        user,
        refused=refused,
        status=422 if said else None,
        sheet=sheet,
        changeable=changeable(sheet, user),
        forms=forms,
        opened=opened,
        said=said,
        form=ButtonForm(formdata=None),
        roles=ROLE_LABELS,
        shown=PEOPLE_SHOWN,
        space_kinds={label: kind.value for kind, label in SPACE_LABELS.items()},
    )


def changeable(sheet: StructureDetails, user: User) -> frozenset[int]:
    """The attachments that this person may change: domain.structures.people says the rule, this
    only keeps from offering what it would refuse."""
    principal = sheet.role is MembershipRole.PRINCIPAL
    return frozenset(
        one.membership_id
        for one in sheet.people
        if (one.user_id == user.id and not user.is_guest)
        or (one.user_id != user.id and principal)
        or (sheet.is_manager and one.role is MembershipRole.USER)
    )

"""What messages ask for. The rules are domain.messages': here, only fields and their words."""

from collections.abc import Sequence
from typing import ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Length

from communaute.blueprints.accounts.forms import printable
from communaute.domain.messages import values
from communaute.domain.messages.choosing import REASONS
from communaute.domain.structures.statuses import ROWS
from communaute.domain.structures.values import ServiceLine
from communaute.models.messages import Message
from communaute.web.addresses import row_number
from communaute.web.fields import DayField, LongTextField, WholeNumberField


# What a sender writes: the same names in the form, the draft and the table.
WRITTEN = ("subject", "body", "concerns", "valid_until", "urgent", "urgent_reason", "what_changed")


def short(label: str, most: int, name: str | None = None) -> StringField:
    """A line of text."""
    return StringField(
        label,
        [Length(max=most, message=f"Raccourcissez à {most} caractères au plus.")],
        filters=[printable, lambda text: (text or "").strip()],
        name=name,
    )


class FiltersForm(Form):
    """Which partners are wanted."""

    service = SelectField("Service qui reçoit leurs factures", choices=[], validate_choice=False)
    depuis = DayField("Dernière facture depuis le")
    statut = SelectField(
        "Qui ont une facture à ce statut",
        choices=[("", "Tous les statuts"), *((one.code, one.label) for one in ROWS)],
        validate_choice=False,
    )

    @property
    def filters(self) -> values.Filters:
        """What is asked for; a value that is in no list is ignored."""
        known = {str(choice[0]) for choice in self.service.choices or ()}
        service = self.service.data or ""
        status = self.statut.data or ""
        return values.Filters(
            service if service in known else "",
            self.depuis.data,
            status if any(status == one.code for one in ROWS) else "",
        )

    def offer(self, services: Sequence[ServiceLine]) -> None:
        """The sender's own services."""
        some = [(one.code, f"{one.name} ({one.code})") for one in services]
        self.service.choices = [("", "Tous les services"), *some]


class MessageForm(FlaskForm, FiltersForm):
    """A message, as it is written. Its own fields are named as in the domain, in French on the page."""

    subject = short("Objet", values.LONGEST_SUBJECT, name="objet")
    body = LongTextField("Message", most=values.LONGEST_BODY, name="texte")
    concerns = short("Ce message ne concerne que…", values.LONGEST_LINE, name="concerne")
    valid_until = DayField("Valable jusqu’au", name="valable")
    urgent = BooleanField(
        "Ce message est urgent : il peut partir la nuit, le week-end ou un jour férié"
    )
    urgent_reason = short("Pourquoi il ne peut pas attendre", values.LONGEST_LINE, name="pourquoi")
    what_changed = short(
        "Ce qui change par rapport au premier message", values.LONGEST_NOTE, name="change"
    )
    file = FileField("Joindre un fichier", name="fichier")
    version = IntegerField(filters=[row_number])

    def show(self, message: Message, filters: values.Filters) -> "MessageForm":
        """Fill it with a draft."""
        for name in (*WRITTEN, "version"):
            self[name].data = getattr(message, name)
        self.service.data, self.depuis.data = filters.service, filters.since
        self.statut.data = filters.status
        return self

    @property
    def written(self) -> values.Written:
        """What was typed; a date that cannot be read is none."""
        typed = {name: self[name].data for name in WRITTEN if self[name].data is not None}
        return values.Written(**typed, filters=self.filters)


class ButtonForm(FlaskForm):
    """One button, with its token."""

    version = IntegerField(filters=[row_number])


class WithdrawForm(FlaskForm):
    """Why a message is withdrawn."""

    note = LongTextField("Pourquoi vous le retirez", most=values.LONGEST_NOTE)


class ReportForm(FlaskForm):
    """What is wrong with a message."""

    FIELDS: ClassVar = {"reason": "raison"}

    raison = RadioField("Ce qui ne va pas", choices=list(REASONS.items()), validate_choice=False)
    precisions = LongTextField("Précisions", most=values.LONGEST_NOTE)


class InboxForm(Form):
    """Which messages to list, said by the address."""

    q = StringField("Chercher dans les messages", filters=[printable])
    etat = StringField()
    page = IntegerField(filters=[row_number])


class StopForm(FlaskForm):
    """Hold a sender, or everybody."""

    FIELDS: ClassVar = {"reason": "motif"}

    siret = StringField("SIRET de l’expéditeur", filters=[printable])
    motif = short("Pourquoi", values.LONGEST_LINE)


class LimitForm(FlaskForm):
    """Let a sender write to more structures at once."""

    FIELDS: ClassVar = {"most": "nombre"}

    siret = StringField("SIRET de l’expéditeur", filters=[printable], id="limite-siret")
    nombre = WholeNumberField(
        "Structures par message", least=values.MOST_RECIPIENTS, most=values.MOST_EVER
    )

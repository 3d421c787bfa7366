"""« Gestion / lettre »: what may be sent, what it would say, to whom; send it, pause it, stop it."""

from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import abort, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, ValidationError

from communaute.blueprints.accounts.access import me, role_required
from communaute.blueprints.accounts.forms import ButtonForm
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.backoffice.postbox import MAIL_POLICY
from communaute.blueprints.content import SECTION
from communaute.blueprints.newsletter import bp
from communaute.domain import audit, clock
from communaute.domain.newsletter import articles, audience, sending, sending_domain, subscribers
from communaute.domain.newsletter.audience import LEFT_OUT, Reach
from communaute.domain.newsletter.sending import EVERYBODY, MISSED, RECEIVED
from communaute.editorial.pages import Page
from communaute.editorial.preflight import blocks
from communaute.extensions import db, limiter
from communaute.french.dates import PARIS, is_skipped
from communaute.models.accounts import Role
from communaute.web.fields import DayAndHourField, LongTextField
from communaute.wiring import current, letter_desk
from communaute.wiring.resolving import SystemResolver


ADDRESS = "/gestion/lettre"
LETTER = f"{ADDRESS}{SECTION}/<slug>"
STATES = {
    "scheduled": "prévu",
    "queueing": "en préparation",
    "leaving": "en cours",
    "paused": "en pause",
    "stopped": "arrêté",
    "done": "terminé",
}
# What DNS says of a rule of mailbox providers.
KEPT_OR_NOT = {"met": "oui", "not-met": "non", "unknown": "non vérifié"}
LONGEST_NAME = 200
# What one may do to a sending, and the sentence that says it is done.
ACTS = {
    "pause": "L’envoi est en pause : ce qui n’est pas parti attend.",
    "reprendre": "L’envoi reprend.",
    "arreter": "L’envoi est arrêté : ce qui n’est pas parti ne partira pas.",
}
staff = role_required(Role.EDITOR, Role.ADMINISTRATOR)


class SendForm(FlaskForm):
    """When it leaves, whom it is for, and what a correction corrects."""

    quand = RadioField(
        "Quand",
        choices=[("maintenant", "Maintenant"), ("heure", "À l’heure ci-dessous")],
        default="maintenant",
    )
    heure = DayAndHourField("Jour et heure du départ, à Paris")
    a_qui = RadioField(
        "À qui",
        choices=[
            (EVERYBODY, "Toute l’audience"),
            (RECEIVED, "Seulement à ceux qui ont reçu le précédent : une correction"),
            (MISSED, "Seulement à ceux qui ne l’ont pas reçu : la suite d’un envoi arrêté"),
        ],
        default=EVERYBODY,
    )
    correction = LongTextField("Ce qui est corrigé, en une ou deux phrases", most=500)

    def validate_heure(self, field: DayAndHourField) -> None:
        """An hour to come, that clocks show. Raises ValidationError."""
        if self.quand.data == "heure" and field.data and is_skipped(field.data):
            raise ValidationError(
                f"{field.data:%H h %M} n’existe pas ce jour-là : on passe à l’heure d’été. "
                "Corrigez l’heure."
            )
        if self.quand.data == "heure" and (field.data is None or self.moment <= clock.now()):
            raise ValidationError(
                "Donnez un jour et une heure à venir, par exemple 31/12/2026 10:00."
            )

    def validate_correction(self, field: LongTextField) -> None:
        """A correction says what it corrects. Raises ValidationError."""
        if self.a_qui.data == RECEIVED and not field.data:
            raise ValidationError(
                "Dites ce qui est corrigé : c’est la première phrase du courriel."
            )

    @property
    def moment(self) -> datetime:
        """When it leaves."""
        given = self.heure.data
        if self.quand.data != "heure" or given is None:
            return clock.now()
        return given.replace(tzinfo=PARIS)

    @property
    def to(self) -> str:
        """Whom it is for."""
        return str(self.a_qui.data or EVERYBODY)

    @property
    def note(self) -> str:
        """What is corrected; only a correction says it."""
        return (self.correction.data or "") if self.to == RECEIVED else ""


@bp.get(ADDRESS)
@staff
def desk() -> ResponseReturnValue:
    """The issues, the articles published lately, and what has been sent of them."""
    return page(
        "newsletter/desk.html",
        issues=current.content().issues,
        articles=letter_desk.recent_articles(),
        waiting=articles.waiting(db.session()),
        most_a_day=articles.MOST_A_DAY,
        last={one.letter: one for one in letter_desk.sendings(db.session())},
        states=STATES,
        numbers=subscribers.numbers(db.session()),
    )


def found_page(kind: str, slug: str) -> Page:
    """The page of a letter; 404 when there is none, or it is for nobody."""
    found = current.content().page(f"/{kind}/{slug}")
    return found if found and found.publics else abort(HTTPStatus.NOT_FOUND)


@bp.get(LETTER)
@staff
def letter(kind: str, slug: str) -> ResponseReturnValue:
    """One letter: what blocks it, who would receive it, what has left of it."""
    return letter_page(found_page(kind, slug))


def letter_page(found: Page, form: SendForm | None = None) -> ResponseReturnValue:
    """The page of a letter, its form as it was filled."""
    session, today = db.session(), clock.today()
    made = letter_desk.letter_of_page(found)
    last = sending.last_of(session, found.url)
    reach = Reach(themes=made.themes, rhythm=made.rhythm)
    return page(
        "newsletter/letter.html",
        letter=made,
        found=letter_desk.preflight_of(found),
        audience=audience.of_letter(session, reach, today),
        left_out=LEFT_OUT,
        sending=last,
        counts=sending.counts(session, last, today) if last else None,
        states=STATES,
        form=form or SendForm(formdata=None),
        button=ButtonForm(),
    )


@bp.post(LETTER)
@limiter.limit("30 per minute; 200 per hour")
@staff
def act_on(kind: str, slug: str) -> ResponseReturnValue:
    """Send to oneself, to all, to those concerned; pause, resume, stop."""
    found, asked = found_page(kind, slug), request.form.get("acte", "")
    if asked == "essai":
        attempt(partial(letter_desk.send_trial, found, me()))
        flash(f"L’essai part vers {me().contact_address}.", "success")
        return redirect(request.path, HTTPStatus.SEE_OTHER)
    if asked in ACTS:
        return change(found, asked)
    return send(found)


def change(found: Page, asked: str) -> ResponseReturnValue:
    """Pause, resume or stop the last sending."""
    last = sending.last_of(db.session(), found.url) or abort(HTTPStatus.NOT_FOUND)
    here, number = letter_desk.context(), last.id
    verbs = {
        "pause": partial(sending.pause, here, number),
        "reprendre": partial(sending.resume, here, number, letter_desk.rates()),
        "arreter": partial(sending.stop, here, number),
    }
    record(f"letter-{asked}", number)
    if attempt(verbs[asked]) is not None:
        flash(ACTS[asked], "success")
    return redirect(request.path, HTTPStatus.SEE_OTHER)


def send(found: Page) -> ResponseReturnValue:
    """Ask for the sending: nothing that blocks may remain."""
    form = SendForm()
    if blocks(letter_desk.preflight_of(found)):
        form.form_errors = ["Corrigez d’abord ce qui bloque."]
        return letter_page(found, form)
    if not form.validate():
        return letter_page(found, form)
    made = letter_desk.letter_of_page(found, note=form.note)
    ask = partial(sending.ask, letter_desk.context(), made, due=form.moment, by=me().id, to=form.to)
    asked = attempt(ask, form)
    if asked is None:
        return letter_page(found, form)
    record("letter-asked", asked.id)
    db.session.commit()
    letter_desk.wake()
    flash("L’envoi est demandé. Cette page en dit l’avancement.", "success")
    return redirect(request.path, HTTPStatus.SEE_OTHER)


def record(what: str, number: int) -> None:
    """Note who did it."""
    audit.record(db.session(), what, now=clock.now(), actor=me().id, target=f"sending {number}")


@bp.get(f"{LETTER}/apercu")
@staff
def preview(kind: str, slug: str) -> ResponseReturnValue:
    """The mail as its reader would see it; with `texte`, its plain text."""
    mail = letter_desk.mail_of(found_page(kind, slug))
    plain = "texte" in request.args
    response = make_response(letter_desk.part_of(mail, "plain" if plain else "html"))
    response.mimetype = "text/plain" if plain else "text/html"
    # A mail's own styles are inline: it is shown where nothing can run or be fetched.
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@bp.get(f"{LETTER}/avancement")
@staff
def progress(kind: str, slug: str) -> ResponseReturnValue:
    """The four counts, for the page that shows them moving."""
    last = sending.last_of(db.session(), found_page(kind, slug).url) or abort(HTTPStatus.NOT_FOUND)
    counts = sending.counts(db.session(), last, clock.today())
    return page("newsletter/_progress.html", sending=last, counts=counts, states=STATES)


@bp.get(f"{ADDRESS}/domaine")
@limiter.limit("10 per minute; 60 per hour")
@staff
def sending_domain_page() -> ResponseReturnValue:
    """« Domaine d'envoi »: what mailbox providers check, with the records to paste.

    DNS is asked only when the form is sent: nothing is guessed.
    """
    typed = {
        name: request.args.get(name, "")[:LONGEST_NAME].strip() for name in ("selecteur", "serveur")
    }
    good = all(not one or sending_domain.SELECTOR.fullmatch(one) for one in typed.values())
    sender = letter_desk.sender_of(typed["selecteur"], typed["serveur"])
    found = []
    if good and "selecteur" in request.args:
        found = sending_domain.checks(sender, SystemResolver())
    return page(
        "newsletter/domain.html",
        sender=sender,
        typed=typed,
        good=good,
        found=found,
        asked=sending_domain.asked_by_providers(found) if found else [],
        states=KEPT_OR_NOT,
    )

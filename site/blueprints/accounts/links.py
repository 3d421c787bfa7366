"""Links of mails: a page with one button, because mail scanners follow links; the button acts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from communaute.blueprints.accounts import FORMS, HERE, bp, presence
from communaute.blueprints.accounts.access import me, with_token
from communaute.blueprints.accounts.forms import NewPasswordForm
from communaute.blueprints.accounts.rendering import page
from communaute.domain import clock
from communaute.domain.accounts import changing, links, signing_up
from communaute.domain.accounts.links import DeadLink
from communaute.domain.accounts.steps import Kind
from communaute.domain.context import Context
from communaute.domain.errors import DomainError
from communaute.extensions import limiter
from communaute.models.accounts import Step, User
from communaute.wiring import current


@dataclass(frozen=True)
class Link:
    """What a link's page says, and what its button does; `again` is where another link is asked."""

    title: str
    sentence: str
    button: str = ""
    again: str = "/compte/connexion"
    again_label: str = "Me connecter"
    status: HTTPStatus = HTTPStatus.OK


INCOMPLETE = (
    "Ce lien est incomplet, a été modifié, ou a déjà servi : il ne sert qu’une fois. Recopiez-le entier, ou "
    "demandez-en un autre."
)
EXPIRED = "Ce lien a expiré. Demandez-en un autre : il arrive en une minute."
# A stranger may have had this mail sent, the moment before its reader asked for their own.
OF_AN_OPEN_ACCOUNT = (Kind.ADDRESS, Kind.CONTACT)
OF_ANOTHER = Link(
    "Lien d’un autre compte",
    "Ce lien a été demandé depuis un autre compte que celui qui est ouvert dans ce navigateur. Si cet autre "
    "compte n’est pas le vôtre, n’en faites rien. S’il est à vous, déconnectez-vous, puis rouvrez le lien.",
    again=HERE,
    again_label="Mon espace",
    status=HTTPStatus.CONFLICT,
)
# Where another link of each kind is asked for.
AGAIN = {
    Kind.CONFIRM: ("/compte/confirmation", "Recevoir un autre lien"),
    Kind.RESET: ("/compte/mot-de-passe-oublie", "Recevoir un autre lien"),
    Kind.ADDRESS: ("/compte/adresse", "Changer d’adresse"),
    Kind.CONTACT: ("/compte/connexion", "Me connecter"),
}
DONE = {
    Kind.CONFIRM: (
        "Adresse confirmée",
        "C’est déjà fait : cette adresse est confirmée. Vous pouvez vous connecter.",
    ),
    Kind.ADDRESS: ("Adresse changée", "C’est déjà fait : votre adresse de connexion a changé."),
    Kind.CONTACT: (
        "Adresse de contact confirmée",
        "C’est fait : nous vous écrirons à cette adresse.",
    ),
}


def opened(kind: Kind, token: str) -> Step | Link:
    """The step of a link that may still act, or the page of one that may not."""
    step = links.opened(current.context(), kind, token)
    gone = partial(Link, again=AGAIN[kind][0], again_label=AGAIN[kind][1], status=HTTPStatus.GONE)
    if step is None or step.user is None:
        return gone("Lien non valable", INCOMPLETE)
    if kind in DONE and is_done(kind, step, step.user):
        return Link(*DONE[kind])
    dropped = step.ends_at <= step.begun_at
    if dropped or step.done_at is not None:
        return gone("Lien non valable", INCOMPLETE)
    if step.ends_at <= clock.now():
        return gone("Lien expiré", EXPIRED)
    if kind in OF_AN_OPEN_ACCOUNT and current_user.is_authenticated and me().id != step.user_id:
        return OF_ANOTHER
    return step


def is_done(kind: Kind, step: Step, user: User) -> bool:
    """Whether what a link is for is already so."""
    if kind is Kind.CONFIRM:
        return user.confirmed_at is not None and user.email == step.detail
    now_so = user.email if kind is Kind.ADDRESS else user.contact_email
    return step.done_at is not None and now_so == step.detail


def shown(link: Link) -> ResponseReturnValue:
    """The page of a link."""
    return make_response(render_template("accounts/link.html", link=link), link.status)


def spent(link: Link) -> ResponseReturnValue:
    """The page of a link that acts no more; a second press of its button is led where the first was."""
    if request.method == "POST" and link.status == HTTPStatus.OK:
        return redirect(link.again)
    return shown(link)


def button(
    kind: Kind, token: str, verb: Callable[[Context, Step], None], ask: Callable[[Step], Link]
) -> ResponseReturnValue | None:
    """The page of a link with one button; None once the button has acted."""
    step = opened(kind, token)
    if isinstance(step, Link):
        return spent(step)
    if request.method != "POST":
        return shown(ask(step))
    try:
        presence.carry_out(lambda context: verb(context, step))
    except DomainError:  # it has changed since: its page says what has become of it
        return redirect(request.path)
    return None


@bp.route("/confirmation/<token>", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@with_token
def confirm(token: str) -> ResponseReturnValue:
    """Open a new account; when two sign-ups dispute its address, the password is chosen here."""
    step = opened(Kind.CONFIRM, token)
    if isinstance(step, Step) and step.user and step.user.password is None:
        return choose(step, signing_up.confirm, CONTESTED, CONFIRMED)
    answer = button(Kind.CONFIRM, token, signing_up.confirm, lambda _step: CONFIRM)
    if answer is not None:
        return answer
    flash(CONFIRMED, "success")
    return redirect(url_for("accounts.sign_in"))


CONFIRM = Link(
    "Confirmer votre adresse",
    "Appuyez sur le bouton pour confirmer que cette adresse est la vôtre et que vous avez demandé ce compte. "
    "Sinon, fermez cette page : aucun compte ne s’ouvrira.",
    "Confirmer mon adresse",
)
CONFIRMED = "Votre adresse est confirmée. Vous pouvez vous connecter."
CONTESTED = Link(
    "Confirmer votre adresse",
    "Plusieurs demandes de compte ont été faites avec cette adresse. Choisissez ici le mot de passe : "
    "aucun de ceux donnés jusqu’ici ne servira.",
    "Confirmer mon adresse",
)
RESET = Link("Choisir un nouveau mot de passe", "", "Changer de mot de passe")


@bp.route("/mot-de-passe-oublie/<token>", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@with_token
def reset(token: str) -> ResponseReturnValue:
    """Choose another password."""
    step = opened(Kind.RESET, token)
    if isinstance(step, Link):
        return spent(step)
    done = "Votre mot de passe a changé. Connectez-vous avec le nouveau."
    return choose(step, changing.reset_password, RESET, done)


def choose(
    step: Step, verb: Callable[[Context, Step, str], None], link: Link, done: str
) -> ResponseReturnValue:
    """The page of a link where a password is chosen."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            presence.carry_out(lambda context: verb(context, step, form.mot_de_passe.data or ""))
        except DeadLink:
            return redirect(request.path)
        except DomainError as refused:
            form.refuse(refused, "mot_de_passe")
        else:
            flash(done, "success")
            return redirect(url_for("accounts.sign_in"))
    return page("accounts/choose.html", form=form, link=link)


@bp.route("/adresse/<token>", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@with_token
def move(token: str) -> ResponseReturnValue:
    """Sign in with another address from now on."""
    answer = button(
        Kind.ADDRESS,
        token,
        lambda context, step: changing.move(context, step, token=presence.token()),
        lambda step: Link(
            "Changer d’adresse de connexion",
            f"Votre compte s’ouvrira désormais avec {step.detail}. Appuyez sur le bouton pour confirmer.",
            "Confirmer le changement",
        ),
    )
    if answer is not None:
        return answer
    flash("Votre adresse de connexion a changé.", "success")
    return redirect(url_for("accounts.space"))


@bp.route("/contact/<token>", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@with_token
def confirm_contact(token: str) -> ResponseReturnValue:
    """Be written to elsewhere from now on. No sign-in: it may be another device."""
    answer = button(
        Kind.CONTACT,
        token,
        changing.confirm_contact,
        lambda step: Link(
            "Adresse de contact",
            f"Nous écrirons désormais à {step.detail}. Appuyez sur le bouton pour confirmer.",
            "Confirmer mon adresse de contact",
        ),
    )
    return answer or shown(Link(*DONE[Kind.CONTACT]))

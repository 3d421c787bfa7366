"""Sign up, sign in, the second factor at the door, sign out."""

import secrets
from collections.abc import Callable
from functools import partial, wraps

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from communaute.blueprints.accounts import CODES, FORMS, HERE, MAILS, attempts, bp, forms, presence
from communaute.blueprints.accounts.access import me, signed_in, with_token
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.domain.accounts import (
    changing,
    passkeys,
    passwords,
    second_factor,
    signing_in,
    signing_up,
)
from communaute.domain.accounts.lockout import TooManyAttempts, What
from communaute.domain.accounts.steps import Kind
from communaute.domain.context import Context
from communaute.domain.errors import DomainError
from communaute.extensions import db, limiter
from communaute.models.accounts import Step, User
from communaute.web.addresses import own_page
from communaute.wiring import current


AUTHOR = "auteur"


@bp.route("/inscription", methods=["GET", "POST"])
@limiter.limit(MAILS, methods=["POST"])
@with_token
def sign_up() -> ResponseReturnValue:
    """Open an account."""
    if current_user.is_authenticated:
        return already_in()
    form = forms.SignUpForm()
    if form.validate_on_submit():
        browser = session.setdefault(AUTHOR, secrets.token_urlsafe(16))
        address, password = form.courriel.data or "", form.mot_de_passe.data or ""
        verb = partial(signing_up.sign_up, address=address, password=password, browser=browser)
        if attempt(lambda: presence.carry_out(verb), form, "mot_de_passe"):
            return redirect(url_for("accounts.signed_up"))
    return page("accounts/sign_up.html", form=form)


@bp.get("/inscription/suite")
def signed_up() -> ResponseReturnValue:
    """A mail is waiting: the same page whether or not the address had an account."""
    return render_template("accounts/signed_up.html")


@bp.route("/confirmation", methods=["GET", "POST"])
@limiter.limit(MAILS, methods=["POST"])
@with_token
def confirm_again() -> ResponseReturnValue:
    """Ask for the confirmation mail again."""
    return mailed(
        "accounts/confirm_again.html",
        signing_up.send_again,
        "Si un compte attend d’être confirmé avec cette adresse, un courriel vient de partir, un par "
        "heure au plus : s’il est déjà arrivé, son lien sert encore.",
    )


def mailed(
    template: str, verb: Callable[[Context, str], None], sentence: str
) -> ResponseReturnValue:
    """The page that asks for an address and writes to it: the same answer whoever it is."""
    form = forms.AddressForm()
    if form.validate_on_submit():
        address = form.courriel.data or ""
        presence.carry_out(lambda context: verb(context, address))
        flash(sentence, "success")
    return page(template, form=form)


@bp.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@limiter.limit(MAILS, methods=["POST"])
@with_token
def forgotten() -> ResponseReturnValue:
    """Ask for a link to choose another password."""
    return mailed(
        "accounts/forgotten.html",
        changing.forgotten,
        "Si un compte existe avec cette adresse, un courriel vient de partir, un par heure au plus : "
        "s’il est déjà arrivé, son lien sert encore. Ouvrez-le pour choisir un nouveau mot de passe.",
    )


@bp.route("/connexion", methods=["GET", "POST"])
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
@with_token
def sign_in() -> ResponseReturnValue:
    """Sign in. The same answer, in the same time, whether or not the address has an account."""
    if current_user.is_authenticated:
        return already_in()
    form = forms.SignInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        user = recognised(form)
        if user is not None:
            return after_password(user, form.next.data or "")
    return page(
        "accounts/sign_in.html",
        form=form,
        passkey=forms.PasskeyForm(formdata=None),
        half_way=awaited(),
    )


def recognised(form: forms.SignInForm) -> User | None:
    """Whose address and password these are; a wrong address is a failure like another."""
    address, password = form.courriel.data or "", form.mot_de_passe.data or ""
    try:
        return attempts.counted(
            What.PASSWORD,
            address,
            lambda: signing_in.with_password(current.context(), address, password),
        )
    except DomainError as refused:
        if isinstance(refused, TooManyAttempts):
            passwords.spend()
        form.refuse(refused)
        return None


def after_password(user: User, wanted: str) -> ResponseReturnValue:
    """In, or to the second factor: to give it, or to set it up when a role asks for one."""
    wanted = own_page(wanted)
    if signing_in.needs_more(user):
        presence.begin(Kind.CODE, user, wanted)
        db.session.commit()
        there = "accounts.code" if user.has_second_factor else "accounts.factor"
        return redirect(url_for(there))
    presence.enter(user)
    db.session.commit()
    return redirect(wanted or HERE)


def already_in() -> ResponseReturnValue:
    """No need to sign in twice."""
    flash("Vous êtes déjà connecté.", "info")
    return redirect(HERE)


def awaited() -> User | None:
    """Whose second factor this browser may still give, or set up for the first time.

    A first set-up ends where a factor is in place: what was begun before dies then.
    """
    step = None if current_user.is_authenticated else presence.step(Kind.CODE)
    return step.user if step is not None else None


def at_the_door(
    view: Callable[[User, Step], ResponseReturnValue],
) -> Callable[[], ResponseReturnValue]:
    """Guard a view: for somebody whose password was right and whose second factor is awaited."""

    @wraps(view)
    def asked() -> ResponseReturnValue:
        user, step = awaited(), presence.step(Kind.CODE)
        return view(user, step) if user and step and user.has_second_factor else not_awaited()

    return with_token(asked)


def entered(
    step: Step, user: User, form: forms.Form, what: What, take: Callable[[Context], object]
) -> ResponseReturnValue | None:
    """In, when the second factor that the form gives is right; else None, and the form says why."""
    finish = partial(signing_in.finish, current.context(), step, take)
    field = "" if what is What.PASSKEY else "code"
    if not (form.validate_on_submit() and attempts.taken(form, field, what, user, finish)):
        return None
    presence.enter(user)
    db.session.commit()
    return redirect(own_page(step.detail) or HERE)


def not_awaited() -> ResponseReturnValue:
    """No second factor is awaited here: a GET by hand signs nobody out."""
    if current_user.is_authenticated:
        return redirect(HERE)
    flash(signing_in.START_AGAIN, "error")
    return redirect(url_for("accounts.sign_in"))


@bp.route("/code", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@at_the_door
def code(user: User, step: Step) -> ResponseReturnValue:
    """The code of the authenticator, or a passkey, after the password."""
    form = forms.CodeForm()
    take = partial(second_factor.take_code, user=user, code=form.code.data or "")
    answer = entered(step, user, form, What.CODE, take)
    return answer or code_page(user, form, forms.PasskeyForm(formdata=None))


def code_page(user: User, form: forms.CodeForm, passkey: forms.PasskeyForm) -> ResponseReturnValue:
    """The page where a second factor is given, by whichever means the person has."""
    options = ""
    if user.passkeys:
        context, key = current.context(), presence.key(Kind.CODE)
        options = passkeys.request(context, key, presence.place(), user)
    return page("accounts/code.html", form=form, passkey=passkey, options=options, person=user)


@bp.post("/code/cle")
@limiter.limit(FORMS)
@at_the_door
def code_by_passkey(user: User, step: Step) -> ResponseReturnValue:
    """A passkey in the place of the code."""
    form, key, place = forms.PasskeyForm(), presence.key(Kind.CODE), presence.place()
    said = form.reponse.data or ""
    take = partial(passkeys.take, key=key, place=place, answer=said, user=user)
    answer = entered(step, user, form, What.PASSKEY, take)
    return answer or code_page(user, forms.CodeForm(formdata=None), form)


@bp.route("/secours", methods=["GET", "POST"])
@limiter.limit(CODES, methods=["POST"])
@at_the_door
def recovery(user: User, step: Step) -> ResponseReturnValue:
    """A recovery code in the place of the application's."""
    form = forms.RecoveryForm()
    take = partial(second_factor.take_recovery_code, user=user, code=form.code.data or "")
    answer = entered(step, user, form, What.RECOVERY, take)
    return answer or page("accounts/recovery.html", form=form)


@bp.route("/verifier", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@signed_in
def verify() -> ResponseReturnValue:
    """Give one's password again before what matters; the session gets a new token."""
    form, user = forms.AgainForm(next=request.args.get("next", "")), me()
    prove = partial(changing.prove, user, form.mot_de_passe.data or "")
    if form.validate_on_submit() and attempts.taken(
        form, "mot_de_passe", What.PASSWORD, user, prove
    ):
        presence.enter(user)
        db.session.commit()
        flash("Merci, vous pouvez continuer.", "success")
        return redirect(own_page(form.next.data or "") or HERE)
    return page("accounts/verify.html", form=form, person=user)


@bp.post("/deconnexion")
@limiter.limit("60 per minute")
@with_token
def sign_out() -> ResponseReturnValue:
    """Close this session."""
    presence.leave()
    db.session.commit()
    return presence.forgotten(redirect(url_for("accounts.sign_in")))

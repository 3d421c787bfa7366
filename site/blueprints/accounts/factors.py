"""The second factor, signed in: an authenticator, recovery codes, passkeys; a sign-in by passkey alone."""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, cast

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from communaute.blueprints.accounts import CODES, FORMS, attempts, bp, forms, presence
from communaute.blueprints.accounts.access import me, signed_in_lately, with_token
from communaute.blueprints.accounts.entering import awaited, not_awaited
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.domain.accounts import passkeys, second_factor, steps
from communaute.domain.accounts.lockout import What
from communaute.domain.accounts.steps import Kind
from communaute.domain.errors import DomainError
from communaute.extensions import db, limiter
from communaute.models.accounts import Step, User
from communaute.wiring import current


P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def setting_up(view: View[P]) -> View[P]:
    """Guard a view: for somebody who gave their password lately, or has just given it and has no factor."""
    lately, half_way = signed_in_lately(view), with_token(view)

    @wraps(view)
    def asked(*arguments: P.args, **named: P.kwargs) -> ResponseReturnValue:
        if current_user.is_authenticated:
            return lately(*arguments, **named)
        user = awaited()
        if user is None or user.has_second_factor:
            return not_awaited()
        return half_way(*arguments, **named)

    return asked


def somebody() -> User:
    """Whose factor is being set up. Only behind `setting_up`."""
    return me() if current_user.is_authenticated else cast(User, awaited())


def in_place(user: User, sentence: str) -> ResponseReturnValue:
    """A first factor is in place: in, for whoever was at the door; then the recovery codes."""
    if not current_user.is_authenticated:
        presence.enter(user)
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("accounts.recovery_codes"))


@bp.route("/second-facteur", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@setting_up
def factor() -> ResponseReturnValue:
    """Begin to set up an authenticator, or take it away."""
    form, user = forms.FactorForm(), somebody()
    if form.validate_on_submit():
        if form.setup.data == "disable":
            return removed(form, user)
        step = presence.begin(Kind.SET_UP, user, second_factor.new_secret(current.context()))
        db.session.commit()
        return drawing(user, step, forms.CodeForm(formdata=None))
    return page("accounts/factor.html", form=form, person=user)


def drawing(user: User, step: Step, form: forms.CodeForm) -> ResponseReturnValue:
    """What to photograph, and the form of the first code."""
    image, key, address = second_factor.drawing(current.context(), user, step)
    return page("accounts/drawing.html", form=form, image=image, key=key, address=address)


def removed(form: forms.FactorForm, user: User) -> ResponseReturnValue:
    """Take the authenticator away; a refusal stands at the top."""
    verb = partial(second_factor.remove_authenticator, user=user, token=presence.token())
    if not attempt(lambda: presence.carry_out(verb), form):
        return page("accounts/factor.html", form=form, person=user)
    flash("La double authentification est retirée.", "success")
    return redirect(url_for("accounts.space"))


@bp.route("/second-facteur/code", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@setting_up
def first_code() -> ResponseReturnValue:
    """Take the first code; a wrong one keeps the drawing that is already in the application."""
    user = somebody()
    step = presence.step(Kind.SET_UP, user)
    if step is None:
        flash("La mise en place a pris trop de temps. Recommencez.", "error")
        return redirect(url_for("accounts.factor"))
    form, token = forms.CodeForm(), presence.token()
    typed = form.code.data or ""
    take = partial(second_factor.finish_set_up, current.context(), user, step, typed, token=token)
    if form.validate_on_submit() and attempts.taken(form, "code", What.FIRST_CODE, user, take):
        return in_place(
            user, "La double authentification est en place. Il reste à noter vos codes de secours."
        )
    return drawing(user, step, form)


@bp.route("/codes-de-secours", methods=["GET", "POST"])
@limiter.limit(CODES, methods=["POST"])
@signed_in_lately
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown once. Who has no factor needs none."""
    if not me().has_second_factor:
        return redirect(url_for("accounts.space"))
    form, codes = forms.ButtonForm(), []
    if form.validate_on_submit():
        codes = presence.carry_out(lambda _act: second_factor.new_recovery_codes(me()))
    return page("accounts/recovery_codes.html", form=form, codes=codes, person=me())


# Passkeys: made, named, removed; and a sign-in with one of them alone.


@bp.route("/cles", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@setting_up
def passkeys_page() -> ResponseReturnValue:
    """The passkeys there are; begin to make another."""
    form, user = forms.NewPasskeyForm(), somebody()
    if form.validate_on_submit():
        wish = passkeys.wish(form.nom.data or "", alone=form.seule.data)
        step = presence.begin(Kind.NEW_PASSKEY, user, wish)
        db.session.commit()
        return making(user, step, forms.PasskeyForm(formdata=None))
    return page(
        "accounts/passkeys.html", form=form, person=user, button=forms.ButtonForm(formdata=None)
    )


def making(user: User, step: Step, form: forms.PasskeyForm) -> ResponseReturnValue:
    """The page that asks the browser for a passkey."""
    key, alone = presence.key(Kind.NEW_PASSKEY), passkeys.is_for_alone(step)
    options = passkeys.creation(current.context(), user, key, presence.place(), alone=alone)
    return page("accounts/passkey_new.html", form=form, options=options, alone=alone)


@bp.post("/cles/ajouter")
@limiter.limit(FORMS)
@setting_up
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    form, user = forms.PasskeyForm(), somebody()
    step = presence.step(Kind.NEW_PASSKEY, user)
    if step is None:
        flash("La mise en place a pris trop de temps. Recommencez.", "error")
        return redirect(url_for("accounts.passkeys_page"))
    first = not user.recovery_codes
    if form.validate_on_submit() and added(form, user, step):
        if first:
            return in_place(
                user, "Votre clé d’accès est ajoutée. Il reste à noter vos codes de secours."
            )
        flash("Votre clé d’accès est ajoutée.", "success")
        return redirect(url_for("accounts.passkeys_page"))
    return making(user, step, form)


def added(form: forms.PasskeyForm, user: User, step: Step) -> bool:
    """Call the verb; a refusal stands at the top."""
    verb = partial(
        passkeys.add,
        user=user,
        step=step,
        key=presence.key(Kind.NEW_PASSKEY),
        place=presence.place(),
        answer=form.reponse.data or "",
        token=presence.token(),
    )
    return attempt(lambda: presence.carry_out(verb), form)


@bp.post("/cles/<int:number>/retirer")
@limiter.limit(FORMS)
@setting_up
def remove_passkey(number: int) -> ResponseReturnValue:
    """Take a passkey away."""
    user, token = somebody(), presence.token()
    try:
        done = presence.carry_out(
            lambda context: passkeys.remove(context, user, number, token=token)
        )
    except DomainError as refused:
        flash(str(refused), "error")
    else:
        flash("La clé d’accès est retirée." if done else "Cette clé était déjà retirée.", "success")
    return redirect(url_for("accounts.passkeys_page"))


@bp.post("/connexion/cle")
@limiter.limit("20 per minute; 200 per hour")
@with_token
def passkey_alone() -> ResponseReturnValue:
    """Sign in with a passkey and nothing else: begin, then take its answer."""
    form, step = forms.PasskeyForm(), presence.step(Kind.PASSKEY)
    # A challenge serves once, whatever its answer is worth.
    if (
        form.reponse.data
        and step
        and presence.carry_out(lambda context: steps.serve(context, step))
    ):
        key, place, answer = presence.key(Kind.PASSKEY), presence.place(), form.reponse.data
        try:
            presence.enter(passkeys.take(current.context(), key, place, answer, None))
        except DomainError as refused:
            db.session.rollback()
            form.refuse(refused)
        else:
            db.session.commit()
            return redirect(url_for("accounts.space"))
    presence.begin(Kind.PASSKEY)
    db.session.commit()
    key = presence.key(Kind.PASSKEY)
    options = passkeys.request(current.context(), key, presence.place(), None)
    return page("accounts/passkey_alone.html", form=form, options=options)

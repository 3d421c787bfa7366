"""« Mon espace »: what one has here, and what one changes of one's account."""

from functools import partial
from http import HTTPStatus

from flask import Response, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from communaute import blueprints
from communaute.blueprints.accounts import FORMS, HERE, MAILS, attempts, bp, forms, presence
from communaute.blueprints.accounts.access import me, signed_in, signed_in_lately
from communaute.blueprints.accounts.rendering import page
from communaute.domain import clock, retention
from communaute.domain.accounts import changing, links, personal_data, sessions
from communaute.domain.accounts.lockout import What
from communaute.domain.accounts.roles import LastAdministrator
from communaute.domain.accounts.steps import Kind
from communaute.extensions import db, limiter
from communaute.french.typography import typeset
from communaute.wiring import current


ASKED = (
    "Un courriel vient de partir vers cette adresse, un par heure au plus : s’il est déjà arrivé, son lien "
    "sert encore. Ouvrez-le pour confirmer"
)


@bp.get("/")
@signed_in
def space() -> ResponseReturnValue:
    """What waits for one here, and what one may change."""
    panels = blueprints.panels(db.session(), me(), clock.now())
    open_sessions = len(sessions.of_user(db.session(), me(), clock.now()))
    return page(
        "accounts/space.html",
        person=me(),
        panels=panels,
        devices=open_sessions,
        form=forms.ButtonForm(),
    )


@bp.route("/profil", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@signed_in
def profile() -> ResponseReturnValue:
    """The name."""
    form = forms.ProfileForm(nom=me().name)
    if form.validate_on_submit():
        me().name = (form.nom.data or "").strip()
        db.session.commit()
        flash("Votre nom est enregistré.", "success")
        return redirect(HERE)
    return page("accounts/profile.html", form=form)


@bp.route("/mot-de-passe", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's password: the current one is asked for here, and counted when wrong."""
    form, user, token = forms.ChangeForm(), me(), presence.token()
    old, new = form.mot_de_passe.data or "", form.nouveau_mot_de_passe.data or ""
    verb = partial(changing.change_password, current.context(), user, old, new, token=token)
    if form.validate_on_submit() and attempts.taken(form, "", What.PASSWORD, user, verb):
        db.session.commit()
        flash("Votre mot de passe a changé. Vos autres appareils sont déconnectés.", "success")
        return redirect(HERE)
    return page("accounts/password.html", form=form)


@bp.route("/adresse", methods=["GET", "POST"])
@limiter.limit(MAILS, methods=["POST"])
@signed_in_lately
def address() -> ResponseReturnValue:
    """Ask to sign in with another address: a link goes to it."""
    form = forms.NewAddressForm()
    if form.validate_on_submit():
        wanted = form.courriel.data or ""
        presence.carry_out(lambda context: changing.ask_address(context, me(), wanted))
        flash(f"{ASKED} le changement.", "success")
    return page("accounts/address.html", form=form, person=me())


@bp.route("/contact", methods=["GET", "POST"])
@limiter.limit(MAILS, methods=["POST"])
@signed_in_lately
def contact_address() -> ResponseReturnValue:
    """Ask to be written to elsewhere: a link goes to the new address."""
    form = forms.ContactForm()
    if form.validate_on_submit():
        wanted = form.courriel.data or ""
        presence.carry_out(lambda context: links.send(context, Kind.CONTACT, me(), wanted))
        flash(f"{ASKED}.", "success")
        return redirect(HERE)
    return page("accounts/contact.html", form=form, person=me())


@bp.post("/contact/oublier")
@limiter.limit(FORMS)
@signed_in
def forget_contact() -> ResponseReturnValue:
    """Write again to the sign-in address."""
    me().contact_email = None
    db.session.commit()
    flash("Nous vous écrirons à votre adresse de connexion.", "success")
    return redirect(HERE)


@bp.get("/appareils")
@signed_in
def devices() -> ResponseReturnValue:
    """One's open sessions: the browser, when it came first and last."""
    found = sessions.of_user(db.session(), me(), clock.now())
    here = presence.signed_in_now().id
    return page("accounts/devices.html", sessions=found, here=here, form=forms.ButtonForm())


@bp.post("/appareils/<int:number>/deconnecter")
@limiter.limit(FORMS)
@signed_in_lately
def close_device(number: int) -> ResponseReturnValue:
    """Close one session."""
    if not presence.carry_out(lambda context: sessions.close_one(context.session, me(), number)):
        abort(HTTPStatus.NOT_FOUND)
    flash("Cet appareil est déconnecté.", "success")
    return redirect(url_for("accounts.devices"))


@bp.get("/mes-donnees.json")
@signed_in
def my_data() -> ResponseReturnValue:
    """All that is kept of me."""
    answer: Response = jsonify(personal_data.export(db.session(), me(), retention.HOLDINGS))
    answer.headers["Content-Disposition"] = "attachment; filename=mes-donnees.json"
    return answer


@bp.post("/deconnexion-partout")
@limiter.limit(FORMS)
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """Close every session, this one too."""
    presence.carry_out(lambda context: sessions.close_all(context.session, me()))
    presence.leave()
    flash("Tous vos appareils sont déconnectés.", "success")
    return presence.forgotten(redirect(url_for("accounts.sign_in")))


@bp.route("/effacer", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@signed_in_lately
def erase() -> ResponseReturnValue:
    """Erase my account: what goes, what must stay and why, one box, one button."""
    form = forms.EraseForm()
    if form.validate_on_submit() and erased(form):
        return render_template("accounts/erased.html")
    kept = [typeset(holding.kept) for holding in retention.HOLDINGS if holding.kept]
    return page("accounts/erase.html", form=form, kept=kept)


def erased(form: forms.EraseForm) -> bool:
    """Call the verb; a refusal stands beside the box."""
    try:
        personal_data.erase_account(db.session(), me(), clock.now(), retention.HOLDINGS)
    except LastAdministrator as refused:
        form.certain.errors = [str(refused)]
        return False
    db.session.commit()
    presence.leave()
    return True

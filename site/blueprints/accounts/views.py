"""« Mon espace »: what is ours in accounts; the rest is Flask-Security's views, wired."""

from http import HTTPStatus

from flask import Response, flash, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_security import logout_user

from communaute import current
from communaute.blueprints.accounts import bp, links
from communaute.blueprints.accounts.access import me, signed_in, signed_in_lately
from communaute.blueprints.accounts.forms import ButtonForm, ContactForm, EraseForm, ProfileForm
from communaute.blueprints.accounts.mails import CONFIRM_WITHIN, page
from communaute.blueprints.accounts.rendering import page as rendered
from communaute.domain import clock
from communaute.domain.accounts import contact, personal_data, sessions
from communaute.domain.accounts.roles import LastAdministrator
from communaute.extensions import csrf, db, limiter


HERE = "/compte/"
# What each of these forms may be sent, from one address.
FORMS = "20 per minute; 100 per hour"


@bp.get("/")
@signed_in
def space() -> ResponseReturnValue:
    """What one has here, and what one may do."""
    return rendered("accounts/space.html", person=me(), form=ButtonForm())


@bp.get("/inscription/suite")
def signed_up() -> ResponseReturnValue:
    """A mail is waiting: the same page whether or not the address had an account."""
    return render_template("accounts/signed_up.html")


@bp.get("/lien-perime")
def stale_link() -> ResponseReturnValue:
    """Where a link that no longer serves leads."""
    link = links.Link("Lien non valable", "", links.INCOMPLETE)
    return render_template("accounts/link.html", link=link), HTTPStatus.GONE


@bp.route("/profil", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@signed_in
def profile() -> ResponseReturnValue:
    """The name."""
    form = ProfileForm(nom=me().name)
    if form.validate_on_submit():
        me().name = (form.nom.data or "").strip()
        db.session.commit()
        flash("Votre nom est enregistré.", "success")
        return redirect(HERE)
    return rendered("accounts/profile.html", form=form)


@bp.route("/contact", methods=["GET", "POST"])
@limiter.limit("6 per minute; 30 per hour", methods=["POST"])
@signed_in_lately
def contact_address() -> ResponseReturnValue:
    """Ask to be written to elsewhere: a link goes to the new address."""
    form = ContactForm()
    if form.validate_on_submit():
        secret, person, address = secret_key(), me(), form.courriel.data or ""
        token = links.contact_serializer(secret).dumps([person.fs_uniquifier, address])
        link = page(f"/compte/contact/{token}")
        contact.ask(db.session(), address, link=link, within=CONFIRM_WITHIN, now=clock.now())
        db.session.commit()
        flash(
            "Un courriel vient de partir vers cette adresse. Ouvrez-le pour confirmer.", "success"
        )
        return redirect(HERE)
    return rendered("accounts/contact.html", form=form, person=me())


@bp.post("/contact/oublier")
@limiter.limit(FORMS)
@signed_in
def forget_contact() -> ResponseReturnValue:
    """Write again to the sign-in address."""
    me().contact_email = None
    db.session.commit()
    flash("Nous vous écrirons à votre adresse de connexion.", "success")
    return redirect(HERE)


@bp.route("/contact/<token>", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
def confirm_contact(token: str) -> ResponseReturnValue:
    """The link of the mail: a button, and the button acts. No sign-in: it may be another device."""
    from flask import request

    found = links.read_contact(secret_key(), token, CONFIRM_WITHIN.total_seconds())
    link = contact_link(found)
    if link.usable and found and request.method == "POST":
        csrf.protect()
        contact.confirm(db.session(), *found)
        db.session.commit()
        link = contact_link(found)
    status = HTTPStatus.OK if link.usable or link.done else HTTPStatus.GONE
    return render_template("accounts/link.html", link=link), status


def contact_link(found: tuple[str, str] | None) -> links.Link:
    """What a contact link does."""
    person = contact.owner(db.session(), found[0]) if found else None
    if found is None or person is None:
        return links.Link("Lien non valable", "", links.INCOMPLETE)
    if person.contact_email == found[1]:
        sentence = "C’est fait\u202f: nous vous écrirons à cette adresse."
        return links.Link("Adresse de contact confirmée", "", sentence, done=True)
    sentence = f"Nous écrirons désormais à {found[1]}. Appuyez sur le bouton pour confirmer."
    return links.Link(
        "Adresse de contact", "Confirmer mon adresse de contact", sentence, usable=True
    )


@bp.get("/mes-donnees.json")
@signed_in
def my_data() -> ResponseReturnValue:
    """All that is kept of me."""
    answer: Response = jsonify(personal_data.export(db.session(), me()))
    answer.headers["Content-Disposition"] = "attachment; filename=mes-donnees.json"
    return answer


@bp.post("/deconnexion-partout")
@limiter.limit(FORMS)
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """Close every session, this one too."""
    sessions.close_all(db.session(), me())
    db.session.commit()
    logout_user()
    flash("Tous vos appareils sont déconnectés.", "success")
    return redirect("/compte/connexion")


@bp.route("/effacer", methods=["GET", "POST"])
@limiter.limit(FORMS, methods=["POST"])
@signed_in_lately
def erase() -> ResponseReturnValue:
    """Erase my account: what goes, what must stay and why, one box, one button."""
    form = EraseForm()
    if form.validate_on_submit() and erased(form):
        return render_template("accounts/erased.html")
    kept = [holding.kept for holding in personal_data.HOLDINGS if holding.kept]
    return rendered("accounts/erase.html", form=form, kept=kept)


def erased(form: EraseForm) -> bool:
    """Call the verb; a refusal stands beside the box."""
    try:
        personal_data.erase_account(db.session(), me(), clock.now())
    except LastAdministrator as refused:
        form.certain.errors = [str(refused)]
        return False
    db.session.commit()
    logout_user()
    return True


def secret_key() -> str:
    """What signs our links."""
    return current.settings().secret_key

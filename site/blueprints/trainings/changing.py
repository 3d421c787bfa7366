"""Move a pair or call it off: who will be told, and the mail they will get, before the act."""

from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField

from communaute.blueprints.accounts.access import me
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.trainings import bp, words
from communaute.blueprints.trainings.overview import LIMIT, organiser
from communaute.blueprints.trainings.pair import PAIR, details
from communaute.blueprints.trainings.planning import DatesForm, seen
from communaute.domain.trainings import changing
from communaute.domain.trainings.changing import NoticePreview
from communaute.domain.trainings.overview import PairDetails
from communaute.domain.trainings.planning import PairPlan
from communaute.extensions import limiter
from communaute.french.dates import in_paris
from communaute.mailing.message import Message
from communaute.web.fields import LongTextField
from communaute.wiring import current, post_office


class CancelForm(FlaskForm):
    """Why a pair is called off; the sentence goes into the mail."""

    motif = LongTextField("Ce qui s’est passé, en une phrase", most=changing.LONGEST_REASON)
    vu = HiddenField()

    def reason(self) -> str:
        """The sentence typed, on one line; the page shows it as the mail will."""
        said = " ".join((self.motif.data or "").split())
        if not self.motif.errors:
            self.motif.raw_data, self.motif.data = None, said
        return said


@bp.get(f"{PAIR}/deplacer")
@organiser
def move_page(number: int) -> ResponseReturnValue:
    """The dates as they are, to be changed."""
    found = details(number)
    return dates_page(found, DatesForm(data=as_fields(found)))


def as_fields(found: PairDetails) -> dict[str, Any]:
    """A pair as the form's fields, on Paris's clocks."""
    first, last = found.pair.sessions[0], found.pair.sessions[-1]
    starts_at = in_paris(first.starts_at)
    fields = {
        "premiere": starts_at.date(),
        "heure": starts_at.time(),
        "lieu": first.place,
        "duree": round((first.ends_at - first.starts_at).total_seconds() / 60),
        "classe": found.class_urls[0] if found.class_urls else "",
    }
    if last is not first:
        second = in_paris(last.starts_at)
        fields |= {"seconde": second.date(), "seconde_heure": second.time()}
    return fields


@bp.post(f"{PAIR}/deplacer")
@limiter.limit(LIMIT)
@organiser
def move(number: int) -> ResponseReturnValue:
    """What would happen; once read, move."""
    found, form = details(number), DatesForm()
    plan = plan_of(form, found)
    if plan is None:
        return dates_page(found, form)
    read = seen((plan,), form.classe.data, form.lieu.data)
    place = {"class_url": form.classe.data or "", "place": form.lieu.data or ""}
    if request.form.get("etape") == "deplacer" and form.vu.data == read:
        verb = changing.move_pair
        told = attempt(
            lambda: verb(current.training_context(me().id), number, plan.sessions, **place), form
        )
        return dates_page(found, form) if told is None else done(number, told)
    form.vu.data = read
    preview = changing.preview_move
    notice = attempt(
        lambda: preview(current.training_context(), number, plan.sessions, **place), form
    )
    return dates_page(found, form, notice, plan)


def plan_of(form: DatesForm, found: PairDetails) -> PairPlan | None:
    """The dates typed, for as many sessions as the pair has; None, each fault beside its field."""
    if found.pair.is_webinar:
        form.seconde.data = None
    valid = form.validate()
    if not found.pair.is_webinar and form.seconde.data is None and not form.seconde.errors:
        form.seconde.errors = ["Donnez le jour de la seconde séance."]
    if not valid or form.errors:
        return None
    plans = attempt(form.series, form)
    return plans[0] if plans else None


def dates_page(
    found: PairDetails,
    form: DatesForm,
    notice: NoticePreview | None = None,
    plan: PairPlan | None = None,
) -> ResponseReturnValue:
    """The form, and what would happen."""
    return page(
        "trainings/move.html",
        found=found,
        pair=found.pair,
        form=form,
        notice=notice,
        mail=mail_text(notice),
        plan=plan,
        words=words,
    )


@bp.get(f"{PAIR}/annuler")
@organiser
def cancel_page(number: int) -> ResponseReturnValue:
    """Who would be told, and why one calls it off."""
    return reason_page(details(number), CancelForm())


@bp.post(f"{PAIR}/annuler")
@limiter.limit(LIMIT)
@organiser
def cancel(number: int) -> ResponseReturnValue:
    """The mail with its reason; once read, call the pair off."""
    found, form = details(number), CancelForm()
    valid, reason = form.validate(), form.reason()
    if valid and request.form.get("etape") == "annuler" and form.vu.data == reason:
        call = changing.cancel_pair
        told = attempt(lambda: call(current.training_context(me().id), number, reason=reason), form)
        if told is not None:
            return done(number, told)
    form.vu.data = reason
    return reason_page(found, form)


def reason_page(found: PairDetails, form: CancelForm) -> ResponseReturnValue:
    """The reason, who would be told, and their mail."""
    notice, number, reason = None, found.pair.id, form.reason()
    if not form.errors:
        call = changing.preview_cancel
        notice = attempt(lambda: call(current.training_context(), number, reason=reason), form)
    return page(
        "trainings/cancel.html",
        found=found,
        pair=found.pair,
        form=form,
        notice=notice,
        mail=mail_text(notice),
        words=words,
    )


def mail_text(notice: NoticePreview | None) -> str:
    """The mail as its reader will have it; empty when nobody gets one."""
    mail: Message | None = notice.mail if notice else None
    if mail is None:
        return ""
    posted: Any = SimpleNamespace(**vars(mail), unsubscribe_url=None, code=None)
    return post_office.renderer(current_app, current.settings()).text(posted).strip()


def done(number: int, told: int) -> ResponseReturnValue:
    """Back to the pair; how many people are told."""
    flash(f"C’est fait. {words.told(told)}", "success")
    return redirect(url_for("trainings.pair", number=number), HTTPStatus.SEE_OTHER)

"""Move a pair or call it off: who will be told, and the mail they will get, before the act."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, TypeVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute import current, post_office
from communaute.blueprints.accounts.access import me
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.trainings import bp, words
from communaute.blueprints.trainings.desk import desk
from communaute.blueprints.trainings.organiser_forms import CancelForm, DatesForm, local, seen
from communaute.blueprints.trainings.overview import LIMIT, organiser
from communaute.blueprints.trainings.pair import PAIR, details
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.trainings import organising
from communaute.domain.trainings.errors import PairUnknown
from communaute.domain.trainings.values import MailPreview, NoticePreview, PairDetails, PairPlan
from communaute.extensions import db, limiter


T = TypeVar("T")


@dataclass(frozen=True)
class Shown:
    """What the act would do: the new dates if any, who is told, their mail as text."""

    notice: NoticePreview
    mail: str
    plan: PairPlan | None = None


def mail_text(mail: MailPreview | None) -> str:
    """The mail as its reader will have it; empty when nobody gets one."""
    if mail is None:
        return ""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    posted: Any = SimpleNamespace(**vars(mail), unsubscribe_url=None)
    return post_office.renderer(app, current.settings()).text(posted).strip()


@bp.get(f"{PAIR}/deplacer")
@organiser
def move(number: int) -> ResponseReturnValue:
    """The dates as they are, to be changed."""
    found = details(number)
    return move_page(found, DatesForm(data=as_typed(found)))


def as_typed(found: PairDetails) -> dict[str, str]:
    """A pair as the form's fields."""
    first, last = found.pair.sessions[0], found.pair.sessions[-1]
    day, at = local(first.starts_at)
    values = {"premiere": day, "heure": at, "lieu": first.place}
    if last is not first:
        values["seconde"], values["seconde_heure"] = local(last.starts_at)
    length = first.ends_at - first.starts_at
    values["duree"] = str(round(length.total_seconds() / 60))
    values["classe"] = found.class_urls[0] if found.class_urls else ""
    return values


def move_page(
    found: PairDetails, form: DatesForm, shown: Shown | None = None
) -> ResponseReturnValue:
    """The form, and what would happen."""
    return page(
        "trainings/move.html", found=found, pair=found.pair, form=form, shown=shown, words=words
    )


@bp.post(f"{PAIR}/deplacer")
@limiter.limit(LIMIT)
@organiser
def moved(number: int) -> ResponseReturnValue:
    """What would happen; once read, move."""
    found, form = details(number), DatesForm()
    plan = plan_of(form, found)
    if plan is None:
        return move_page(found, form)
    mark = seen((plan,), form.classe.data, form.lieu.data)
    if request.form.get("etape") == "deplacer" and form.vu.data == mark:
        return carry_out(number, form, found, to_plan(organising.move_pair, number, form, plan))
    form.vu.data = mark
    notice = preview(form, to_plan(organising.preview_move, number, form, plan))
    return move_page(found, form, Shown(notice, mail_text(notice.mail), plan) if notice else None)


def to_plan(
    verb: Callable[..., T], number: int, form: DatesForm, plan: PairPlan
) -> Callable[..., T]:
    """A verb that moves a pair, given all but who asks and when."""
    return partial(
        verb,
        db.session(),
        number,
        plan.sessions,
        class_url=form.classe.data or "",
        place=form.lieu.data or "",
    )


def plan_of(form: DatesForm, found: PairDetails) -> PairPlan | None:
    """The dates typed, for as many sessions as the pair has."""
    first, at, second, second_at, minutes = form.dates()
    if found.pair.is_webinar:
        second = None
    elif second is None:
        form.seconde.errors = ["Donnez le jour de la seconde séance."]
    if form.errors:
        return None
    try:
        return organising.plan_series(
            first, at, second_day=second, second_at=second_at, minutes=minutes
        )[0]
    except DomainError as refused:
        form.refuse(refused)
        return None


def preview(
    form: DatesForm | CancelForm, call: Callable[..., NoticePreview]
) -> NoticePreview | None:
    """Who would be told; None when the act would be refused, its sentence in the form."""
    try:
        return call(desk=desk(), now=clock.now())
    except PairUnknown:
        abort(HTTPStatus.NOT_FOUND)
    except DomainError as refused:
        form.refuse(refused)
        return None


def carry_out(
    number: int, form: DatesForm | CancelForm, found: PairDetails, call: Callable[..., int]
) -> ResponseReturnValue:
    """Act; a refusal comes back in the form."""
    try:
        told = call(desk=desk(), now=clock.now(), actor=me().id)
    except DomainError as refused:
        db.session.rollback()
        form.refuse(refused)
        return move_page(found, form) if isinstance(form, DatesForm) else cancel_page(found, form)
    db.session.commit()
    flash(f"C’est fait. {words.told(told)}", "success")
    return redirect(url_for("trainings.pair", number=number), HTTPStatus.SEE_OTHER)


@bp.get(f"{PAIR}/annuler")
@organiser
def cancel(number: int) -> ResponseReturnValue:
    """Who would be told, and why one calls it off."""
    return cancel_page(details(number), CancelForm())


@bp.post(f"{PAIR}/annuler")
@limiter.limit(LIMIT)
@organiser
def cancelled(number: int) -> ResponseReturnValue:
    """The mail with its reason; once read, call the pair off."""
    found, form = details(number), CancelForm()
    reason = form.reason()
    if request.form.get("etape") == "annuler" and form.vu.data == reason and not form.errors:
        act = partial(organising.cancel_pair, db.session(), number, reason=reason)
        return carry_out(number, form, found, act)
    form.vu.data = reason
    return cancel_page(found, form)


def cancel_page(found: PairDetails, form: CancelForm) -> ResponseReturnValue:
    """The reason, who would be told, and their mail."""
    reason, shown = form.reason(), None
    if not form.errors:
        call = partial(organising.preview_cancel, db.session(), found.pair.id, reason=reason)
        notice = preview(form, call)
        shown = Shown(notice, mail_text(notice.mail)) if notice else None
    return page(
        "trainings/cancel.html", found=found, pair=found.pair, form=form, shown=shown, words=words
    )

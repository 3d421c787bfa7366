"""Subscribe: asked for by anybody, confirmed by whoever has the mailbox, within seven days.

The answer is the same whoever is known, and a mailbox is written to once an hour at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from communaute.domain import clock
from communaute.domain.errors import FilledTrap
from communaute.domain.newsletter import subscribers
from communaute.domain.newsletter.context import CONFIRMED_WITHIN, Context
from communaute.domain.newsletter.errors import InvalidRequest
from communaute.domain.newsletter.subscribers import packed, unpacked
from communaute.french.reading import Unreadable, read_address
from communaute.mailing.messages import newsletter as mails
from communaute.mailing.outbox import post
from communaute.models.newsletter import Rhythm, Subscriber


APART = timedelta(hours=1)
# What one reads above the button, word for word: kept with each step.
CONSENT = (
    "En vous abonnant, vous acceptez que le site vous écrive à cette adresse au rythme choisi, sur les "
    "thèmes choisis. Vous partez d’un clic, depuis n’importe quel courriel."
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the form says. `page` is the page it was on, `trap` the field that people do not see."""

    address: str
    themes: Sequence[str] = ()
    rhythm: str = Rhythm.MONTHLY
    page: str = ""
    trap: str = ""


class Stage(StrEnum):
    """What a confirmation link finds."""

    TO_CONFIRM = "to-confirm"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What would be confirmed, or has been: in words."""

    stage: Stage
    themes: list[str]
    rhythm: str


def subscribe(context: Context, request: Request) -> None:
    """Ask for a subscription, or for more themes. The mail leaves only once an hour.

    What was asked for before stays: themes are added. No theme chosen means all of them.
    Raises FilledTrap, InvalidRequest (`courriel`, `themes`, `rythme`).
    """
    address, themes, rhythm = _read(request)
    row = subscribers.held(context.session, address)
    nothing_new = _is_subscribed(context, row) and (
        set(themes) <= set(unpacked(row.themes)) and rhythm == row.rhythm
    )
    if not nothing_new:
        row.asked_themes = packed({*unpacked(row.asked_themes), *themes})
        row.asked_rhythm, row.asked_at = rhythm, context.now
        step = subscribers.Step(name="asked", wording=CONSENT, page=request.page)
        subscribers.prove(context.session, row, step, context.now)
    _write(context, row, nothing_new)


def _read(request: Request) -> tuple[str, tuple[str, ...], Rhythm]:
    if request.trap.strip():
        raise FilledTrap
    try:
        address = read_address(request.address)
    except Unreadable as refused:
        raise InvalidRequest(str(refused), "courriel") from None
    return address, read_themes(request.themes), read_rhythm(request.rhythm)


def read_themes(typed: Sequence[str]) -> tuple[str, ...]:
    """The themes chosen; all of them when none is. Raises InvalidRequest."""
    if any(theme not in subscribers.THEMES for theme in typed):
        raise InvalidRequest("Choisissez des thèmes de la liste.", "themes")
    return tuple(typed) or tuple(subscribers.THEMES)


def read_rhythm(typed: str) -> Rhythm:
    """The rhythm chosen. Raises InvalidRequest."""
    if typed not in set(Rhythm):
        raise InvalidRequest("Choisissez un rythme de la liste.", "rythme")
    return Rhythm(typed)


def _is_subscribed(context: Context, row: Subscriber) -> bool:
    stopped = subscribers.suppressed(context.session, row) is not None
    return row.confirmed_at is not None and row.left_at is None and not stopped


def _write(context: Context, row: Subscriber, nothing_new: bool) -> None:
    """One mail an hour to a mailbox, whichever of the two it is: the first link still serves."""
    if clock.is_recent(row.confirmation_mailed_at, context.now, APART):
        return
    row.confirmation_mailed_at = context.now
    listed = context.mailing_list(row.reference)
    if nothing_new:
        link = context.preferences(row.reference)
        message = mails.already_subscribed(to=row.address, link=link, listed=listed)
    else:
        message = mails.confirm_subscription(
            to=row.address,
            link=context.confirmation(row.reference),
            until=context.now + CONFIRMED_WITHIN,
            themes=subscribers.in_words(row.asked_themes),
            rhythm=subscribers.RHYTHMS[Rhythm(row.asked_rhythm or row.rhythm)],
            listed=listed,
        )
    key = f"{message.template}-{row.reference}-{context.now:%Y%m%dT%H%M%S}"
    post(context.session, message, key=key, due=context.now)


def look(context: Context, token: str) -> Asked:
    """What a confirmation link is about; changes nothing. Raises BadLink, PastLink."""
    row = subscribers.known(context.session, context.who_confirms(token))
    if row.asked_at is None:
        return _described(Stage.DONE, row.themes, row.rhythm)
    themes = packed({*unpacked(row.themes), *unpacked(row.asked_themes)})
    return _described(Stage.TO_CONFIRM, themes, row.asked_rhythm or row.rhythm)


def _described(stage: Stage, themes: str, rhythm: str) -> Asked:
    return Asked(
        stage=stage, themes=subscribers.in_words(themes), rhythm=subscribers.RHYTHMS[Rhythm(rhythm)]
    )


def confirm(context: Context, token: str) -> Asked:
    """Subscribe, or add what was asked for; pressed twice, « c'est déjà fait ».

    Whoever had left, or could not be written to, comes back. Raises BadLink, PastLink.
    """
    row = subscribers.named(context, context.who_confirms(token))
    if row.asked_at is None:
        return _described(Stage.DONE, row.themes, row.rhythm)
    if not _is_subscribed(context, row):
        row.confirmed_at = context.now
    if row.left_at is not None:
        row.themes = ""
    row.themes = packed({*unpacked(row.themes), *unpacked(row.asked_themes)})
    row.rhythm = row.asked_rhythm or row.rhythm
    row.asked_themes, row.asked_rhythm, row.asked_at = "", None, None
    row.left_at, row.paused_until = None, None
    # The mailbox has answered: another mail may be asked for at once.
    row.confirmation_mailed_at = None
    subscribers.lift(context.session, row)
    subscribers.prove(
        context.session,
        row,
        subscribers.Step(name="confirmed", page="/outils/abonnement"),
        context.now,
    )
    return _described(Stage.DONE, row.themes, row.rhythm)

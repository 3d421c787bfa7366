"""The newsletter, wired: what its verbs are given, letters made from pages, what is due each minute."""

from collections import OrderedDict
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from threading import Lock
from types import SimpleNamespace
from typing import cast

from flask import Flask, current_app, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import clock
from communaute.domain.newsletter import articles, returns, sending, watching
from communaute.domain.newsletter.context import Context
from communaute.domain.newsletter.pace import Rates
from communaute.domain.newsletter.sending_domain import Sender
from communaute.editorial.checking import check
from communaute.editorial.letters import LetterBody, letter_body
from communaute.editorial.pages import Issue, Page
from communaute.editorial.preflight import Finding, Mail, blocks, preflight
from communaute.extensions import db, queue, reading
from communaute.mailing.message import Message
from communaute.mailing.messages import newsletter as mails
from communaute.mailing.outbox import post, row_of
from communaute.mailing.rendering import Posted
from communaute.mailing.transports import WIRE
from communaute.models.accounts import User
from communaute.models.newsletter import Rhythm, Sending
from communaute.wiring import current, post_office
from communaute.wiring.addresses import is_an_address


KEY = "communaute letters"
# The reference of nobody: a trial's links lead to a page that says so.
NOBODY = "aaaaaaaaaaaaaaaa"
MOST_ARTICLES = 40
# One issue leaves at a time, or two; a letter being looked at is another.
REMEMBERED = 8


@dataclass
class FrozenLetters:
    """What each sending says, read once: a hundred thousand mails are made from the same words."""

    app: Flask
    known: "OrderedDict[int, LetterBody]" = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def of(self, number: int) -> LetterBody:
        """What a sending says. Raises LookupError when it is none."""
        with self.lock:
            if number not in self.known:
                self.known[number] = self._read(number)
                while len(self.known) > REMEMBERED:
                    self.known.popitem(last=False)
            return self.known[number]

    def _read(self, number: int) -> LetterBody:
        with self.app.app_context():
            engine = db.engine
        with Session(engine) as session:
            found = reading(session).get(Sending, number)
            if found is None:
                raise LookupError(f"no sending {number}")
            return LetterBody(html=found.html, text=found.text)


def init_app(app: Flask) -> None:
    """Let the mail's template read what its sending says."""
    app.extensions[KEY] = FrozenLetters(app)
    app.jinja_env.globals["letter_of"] = app.extensions[KEY].of


def context() -> Context:
    """The session, the moment, the site, and where machines write to."""
    return Context(
        **vars(current.context()), tagger=post_office.writer_of(current.settings()).tagger
    )


def reading_context() -> Context:
    """The same for whoever only reads, and so waits for nobody."""
    reading(db.session())
    return context()


def rates() -> Rates:
    """How fast letters may leave."""
    here = current.settings()
    return Rates(in_all=int(here.newsletter_rate), to_a_domain=int(here.newsletter_domain_rate))


def words_of(page: Page, note: str = "") -> str:
    """What a letter says, as HTML: an issue whole, with its figure and its articles.

    Mail and feed take it from here.
    """
    found = (current.content().page(url) for url in getattr(page, "articles", ()))
    return render_template(
        "newsletter/letter_body.html",
        page=page,
        articles=[one for one in found if one],
        note=note,
        today=clock.today(),
    )


def letter_of_page(page: Page, note: str = "") -> sending.Letter:
    """The letter that a page makes: an issue with its articles, or one article alone.

    `note` says at the top what is corrected.
    """
    body = letter_body(words_of(page, note), current.settings().base_url + page.url)
    return sending.Letter(
        page=page.url,
        subject=f"Correction : {page.title}" if note else page.title,
        html=body.html,
        text=body.text,
        themes=page.publics,
        rhythm=Rhythm.MONTHLY if isinstance(page, Issue) else Rhythm.ARTICLES,
    )


def run_due() -> dict[str, int]:
    """Queue what is due, pause what fails too much, note what has ended; answers a count of each."""
    queued = sending.queue_due(context(), rates())
    returns.take_refusals(context())
    managed = f"{current.settings().base_url}/gestion/lettre"
    paused = watching.watch(context(), lambda letter: managed + letter)
    ended = sending.finish(context())
    return {"queued": queued, "paused": len(paused), "ended": ended}


def announce() -> dict[str, int]:
    """Ask for the letters of the articles that this site has since its last look; counts."""
    content = current.content()
    published = {
        one.url: one.published
        for one in content.latest(len(content.pages))
        if one.published and is_article(one)
    }

    def letter_of(url: str) -> sending.Letter | None:
        page = content.page(url)
        if page is None or blocks(preflight_of(page)):
            return None
        return letter_of_page(page)

    with current_app.test_request_context(base_url=current.settings().base_url):
        return articles.announce(context(), published, letter_of)


def wake() -> None:
    """Ask the worker to look now; it looks each minute anyway."""
    queue.ask(queue_letters, "letters will leave within a minute")


@queue.task()
def queue_letters() -> None:
    """In the worker, woken by whoever asks for a sending."""
    with queue.site():
        run_due()


def sendings(session: Session) -> list[Sending]:
    """The sendings, the latest of each letter last."""
    return list(session.scalars(select(Sending).order_by(Sending.number, Sending.id)))


def recent_articles() -> list[Page]:
    """What was published lately and may be sent on its own."""
    since = clock.today() - articles.RECENT
    pages = current.content().latest(MOST_ARTICLES)
    return [one for one in pages if is_article(one) and one.published and one.published >= since]


def is_article(page: Page) -> bool:
    """Whether a page may be sent on its own: it is for somebody, and no issue."""
    return bool(page.publics) and not isinstance(page, Issue)


def trial_of(made: sending.Letter, to: str, key: str) -> Message:
    """A letter to one person that belongs to no sending: to oneself, or to look at."""
    return mails.letter(
        to=to,
        subject=f"[Essai] {made.subject}" if key else made.subject,
        sending=0,
        listed=context().mailing_list(NOBODY),
        about="newsletter trial",
        body={"html": made.html, "text": made.text},
    )


def send_trial(page: Page, user: User) -> None:
    """Send a letter to oneself; its links to leave lead to nobody."""
    made, now = letter_of_page(page), clock.now()
    key = f"newsletter-trial-{user.id}-{page.url}-{now:%Y%m%dT%H%M%S}"
    post(db.session(), trial_of(made, user.contact_address, key), key=key, due=now)


def mail_of(page: Page) -> EmailMessage:
    """The mail that a page makes, to nobody."""
    row = row_of(trial_of(letter_of_page(page), "personne@exemple.example", ""), "-", clock.now())
    posted = cast(Posted, SimpleNamespace(**row))
    return post_office.renderer(current_app, current.settings()).mail(posted, clock.now())


def part_of(mail: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail."""
    body = mail.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def preflight_of(page: Page) -> list[Finding]:
    """What is found of a page as a letter."""
    mail, content = mail_of(page), current.content()
    whole = Mail(
        page=page,
        subject=str(mail["Subject"]),
        html=part_of(mail, "html"),
        text=part_of(mail, "plain"),
        raw=mail.as_bytes(policy=WIRE),
    )
    faults = check(content, known_urls=is_an_address, today=clock.today())
    return preflight(whole, content, faults, clock.today())


def sender_of(selector: str = "", server: str = "") -> Sender:
    """How this site sends, from its settings."""
    settings = current.settings()
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    return Sender(domain=domain, envelope=context().tagger.host, selector=selector, server=server)

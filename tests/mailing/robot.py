"""A mail scanner: it opens every link of every mail before its reader does.

At the end of each test that asked for mails, `scan` visits the links of each kind of mail not yet
seen: a feature that adds a mail is covered by its own tests.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from communaute.extensions import Base, db
from communaute.models import Delivery
from communaute.wiring import post_office
from communaute.wiring.current import Site
from tests.pages import soup_of


VISITS = ("HEAD", "GET", "OPTIONS", "GET", "HEAD")
# What a mail program says it is matters little; a scanner looks like a browser.
SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; link scanner)", "Sec-Fetch-Site": "none"}
# Kinds of mails seen in this session: once each is enough.
seen: set[str] = set()


@dataclass(frozen=True)
class Seen:
    """A link and the mail it was in."""

    template: str
    path: str


def links_of(app: Flask, delivery: Delivery) -> list[Seen]:
    """The links of a mail that lead to this site, as its text shows them."""
    site: Site = app.extensions["communaute"]
    text = post_office.renderer(app, site.settings).text(delivery)
    ours = urlsplit(site.settings.base_url).netloc
    found = (urlsplit(link) for link in re.findall(r"https?://\S+", text))
    paths = {p._replace(scheme="", netloc="").geturl() or "/" for p in found if p.netloc == ours}
    return [Seen(delivery.template, path) for path in sorted(paths)]


def everything(app: Flask) -> dict[str, list[str]]:
    """All that the database holds."""
    with app.app_context():
        tables = Base.metadata.sorted_tables
        return {t.name: sorted(map(repr, db.session.execute(select(t)))) for t in tables}


def scan(app: Flask, *, again: bool = False) -> list[Seen]:
    """Visit the links of one mail of each kind, then press the button as its reader would.

    Outside of any application context, where each request would share its `g`. Fails when a visit
    changes anything, or when the reader's click no longer works.
    """
    links = new_links(app, again=again)
    for link in links:
        seen.add(link.template)
        before = everything(app)
        for method in VISITS:
            answer = app.test_client().open(link.path, method=method, headers=SCANNER)
            assert answer.status_code < 500, link
        assert everything(app) == before, f"a visit changed something: {link}"
        press(app.test_client(), link)
    return links


def new_links(app: Flask, *, again: bool) -> list[Seen]:
    """The links of the last mail of each kind not yet seen, or of each kind."""
    known = set(app.jinja_env.list_templates())
    with app.app_context():
        mails = {
            mail.template: mail
            for mail in db.session.scalars(select(Delivery).order_by(Delivery.id))
            if mail.context and f"mail/{mail.template}.txt" in known
        }
        wanted = [mail for template, mail in mails.items() if again or template not in seen]
        return [link for mail in wanted for link in links_of(app, mail)]


def press(reader: FlaskClient, link: Seen) -> None:
    """Press the one button of the page, if it is a page with one button."""
    page = soup_of(reader.get(link.path).text)
    forms = page.select("main form[method=post]")
    if len(forms) != 1 or forms[0].select("input:not([type=hidden]), select, textarea"):
        return
    fields = {str(i["name"]): str(i.get("value", "")) for i in forms[0].select("input[name]")}
    # A browser sends the pressed button's name too.
    fields |= {str(b["name"]): str(b.get("value", "")) for b in forms[0].select("button[name]")}
    target = str(forms[0].get("action") or link.path)
    answer = reader.post(target, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code < 400, f"after the scanner, the button no longer works: {link}"

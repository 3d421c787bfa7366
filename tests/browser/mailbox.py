"""The mails that a browser's visitor has caused, as rows: no server sends them."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from communaute.extensions import db
from communaute.models import Delivery


def mailed(app: Flask, address: str, template: str = "") -> Delivery:
    """The last mail to an address, or the last of a kind."""
    own = select(Delivery).where(Delivery.recipient == address).order_by(Delivery.id.desc())
    with app.app_context():
        found = db.session.scalars(own).all()
    return next((one for one in found if template in ("", one.template)), None) or pytest.fail(
        f"no mail {template} to {address}"
    )


def linked(app: Flask, address: str, template: str = "") -> str:
    """The path of its link."""
    return urlsplit(str(mailed(app, address, template).context["link"])).path

"""Pairs, people and lists to try the site with; nothing but `.example` addresses."""

from datetime import datetime

from sqlalchemy.orm import Session


def load(session: Session, now: datetime) -> int:
    """Pairs to come for each training, some full, some with a list; answers how many are made.

    Reproducible; run twice it makes nothing more. Sends no mail.
    """
    raise NotImplementedError

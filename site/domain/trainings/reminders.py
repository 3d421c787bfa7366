"""What is due at its hour: reminders, thanks, places whose hold is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.trainings.links import Desk


def send_reminders(session: Session, *, desk: Desk, now: datetime) -> dict[str, int]:
    """Ask for the reminders and thanks that are due; answers the count of each outcome.

    Outcomes: reminder_48h, reminder_2h, thanks, already, too_late. Safe to run twice.
    """
    raise NotImplementedError


def release_expired(session: Session, *, desk: Desk, now: datetime) -> dict[str, int]:
    """Free the places whose hold or offer is over and serve the lists; commits by training.

    Answers holds and offers released, offers made. Safe to run twice.
    """
    raise NotImplementedError

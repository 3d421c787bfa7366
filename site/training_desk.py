"""The desk of trainings, wired to the settings: whose links, whose mails."""

from communaute.config import Settings
from communaute.domain.trainings.links import Desk


def training_desk(settings: Settings) -> Desk:
    """Where verbs of trainings stand on this site."""
    return Desk(base_url=settings.base_url, secret=settings.secret_key, sender=settings.mail_from)

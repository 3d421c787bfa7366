"""Answers of the signature tool, kept for minutes; and what a report's code proves, for longer."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class VerificationResult(Model):
    """The answer to one verification, under a random address, for 15 minutes.

    It holds the names of the signers, never the document nor the name of its file.
    """

    __tablename__ = "verification_result"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The random address that the verifier gave: whoever has it may read the answer."""
    report: Mapped[dict[str, object] | None] = mapped_column(JSON)
    """The whole report (domain/signatures/report_wire.py); None while it is awaited."""
    submitted_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Verification(Model):
    """What the short code of a report proves: hash, verdict, dates. No document, no name."""

    __tablename__ = "verification"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(20))
    sub_indication: Mapped[str | None] = mapped_column(String(50))
    verified_at: Mapped[datetime] = mapped_column(Moment, index=True)
    lists_issued_at: Mapped[datetime | None] = mapped_column(Moment)
    """The date of the list of lists used; None when there was none."""
    lists_number: Mapped[int | None]
    """Its sequence number."""

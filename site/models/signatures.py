"""What is kept of verifications: results for 15 minutes, proofs without a name for longer."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from communaute.extensions import Model
from communaute.models.columns import Moment


class VerificationResult(Model):
    """The result of one verification, for whoever has its random address, for 15 minutes.

    In a table, so that any web process of any host answers. It holds signers' names, never the
    document.
    """

    __tablename__ = "verification_result"

    address: Mapped[str] = mapped_column(String(40), primary_key=True)
    verifier: Mapped[str] = mapped_column(String(255), default="")
    """Which host's verifier has the document, as long as there is no report."""
    submitted_at: Mapped[datetime] = mapped_column(Moment, index=True)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The whole report (domain/signatures/report.py); None while it is awaited."""
    code: Mapped[str | None] = mapped_column(String(12))
    """The code of the Verification, when there is a verdict."""


class VerificationBatch(Model):
    """Documents that were sent together: one table of results, for 15 minutes as well."""

    __tablename__ = "verification_batch"

    address: Mapped[str] = mapped_column(String(40), primary_key=True)
    submitted_at: Mapped[datetime] = mapped_column(Moment, index=True)
    documents: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """In the order they were sent: the `name` of the file, the `address` of its result."""


class Verification(Model):
    """What a printed report can be checked against: never the document, never a name."""

    __tablename__ = "verification"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(16))
    sub_indication: Mapped[str | None] = mapped_column(String(48))
    acceptable: Mapped[bool]
    signature_count: Mapped[int]
    lists_issued_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the European list of lists in use was issued; None when there was none."""
    lists_number: Mapped[int | None]
    verified_at: Mapped[datetime] = mapped_column(Moment, index=True)

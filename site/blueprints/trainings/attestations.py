"""Attestations as PDF: tagged, one a page, fetching nothing."""

from collections.abc import Sequence
from pathlib import Path

from flask import render_template

from communaute import current
from communaute.blueprints.trainings import words
from communaute.domain.trainings.values import AttestationData
from communaute.web.pdf import render_pdf


STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "attestation.css"


def as_pdf(people: Sequence[AttestationData]) -> bytes:
    """One document, an attestation on each page."""
    html = render_template(
        "trainings/attestation.html",
        people=people,
        site=current.settings(),
        words=words,
        hours=hours,
    )
    return render_pdf(html, STYLE.read_text(encoding="utf-8"))


def hours(minutes: int) -> str:
    """`3 h`, `1 h 30`: how long was followed."""
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole}\u00a0h"] * bool(whole) + [
        f"{rest:02}" if whole else f"{rest}\u00a0min"
    ] * bool(rest)
    return "\u00a0".join(parts) or "0\u00a0min"

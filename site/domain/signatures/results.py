"""Results that any web process can show for 15 minutes, and the proofs that stay."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.domain.keeping import Rule, erased
from communaute.domain.signatures.facts import ListInfo, clean
from communaute.domain.signatures.report import DocumentReport, from_wire
from communaute.models.signatures import Verification, VerificationBatch, VerificationResult


# Crockford's base 32: no I, L, O nor U. 32¹² codes: nobody finds one by trying.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = str.maketrans("", "", " -\u00a0\u202f\u2011\u2013.")


class WrongCode(DomainError):
    """What was typed cannot be a code."""


def new_code() -> str:
    """A code that nobody has, but for a chance in 10¹⁸."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """The code that was typed, however it was spaced. Raises WrongCode."""
    code = typed.strip().upper().translate(_SEPARATORS).translate(_MISREAD)
    if not code:
        raise WrongCode("Saisissez le code imprimé sur le rapport.")
    if len(code) != LENGTH:
        raise WrongCode(f"Un code compte {LENGTH} caractères, celui-ci en a {len(code)}.")
    if set(code) - set(ALPHABET):
        raise WrongCode("Un code n’a que des chiffres et des lettres. Recopiez-le du rapport.")
    return code


def spaced(code: str) -> str:
    """The code as it is printed: `7K3M-Q9TD-X2WA`."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


# Our own rules, said on the page /donnees-personnelles (RULES below).
KEPT = timedelta(minutes=15)
PROOF_KEPT = timedelta(days=5 * 365)
ANSWERED_WITHIN = timedelta(minutes=5)
"""Six documents of at most 85 s each, two at a time: later, the verifier was stopped."""
LIST_OF_LISTS = "EU"


@dataclass(frozen=True, slots=True)
class Result:
    """One verification as its address shows it: a report, or none yet."""

    address: str
    submitted_at: datetime
    report: DocumentReport | None
    code: str | None
    """The code that proves the verdict; None when there is no verdict."""
    is_ours: bool
    """Whether this host's verifier was given the document."""

    @property
    def expires_at(self) -> datetime:
        """When it can no longer be read."""
        return self.submitted_at + KEPT

    def is_overdue(self, now: datetime) -> bool:
        """Whether no verifier can still be at it."""
        return now - self.submitted_at >= ANSWERED_WITHIN


def expect_result(session: Session, address: str, now: datetime, host: str) -> None:
    """Note that a host's verifier was given a document, unless it answered already."""
    _row(session, address, now).verifier = host


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that were sent together."""

    address: str
    submitted_at: datetime
    documents: tuple[tuple[str, str], ...]
    """The name of each file, cleaned for display, and the address of its result."""

    @property
    def expires_at(self) -> datetime:
        """When it can no longer be read."""
        return self.submitted_at + KEPT


def expect_batch(
    session: Session,
    addresses: Sequence[str],
    names: Sequence[str],
    now: datetime,
    host: str,
) -> str:
    """Note documents that were given together to this host's verifier; the address of their table."""
    for address in addresses:
        expect_result(session, address, now, host)
    documents = [
        {"name": clean(name), "address": address}
        for name, address in zip(names, addresses, strict=True)
    ]
    made = VerificationBatch(
        address=secrets.token_urlsafe(18), submitted_at=now, documents=documents
    )
    session.add(made)
    return made.address


def find_batch(session: Session, address: str, now: datetime) -> Batch | None:
    """The documents sent together under an address; None when its 15 minutes are over."""
    row = session.get(VerificationBatch, address)
    if row is None or now - row.submitted_at >= KEPT:
        return None
    documents = tuple((one["name"], one["address"]) for one in row.documents)
    return Batch(address, row.submitted_at, documents)


def keep_result(
    session: Session, address: str, report: Mapping[str, object], now: datetime
) -> str | None:
    """Keep a report (wire form) where every web process reads it; return the code of its proof.

    Safe to call twice. Raises ValueError when `report` is none.
    """
    read = from_wire(report)
    row = _row(session, address, now)
    if row.report is None:
        row.report, row.code = dict(report), prove(session, read, now)
    return row.code


def prove(session: Session, report: DocumentReport, now: datetime) -> str | None:
    """Keep what a printed report can be checked against, and return its code.

    None for a file without verdict: there is nothing to prove.
    """
    if report.verdict is None:
        return None
    top = list_of_lists(report.lists)
    proof = Verification(
        code=new_code(),
        sha256=report.sha256,
        verdict=report.verdict.value,
        sub_indication=report.sub_indication.value if report.sub_indication else None,
        acceptable=report.acceptable,
        signature_count=len(report.signatures),
        lists_issued_at=top.issued_at if top else None,
        lists_number=top.sequence_number if top else None,
        verified_at=report.verified_at or now,
    )
    session.add(proof)
    return proof.code


def find_result(session: Session, address: str, now: datetime, host: str) -> Result | None:
    """The result of an address, as `host` sees it; None when there is none or its 15 minutes are over."""
    row = session.get(VerificationResult, address)
    if row is None or now - row.submitted_at >= KEPT:
        return None
    report = from_wire(row.report) if row.report is not None else None
    return Result(address, row.submitted_at, report, row.code, row.verifier == host)


def find_verification(session: Session, code: str, now: datetime) -> Verification | None:
    """What was proved under a code, while it is kept."""
    found = session.get(Verification, code)
    return found if found and now - found.verified_at < PROOF_KEPT else None


def purge_results(session: Session, now: datetime) -> int:
    """Erase the results whose 15 minutes are over; say how many."""
    past = delete(VerificationResult).where(VerificationResult.submitted_at <= now - KEPT)
    tables = delete(VerificationBatch).where(VerificationBatch.submitted_at <= now - KEPT)
    return erased(session, past) + erased(session, tables)


def purge_verifications(session: Session, now: datetime) -> int:
    """Erase the proofs kept long enough; say how many."""
    past = delete(Verification).where(Verification.verified_at <= now - PROOF_KEPT)
    return erased(session, past)


def list_of_lists(lists: tuple[ListInfo, ...]) -> ListInfo | None:
    """The European list of lists among those in use, else the newest; None without any."""
    used = [one for one in lists if one.refused is None]
    top = [one for one in used if one.territory == LIST_OF_LISTS]
    return max(top or used, key=lambda one: one.issued_at, default=None)


def _row(session: Session, address: str, now: datetime) -> VerificationResult:
    """The row of an address, made when there is none.

    The web process and the verifier may both make it at once (PostgreSQL): the later finds it.
    """
    row = session.get(VerificationResult, address)
    if row is not None:
        return row
    made = VerificationResult(address=address, verifier="", submitted_at=now, report=None)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.get_one(VerificationResult, address)
    return made


RULES = (
    Rule(
        name="signature_results",
        what="Le résultat d’une vérification de signature, qui nomme les signataires ; pour plusieurs documents "
        "envoyés ensemble, le nom de chaque fichier. Jamais le document.",
        why="Vous montrer le résultat et vous laisser télécharger le rapport.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{}.",
        periods=(KEPT,),
        purge=purge_results,
    ),
    Rule(
        name="signature_proofs",
        what="La preuve d’une vérification : code, empreinte du fichier, verdict, date des listes de confiance. "
        "Ni document, ni nom.",
        why="Vous laisser contrôler un rapport imprimé à l’aide de son code.",
        legal_basis="Mission d’information du site (intérêt légitime).",
        how_long="{}.",
        periods=(PROOF_KEPT,),
        purge=purge_verifications,
    ),
)

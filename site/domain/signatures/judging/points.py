"""The five points of article 5 of the arrêté du 22 mars 2019: answered, then worded in French."""

from collections.abc import Mapping
from datetime import datetime

from communaute.domain.signatures.facts import RevisionFacts, SignatureFacts
from communaute.domain.signatures.judging import wording
from communaute.domain.signatures.judging.verdict import Ruling, is_qualified, reference_time
from communaute.domain.signatures.vocabulary import (
    Answer,
    Criterion,
    Format,
    Integrity,
    Modification,
    RevocationStatus,
    SubIndication,
    Verdict,
)
from communaute.french.dates import moment_in_words


_WEAK = {
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
}

# Faults that leave open whether what is read is what was signed.
_OPEN = {"may_be_attributes", "beside", "nothing_signed", "other_document", "part_signed"}
_OPEN |= {"announced_missing", "line_ends", "signed_as_text"}


def answers(facts: SignatureFacts, ruling: Ruling, now: datetime) -> dict[Criterion, Answer]:
    """Answer the five points. The first says a holder is presented, never who it should be."""
    admitted = facts.format not in {Format.PKCS7, Format.XMLDSIG}  # article 3
    known = Answer.YES if admitted else Answer.NO
    return {
        Criterion.IDENTITY: identity(facts),
        Criterion.CERTIFICATE_CATEGORY: certificate_category(facts),
        Criterion.FORMAT: Answer.UNDETERMINED if "unreadable" in facts.faults else known,
        Criterion.VALIDITY: validity(facts, ruling, now),
        Criterion.INTEGRITY: integrity(facts),
    }


# What these points say is of whoever signed: of the document read only if it is the one signed.
_OF_WHAT_WAS_SIGNED = frozenset(
    {Criterion.IDENTITY, Criterion.CERTIFICATE_CATEGORY, Criterion.VALIDITY}
)


def leans_on_integrity(criterion: Criterion, given: Mapping[Criterion, Answer]) -> bool:
    """Say whether a « yes » holds only for what was signed, which is not shown to be what is read."""
    return (
        criterion in _OF_WHAT_WAS_SIGNED
        and given[criterion] is Answer.YES
        and given[Criterion.INTEGRITY] is not Answer.YES
    )


def acceptable(ruling: Ruling, given: dict[Criterion, Answer]) -> bool:
    """Say whether the signature meets the arrêté: it passed, and the five answers are yes."""
    return ruling.verdict is Verdict.PASSED and all(a is Answer.YES for a in given.values())


def identity(facts: SignatureFacts) -> Answer:
    """1°: a verified chain names the holder. A pseudonym names nobody."""
    if facts.certificate is None or not facts.anchored:
        return Answer.UNDETERMINED
    if not facts.certificate.holder:
        return Answer.NO
    return Answer.UNDETERMINED if facts.certificate.pseudonym else Answer.YES


def certificate_category(facts: SignatureFacts) -> Answer:
    """2°: qualified when it was issued and when it signed (article 2, II, 1°).

    The second category of article 2 (equivalent authorities) is left to the reader.
    """
    if not facts.anchored:
        return Answer.UNDETERMINED
    both = is_qualified(facts.service_at_signing) and is_qualified(facts.service_at_issuance)
    return Answer.YES if both else Answer.NO


def validity(facts: SignatureFacts, ruling: Ruling, now: datetime) -> Answer:
    """4°: neither expired nor revoked at the date of signing."""
    certificate = facts.certificate
    if certificate is None or not facts.anchored:
        return Answer.UNDETERMINED
    if ruling.rule in {"revoked", "too_early"}:
        return Answer.NO
    if ruling.rule == "too_late":
        return Answer.NO if facts.proven_at else Answer.UNDETERMINED
    claimed = facts.proven_at or facts.declared_at or now
    if not certificate.not_before <= claimed <= certificate.not_after:
        return Answer.UNDETERMINED
    revoked = facts.revocation.status is RevocationStatus.REVOKED
    after = not revoked or (facts.revocation.revoked_at or now) > reference_time(facts, now)
    good = facts.outcome.verdict is Verdict.PASSED and "revoked_authority" not in facts.faults
    return Answer.YES if good and after else Answer.UNDETERMINED


def integrity(facts: SignatureFacts) -> Answer:
    """5°: the document is the one that was signed, but for what its author allowed."""
    if facts.integrity in {Integrity.HASH_MISMATCH, Integrity.BAD_SIGNATURE}:
        return Answer.NO
    revision = facts.revision
    if revision is not None and revision.changes_allowed is False:
        return Answer.NO
    if "byte_range" in facts.faults or "content_type" in facts.faults:
        return Answer.NO
    if facts.integrity is not Integrity.INTACT or facts.outcome.sub_indication in _WEAK:
        return Answer.UNDETERMINED
    if _OPEN & set(facts.faults):
        return Answer.UNDETERMINED
    if revision is None:
        return Answer.YES
    doubtful = revision.unsigned_appearance or revision.values_filled
    return Answer.UNDETERMINED if doubtful or revision.changes_allowed is None else Answer.YES


_UNKNOWN_AUTHORITY = frozenset(
    {SubIndication.NO_CERTIFICATE_CHAIN_FOUND, SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE}
)

# Faults that say why integrity is open better than the verdict does.
_TOLD_FIRST = _OPEN | {
    *("byte_range", "content_type", "unsupported_transform", "ambiguous_reference"),
}

_ONLY_WHAT_WAS_SIGNED = "Cela ne vaut que pour ce qui a été signé"
_ALTERED = f"{_ONLY_WHAT_WAS_SIGNED}, et le document que vous lisez n'est pas celui-là (point 5)."
_NOT_SHOWN_INTACT = (
    f"{_ONLY_WHAT_WAS_SIGNED} : il n'est pas établi que le document que vous lisez soit celui-là "
    "(point 5)."
)


def point(
    criterion: Criterion,
    given: Mapping[Criterion, Answer],
    facts: SignatureFacts,
    ruling: Ruling,
) -> tuple[str, str]:
    """Give the evidence for one answer and the advice that goes with it (may be empty)."""
    answer = given[criterion]
    evidence, to_do = {
        Criterion.IDENTITY: _identity,
        Criterion.CERTIFICATE_CATEGORY: _category,
        Criterion.FORMAT: _format,
        Criterion.VALIDITY: _validity,
        Criterion.INTEGRITY: _integrity,
    }[criterion](answer, facts, ruling)
    if leans_on_integrity(criterion, given):
        altered = given[Criterion.INTEGRITY] is Answer.NO
        evidence = f"{evidence} {_ALTERED if altered else _NOT_SHOWN_INTACT}"
    return evidence, to_do


def _identity(answer: Answer, facts: SignatureFacts, ruling: Ruling) -> tuple[str, str]:
    if answer is Answer.YES and facts.certificate is not None:
        return (
            f"Identité présentée : « {facts.certificate.holder} », "
            f"par l'autorité « {facts.certificate.issuer} ».",
            "Vérifiez que c'est bien la personne attendue et qu'elle peut engager sa structure : "
            "aucun outil ne peut le faire à votre place.",
        )
    if facts.certificate is not None and facts.certificate.pseudonym and facts.anchored:
        return (
            "Le certificat porte un pseudonyme, pas un nom.",
            "Demandez au signataire qui il est.",
        )
    if answer is Answer.NO:
        return "Le certificat ne nomme personne.", "Demandez un certificat au nom du signataire."
    if ruling.sub_indication in _UNKNOWN_AUTHORITY:
        return (
            "Aucune autorité reconnue ne confirme l'identité présentée.",
            "Ne vous fiez pas au nom affiché : demandez au signataire un certificat d'une autorité "
            "reconnue.",
        )
    return (
        "L'identité présentée n'a pas pu être confirmée : la vérification s'est arrêtée avant.",
        "Ne vous fiez pas au nom affiché.",
    )


def _category(answer: Answer, facts: SignatureFacts, ruling: Ruling) -> tuple[str, str]:
    service = facts.service_at_signing
    if answer is Answer.YES and service is not None:
        device = ", dans un dispositif qualifié" if service.secure_device else ""
        listed = "autorité déclarée localement" if service.private_anchor else "liste de confiance"
        return (
            f"Certificat qualifié{device} : service « {service.service_name} », {listed} "
            f"({service.territory}).",
            "",
        )
    equivalent = (
        "L'arrêté admet aussi une autorité aux exigences équivalentes : c'est à vous de "
        "l'apprécier, au vu des preuves que le signataire vous donne."
    )
    if answer is Answer.NO and service is not None and service.certificate_type == "eseal":
        return "C'est un cachet (personne morale), pas la signature d'une personne.", equivalent
    if answer is Answer.NO:
        return "Le certificat n'est pas qualifié selon les listes de confiance.", equivalent
    if ruling.sub_indication in _UNKNOWN_AUTHORITY:
        listed = "L'autorité du certificat ne figure sur aucune liste de confiance chargée."
        return listed, equivalent
    return "La catégorie n'a pas pu être établie : la vérification s'est arrêtée avant.", ""


def _format(answer: Answer, facts: SignatureFacts, _: Ruling) -> tuple[str, str]:
    if answer is Answer.YES:
        level = f", niveau {facts.level.value}" if facts.level else ""
        return f"Format {facts.format.value}{level}, admis par l'article 3.", ""
    if answer is Answer.NO and facts.format is Format.XMLDSIG:
        return (
            "Format XML Signature sans ce que XAdES y ajoute : le certificat n'est pas signé.",
            "Demandez au signataire de signer au format XAdES.",
        )
    if answer is Answer.NO:
        return (
            "Format PKCS#7, qui n'est ni XAdES, ni CAdES, ni PAdES.",
            "Demandez au signataire de signer au format PAdES, CAdES ou XAdES.",
        )
    return "Le format n'a pas pu être lu.", "Demandez au signataire de signer de nouveau."


def _validity(answer: Answer, facts: SignatureFacts, ruling: Ruling) -> tuple[str, str]:
    if facts.certificate is None:
        return "Le certificat n'a pas pu être lu.", wording.advice(ruling)
    dates = f"Certificat valable {wording.validity_dates(facts)}."
    if ruling.verdict is Verdict.FAILED and not facts.anchored:
        return f"{dates} La signature n'étant pas valide, ce point n'a pas été contrôlé.", ""
    if answer is Answer.YES:
        when = (
            f"Date prouvée : {moment_in_words(facts.proven_at)}."
            if facts.proven_at
            else "Date non prouvée : contrôle fait au moment de la vérification."
        )
        return f"{dates} {when} {_said_of_revocation(facts)}", ""
    why = (
        f"{wording.reason(ruling)[:1].upper()}{wording.reason(ruling)[1:]}."
        if ruling.sub_indication
        else ""
    )
    said = "" if ruling.rule == "revocation_unknown" else _said_of_revocation(facts)
    return " ".join(part for part in (dates, said, why) if part), wording.advice(ruling)


def _said_of_revocation(facts: SignatureFacts) -> str:
    found = facts.revocation
    if found.status is RevocationStatus.REVOKED and found.revoked_at is not None:
        return f"Révoqué le {moment_in_words(found.revoked_at)} (source : {found.source})."
    if found.status is RevocationStatus.GOOD and found.issued_at is not None:
        return f"Non révoqué d'après une donnée émise le {moment_in_words(found.issued_at)} ({found.source})."
    if facts.outcome.verdict is Verdict.PASSED:
        return "Aucune révocation n'est signalée."
    return "La révocation n'a pas pu être contrôlée."


def _integrity(answer: Answer, facts: SignatureFacts, ruling: Ruling) -> tuple[str, str]:
    revision = facts.revision
    since = wording.MODIFICATIONS[revision.modification] if revision is not None else ""
    if answer is Answer.YES:
        mail = wording.FAULTS["mail"] if "mail" in facts.faults else ""
        return f"Le contenu est celui qui a été signé. {since} {mail}".replace(
            "  ", " "
        ).strip(), ""
    for fault in facts.faults:
        if fault in _TOLD_FIRST:
            return wording.FAULTS[fault], wording.advice(ruling)
    sealed = facts.integrity is Integrity.INTACT and answer is Answer.UNDETERMINED
    if sealed and revision and (revision.unsigned_appearance or revision.values_filled):
        return _since_signed(revision, since)
    # « n'a pas changé depuis » would contradict a broken seal: the bytes it covers were changed.
    told = "" if revision is None or revision.modification is Modification.NONE else since
    if answer is Answer.NO:
        return f"Le contenu n'est pas celui qui a été signé. {told}".strip(), wording.advice(ruling)
    return f"L'intégrité n'a pas pu être établie. {told}".strip(), wording.advice(ruling)


def _since_signed(revision: RevisionFacts, since: str) -> tuple[str, str]:
    """Say what leaves integrity open although the seal is whole."""
    if revision.modification is Modification.ANNOTATIONS:
        return (
            f"{since} L'auteur les permettait, mais personne ne les a signées et elles peuvent "
            "cacher le texte.",
            "Lisez la version signée seule.",
        )
    if revision.unsigned_appearance:
        return (
            "Depuis la signature, un élément visible que personne n'a signé a été ajouté au "
            "document.",
            "Fiez-vous à la version signée seule, ou demandez le document tel qu'il a été signé.",
        )
    return (
        f"Le contenu signé est intact. {since}",
        "Comparez avec la version signée : le signataire n'avait pas permis tout ce qui a été "
        "rempli ou changé ensuite.",
    )

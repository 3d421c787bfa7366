"""What the verdicts mean, in plain French: the page, the report and the API all say it thus.

Names read in certificates are put in the sentences as they are: whoever displays them
escapes them.
"""

from collections.abc import Mapping

from communaute.domain.signatures.typography import date, date_and_time, typeset
from communaute.domain.signatures.values import (
    Error,
    Limits,
    Modification,
    Qualified,
    SignatureFacts,
    SubIndication,
    Verdict,
)
from communaute.domain.signatures.verdict import Ruling


def _all(texts: Mapping[object, str]) -> dict[object, str]:
    return {key: typeset(text) for key, text in texts.items()}


ERRORS: Mapping[object, str] = _all(
    {
        Error.NO_SIGNATURE: "Ce fichier ne contient pas de signature électronique. "
        "Une image de signature manuscrite n'en est pas une : demandez au signataire le fichier "
        "d'origine, ou joignez le fichier de signature s'il est à part.",
        Error.UNREADABLE: "Ce fichier ne peut pas être lu : il est vide, incomplet ou abîmé. "
        "Demandez qu'on vous l'envoie de nouveau.",
        Error.ENCRYPTED: "Ce document est protégé par un mot de passe. "
        "Demandez au signataire une version sans mot de passe.",
        Error.UNSUPPORTED: "Cet outil ne sait pas encore vérifier ce type de signature "
        "(XAdES, ASiC, document bureautique ou jeton d'horodatage seul). "
        "Il vérifie les signatures PAdES (PDF) et CAdES "
        "(.p7m, .p7s). Pour ce fichier, utilisez le vérificateur de la Commission européenne.",
        Error.TOO_LARGE: "Ce fichier dépasse la taille admise. "
        "Demandez au signataire une version plus légère.",
        Error.TOO_MANY_SIGNATURES: f"Ce document porte plus de {Limits().signatures} signatures : "
        "c'est plus que cet outil n'en vérifie. Demandez un document par groupe de signataires, "
        "ou utilisez le vérificateur de la Commission européenne.",
        Error.TIMEOUT: "La vérification a dépassé le temps admis et a été arrêtée. "
        "Le document n'est ni accepté ni refusé : réessayez plus tard.",
    }
)

NO_SIGNATURE_APART = typeset(
    "Le fichier de signature joint n'en est pas un (.p7s ou .p7m), ou il est vide. Si votre document "
    "est un PDF qui contient sa signature, envoyez-le seul ; sinon, joignez la signature reçue avec lui."
)
ARCHIVE = typeset(
    "Ce fichier est une archive (.zip), qui n'est pas signée elle-même. Sortez-en le document signé, "
    "puis envoyez-le seul, ou avec sa signature si elle est à part."
)

VERDICTS: Mapping[object, str] = _all(
    {
        Verdict.PASSED: "La signature est valide.",
        Verdict.INDETERMINATE: "La validité de la signature n'a pas pu être établie.",
        Verdict.FAILED: "La signature n'est pas valide.",
    }
)

# What each sub-indication of ETSI EN 319 102-1 means here, and what to do about it.
SUB_INDICATIONS: Mapping[object, str] = _all(
    {
        SubIndication.FORMAT_FAILURE: "le document a été modifié après la signature, ou la "
        "signature n'en couvre qu'une partie",
        SubIndication.HASH_FAILURE: "le contenu n'est pas celui qui a été signé",
        SubIndication.SIG_CRYPTO_FAILURE: "la signature ne correspond pas au certificat présenté",
        SubIndication.REVOKED: "le certificat était révoqué quand il a servi à signer",
        SubIndication.EXPIRED: "le certificat avait expiré quand il a servi à signer",
        SubIndication.NOT_YET_VALID: "le certificat n'était pas encore valable à la date qui "
        "compte : celle qui est prouvée ou, sans preuve, celle de la vérification",
        SubIndication.SIG_CONSTRAINTS_FAILURE: "il manque à la signature des éléments nécessaires",
        SubIndication.CHAIN_CONSTRAINTS_FAILURE: "le certificat n'est pas fait pour signer des "
        "documents",
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: "le certificat n'a pas pu être vérifié "
        "jusqu'à une autorité reconnue : un contrôle manque, souvent celui de la révocation",
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE: "la signature repose sur un procédé trop faible "
        "pour faire foi",
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "le procédé de signature n'est plus "
        "reconnu et rien ne prouve qu'il l'était à la date de la signature",
        SubIndication.POLICY_PROCESSING_ERROR: "la politique de signature n'a pas pu être lue",
        SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE: "la politique de signature est introuvable",
        SubIndication.TIMESTAMP_ORDER_FAILURE: "les horodatages se contredisent",
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND: "le certificat du signataire est absent ou "
        "n'est pas celui que la signature désigne",
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND: "l'autorité qui a délivré le certificat n'est "
        "pas reconnue",
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE: "l'autorité qui a délivré le certificat "
        "n'est plus reconnue et rien ne prouve la date de la signature",
        SubIndication.REVOKED_NO_POE: "le certificat est révoqué et rien ne prouve que la "
        "signature lui est antérieure",
        SubIndication.REVOKED_CA_NO_POE: "une autorité qui répondait du certificat est révoquée",
        SubIndication.OUT_OF_BOUNDS_NO_POE: "le certificat a expiré et rien ne prouve que la "
        "signature date d'avant",
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: "le certificat a expiré, sans avoir été révoqué, "
        "et rien ne prouve que la signature date d'avant",
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE: "les preuves de non-révocation ne sont pas "
        "datées de façon sûre",
        SubIndication.NO_POE: "rien ne prouve la date de la signature",
        SubIndication.TRY_LATER: "il n'est pas encore possible de savoir si le certificat était "
        "révoqué",
        SubIndication.SIGNED_DATA_NOT_FOUND: "le document signé n'a pas été fourni",
        SubIndication.GENERIC: "la signature ou les modifications du document n'ont pas pu être "
        "entièrement contrôlées",
    }
)

# What a rule found, when its sub-indication says too little.
RULES: Mapping[object, str] = _all(
    {
        "unsigned_appearance": "un élément visible que personne n'a signé a été ajouté depuis",
        "unknown_change": "ce qui a été ajouté au document depuis n'a pas pu être contrôlé",
        "revocation_unknown": "rien ne dit ici si le certificat a été révoqué",
        "beside": "le fichier contient autre chose que la signature et ce qu'elle signe",
    }
)
_ELSEWHERE = (
    "vérifiez aussi le document avec l'outil de la Commission européenne, qui interroge les "
    "autorités en ligne"
)

ADVICE: Mapping[object, str] = _all(
    {
        SubIndication.FORMAT_FAILURE: "Demandez au signataire le document tel qu'il l'a signé.",
        SubIndication.HASH_FAILURE: "Demandez au signataire le document tel qu'il l'a signé.",
        SubIndication.SIG_CRYPTO_FAILURE: "Demandez au signataire de signer de nouveau.",
        SubIndication.SIGNED_DATA_NOT_FOUND: "Envoyez aussi le document, avec sa signature.",
        SubIndication.TRY_LATER: f"Recommencez demain, ou {_ELSEWHERE}.",
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND: "Demandez au signataire quelle autorité a "
        "délivré son certificat et si elle figure sur une liste de confiance européenne.",
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: f"V{_ELSEWHERE[1:]}.",
        "revocation_unknown": f"V{_ELSEWHERE[1:]}. Ou demandez au signataire une signature qui "
        "contient ces preuves (niveau B-LT).",
        "beside": "Demandez au signataire le fichier tel qu'il l'a signé.",
        "unsigned_appearance": "Lisez la version signée seule, ou demandez le document tel qu'il "
        "a été signé.",
    }
)
_ADVICE_OTHERWISE = typeset(
    "Demandez au signataire une signature récente, horodatée, avec un certificat qualifié."
)

FAULTS: Mapping[object, str] = _all(
    {
        "byte_range": "La signature ne couvre pas tout le document.",
        "content_type": "La signature n'est pas de la nature attendue dans un PDF.",
        "sha1_envelope": "La signature emploie un ancien format (SHA-1) qui ne fait plus foi.",
        "unreadable": "La signature est illisible.",
        "no_signed_attributes": "La signature ne dit ni ce qu'elle signe ni avec quel certificat.",
        "beside": "Le fichier contient autre chose que la signature et ce qu'elle signe.",
        "revoked_authority": "Une autorité qui répondait du certificat était révoquée.",
    }
)

QUALIFIED: Mapping[object, str] = _all(
    {
        Qualified.QES: "signature électronique qualifiée",
        Qualified.ADES_QC: "signature avancée reposant sur un certificat qualifié",
        Qualified.NO: "signature dont le certificat n'est pas qualifié",
        Qualified.UNDETERMINED: "signature dont la qualification n'est pas établie",
    }
)

MODIFICATIONS: Mapping[object, str] = _all(
    {
        Modification.NONE: "Le document n'a pas changé depuis.",
        Modification.ARCHIVAL: "Seules des preuves d'archivage ont été ajoutées depuis.",
        Modification.FORM_FILLING: "Des champs de formulaire ont été remplis ou signés depuis.",
        Modification.ANNOTATIONS: "Des annotations ont été ajoutées depuis.",
        Modification.OTHER: "Le document a été modifié depuis.",
        Modification.UNKNOWN: "Ce qui a été ajouté depuis n'a pas pu être contrôlé.",
    }
)


def summary(facts: SignatureFacts, ruling: Ruling, *, acceptable: bool) -> tuple[str, ...]:
    """Give three sentences: who signed, when, and whether the signature is valid and why."""
    return typeset(_who(facts)), typeset(_when(facts)), _whether(ruling, acceptable=acceptable)


def document(overall: Verdict, count: int) -> str:
    """Give one sentence for a whole document of `count` signatures."""
    if count == 1:
        return VERDICTS[overall]
    said = {
        Verdict.PASSED: f"Les {count} signatures sont valides.",
        Verdict.INDETERMINATE: f"Sur {count} signatures, une au moins n'a pas pu être établie.",
        Verdict.FAILED: f"Sur {count} signatures, une au moins n'est pas valide.",
    }
    return typeset(said[overall])


def reason(ruling: Ruling) -> str:
    """Say in French why a signature did not pass (empty when it did)."""
    if ruling.sub_indication is None:
        return ""
    return RULES.get(ruling.rule, SUB_INDICATIONS[ruling.sub_indication])


def advice(ruling: Ruling) -> str:
    """Say what to do about a signature that did not pass (empty when it did)."""
    if ruling.sub_indication is None:
        return ""
    return ADVICE.get(ruling.rule) or ADVICE.get(ruling.sub_indication, _ADVICE_OTHERWISE)


def _who(facts: SignatureFacts) -> str:
    certificate = facts.certificate
    if certificate is None or not certificate.holder:
        return "Le signataire n'est pas nommé."
    body = f" ({certificate.organisation})" if certificate.organisation else ""
    if facts.anchored:
        return f"Le certificat est au nom de « {certificate.holder} »{body}."
    return f"La signature se présente au nom de « {certificate.holder} »{body}, sans preuve."


def _when(facts: SignatureFacts) -> str:
    if facts.proven_at is not None:
        return f"Un horodatage prouve qu'elle existait le {date_and_time(facts.proven_at)}."
    if facts.declared_at is not None:
        return (
            f"Elle se dit du {date_and_time(facts.declared_at)}, "
            "date que seul le signataire affirme."
        )
    return "Elle ne porte pas de date."


def _whether(ruling: Ruling, *, acceptable: bool) -> str:
    if ruling.verdict is Verdict.PASSED:
        end = "" if acceptable else " Elle ne répond pas aux cinq points de l'arrêté."
        return typeset(f"{VERDICTS[Verdict.PASSED]}{end}")
    return typeset(f"{VERDICTS[ruling.verdict][:-1]} : {reason(ruling)}.")


def validity_dates(facts: SignatureFacts) -> str:
    """Give « du 3 mars 2024 au 3 mars 2027 » for the signer's certificate (empty without one)."""
    if facts.certificate is None:
        return ""
    return f"du {date(facts.certificate.not_before)} au {date(facts.certificate.not_after)}"

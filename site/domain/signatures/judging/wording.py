"""What the verdicts mean, in plain French: the page, the report and the API all use these words.

Why a file has none is in no_verdict.py. Sentences are typed plainly here; verify.py sets them, once.

Names read in certificates are put in the sentences as they are: whoever displays them
escapes them.
"""

from collections.abc import Iterator, Mapping

from communaute.domain.signatures.facts import SignatureFacts
from communaute.domain.signatures.judging.verdict import Ruling
from communaute.domain.signatures.vocabulary import (
    Extent,
    Integrity,
    Modification,
    Qualified,
    SubIndication,
    Verdict,
)
from communaute.french.dates import date_in_words, moment_in_words


VERDICTS: Mapping[object, str] = {
    Verdict.PASSED: "La signature est valide.",
    Verdict.INDETERMINATE: "La validité de la signature n'a pas pu être établie.",
    Verdict.FAILED: "La signature n'est pas valide.",
}

# What each sub-indication of ETSI EN 319 102-1 means here, and what to do about it.
SUB_INDICATIONS: Mapping[object, str] = {
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

# What a rule found, when its sub-indication says too little.
RULES: Mapping[object, str] = {
    "unsigned_appearance": "un élément visible que personne n'a signé a été ajouté depuis",
    "unknown_change": "ce qui a été ajouté au document depuis n'a pas pu être contrôlé",
    "revocation_unknown": "rien ne dit ici si le certificat a été révoqué",
    "other_purpose": "le certificat est réservé à un autre usage que la signature d'une personne",
    "beside": "le fichier contient autre chose que la signature et ce qu'elle signe",
    "unsupported_transform": "transformation non prise en charge : ce que la signature couvre "
    "n'a pas pu être calculé",
    "ambiguous_reference": "deux éléments du fichier portent l'identifiant que la signature "
    "désigne : on ne peut pas savoir lequel elle couvre",
    "nothing_signed": "la signature ne couvre rien de ce qui se lit",
    "other_document": "la signature ne porte pas sur le document envoyé avec elle",
    "announced_missing": "le conteneur annonce un fichier qu'il ne contient pas",
    "line_ends": "le texte est celui qui a été signé, mais ses fins de ligne ne sont plus les mêmes",
    "signed_as_text": "le logiciel du signataire a lu ce fichier comme un texte : il n'en a signé "
    "qu'une partie",
    "part_signed": "la signature ne couvre qu'une partie de ce qui se lit",
    "other_canonical": "le contenu est celui qui a été signé, mais le logiciel du signataire en a calculé "
    "l'empreinte autrement que la norme ne le veut",
    "signed_after": "une autre signature a été ajoutée ensuite dans le fichier, que celle-ci ne prévoyait "
    "pas ; le reste n'a pas changé",
}
_ELSEWHERE = (
    "vérifiez aussi le document avec l'outil de la Commission européenne, qui interroge les "
    "autorités en ligne"
)

ADVICE: Mapping[object, str] = {
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
    "other_purpose": "Demandez une signature faite avec un certificat de signature.",
    "beside": "Demandez au signataire le fichier tel qu'il l'a signé.",
    "unsupported_transform": f"V{_ELSEWHERE[1:]}.",
    "ambiguous_reference": "Demandez au signataire le fichier tel qu'il l'a signé.",
    "nothing_signed": "Demandez au signataire une signature qui couvre le document.",
    "other_document": "Envoyez le fichier signé seul, ou le document que la signature couvre.",
    "announced_missing": "Demandez au signataire le conteneur tel qu'il l'a fait.",
    "line_ends": "Demandez au signataire le document tel qu'il l'a signé, dans une archive .zip qui "
    "n'y changera rien.",
    "signed_as_text": "Demandez au signataire de signer de nouveau, sans que son logiciel lise le "
    "fichier comme un texte (avec OpenSSL : l'option -binary).",
    "other_canonical": "D'autres outils diront la signature fausse : demandez au signataire de signer "
    "avec un logiciel à jour.",
    "signed_after": "D'autres outils diront la première signature fausse : demandez à chacun de signer "
    "dans un fichier à part.",
    "part_signed": "Ne vous fiez qu'à ce qui est signé, ou demandez au signataire de signer le "
    "document entier.",
    "unsigned_appearance": "Lisez la version signée seule, ou demandez le document tel qu'il "
    "a été signé.",
}
_ADVICE_OTHERWISE = (
    "Demandez au signataire une signature récente, horodatée, avec un certificat qualifié."
)

FAULTS: Mapping[object, str] = {
    "byte_range": "La signature ne couvre pas tout le document.",
    "content_type": "La signature n'est pas de la nature attendue dans un PDF.",
    "sha1_envelope": "La signature emploie un ancien format (SHA-1) qui ne fait plus foi.",
    "unreadable": "La signature est illisible.",
    "no_signed_attributes": "La signature ne dit ni ce qu'elle signe ni avec quel certificat.",
    "may_be_attributes": "La signature ne dit pas ce qu'elle signe, et ce contenu a la forme de ce qu'une "
    "autre signature aurait couvert : il peut lui avoir été pris.",
    "mail": "La signature couvre le texte du message et ses pièces jointes, pas l'expéditeur, l'objet "
    "ni la date affichés.",
    "beside": "Le fichier contient autre chose que la signature et ce qu'elle signe.",
    "unsupported_transform": "Une transformation du contenu n'est pas prise en charge ici.",
    "ambiguous_reference": "Deux éléments du fichier portent le même identifiant.",
    "nothing_signed": "La signature ne couvre rien de ce qui se lit.",
    "other_document": "La signature ne porte pas sur le document envoyé avec elle.",
    "announced_missing": "Le conteneur annonce un fichier qu'il ne contient pas.",
    "line_ends": "Le texte est celui qui a été signé, mais ses fins de ligne ont été écrites autrement "
    "depuis.",
    "signed_as_text": "Le logiciel du signataire a lu ce fichier comme un texte, ce que fait OpenSSL "
    "sans l'option -binary : il a changé les fins de ligne, et ce qui suit un octet nul n'est pas signé.",
    "part_signed": "La signature ne couvre qu'une partie de ce qui se lit.",
    "revoked_authority": "Une autorité qui répondait du certificat était révoquée.",
}

QUALIFIED: Mapping[object, str] = {
    Qualified.QES: "signature électronique qualifiée",
    Qualified.ADES_QC: "signature avancée reposant sur un certificat qualifié",
    Qualified.NO: "signature dont le certificat n'est pas qualifié",
    Qualified.UNDETERMINED: "signature dont la qualification n'est pas établie",
}

MODIFICATIONS: Mapping[object, str] = {
    Modification.NONE: "Le document n'a pas changé depuis.",
    Modification.ARCHIVAL: "Seules des preuves d'archivage ont été ajoutées depuis.",
    Modification.FORM_FILLING: "Des champs de formulaire ont été remplis ou signés depuis.",
    Modification.ANNOTATIONS: "Des annotations ont été ajoutées depuis.",
    Modification.OTHER: "Le document a été modifié depuis.",
    Modification.UNKNOWN: "Ce qui a été ajouté depuis n'a pas pu être contrôlé.",
}


def summary(facts: SignatureFacts, ruling: Ruling, *, acceptable: bool) -> tuple[str, ...]:
    """Give the sentences: what is signed, when that is not obvious, then who signed, when, and
    whether the signature is valid and why.
    """
    told = (*_what(facts), _who(facts), _when(facts))
    return *told, _whether(ruling, acceptable=acceptable)


def document(overall: Verdict, count: int) -> str:
    """Give one sentence for a whole document of `count` signatures."""
    if count == 1:
        return VERDICTS[overall]
    said = {
        Verdict.PASSED: f"Les {count} signatures sont valides.",
        Verdict.INDETERMINATE: f"Sur {count} signatures, une au moins n'a pas pu être établie.",
        Verdict.FAILED: f"Sur {count} signatures, une au moins n'est pas valide.",
    }
    return said[overall]


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


def _what(facts: SignatureFacts) -> Iterator[str]:
    """Say what an XML signature, or that of a container, is over; nothing for PDF and CMS."""
    scope = facts.scope
    if scope is None or facts.integrity is not Integrity.INTACT:
        return
    what = {
        Extent.WHOLE: "le document entier",
        Extent.ELEMENTS: _listed("l'élément", "les éléments", scope.names),
        Extent.FILES: _listed("le fichier", "les fichiers", scope.names),
        Extent.SIGNATURE: "une autre signature, que celle-ci approuve (contre-signature)",
        Extent.NOTHING: "rien de ce qui se lit dans ce fichier",
    }[scope.extent]
    yield f"Ce qui est signé : {what}."
    if scope.around:
        yield f"Ce qui l'entoure n'est pas signé : {_listed('', '', scope.around)}."
    if scope.left_out:
        yield f"N'est pas signé ici : {_listed('', '', scope.left_out)}."


def _listed(one: str, several: str, names: tuple[str, ...]) -> str:
    if names == ("Object",):
        return "le contenu joint, dans le fichier de la signature"
    named = [f"« {name} »" for name in names if name]
    if not named:
        return "le document envoyé avec la signature"
    return f"{one if len(named) == 1 else several} {', '.join(named)}".strip()


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
        return f"Un horodatage prouve qu'elle existait le {moment_in_words(facts.proven_at)}."
    if facts.declared_at is not None:
        return (
            f"Elle se dit du {moment_in_words(facts.declared_at)}, "
            "date que seul le signataire affirme."
        )
    return "Elle ne porte pas de date."


def _whether(ruling: Ruling, *, acceptable: bool) -> str:
    if ruling.verdict is Verdict.PASSED:
        end = "" if acceptable else " Elle ne répond pas aux cinq points de l'arrêté."
        return f"{VERDICTS[Verdict.PASSED]}{end}"
    return f"{VERDICTS[ruling.verdict][:-1]} : {reason(ruling)}."


def validity_dates(facts: SignatureFacts) -> str:
    """Give « du 3 mars 2024 au 3 mars 2027 » for the signer's certificate (empty without one)."""
    if facts.certificate is None:
        return ""
    return f"du {date_in_words(facts.certificate.not_before)} au {date_in_words(facts.certificate.not_after)}"

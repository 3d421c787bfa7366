"""« Puis-je l'accepter ? »: the answer in the terms of the arrêté, and what to ask of the signer.

The arrêté du 22 mars 2019 has five points checked (article 5). It says which certificates
(article 2) and formats (article 3) will do; it leaves the identity to a person.
"""

from dataclasses import dataclass

from communaute.domain.signatures.report import DocumentReport
from communaute.domain.signatures.vocabulary import Answer, Criterion, Error, Verdict
from communaute.french.typography import typeset


ARRETE = (
    "l'arrêté du 22 mars 2019 relatif à la signature électronique des contrats de la commande "
    "publique"
)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The answer, why, and a request to the signer; the last is empty when nothing is missing."""

    title: str
    reasons: tuple[str, ...]
    request: str = ""


# What article 5 asks of each point, then what is asked of a signer whose point is not met.
_POINTS = {
    Criterion.IDENTITY: (
        "l'identité du signataire (article 5, 1°)",
        "utiliser un certificat à votre nom, délivré par une autorité reconnue",
    ),
    Criterion.CERTIFICATE_CATEGORY: (
        "l'appartenance du certificat à l'une des catégories de l'article 2 : un certificat "
        "qualifié, ou d'une autorité aux exigences équivalentes (article 5, 2°)",
        "utiliser un certificat qualifié au sens du règlement eIDAS ou, à défaut, joindre de quoi "
        "établir que l'autorité répond à des exigences équivalentes",
    ),
    Criterion.FORMAT: (
        "le format de la signature : XAdES, CAdES ou PAdES (articles 3 et 5, 3°)",
        "choisir, dans votre outil de signature, l'un des formats PAdES, CAdES ou XAdES",
    ),
    Criterion.VALIDITY: (
        "un certificat ni échu ni révoqué à la date de la signature (article 5, 4°)",
        "joindre à la signature un horodatage et les preuves de validité du certificat "
        "(niveau B-LT, souvent appelé « longue durée »)",
    ),
    Criterion.INTEGRITY: (
        "l'intégrité du document signé (article 5, 5°)",
        "nous renvoyer le fichier tel qu'il a été signé, sans le modifier, l'imprimer ni le "
        "convertir ensuite",
    ),
}


def acceptance(report: DocumentReport) -> Acceptance | None:
    """Say whether a document may be accepted; None when it has no verdict and nothing to ask."""
    if report.error is Error.NO_SIGNATURE:
        return Acceptance(
            "", (), _request(report, ["il ne porte pas de signature électronique"], [])
        )
    if report.verdict is None:
        return None
    points = [point for one in report.signatures for point in one.points]
    unmet = {point.criterion for point in points if point.answer is not Answer.YES}
    no = {point.criterion for point in points if point.answer is Answer.NO}
    missing = [one for one in Criterion if one in unmet]
    if not missing and report.verdict is Verdict.PASSED:
        return Acceptance(
            "Oui, pour ce qui se vérifie automatiquement",
            (
                typeset(
                    "Les cinq points de l'article 5 de l'arrêté du 22 mars 2019 sont remplis. Le "
                    "même article met à part l'identité : à vous de vérifier que le signataire est "
                    "la personne attendue et qu'elle peut engager sa structure."
                ),
            ),
        )
    refused = report.verdict is Verdict.FAILED
    title = "Non" if refused else "Pas en l'état : il manque de quoi l'établir"
    what = [_POINTS[one][0] for one in missing]
    said = ["n'est pas rempli" if one in no else "n'est pas établi" for one in missing]
    asked = [_POINTS[one][1] for one in missing]
    reasons = tuple(
        typeset(f"{how[:1].upper()}{how[1:]} : {one}.") for how, one in zip(said, what, strict=True)
    )
    return Acceptance(typeset(title), reasons, _request(report, what, asked))


def _request(report: DocumentReport, what: list[str], asked: list[str]) -> str:
    """A message that can be sent as it is; it repeats no name."""
    unsigned = report.error is Error.NO_SIGNATURE
    found = (
        "Il ne porte pas de signature électronique : une signature dessinée ou scannée n'en est pas une."
        if unsigned
        else f"Au regard de {ARRETE}, il ne nous a pas été possible d'établir :"
    )
    asked = asked or [
        "nous le renvoyer signé électroniquement (PAdES, CAdES ou XAdES) avec un certificat qualifié"
    ]
    lines = [
        "Bonjour,",
        "",
        "Nous avons vérifié la signature électronique du document que vous nous avez remis "
        f"(empreinte SHA-256 : {report.sha256}).",
        found,
        *([] if unsigned else _listed(what)),
        "",
        "Pour y remédier, nous vous demandons de :",
        *_listed(asked),
        "",
        "Merci de nous faire parvenir ensuite le document signé. Si vous ne le pouvez pas, "
        "dites-nous quel outil de signature et quelle autorité de certification vous utilisez.",
        "",
        "Cordialement,",
    ]
    return "\n".join(map(typeset, lines))


def _listed(items: list[str]) -> list[str]:
    return [f"- {one}{'.' if one is items[-1] else ' ;'}" for one in items]

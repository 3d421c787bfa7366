"""The French words of the technical detail, by the values they stand for."""

from communaute.domain.signatures.vocabulary import (
    Coverage,
    Criterion,
    Kind,
    Level,
    Modification,
    Proof,
    Qualified,
    RevocationStatus,
    TimeSource,
)


SIGNATURE_TITLES = {
    "success": "Valide",
    "warning": "Valide, un point à apprécier",
    "info": "Non concluant",
    "error": "Non valide",
}
POINTS = {
    Criterion.IDENTITY: "Identité du signataire",
    Criterion.CERTIFICATE_CATEGORY: "Catégorie du certificat",
    Criterion.FORMAT: "Format de la signature",
    Criterion.VALIDITY: "Certificat ni expiré ni révoqué à la date de la signature",
    Criterion.INTEGRITY: "Intégrité du document",
}
QUALIFIED_NOTES = {
    Qualified.QES: "C’est le niveau le plus élevé : le règlement européen eIDAS lui donne le même "
    "effet qu’une signature manuscrite.",
    Qualified.ADES_QC: "C’est le niveau que l’arrêté du 22 mars 2019 demande.",
    Qualified.NO: "L’arrêté du 22 mars 2019 demande un certificat qualifié, ou d’exigences équivalentes.",
    Qualified.UNDETERMINED: "Le niveau n’est établi que si l’autorité est reconnue et le document intact.",
}
LEVELS = {
    Level.B_B: "B-B : signature seule, sans preuve de date",
    Level.B_T: "B-T : date prouvée par un horodatage",
    Level.B_LT: "B-LT : date prouvée, et preuves de validité jointes au document",
    Level.B_LTA: "B-LTA : date et preuves protégées pour l’archivage",
}
COVERAGES = {
    Coverage.WHOLE_FILE: "Tout le fichier",
    Coverage.WHOLE_REVISION: "Toute la version signée ; le fichier continue après",
    Coverage.PARTIAL: "Une partie du document seulement",
    Coverage.NOT_PDF: "Tout le contenu",
}
MODIFICATIONS = {
    Modification.NONE: "Rien",
    Modification.ARCHIVAL: "Des preuves d’archivage seulement",
    Modification.FORM_FILLING: "Des champs de formulaire remplis ou signés",
    Modification.ANNOTATIONS: "Des annotations",
    Modification.OTHER: "Des modifications du document",
    Modification.UNKNOWN: "Des ajouts qui n’ont pas pu être contrôlés",
}
REVOCATIONS = {
    RevocationStatus.GOOD: "Non révoqué",
    RevocationStatus.REVOKED: "Révoqué",
    RevocationStatus.UNKNOWN: "Pas contrôlé",
}
TIME_SOURCES = {
    TimeSource.SIGNATURE_TIMESTAMP: "Prouvée par l’horodatage de la signature",
    TimeSource.DOCUMENT_TIMESTAMP: "Prouvée par l’horodatage du document",
    TimeSource.DECLARED: "Affirmée par le signataire, sans preuve",
    TimeSource.NONE: "Aucune date",
}
KINDS = {
    Kind.PDF: "PDF",
    Kind.CMS: "Signature CAdES ou PKCS#7 (.p7m, .p7s)",
    Kind.XML: "XML",
    Kind.ASIC: "Conteneur ASiC",
    Kind.OTHER: "Autre",
}
UNREAD = {
    Proof.EVIDENCE_RECORD: "une preuve d’archivage (Evidence Record)",
    Proof.CONTENT_TIMESTAMP: "un horodatage du contenu, fait avant la signature",
    Proof.REFERENCES_TIMESTAMP: "un horodatage des références aux preuves",
    Proof.ARCHIVE_MANIFEST: "un horodatage d’archive du conteneur (ASiCArchiveManifest)",
}
HELD = {
    Kind.PDF: "un PDF",
    Kind.CMS: "une autre enveloppe signée (.p7m)",
    Kind.XML: "un XML",
    Kind.ASIC: "un conteneur ASiC",
}
STEPS = {
    "basic": "contrôle de base",
    "time": "avec l’horodatage",
    "long_term": "avec les preuves d’archivage",
}
COVERED = {
    "signature": "la signature",
    "document": "le document entier",
    "content": "le contenu, avant la signature",
}
# The terms of the glossary that a result uses, in the order one meets them.
GLOSSARY = (
    ("signature-avancee", "signature avancée"),
    ("signature-qualifiee", "signature qualifiée"),
    ("certificat-qualifie", "certificat qualifié"),
    ("autorite-de-certification", "autorité de certification"),
    ("liste-de-confiance", "liste de confiance"),
    ("horodatage", "horodatage"),
    ("revocation", "révocation"),
    ("empreinte", "empreinte"),
    ("cachet-electronique", "cachet électronique"),
    ("pades", "PAdES"),
    ("cades", "CAdES"),
    ("xades", "XAdES"),
)

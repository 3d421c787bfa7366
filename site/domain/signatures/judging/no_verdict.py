"""Why a file has no verdict, and what to do then, in plain French (typed plainly, as in wording.py)."""

from collections.abc import Mapping

from communaute.domain.signatures.facts import Limits
from communaute.domain.signatures.vocabulary import Error


ERRORS: Mapping[object, str] = {
    Error.NO_SIGNATURE: "Ce fichier ne contient pas de signature électronique. "
    "Une image de signature manuscrite n'en est pas une : demandez au signataire le fichier "
    "d'origine, ou joignez le fichier de signature s'il est à part.",
    Error.UNREADABLE: "Ce fichier ne peut pas être lu : il est vide, incomplet ou abîmé. "
    "Demandez qu'on vous l'envoie de nouveau.",
    Error.ENCRYPTED: "Ce document est protégé par un mot de passe. "
    "Demandez au signataire une version sans mot de passe.",
    Error.UNSUPPORTED: "Cet outil ne sait pas encore vérifier ce type de signature "
    "(document bureautique ou jeton d'horodatage seul). "
    "Il vérifie les signatures PAdES (PDF), XAdES (.xml) et CAdES "
    "(.p7m, .p7s), et les conteneurs ASiC. Pour ce fichier, utilisez le vérificateur de la Commission européenne.",
    Error.TOO_LARGE: "Ce fichier dépasse la taille admise. "
    "Demandez au signataire une version plus légère.",
    Error.TOO_MANY_SIGNATURES: f"Ce document porte plus de {Limits().signatures} signatures : "
    "c'est plus que cet outil n'en vérifie. Demandez un document par groupe de signataires, "
    "ou utilisez le vérificateur de la Commission européenne.",
    Error.TIMEOUT: "La vérification a dépassé le temps admis et a été arrêtée. "
    "Le document n'est ni accepté ni refusé : réessayez plus tard.",
}

_COMMISSION = "Pour ce fichier, utilisez le vérificateur de la Commission européenne."
ENCRYPTED_FOR_SOMEBODY = (
    "Ce document est chiffré pour les seuls détenteurs de certains certificats : cet outil ne peut pas "
    "l'ouvrir. Demandez au signataire une version qui ne soit pas chiffrée."
)
OFFICE = (
    "Ce document bureautique (Word, Excel, LibreOffice…) est signé dans un format propre à ces logiciels, "
    "que l'arrêté n'admet pas et que cet outil ne vérifie pas. Demandez au signataire un PDF signé."
)
DDOC = (
    "Ce fichier est au format estonien DDOC, qui n'est plus employé et que cet outil ne vérifie pas. "
    + _COMMISSION
)
TIME_STAMP_ALONE = (
    "Ce fichier est un horodatage seul : il prouve une date, et n'est la signature de personne. "
    "Envoyez la signature qu'il accompagne."
)
MAIL = (
    "Ce message signé (.eml) n'a pas pu être lu. Enregistrez-en la pièce jointe smime.p7s, puis "
    "envoyez-la avec le contenu signé ; ou demandez au signataire le document signé lui-même."
)
NO_SIGNATURE_APART = (
    "Le fichier de signature joint n'en est pas un (.xml, .p7s ou .p7m), ou il est vide. Si votre document "
    "est un PDF qui contient sa signature, envoyez-le seul ; sinon, joignez la signature reçue avec lui."
)
XML_TOO_LARGE = (
    "Un fichier XML signé n'est lu que jusqu'à 10 Mo et 300 000 balises. Demandez au signataire "
    "une version plus légère, ou une signature dans un fichier à part."
)
DIGIDOC = (
    "Ce fichier est au format DDOC, l'ancien format estonien, que cet outil ne vérifie pas. "
    "Demandez au signataire un PDF signé, ou un conteneur ASiC (.asice)."
)
DOCUMENT_TYPE = (
    "Ce fichier XML déclare un type de document (DTD), qui peut changer ce qu'on y lit : il n'est "
    "pas vérifié. Demandez au signataire un fichier sans cette déclaration."
)
DIGEST_ALONE = (
    "Seule l'empreinte du document est arrivée, sans fichier de signature. Choisissez aussi la "
    "signature reçue avec lui."
)
DIGEST_OF_CONTAINER = "Un conteneur contient lui-même les documents qu'il signe : envoyez-le seul, sans autre document."
ARCHIVE = (
    "Ce fichier est une archive (.zip), qui n'est pas signée elle-même. Sortez-en le document signé, "
    "puis envoyez-le seul, ou avec sa signature si elle est à part."
)

# Of a container.


_AS_MADE = "Demandez au signataire le conteneur tel qu'il l'a fait."

CONTAINER_REFUSED = {
    reason: (f"Ce conteneur n'est pas ouvert : {what}. {_AS_MADE}")
    for reason, what in {
        "prefix": "des octets précèdent son contenu, et un autre programme pourrait lire autre "
        "chose",
        "trailing": "des octets suivent son contenu, et un autre programme pourrait lire autre "
        "chose",
        "directories": "il porte deux sommaires qui ne disent pas la même chose",
        "hidden": "il cache des octets que son sommaire n'annonce pas",
        "sizes": "la taille annoncée d'un fichier n'est pas la vraie",
        "names": "un de ses fichiers porte deux noms, et un autre programme pourrait l'ouvrir sous l'autre",
        "twice": "deux de ses fichiers portent le même nom",
        "path": "le nom d'un de ses fichiers sort du conteneur (« .. ») ou n'est pas un nom",
        "method": "un de ses fichiers est comprimé par un procédé que peu de programmes ouvrent",
        "depth": "ses dossiers sont emboîtés trop profondément",
        "count": "il contient plus de 200 fichiers",
        "size": "il dépasse 100 Mo une fois ouvert",
        "ratio": "il grossit plus de cent fois une fois ouvert",
    }.items()
}
CONTAINER_UNSIGNED = (
    "Ce conteneur ne porte aucune signature. Demandez au signataire le conteneur signé."
)
CONTAINER_STAMPED = (
    "Ce conteneur est horodaté, il n'est pas signé : l'horodatage prouve une date, pas l'accord "
    "d'une personne. Demandez au signataire un conteneur signé."
)
CONTAINER_RECORDED = (
    "Ce conteneur porte une preuve d'archivage, pas de signature : cet outil ne la vérifie pas. "
    "Demandez au signataire un conteneur signé."
)

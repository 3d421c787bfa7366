"""What a testimonial is made of: the questions, how one is named, and what is refused."""

from collections.abc import Iterator, Mapping

from communaute.domain.errors import DomainError, OutOfReach
from communaute.french.personal import what_reaches_somebody


# The four questions of the article of autumn 2020, in its order; their title on the page.
QUESTIONS = {
    "debut": ("Comment avez-vous découvert Chorus Pro ?", "La découverte de Chorus Pro"),
    "aide": ("Qu'est-ce qui vous a aidé à démarrer ?", "Ce qui a aidé à démarrer"),
    "gain": ("Qu'est-ce que Chorus Pro change pour vous ?", "Ce que Chorus Pro change"),
    "conseil": (
        "Que conseillez-vous à ceux qui commencent ?",
        "Les conseils à ceux qui commencent",
    ),
}
NAMINGS = {
    "nom": "Prénom et nom",
    "prenom": "Prénom seul",
    "anonyme": "Sans nom : seulement votre métier",
}
CHANNELS = {
    "portail": "Le portail, à l'écran",
    "fichier": "Le portail, par dépôt de fichiers",
    "logiciel": "Un logiciel relié à Chorus Pro",
    "plateforme": "Une plateforme agréée",
}
# Our own bound: an earlier year is a slip of the keyboard.
EARLIEST_YEAR = 2012
# Our own policy: /publication-des-temoignages says it to everybody.
REFUSALS = {
    "hors-sujet": "Votre texte ne parle pas de l'usage de Chorus Pro.",
    "cas-individuel": "Votre texte demande de résoudre un cas : la page Contact dit à qui s'adresser.",
    "autrui": "Votre texte permet de reconnaître ou met en cause une autre personne ou une entreprise.",
    "publicite": "Votre texte fait la publicité d'un produit ou d'un service.",
    "injure": "Votre texte contient une injure, une menace ou une discrimination.",
    "faux": "Votre texte donne pour vraie une règle qui ne l'est pas, et vous n'avez pas souhaité la changer.",
}
LONGEST, LONGEST_NAME = 2_000, 80
FEWEST_LETTERS = 60
CONSENT = (
    "J'accepte que ce site publie ce témoignage, signé comme je l'ai choisi. Je peux le modifier ou le "
    "retirer n'importe quel jour, sans dire pourquoi."
)


class TestimonialRefused(DomainError):
    """A testimonial, or an act on one, that cannot be taken as it is."""

    __test__ = False


class Gone(OutOfReach):
    """No testimonial has this link: withdrawn, refused long ago, or never confirmed."""


def checked(said: Mapping[str, str]) -> dict[str, str]:
    """The answers without stray spaces. Raises TestimonialRefused, a fault beside each field."""
    clean = {
        name: "\n".join(" ".join(line.split()) for line in said.get(name, "").strip().splitlines())
        for name in (*QUESTIONS, "nom", "signature", "metier", "public", "voie", "depuis")
    }
    faults = dict([*_faults_of_answers(clean), *_faults_of_signature(clean)])
    if faults:
        refused = TestimonialRefused("Certains champs sont à corriger.")
        refused.faults = faults
        raise refused
    return clean


def _faults_of_answers(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in QUESTIONS:
        if len(said[name]) > LONGEST:
            yield name, f"Cette réponse compte {len(said[name])} caractères : {LONGEST} au plus."
    if sum(len(said[name]) for name in QUESTIONS) < FEWEST_LETTERS:
        yield "debut", "Racontez en quelques phrases : répondez au moins à une question."
    for name in (*QUESTIONS, "metier", "nom"):
        if found := what_reaches_somebody(said[name]):
            yield name, f"Ce texte semble contenir {found}. Retirez ce passage."


def _faults_of_signature(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if said["signature"] not in NAMINGS:
        yield "signature", "Choisissez comment vous serez nommé."
    elif said["signature"] != "anonyme" and not said["nom"]:
        yield "nom", "Donnez le nom à publier, ou choisissez d'être sans nom."
    if not said["metier"]:
        yield "metier", "Dites votre métier ou votre fonction, par exemple « plombier »."
    for name in ("nom", "metier"):
        if len(said[name]) > LONGEST_NAME:
            yield name, f"{LONGEST_NAME} caractères au plus."
    if said["voie"] and said["voie"] not in CHANNELS:
        yield "voie", "Choisissez une voie de la liste."
    if said["depuis"] and not (
        said["depuis"].isdecimal() and EARLIEST_YEAR <= int(said["depuis"]) < 2100
    ):
        yield "depuis", "Donnez une année, par exemple 2020."


def shown_name(said: Mapping[str, str]) -> str:
    """Who signs, as its author chose."""
    if said["signature"] == "anonyme":
        return "Sans nom"
    return said["nom"].split(" ")[0] if said["signature"] == "prenom" else said["nom"]

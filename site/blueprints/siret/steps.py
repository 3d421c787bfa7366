"""The five steps of Chorus Pro, in its order and words; the practice page says the same.

Source of every screen name and button: the practice `/bonnes-pratiques/changer-de-siret` and its
sources. The drawings are ours: only what matters is drawn.
"""

from dataclasses import dataclass


PRACTICE = "/bonnes-pratiques/changer-de-siret"


@dataclass(frozen=True)
class Step:
    """One step: where one is, what to click, why, what one then sees, what may go wrong."""

    number: int
    title: str
    where: str
    do: str
    why: str
    then: str
    button: str
    drawing: str
    snag: str = ""

    @property
    def image(self) -> str:
        """The schematic screen's address."""
        return f"/media{PRACTICE}-etape-{self.number}.svg"


STEPS = (
    Step(
        number=1,
        title="Ouvrir la fiche de votre structure",
        where="Espace «\u202fActivités du gestionnaire\u202f», bloc «\u202fMes structures\u202f»",
        do="Choisissez l’icône Crayon sur la ligne de la structure à modifier.",
        why="Tout se fait depuis la fiche de la structure\u202f: c’est elle qui porte le SIRET.",
        then="La fiche de la structure.",
        button="Crayon",
        drawing=(
            "Fenêtre de navigateur. Le bloc «\u202fMes structures\u202f» contient une liste de trois "
            "lignes. À droite de la première, l’icône Crayon est mise en évidence."
        ),
        snag=(
            "L’espace «\u202fActivités du gestionnaire\u202f» n’apparaît pas\u202f? Il est réservé aux "
            "gestionnaires\u202f: vérifiez votre rôle."
        ),
    ),
    Step(
        number=2,
        title="Choisir «\u202fModifier l’identifiant\u202f»",
        where="La fiche de la structure",
        do="Choisissez le bouton «\u202fModifier l’identifiant\u202f».",
        why=(
            "Ne créez pas vous-même une seconde structure\u202f: ce bouton recopie la vôtre et relie "
            "les deux."
        ),
        then=(
            "Une fenêtre prévient que la structure de départ sera désactivée et qu’une nouvelle sera "
            "créée par recopie."
        ),
        button="Modifier l’identifiant",
        drawing=(
            "Fenêtre de navigateur. La fiche de la structure montre le champ «\u202fIdentifiant\u202f» "
            "déjà rempli et, dessous, le bouton «\u202fModifier l’identifiant\u202f» mis en évidence."
        ),
    ),
    Step(
        number=3,
        title="Confirmer",
        where="La fenêtre d’avertissement",
        do="Lisez l’avertissement, puis choisissez «\u202fConfirmer\u202f».",
        why=(
            "La structure de départ sera désactivée. Une nouvelle reprendra ses données, ses services, "
            "ses utilisateurs et ses espaces, mais pas tout le reste."
        ),
        then="Le champ où saisir le nouvel identifiant.",
        button="Confirmer",
        drawing=(
            "Fenêtre de navigateur. Une boîte d’avertissement, marquée d’un triangle, recouvre la "
            "fiche. En bas à droite, le bouton «\u202fConfirmer\u202f» est mis en évidence."
        ),
        snag=(
            "Nous n’avons trouvé ni délai ni retour en arrière documentés dans Chorus Pro. Ici, rien "
            "n’est fait avant la page de relecture."
        ),
    ),
    Step(
        number=4,
        title="Saisir le nouveau SIRET",
        where="Le champ «\u202fIdentifiant\u202f»",
        do="Saisissez le nouveau SIRET, puis choisissez «\u202fContinuer\u202f».",
        why=(
            "Les 9 premiers chiffres, le SIREN, désignent l’entreprise et ne changent pas. Les 5 "
            "derniers, le NIC, changent avec l’adresse."
        ),
        then="La page de la nouvelle structure, avec «\u202fValider\u202f» tout en bas.",
        button="Continuer",
        drawing=(
            "Fenêtre de navigateur. Le champ «\u202fIdentifiant\u202f» attend quatorze chiffres\u202f: neuf "
            "en bleu pour le SIREN, cinq en orange pour le NIC. Dessous, le bouton "
            "«\u202fContinuer\u202f» est mis en évidence."
        ),
        snag=(
            "Chorus Pro contrôle que le SIRET existe dans la base de l’INSEE et qu’il y est actif. "
            "Relisez-le sur le document que vous avez reçu."
        ),
    ),
    Step(
        number=5,
        title="Valider",
        where="Le bas de la page",
        do="Relisez la fiche, puis choisissez «\u202fValider\u202f».",
        why=(
            "La fiche de la nouvelle structure montrera l’identifiant de la structure d’origine\u202f: "
            "c’est le lien entre les deux."
        ),
        then=("La fiche de la nouvelle structure, avec l’identifiant de la structure d’origine."),
        button="Valider",
        drawing=(
            "Fenêtre de navigateur. La fiche de la nouvelle structure est reliée par une flèche à un "
            "cadre plus pâle, la structure d’origine. En bas de page, le bouton "
            "«\u202fValider\u202f» est mis en évidence."
        ),
        snag=(
            "Dans Chorus Pro, «\u202fValider\u202f» fait le changement. Ici, une page de relecture vient "
            "d’abord."
        ),
    ),
)
LAST = len(STEPS)


def step(number: int) -> Step | None:
    """The step of a number, or None."""
    return STEPS[number - 1] if 1 <= number <= LAST else None

"""Who may change a SIRET, to what, from when. Each refusal says what to do instead."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.siret import errors
from communaute.domain.structures import access
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.numbers import Siret, is_practice, read_siret, spaced
from communaute.domain.structures.values import MANAGERS
from communaute.french.dates import date_in_words
from communaute.french.reading import Unreadable, read_day
from communaute.models.accounts import User
from communaute.models.siret import SiretChange
from communaute.models.structures import Membership, Structure


# Chorus Pro opened then: nothing it knows changed before. Our own rule.
EARLIEST = date(2017, 1, 1)


def eligible(session: Session, user: User, structure_id: int) -> Structure:
    """The structure, if this person may change its SIRET.

    Raises NotFound (not attached), NotManager, AlreadyReplaced, Inactive, LocalAuthority.
    """
    structure = manageable(session, user, structure_id)
    refuse_ineligible(session, structure)
    return structure


def manageable(session: Session, user: User, structure_id: int) -> Structure:
    """The structure, if this person manages it. Raises NotFound, NotManager."""
    membership = access.membership_of(session, user, structure_id)
    if membership is None:
        raise NotFound(access.NO_SUCH_STRUCTURE)
    refuse_not_manager(membership)
    return membership.structure


def refuse_not_manager(membership: Membership) -> None:
    """Raise NotManager unless the attachment is a manager's."""
    if membership.role not in MANAGERS:
        raise errors.NotManager(
            "Seul un gestionnaire principal ou secondaire change le SIRET. Demandez-le au "
            "gestionnaire de votre structure."
        )


def refuse_ineligible(session: Session, structure: Structure) -> None:
    """Whether the structure itself may change. Raises AlreadyReplaced, Inactive, LocalAuthority."""
    if not structure.active:
        change = session.scalar(select(SiretChange).where(SiretChange.old_id == structure.id))
        if change is None:
            raise errors.Inactive(
                "Cette structure n’est pas active : son SIRET ne se change pas. Adressez-vous à son "
                "gestionnaire principal."
            )
        raise errors.AlreadyReplaced(
            f"Cette structure a déjà changé de SIRET : elle porte maintenant le "
            f"{Siret(change.new.siret)}. Rien d’autre n’a été fait. Ouvrez le reçu de ce changement.",
            change.code,
        )
    if structure.local_authority:
        raise errors.LocalAuthority(
            "Une collectivité locale ne change pas son SIRET elle-même. Si Hélios connaît le nouveau "
            "SIRET, il est repris automatiquement. Sinon, demandez la création de la structure par une "
            "sollicitation, catégorie « Gestion des structures et utilisateurs », sous-catégorie "
            "« Demande de création de structure publique »."
        )


def check_new_siret(session: Session, structure: Structure, typed: str) -> Siret:
    """The new SIRET, if it is allowed.

    Raises InvalidSiret (its subclasses say what is wrong), OutsidePractice, SameSiret, OtherSiren,
    SiretTaken.
    """
    new = read_siret(typed)
    old = Siret(structure.siret)
    practice = structure.practice_id is not None
    if is_practice(new) and not practice:
        raise errors.OutsidePractice(
            f"{new} est un numéro inventé pour s’exercer. Saisissez le SIRET de votre structure."
        )
    if practice and not is_practice(new):
        raise errors.OutsidePractice(
            "Vous vous exercez : saisissez un numéro inventé, comme celui qui est proposé, jamais "
            "un vrai SIRET."
        )
    if new == old:
        raise errors.SameSiret(
            "C’est le SIRET actuel de la structure. Saisissez le nouveau : seuls les 5 derniers "
            "chiffres changent."
        )
    if new.siren != old.siren:
        raise errors.OtherSiren(
            f"Les 9 premiers chiffres doivent rester {spaced(old.siren)} : un autre SIREN désigne une "
            "autre entreprise. Dans ce cas, ne changez pas le SIRET : créez une nouvelle structure. "
            "Cette règle est la nôtre, Chorus Pro n’a pas publié la sienne."
        )
    refuse_taken(session, structure, new)
    return new


def refuse_taken(session: Session, structure: Structure, new: Siret) -> None:
    """Raise SiretTaken when another structure of the same world has the SIRET, or had it."""
    holder = session.scalar(
        select(Structure).where(
            Structure.siret == new.digits,
            Structure.practice_id == structure.practice_id,
        )
    )
    if holder is None:
        return
    if holder.active:
        raise errors.SiretTaken(
            f"Une autre structure porte déjà le {new}. Si c’est la vôtre, demandez à y être rattaché ; "
            "sinon relisez le numéro."
        )
    raise errors.SiretTaken(
        f"Le {new} a été celui d’une structure qui n’est plus active : il ne sert pas deux fois. "
        "Relisez le numéro."
    )


def check_effective_on(
    session: Session, structure: Structure, typed: str | date, today: date
) -> date:
    """The effective date, as people type days; empty is today. Raises WrongDate."""
    try:
        day = typed if isinstance(typed, date) else read_day(typed) if typed.strip() else today
    except Unreadable as refused:
        raise errors.WrongDate(str(refused)) from None
    if day > today:
        raise errors.WrongDate(
            "La date d’effet est à venir. Saisissez aujourd’hui ou un jour passé : le changement "
            "prend effet dès que vous confirmez."
        )
    previous = session.scalar(
        select(SiretChange.effective_on).where(SiretChange.new_id == structure.id)
    )
    earliest = max(EARLIEST, previous) if previous else EARLIEST
    if day < earliest:
        raise errors.WrongDate(
            f"La date d’effet est trop ancienne. Saisissez une date à partir du {date_in_words(earliest)}."
        )
    return day

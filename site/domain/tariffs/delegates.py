"""What a prosecutor's delegate or mediator is paid: units of value (A43-5-1), or sums before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from communaute.domain.tariffs.amounts import worth
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.errors import NoTariff, WrongQuantity
from communaute.domain.tariffs.formulas import in_french
from communaute.domain.tariffs.values import Row, to_cents


PERSON, ASSOCIATION = "personne-physique", "association"
KINDS = {PERSON: "Personne physique", ASSOCIATION: "Association"}
# A43-5-1, note 2: the checks of one composition pénale are paid 40 units at most.
CHECKS = ("composition-controle-simple", "composition-controle-long")
MOST_CHECK_UNITS = 40
# A43-4 and A43-5 until 30 April 2021: four measures of a composition pénale at most.
MOST_MEASURES = 4
REMINDERS = ("rappel-a-la-loi", "rappel-notification")
MINOR = "mineur"
NOT_MISSIONS = (MINOR,)
# A43-5-1, note 1, since 30 June 2024: the avertissement pénal probatoire, which took the place of
# the rappel à la loi (and of its id), goes with these alone. Of the single line of notifications,
# only some are meant: that can only be recalled.
WARNING_FROM = date(2024, 6, 30)
WITH_WARNING = ("reparation-prejudice", "notification")
# A43-5-1: the supplement for a minor is never paid with D. 15-3 nor D. 15-3-1; article 390-1 is
# one of the notifications of a single line, so that it can only be recalled.
NOT_WITH_MINOR = ("representation", "permanence")
NOTIFICATION = "notification"
STANDBY = "permanence"
MOST = 100


@dataclass(frozen=True, slots=True)
class Act:
    """An act, how many times, and what it comes to (before the caps)."""

    name: str
    count: int
    tariff: Row
    each: Decimal

    @property
    def amount(self) -> Decimal:
        """Euros for these acts."""
        return to_cents(self.each * self.count)

    @property
    def spelled(self) -> str:
        """The sum, in French."""
        return f"{self.count} × {in_french(self.each)}"


@dataclass(frozen=True, slots=True)
class Pay:
    """The acts, the rules that changed their sum, the total."""

    ordered: date
    acts: tuple[Act, ...]
    total: Decimal
    rules: tuple[str, ...]


def acts_on(catalogue: Catalogue, kind: str, day: date) -> dict[str, Row]:
    """Return the acts that a tariff pays on a day, by their short name."""
    prefix, suffix = "delegue-", f"-{kind}"
    found = {}
    for series in catalogue.series:
        if series.startswith(prefix) and series.endswith(suffix):
            row = catalogue.on(series, day)
            if row is not None:
                found[series.removeprefix(prefix).removesuffix(suffix)] = row
    return found


def pay_delegate(catalogue: Catalogue, ordered: date, kind: str, acts: Mapping[str, int]) -> Pay:
    """Return what the acts of one case are paid, with the caps of the text.

    `ordered` is the date on which the measure was prescribed; it alone counts. Raises NoTariff,
    WrongQuantity.
    """
    known = acts_on(catalogue, kind, ordered)
    done = []
    for name, count in acts.items():
        if not 0 < count <= MOST:
            raise WrongQuantity(f"Un nombre d’actes va de 1 à {MOST}.")
        if name not in known:
            raise NoTariff("Cet acte n’a pas de tarif à la date choisie.")
        each = worth(known[name], ordered, catalogue.parameters).amount or Decimal(0)
        done.append(Act(name, count, known[name], to_cents(each)))
    if not done:
        raise WrongQuantity("Indiquez au moins un acte.")
    _refuse_together(done, ordered)
    return _capped(catalogue, ordered, tuple(done))


def _refuse_reminder_with(missions: set[str], ordered: date) -> None:
    others = missions - set(REMINDERS)
    if not missions & set(REMINDERS) or not others:
        return
    if ordered < WARNING_FROM:
        raise WrongQuantity(
            "Le rappel à la loi ne se cumule avec aucune autre mission : calculez-le seul."
        )
    if others - set(WITH_WARNING):
        raise WrongQuantity(
            "L’avertissement pénal probatoire se cumule seulement avec la vérification de la "
            "réparation du préjudice et certaines notifications (A43-5-1, note 1) : retirez le reste."
        )


def _refuse_together(acts: list[Act], ordered: date) -> None:
    missions = {act.name for act in acts} - set(NOT_MISSIONS)
    _refuse_reminder_with(missions, ordered)
    if MINOR in {act.name for act in acts} and missions & set(NOT_WITH_MINOR):
        raise WrongQuantity(
            "L’indemnité pour un mineur ne se cumule ni avec la représentation du procureur ni "
            "avec la permanence (A43-5-1) : retirez l’une des deux."
        )
    before_units = [act for act in acts if act.name in CHECKS and not act.tariff.formula]
    if sum(act.count for act in before_units) > MOST_MEASURES:
        raise WrongQuantity(
            "Une composition pénale cumule quatre mesures au plus : ramenez-les à quatre."
        )


def _capped(catalogue: Catalogue, ordered: date, acts: tuple[Act, ...]) -> Pay:
    rules = []
    checks = sum((act.amount for act in acts if _in_units(act)), Decimal(0))
    others = sum((a.amount for a in acts if not _in_units(a) and a.name != STANDBY), Decimal(0))
    if checks:
        most = MOST_CHECK_UNITS * catalogue.parameters.value("UV", ordered)
        if checks > most:
            rules.append("Contrôles d’une composition pénale plafonnés à 40 UV (A43-5-1, note 2).")
            checks = most
    names = {act.name for act in acts}
    if MINOR in names and NOTIFICATION in names:
        rules.append(
            "L’indemnité pour un mineur ne se cumule pas avec la convocation de l’article 390-1 : "
            "si c’est elle que vous avez notifiée, retirez-la."
        )
    if names & set(REMINDERS) and NOTIFICATION in names:
        rules.append(
            "L’avertissement se cumule avec la notification d’un stage ou d’une sanction-réparation, "
            "d’une convocation (390-1) ou d’une ordonnance pénale (495-3, 527) : pas avec les autres "
            "notifications de cette ligne (A43-5-1, note 1)."
        )
    total = checks + others
    standby = sum((act.amount for act in acts if act.name == STANDBY), Decimal(0))
    if standby and total:
        rules.append("Permanence ou actes accomplis : le plus élevé des deux (R122-2).")
    return Pay(ordered, acts, to_cents(max(total, standby)), tuple(rules))


def _in_units(act: Act) -> bool:
    return act.name in CHECKS and bool(act.tariff.formula)

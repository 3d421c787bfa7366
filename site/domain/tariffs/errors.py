"""What is refused about tariffs, each with the sentence to show."""

from communaute.domain.errors import DomainError


class TariffError(DomainError):
    """A rule of the tariffs refused."""


class WrongDate(TariffError):
    """A date that cannot be used: impossible, to come, too old, or in the wrong order."""


class UnknownName(TariffError):
    """A category, a text or a tariff that does not exist."""


class WrongQuantity(TariffError):
    """A quantity that cannot be counted."""


class MissingValue(TariffError):
    """A letter of the formula has no known value: `name` must be given."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence, field=name)
        self.name = name


class MissingOption(TariffError):
    """Since 2021 an interpreter's rate depends on the droit d'option, which was not given."""


class NoTariff(TariffError):
    """No tariff of this kind on this date."""


class BrokenFormula(TariffError):
    """A formula of the data that cannot be read: a fault of the data, never of a visitor."""

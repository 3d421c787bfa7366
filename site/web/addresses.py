"""Numbers in addresses: no row has one that the database cannot hold."""

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError


# What an INTEGER column of PostgreSQL holds; beyond it a query fails instead of finding nothing.
LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:…>`: a number too large to be a row's is no address of ours (404), never a failure."""

    def to_python(self, value: str) -> int:
        """The number. Raises ValidationError, which Werkzeug answers by 404."""
        if len(value) > len(str(LARGEST)):
            raise ValidationError
        number: int = super().to_python(value)
        if number > LARGEST:
            raise ValidationError
        return number


def row_number(number: int | None) -> int:
    """A number sent by a form, as a row's; 0, which no row has, when it cannot be one."""
    return number if number is not None and 0 < number <= LARGEST else 0


def init_app(app: Flask) -> None:
    """Before any address is registered."""
    app.url_map.converters["int"] = RowNumber

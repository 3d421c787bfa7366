"""One way to call a verb from a view: done, or refused beside the form's fields."""

from collections.abc import Callable, Mapping
from typing import TypeVar, overload

from flask import flash
from wtforms import Form

from communaute.domain.errors import DomainError, OutOfReach
from communaute.extensions import db
from communaute.french.reading import Unreadable


T = TypeVar("T")


@overload
def attempt(call: Callable[[], None], form: Form | None = None, field: str = "") -> bool: ...
@overload
def attempt(call: Callable[[], T], form: Form | None = None, field: str = "") -> T | None: ...
def attempt(call: Callable[[], T], form: Form | None = None, field: str = "") -> T | bool | None:
    """Call a verb and commit what it did; its answer, or True when it answers nothing.

    Refused (DomainError, Unreadable), all is rolled back, the sentence is put on the form (`blame`:
    beside `field`, unless the refusal names its own) or flashed when there is none, and the answer
    is None: the view shows its page with a 422.
    OutOfReach is rolled back and goes through: it is a 404 or a 403, never a field's fault.
    """
    try:
        answer = call()
    except OutOfReach:
        db.session.rollback()
        raise
    except (DomainError, Unreadable) as refused:
        db.session.rollback()
        if form is None:
            flash(str(refused), "error")
        else:
            blame(form, refused, field)
        return None
    db.session.commit()
    return True if answer is None else answer


def blame(form: Form, refused: DomainError | Unreadable, field: str = "") -> None:
    """Put a refusal beside the fields it is about, or at the form's top when it is about none.

    `refused.faults` names them; `field` does for a refusal that does not. A form whose fields
    have other names than the domain's says so in its own `FIELDS`, from the domain's to the form's;
    one that has more to say of a refusal does so in a method `refuse(refused, field)`.
    """
    if refuse := getattr(form, "refuse", None):
        refuse(refused, field)
        return
    names: Mapping[str, str] = getattr(form, "FIELDS", {})
    faults = getattr(refused, "faults", {}) or {field: str(refused)}
    for name, sentence in faults.items():
        known = names.get(name, name)
        if known in form:
            form[known].errors = [*form[known].errors, sentence]
        else:
            form.form_errors = [*form.form_errors, sentence]

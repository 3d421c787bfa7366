"""Nothing about a person is forgotten: given to them whole, erased but for what is said."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from communaute.domain.retention import HOLDINGS
from communaute.extensions import Base, db
from communaute.models import Delivery, DeliveryState, Role
from tests.accounts.people import Person
from tests.mailing.robot import everything


Someone = Callable[[], Person]
# Columns that say who, whatever the table.
WHO = ("email", "mail", "courriel", "recipient", "actor", "person", "phone", "telephone")
# Tables with such a column that hold nothing of a person with an account, each with its reason.
NOT_OF_ACCOUNTS = {"invoice": "its recipient is a structure"}


def names_somebody(table: object) -> bool:
    """Whether a table has a column that leads to an account, or that reads like an address."""
    columns = Base.metadata.tables[str(table)].columns
    to_accounts = any(
        key.column.table.name == "user_account" for c in columns for key in c.foreign_keys
    )
    return to_accounts or any(word in c.name.split("_") for c in columns for word in WHO)


def test_every_table_that_names_somebody_is_in_a_holding() -> None:
    """A new table: name it in `tables` of a Holding, which exports and erases it."""
    spoken_for = {table for holding in HOLDINGS for table in holding.tables}
    naming = {table for table in Base.metadata.tables if names_somebody(table)}
    assert {"user_account", "sign_in", "delivery", "audit_entry"} <= naming
    assert naming - spoken_for - set(NOT_OF_ACCOUNTS) == set()


def test_what_is_kept_is_given_whole(someone: Someone) -> None:
    person = someone().with_second_factor()
    person.moves("/compte/profil", "/compte/", nom="Camille Essai")
    person.post("/compte/codes-de-secours", 200)
    person.granted(Role.EDITOR)
    person.sign_in(to="/compte/code.*")
    person.moves("/compte/code", "/compte/", code=person.code())
    answer = person.raw("GET", "/compte/mes-donnees.json")
    given = answer.json
    assert given is not None
    account = given["compte"]
    assert (account["nom"], account["adresse_de_connexion"]) == ("Camille Essai", person.email)
    assert account["codes_de_secours_restants"] == 8
    assert [role["role"] for role in account["roles"]] == ["editor"]
    assert [act["acte"] for act in given["journal"]] == ["role-granted"]
    assert len(given["connexions"]) == 1
    assert len(given["courriels"]) == len(person.mails())
    user = person.user()
    assert user is not None
    for secret in (user.password, user.totp_secret, user.fs_uniquifier):
        assert secret
        assert secret not in answer.text


def test_what_is_erased_is_nowhere_but_where_it_is_said(
    someone: Someone, accounts_app: Flask
) -> None:
    person = someone().signed_in()
    person.moves("/compte/profil", "/compte/", nom="Nom Tout A Fait Unique")
    contact = "contact-" + person.email
    person.moves("/compte/contact", "/compte/", courriel=contact)
    person.post(person.mailed("confirm-contact", contact), 200)
    user = person.user()
    assert user is not None
    stuck(accounts_app, person.email)
    assert "30\u00a0jours" in person.get("/compte/effacer").text
    person.post("/compte/effacer", 200, certain="y")
    holding = {
        table
        for table, rows in everything(accounts_app).items()
        for row in rows
        for trace in (person.email, contact, "Nom Tout A Fait Unique", user.fs_uniquifier)
        if trace in row
    }
    assert holding == {"delivery"}
    with accounts_app.app_context():
        own = select(Delivery).where(Delivery.recipient.in_((person.email, contact)))
        left = list(db.session.scalars(own.order_by(Delivery.id)))
        assert left[-1].template == "account-erased"
        assert all(d.state == DeliveryState.WITHDRAWN and d.context == {} for d in left[:-1])


def stuck(app: Flask, address: str) -> None:
    """One of the mails of an address has failed."""
    with app.app_context():
        mail = db.session.scalars(select(Delivery).where(Delivery.recipient == address)).first()
        assert mail is not None
        mail.state = DeliveryState.FAILED
        db.session.commit()

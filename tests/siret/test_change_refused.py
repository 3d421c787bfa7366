"""Who may not change a SIRET: told what to do instead; forged requests are written down."""

from flask import Flask

from communaute.extensions import db
from communaute.models import Delivery, Structure, User
from tests.structures.visiting import (
    NEW,
    TOOL,
    Visitor,
    hidden,
    mails_in_all,
    next_siret,
    real_structure,
    refused_acts,
    text_of,
)


def test_a_real_change_has_no_way_back_and_says_whose_site_this_is(
    manager: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=manager)
    start = manager.get(f"{TOOL}/structures")
    assert "Ce site n’est pas Chorus Pro" in text_of(start)
    receipt = manager.change(number, next_siret(visited_app, number))
    page = manager.get(receipt)
    assert "Annuler ce changement" not in text_of(page)
    assert page.select_one(f"a[href='{receipt}.ics']")
    refused = manager.answer(f"{receipt}/annuler", 422, form=receipt)
    assert "ne s’annule pas" in text_of(refused)


def test_a_secondary_manager_may(manager: Visitor, visited_app: Flask) -> None:
    number = real_structure(visited_app, secondary=manager)
    assert "/recu/" in manager.change(number, next_siret(visited_app, number))


def test_a_plain_user_is_told_whom_to_ask_and_a_forged_form_is_written_down(
    manager: Visitor, colleague: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=colleague, user=manager)
    page = manager.get(f"{TOOL}/structures")
    assert "Demandez-le au gestionnaire" in text_of(page)
    assert not page.select("button[name=structure]")
    manager.get(f"{TOOL}/{number}/etape-2", 403)
    token = manager.token("/compte/profil")
    forged = {"csrf_token": token, "structure": str(number)}
    answer = manager.raw("POST", f"{TOOL}/structures", data=forged)
    page = manager.checked(answer, 422, TOOL)
    assert page.select_one("[role=alert]:-soup-contains('Demandez-le au gestionnaire')")
    assert refused_acts(visited_app)[0] == f"siret-change-refused structure {number}"
    act = {"csrf_token": token, "siret": next_siret(visited_app, number)}
    for path in (f"{TOOL}/{number}/etape-2", f"{TOOL}/{number}/relecture"):
        manager.checked(manager.raw("POST", path, data=act), 403, path)
        assert refused_acts(visited_app)[0] == f"siret-change-refused structure {number}", path
    with visited_app.app_context():
        assert db.session.get_one(Structure, number).active


def test_a_local_authority_is_told_what_it_does_instead(
    manager: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=manager)
    with visited_app.app_context():
        db.session.get_one(Structure, number).local_authority = True
        db.session.commit()
    page = manager.get(f"{TOOL}/structures")
    assert "Hélios" in text_of(page)
    assert "sollicitation" in text_of(page)
    assert not page.select("button[name=structure]")
    assert "Hélios" in text_of(manager.get(f"{TOOL}/{number}/etape-2", 403))


def test_a_siret_that_another_structure_has_is_refused(
    manager: Visitor, colleague: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=manager)
    taken = next_siret(visited_app, number)
    theirs = real_structure(visited_app, principal=colleague)
    with visited_app.app_context():
        db.session.get_one(Structure, theirs).siret = taken
        db.session.commit()
    here = manager.walk(number, 4)
    page = manager.answer(here, 422, siret=taken)
    assert "porte déjà" in text_of(page)


def test_two_managers_at_once_one_wins_and_the_other_is_told(
    manager: Visitor, colleague: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=manager, secondary=colleague)
    siret = next_siret(visited_app, number)
    review = colleague.walk(number, 6, siret)
    fields = hidden(colleague.get(review), review) | {"csrf_token": colleague.token(review)}
    receipt = manager.change(number, siret)
    page = colleague.checked(colleague.raw("POST", review, data=fields), 409, review)
    assert page.select_one(f"a[href='{receipt}']")
    colleague.get(receipt)


def everything(number: int, receipt: str = "") -> list[str]:
    """Every form's address about a structure."""
    tool, sheet = f"{TOOL}/{number}", f"/compte/structures/{number}"
    found = [f"{tool}/etape-2", f"{tool}/etape-4", f"{tool}/relecture"]
    found += [f"{sheet}/{part}" for part in ("services", "espaces", "mandats", "raccordements")]
    found += [f"{sheet}/demandes/1", f"{sheet}/personnes/1", f"{sheet}/factures/1"]
    return found + [f"{receipt}/{act}" for act in ("annuler", "a-faire") if receipt]


FORGED = {
    "siret": NEW.digits,
    "code": "x",
    "nom": "x",
    "espace": "works",
    "signe_le": "01/08/2026",
    "genre": "edi",
    "decision": "accepter",
    "detacher": "1",
    "statut": "REJETEE",
    "motif": "x",
}


def test_another_account_can_do_nothing_and_it_is_written_down(
    manager: Visitor, colleague: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=manager)
    receipt = manager.change(number, next_siret(visited_app, number))
    for path in everything(number, receipt):
        data = FORGED | {"csrf_token": colleague.token("/compte/profil")}
        assert colleague.raw("POST", path, data=data).status_code in (403, 404), path
        assert any(path in act or "refused" in act for act in refused_acts(visited_app)[:1]), path
    for path in (f"/compte/structures/{number}", receipt, f"{receipt}.pdf", f"{receipt}.ics"):
        assert colleague.raw("GET", path).status_code == 404, path


def test_a_guest_reaches_no_real_structure_and_it_is_written_down(
    manager: Visitor, visitor: Visitor, visited_app: Flask
) -> None:
    number = real_structure(visited_app, principal=manager)
    token = visitor.practise().token(f"{TOOL}/entrainement")
    for path in everything(number):
        answer = visitor.raw("POST", path, data=FORGED | {"csrf_token": token})
        assert answer.status_code == 403, path
        assert refused_acts(visited_app)[0] == f"access-refused {path}"
    for path in (
        f"/compte/structures/{number}",
        "/compte/",
        "/compte/structures/",
        "/compte/structures/ajouter",
        "/compte/mot-de-passe",
        "/compte/mes-donnees.json",
        f"{TOOL}/structures",
        "/gestion/",
    ):
        answer = visitor.raw("GET", path)
        assert answer.location.startswith("/compte/connexion"), path


def test_a_guest_reaches_no_other_practice_and_an_account_reaches_none(
    visitor: Visitor, manager: Visitor, visited_app: Flask
) -> None:
    number = visitor.practise().number
    thief = Visitor(visited_app).practise()
    token = thief.token(f"{TOOL}/entrainement")
    for path in everything(number):
        data = FORGED | {"csrf_token": token}
        assert thief.raw("POST", path, data=data).status_code in (403, 404), path
        mine = FORGED | {"csrf_token": manager.token("/compte/profil")}
        assert manager.raw("POST", path, data=mine).status_code == 403, path
        assert refused_acts(visited_app)[0] == f"access-refused {path}"
    assert thief.raw("GET", f"/compte/structures/{number}").status_code == 404
    assert thief.raw("GET", f"{TOOL}/{number}/etape-2").status_code == 404


def test_no_form_is_taken_without_its_token(visitor: Visitor) -> None:
    number = visitor.practise().number
    for path in (f"{TOOL}/entrainement", *everything(number), f"{TOOL}/entrainement/quitter"):
        assert visitor.raw("POST", path, data=FORGED).status_code == 400, path
    assert visitor.number == number


def test_a_guest_has_no_password_and_gets_no_mail(visitor: Visitor, visited_app: Flask) -> None:
    visitor.practise()
    before = mails_in_all(visited_app)
    with visited_app.app_context():
        guests = db.session.scalars(db.select(User).where(User.email.like("invite-%")).limit(1))
        email = guests.one().email
    stranger = Visitor(visited_app)
    for path in ("/compte/mot-de-passe-oublie", "/compte/confirmation"):
        stranger.fill(path, courriel=email)
    stranger.fill("/compte/inscription", courriel=email, mot_de_passe="un tout autre mot")
    stranger.fill("/compte/connexion", courriel=email, mot_de_passe="un tout autre mot")
    assert not stranger.is_in()
    with visited_app.app_context():
        to_guest = db.select(Delivery).where(Delivery.recipient == email)
        assert db.session.scalars(to_guest).all() == []
    assert mails_in_all(visited_app) == before

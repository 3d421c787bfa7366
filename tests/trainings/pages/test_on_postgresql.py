"""Every page of trainings once on PostgreSQL: what they ask of a database, both databases answer."""

import pytest
from flask import Flask

from tests.trainings.pages.scenes import FORM, Organiser, Scene


pytestmark = pytest.mark.postgres
DESK = "/gestion/formations"


def test_every_page_opens_on_postgresql(training_app_on_postgresql: Flask) -> None:
    scene = Scene(training_app_on_postgresql)
    pair = scene.pair(capacity=1)
    owner, waiter = scene.placed(pair), scene.visitor()
    waiter.ask(pair)
    for path in ("/formations/", "/formations/seances", "/formations/prochaines", FORM):
        owner.pages.get(path)
    for path in ("sessions.json", "seances.ics", "seances.atom"):
        assert owner.pages.response("GET", f"/formations/{path}").status_code == 200, path
    for rest in ("", "/changer", "/annuler", "/effacer"):
        owner.pages.get(owner.own(rest))
    owner.press(owner.own("/annuler"))
    waiter.press(waiter.link("training-offer"), reponse="accepter")
    organiser = Organiser(training_app_on_postgresql).at_work()
    paths = ("", "/programmer", "/non-remis", "/statistiques", f"/attente/{scene.slugs()[0]}")
    for path in (*paths, f"/{pair}", f"/{pair}/deplacer", f"/{pair}/annuler"):
        organiser.get(DESK + path)
    assert organiser.raw("GET", f"{DESK}/{pair}/inscrits.csv").status_code == 200

"""The site as gunicorn serves it, for tests of sign-ups through HTTP: `tests.trainings.door:site()`.

Until the sign-up tool is there, a door of five lines stands at its address with its fields.
"""

from http import HTTPStatus

from flask import Flask, request
from flask.typing import ResponseReturnValue

from communaute import create_app
from communaute.domain.trainings import signing_up
from communaute.domain.trainings.signing_up import SignUpRequest
from communaute.extensions import db
from communaute.wiring import current


ADDRESS = "/outils/inscription"


def site() -> Flask:
    """The application, with its tables."""
    app = create_app()
    posts = [rule for rule in app.url_map.iter_rules() if rule.rule == ADDRESS]
    if not any("POST" in (rule.methods or ()) for rule in posts):
        app.add_url_rule(ADDRESS, view_func=sign_up, methods=["POST"])
    return app


def sign_up() -> ResponseReturnValue:
    """What the tool does, without its page."""
    asked = SignUpRequest(
        pair_id=int(request.form["paire"]),
        name=request.form["nom"],
        email=request.form["courriel"],
        organisation=request.form["organisation"],
        consent="consentement" in request.form,
    )
    outcome = signing_up.sign_up(current.training_context(), asked)
    db.session.commit()
    return outcome.kind, HTTPStatus.OK

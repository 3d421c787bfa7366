"""The site with one more address that answers a constant, to compare with."""

from flask import Flask

from communaute import create_app


def create() -> Flask:
    app = create_app()

    @app.get("/constant")
    def constant() -> str:
        return "constant"

    return app

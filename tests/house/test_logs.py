"""The log holds nothing that a visitor typed, whatever fails."""

import io
import json
import logging

import pytest
from flask import Flask
from sqlalchemy import String, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from communaute.extensions import db
from communaute.web.logs import FORMAT, JsonWithoutValues, WithoutValues
from tests.house.logged import logged


TYPED = "camille.martin@exemple.fr"


def written(error: BaseException) -> str:
    """What the log would hold of it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutValues(FORMAT))
    record = logging.LogRecord("n", logging.ERROR, "f", 1, "failed", (), None)
    record.exc_info = (type(error), error, error.__traceback__)
    handler.handle(record)
    return stream.getvalue()


def test_a_trace_names_the_failure_and_not_its_words() -> None:
    try:
        try:
            int(TYPED)
        except ValueError as inner:
            raise RuntimeError(f"not read: {TYPED}") from inner
    except RuntimeError as error:
        said = written(error)
    assert TYPED not in said
    assert "ValueError" in said
    assert "RuntimeError" in said
    assert "test_logs.py" in said


def test_a_failing_write_in_any_table_prints_no_value(app: Flask) -> None:
    """Each text column of each table is given a value by a statement that fails."""
    failed = 0
    for table in inspect(db.engine).get_table_names():
        for column in inspect(db.engine).get_columns(table):
            if not isinstance(column["type"], String):
                continue
            add = text(f'INSERT INTO "{table}" ("{column["name"]}", nothing) VALUES (:v, :v)')
            with pytest.raises(SQLAlchemyError) as caught:
                db.session.execute(add, {"v": TYPED})
            failed += 1
            db.session.rollback()
            assert TYPED not in str(caught.value)
            assert TYPED not in written(caught.value)
    assert failed > 50


def test_what_a_constraint_refuses_prints_no_value(app: Flask) -> None:
    """PostgreSQL writes the refused key and the whole row in its DETAIL line."""
    add = text("INSERT INTO kept (name) VALUES (:name)")
    db.session.execute(text("CREATE TABLE kept (name VARCHAR(60) UNIQUE NOT NULL)"))
    db.session.execute(add, {"name": TYPED})
    db.session.commit()
    try:
        with pytest.raises(SQLAlchemyError) as caught:
            db.session.execute(add, {"name": TYPED})
        said = str(caught.value) + written(caught.value)
    finally:
        db.session.rollback()
        db.session.execute(text("DROP TABLE kept"))
        db.session.commit()
    assert TYPED not in said
    assert "IntegrityError" in said


def test_a_line_as_an_object_says_its_request_and_no_value(shared_app: Flask) -> None:
    with logged(JsonWithoutValues(), "tests.json") as stream:
        answer = shared_app.test_client().get("/sante", headers={"X-Request-ID": "a" * 32})
        try:
            int(TYPED)
        except ValueError:
            logging.getLogger("tests.json").exception("not read")
    said = json.loads(stream.getvalue())
    assert said["request"] == answer.headers["X-Request-ID"] == "a" * 32
    assert said["message"] == "not read"
    assert "ValueError" in said["trace"]
    assert TYPED not in stream.getvalue()
    forged = shared_app.test_client().get("/sante", headers={"X-Request-ID": f"x {TYPED}"})
    assert TYPED not in forged.headers["X-Request-ID"]

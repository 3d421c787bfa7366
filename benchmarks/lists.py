"""What each list of `/gestion` and `/compte` costs after years: `python -m benchmarks.lists`.

100,000 rows in each table (fewer of what staff makes by hand), on SQLite or on an empty database
(`--url`). For each page: processor seconds of the second view, questions asked, bytes sent; asked for:
0.2 s and 15 questions. `--rows` for fewer.
"""

import argparse
import gc
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event, text

from communaute import create_app
from communaute.extensions import db
from tests.conftest import settings_for
from tests.house import filling
from tests.house.test_large_lists import NOT_LISTS


BOUND_S, BOUND_ASKED = 0.2, 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measured(asked.rows, asked.url, Path(folder))


def measured(rows, url, folder):
    app, statements = create_app(settings_for(folder, database_url=url), TESTING=True), []
    with app.app_context():
        db.create_all()
        started = time.perf_counter()
        filling.fill(db.session(), rows)
        if db.engine.dialect.name == "postgresql":
            # What autovacuum does by itself within minutes.
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        print(
            f"{db.engine.dialect.name}, {rows} rows: filled in {time.perf_counter() - started:.0f} s"
        )
        event.listen(db.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    # As a web process does once it has loaded everything.
    gc.collect()
    gc.freeze()
    client, over = filling.reader_of(app), 0
    print("    s  questions    bytes  page")
    for path in filling.pages_of(app, NOT_LISTS):
        client.get(path)
        statements.clear()
        began = time.process_time()
        answer = client.get(path)
        spent = time.process_time() - began
        count = sum(not said.startswith(("BEGIN", "PRAGMA", "SET LOCAL")) for said in statements)
        beyond = spent > BOUND_S or count > BOUND_ASKED
        over += beyond
        print(f"{spent:6.3f} {count:6} {len(answer.data):10}  {path}{'  over' if beyond else ''}")
    print(f"{over} pages over {BOUND_S} s or {BOUND_ASKED} questions")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())

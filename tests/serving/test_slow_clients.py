"""The real server under clients that hold it: readers are answered all the same."""

import contextlib
import http.client
import os
import shutil
import socket
from collections.abc import Iterator

import pytest

from tests.mailing.servers import free_port
from tests.serving.running import running, site


COUNT = 200
HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
POSTED = (
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90000\r\n\r\ncourriel="
)
# What each has sent when it falls silent; the last never reads what it asked for.
KINDS = {
    "heads": b"GET /guides/" + HEAD + b"X-Slow: ",
    "bodies": b"POST /compte/connexion" + HEAD + POSTED,
    "unread bodies": b"POST /guides/" + HEAD + POSTED,
    "silent readers": (b"GET /guides/" + HEAD + b"\r\n") * 20,
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the server as it is run, with one process."""
    number = free_port()
    folder = tmp_path_factory.mktemp("serving")
    with site(folder, "--port", str(number), ask=lambda: get(number, "/guides/")):
        yield number


# As deploy/nginx.conf: bodies are read before they are passed on, answers taken whole.
NGINX = """
daemon off; pid {folder}/pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 2048; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host localhost; proxy_buffering on; proxy_request_buffering on;
    }}
  }}
}}
"""


@pytest.fixture(scope="module")
def proxied(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx before that server."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    folder, number = tmp_path_factory.mktemp("nginx"), free_port()
    (folder / "conf").write_text(NGINX.format(folder=folder, port=number, behind=port))
    command = [program, "-p", str(folder), "-c", str(folder / "conf"), "-e", "stderr"]
    with running(command, lambda: get(number, "/guides/")):
        yield number


def get(port: int, path: str) -> int:
    """The status of a page, asked for on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("door", ["port", "proxied"])
def test_two_hundred_slow_clients_make_no_reader_wait(
    request: pytest.FixtureRequest, door: str, kind: str
) -> None:
    port: int = request.getfixturevalue(door)
    with contextlib.ExitStack() as held:
        for _ in range(COUNT):
            slow = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(KINDS[kind])
        # A page in memory, and one that is made in a thread.
        for _ in range(20):
            assert get(port, "/guides/") == 200
            assert get(port, "/recherche?q=facture") == 200


@pytest.mark.slow
def test_an_address_of_eight_megabytes_is_refused_before_it_is_read(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        with contextlib.suppress(OSError):  # closed while it was still being sent
            client.sendall(b"GET /?" + b"a" * 8_000_000 + HEAD + b"\r\n")
        said = b""
        with contextlib.suppress(OSError):
            said = client.recv(100)
    assert said[9:12] in (b"", b"414", b"431")
    assert get(port, "/guides/") == 200

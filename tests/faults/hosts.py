"""Hosts of one site: each with its web process, its worker and its verifier, as they are run."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from communaute.domain.signatures.serve.client import VerifierAbsent, VerifierClient
from tests.conftest import ROOT
from tests.mailing.servers import free_port


PATIENCE = 120.0
BIN = Path(sys.executable).parent


def until(what: Callable[[], object], said: str) -> Any:
    """Wait for something that other processes do."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"never: {said}")


@dataclass
class Host:
    """One host: its folder, its port and its processes by name."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start processes, and wait until they answer."""
        commands = {
            "web": [sys.executable, "-m", "communaute.serving", "--port", str(self.port), "--workers", "1"],
            "worker": [str(BIN / "huey_consumer"), "communaute.tasks.huey", "--workers", "2", "--quiet"],
            "verifier": [str(BIN / "flask"), "--app", "communaute", "signatures", "serve"],
        }  # fmt: skip
        environment = {**os.environ, **self.settings, "INSTANCE_PATH": str(self.folder)}
        for name in names:
            self.processes[name] = subprocess.Popen(commands[name], cwd=ROOT, env=environment)
        for name in names:
            ready = {"web": self.answers, "verifier": self.verifies}.get(name, lambda: True)
            until(ready, f"{name} of {self.folder.name} starts")

    def answers(self) -> bool:
        try:
            return Browser().get(self, "/sante")[0] == 200
        except OSError:
            return False

    def verifies(self) -> bool:
        try:
            VerifierClient(self.folder / "verifier.sock").state()
        except VerifierAbsent:
            return False
        return True

    def kill(self, name: str) -> None:
        """Kill a process (-9), as a machine that has no memory left does."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(60)

    def files(self) -> set[str]:
        """What lies in its folder, but for folders of files."""
        return {path.name for path in self.folder.iterdir()}


@contextmanager
def running(*hosts: Host) -> Iterator[None]:
    """Every process of some hosts, ended afterwards."""
    try:
        for host in hosts:
            host.folder.mkdir()
            host.start("web", "worker", "verifier")
        yield
    finally:
        for host in hosts:
            host.stop()


Answer = tuple[int, str, str]


@dataclass
class Browser:
    """A person's browser, whom a balancer sends to any host: its cookies go along."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, host: Host, path: str) -> Answer:
        return self._ask(host, "GET", path, b"", {})

    def post(self, host: Host, path: str, **fields: str) -> Answer:
        """Send a form with the token of its page, which any host may have given."""
        body = urlencode(fields).encode()
        return self._ask(
            host, "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}
        )

    def send_file(self, host: Host, path: str, document: bytes) -> Answer:
        file = FileStorage(stream=BytesIO(document), filename="contrat.pdf")
        boundary, body = encode_multipart(MultiDict[str, Any]({"document": file}))
        kind = f"multipart/form-data; boundary={boundary}"
        return self._ask(host, "POST", path, body, {"Content-Type": kind})

    def token(self, host: Host, path: str) -> str:
        """The token of a page's form."""
        status, _, text = self.get(host, path)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        assert found, f"{path}: {status}, no form"
        return found[1]

    def _ask(
        self, host: Host, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=60)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {"Cookie": kept, **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer.status, answer.headers.get("Location", ""), text

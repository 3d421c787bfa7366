"""A server that speaks just enough SMTP, and misbehaves at one step of the conversation."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


STALL, DROP = "stall", "drop"
# The steps, in order; each is the word that a client says, or where it waits.
STEPS = ("banner", "ehlo", "mail", "rcpt", "data", "dot")
USUAL = {"banner": "220 ready", "data": "354 go on"}


@dataclass
class Script:
    """What to answer at each step: a line, STALL or DROP; else what is usual.

    `times` is how often it misbehaves before it is well again.
    """

    answers: dict[str, str] = field(default_factory=dict)
    times: int = 1_000
    features: tuple[str, ...] = ()
    taken: list[bytes] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    stalled: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def answer(self, step: str) -> str:
        """What to say at this step, this time."""
        said = self.answers.get(step)
        if said is None or self.times <= 0:
            return USUAL.get(step, "250 OK")
        self.times -= 1
        return said


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    server: "Server"

    def handle(self) -> None:
        script = self.server.script
        if not self.say(script.answer("banner")):
            return
        while line := self.rfile.readline():
            script.heard.append(line)
            word = line.split(b" ")[0].strip().lower().decode("ascii", "replace")
            if word in ("quit", ""):
                return
            if word == "ehlo" and not script.answers.get("ehlo"):
                *first, last = ("hello", *script.features)
                told = "".join(f"250-{name}\r\n" for name in first)
                self.wfile.write(f"{told}250 {last}\r\n".encode())
                continue
            answer = script.answer("ehlo" if word == "helo" else word)
            if not self.say(answer):
                return
            if word == "data" and answer.startswith("354") and not self.take(script):
                return

    def take(self, script: Script) -> bool:
        """The text, up to its dot."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if not line:
            return False
        answer = script.answer("dot")
        if answer.startswith("2"):
            script.taken.append(b"".join(lines))
        return self.say(answer)

    def say(self, answer: str) -> bool:
        """False when the conversation ends here."""
        if answer == STALL:
            self.server.script.stalled.set()
            self.server.script.stop.wait()
        if answer in (STALL, DROP):
            return False
        try:
            self.wfile.write(f"{answer}\r\n".encode())
        except OSError:  # the client has heard enough
            return False
        return True


class Server(socketserver.ThreadingTCPServer):
    """Listens on a port of its own."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.script = script


@contextmanager
def scripted(script: Script) -> Iterator[str]:
    """The address of a server that follows the script."""
    with Server(script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}"
        finally:
            script.stop.set()
            server.shutdown()
            thread.join()

"""SMTP, step by step: at every line we know whether the server may have taken the mail."""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from communaute.mailing import transports


STEP_TIMEOUT_SECONDS = 20.0
# The server reads, scans and stores before it answers the last dot (RFC 5321 allows ten minutes).
LAST_ANSWER_TIMEOUT_SECONDS = 120.0
MAILS_PER_CONNECTION = 200
LOOPBACK = ("localhost", "127.0.0.1", "::1")
OK, WILL_FORWARD, GO_ON, CLOSING = 250, 251, 354, 421
# Permanent answers that speak of us, not of the recipient: our operator can mend them.
OURS_TO_MEND = (530, 534, 535, 538)
# A line that begins with a dot is given a second one (RFC 5321, 4.5.2).
FIRST_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True)
class Server:
    """Where to hand mails over: `smtp://user:password@host:port`, `smtps://` for TLS at once."""

    host: str
    port: int
    user: str
    password: str
    tls: str

    @classmethod
    def from_url(cls, url: str) -> "Server":
        """Read SMTP_URL.

        `smtp://` takes STARTTLS, required but on this very machine; `?tls=none` says a network
        is trusted. Raises ValueError for any other scheme, or a password over a clear line.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL reads smtp(s)://user:password@host:port")
        default = "none" if parts.hostname in LOOPBACK else "starttls"
        asked = parse_qs(parts.query).get("tls", [default])[0]
        tls = "tls" if parts.scheme == "smtps" else asked
        if parts.username and tls == "none" and parts.hostname not in LOOPBACK:
            raise ValueError("SMTP_URL: a password is not sent over a clear line")
        port = parts.port or (465 if tls == "tls" else 587 if tls == "starttls" else 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, user, password, tls)


class SmtpTransport:
    """Hands mails to one server over one connection, opened when needed."""

    def __init__(
        self,
        server: Server,
        *,
        return_path: str = "",
        certificates: ssl.SSLContext | None = None,
        timeout: float = STEP_TIMEOUT_SECONDS,
        last_timeout: float = LAST_ANSWER_TIMEOUT_SECONDS,
    ) -> None:
        # Where a mail that could not be delivered comes back: the sender when nothing else is said.
        self.return_path = return_path
        self.server, self.timeout, self.last_timeout = server, timeout, last_timeout
        self.certificates = certificates or ssl.create_default_context()
        self.line: smtplib.SMTP | None = None
        self.carried = 0

    def send(self, mail: EmailMessage) -> str:
        """Hand the mail over; see Transport. Its Return-Path is the envelope's, and stays out of it."""
        own = str(mail["Return-Path"] or "").strip("<> ")
        del mail["Return-Path"]
        sender = own or self.return_path or str(mail["From"].addresses[0].addr_spec)
        recipient = str(mail["To"].addresses[0].addr_spec)
        try:
            line = self._begin(sender, recipient)
            self._body(line, mail)
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise transports.Unreachable(str(fault)) from fault
        except transports.NotSent:
            self._reset()
            raise
        return self._last_answer(line)

    def close(self) -> None:
        """Say goodbye if the line still stands."""
        line, self.line, self.carried = self.line, None, 0
        if line is not None:
            try:
                line.quit()
            except (OSError, smtplib.SMTPException):
                line.close()

    def _drop(self) -> None:
        """Let go of a line that no longer answers: a goodbye would wait for nothing."""
        line, self.line, self.carried = self.line, None, 0
        if line is not None:
            line.close()

    def _begin(self, sender: str, recipient: str) -> smtplib.SMTP:
        """A line that waits for the text. One left open may have been closed meanwhile."""
        if self.carried >= MAILS_PER_CONNECTION:
            self.close()
        if self.line is not None:
            try:
                return self._announced(self.line, sender, recipient)
            except (OSError, smtplib.SMTPException, transports.Unreachable):
                self._drop()
        self.line = self._connected()
        return self._announced(self.line, sender, recipient)

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        if server.tls == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self.timeout, context=self.certificates
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=self.timeout)
        try:
            self._greet(line)
        except BaseException:
            line.close()
            raise
        return line

    def _greet(self, line: smtplib.SMTP) -> None:
        if line.sock is not None:
            # The text and its last dot are two writes: held back until the first is
            # acknowledged, the second cost 40 ms a mail (16 mails a second, not hundreds).
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.ehlo_or_helo_if_needed()
        if self.server.tls == "starttls":
            line.starttls(context=self.certificates)
            line.ehlo()
        if self.server.user:
            line.login(self.server.user, self.server.password)

    def _announced(self, line: smtplib.SMTP, sender: str, recipient: str) -> smtplib.SMTP:
        """Say who writes to whom, and that the text follows: in one go where the server can.

        Two waits a mail instead of four (RFC 2920): nothing can be taken before the text.
        """
        asked = (
            (f"MAIL FROM:{smtplib.quoteaddr(sender)}", self._sender_fault),
            (f"RCPT TO:{smtplib.quoteaddr(recipient)}", self._recipient_fault),
            ("DATA", self._data_fault),
        )
        together = line.has_extn("pipelining")
        if together:
            say_all(line, [command for command, _ in asked])
        for place, (command, fault_of) in enumerate(asked, 1):
            if not together:
                line.putcmd(command)
            if fault := fault_of(*line.getreply()):
                if together and self.line is line:  # not let go of already
                    self._hear_out(line, len(asked) - place)
                raise fault
        return line

    def _hear_out(self, line: smtplib.SMTP, left: int) -> None:
        """Read the answers that are still to come. A server that waits for a text gets none."""
        try:
            if any(code == GO_ON for code, _ in [line.getreply() for _ in range(left)]):
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _sender_fault(self, code: int, said: bytes) -> transports.NotSent | None:
        """About us, never about the recipient: worth trying until it is mended."""
        if code == OK:
            return None
        return self._closing(code, said) or transports.Deferred(sentence(code, said))

    def _recipient_fault(self, code: int, said: bytes) -> transports.NotSent | None:
        return None if code in (OK, WILL_FORWARD) else self._fault(code, said)

    def _data_fault(self, code: int, said: bytes) -> transports.NotSent | None:
        return None if code == GO_ON else self._fault(code, said)

    def _body(self, line: smtplib.SMTP, mail: EmailMessage) -> None:
        """The text, but not the dot that ends it: until then the server has nothing to take."""
        text = mail.as_bytes(policy=transports.WIRE)
        line.send(FIRST_DOT.sub(b"..", text if text.endswith(b"\r\n") else text + b"\r\n"))

    def _last_answer(self, line: smtplib.SMTP) -> str:
        """End the text and hear what became of it. From here on a broken line means Unknown."""
        try:
            wait_for(line, self.last_timeout)
            line.send(b".\r\n")
            code, said = line.getreply()
            wait_for(line, self.timeout)
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise transports.Unknown(str(fault)) from fault
        if 200 <= code < 300:
            self.carried += 1
            return sentence(code, said)
        if not 400 <= code < 600:
            # No answer that SMTP knows: to try again could make a double.
            self._drop()
            raise transports.Unknown(sentence(code, said))
        fault_said = self._fault(code, said)
        self._reset()
        raise fault_said

    def _fault(self, code: int, said: bytes) -> transports.NotSent:
        closing = self._closing(code, said)
        if closing:
            return closing
        if 500 <= code < 600 and code not in OURS_TO_MEND:
            return transports.Refused(sentence(code, said))
        return transports.Deferred(sentence(code, said))

    def _closing(self, code: int, said: bytes) -> transports.Unreachable | None:
        if code != CLOSING and code >= 0:
            return None
        self._drop()
        return transports.Unreachable(sentence(code, said))

    def _reset(self) -> None:
        """Make the line ready for another mail."""
        if self.line is not None:
            try:
                self.line.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()


def wait_for(line: smtplib.SMTP, seconds: float) -> None:
    """How long the next answer may take."""
    if line.sock is not None:
        line.sock.settimeout(seconds)


def say_all(line: smtplib.SMTP, commands: list[str]) -> None:
    """Say several commands at once. Raises ValueError for one that would hide another."""
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("a command is one line")
    line.send("".join(f"{command}\r\n" for command in commands))


def sentence(code: int, said: bytes) -> str:
    """What the server answered, short enough to keep."""
    return f"{code} {said.decode('utf-8', 'replace')}"[:500]

"""What granian gives a server: a request's scope and its protocol, without a socket."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from communaute.serving.application import Server


class Headers(dict[str, str]):
    """Granian's headers: names in lower case, `get_all` for those that come twice."""

    def get_all(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


@dataclass
class Protocol:
    """What is received, in chunks, and what is answered."""

    chunks: Iterable[bytes] | AsyncIterator[bytes] = ()
    said: list[tuple[int, list[tuple[str, str]], bytes]] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self.chunks, AsyncIterator):
            async for chunk in self.chunks:
                yield chunk
        else:
            for chunk in self.chunks:
                yield chunk

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.said.append((status, headers, body))


def scope_of(method: str, address: str, headers: Mapping[str, str]) -> Any:
    path, _, query = address.partition("?")
    return SimpleNamespace(
        method=method, path=path, query_string=query, scheme="http", http_version="1.1",
        client="127.0.0.1:40000", server="127.0.0.1:5000",
        headers=Headers({"host": "localhost", **headers}),
    )  # fmt: skip


async def ask(
    server: Server, method: str, address: str, chunks: Any = (), **headers: str
) -> tuple[int, dict[str, str], bytes] | None:
    """The answer of a server; None when it has none. `headers` take _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    protocol = Protocol(chunks)
    await server.__rsgi__(scope_of(method, address, named), protocol)  # type: ignore[arg-type]
    if not protocol.said:
        return None
    status, given, body = protocol.said[0]
    return status, {name.lower(): value for name, value in given}, body

"""The clients connected to the server: let in, heard, hung up when they are silent."""

import selectors
import socket
from contextlib import suppress

from communaute.domain.signatures.serve.connection import Connection
from communaute.domain.signatures.serve.desk import Desk


CONNECTIONS = 200


class Reception:
    """Every open connection, by its file number."""

    def __init__(self, selector: selectors.BaseSelector, desk: Desk) -> None:
        self._selector, self._desk = selector, desk
        self._connections: dict[int, Connection] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._connections

    def let_in(self, server: socket.socket, now: float) -> None:
        """Accept a client; hang up at once when too many are connected."""
        with suppress(BlockingIOError):
            peer, _ = server.accept()
            if len(self._connections) >= CONNECTIONS:
                peer.close()
                return
            self._connections[peer.fileno()] = Connection(peer, self._desk, now)
            self._selector.register(peer, selectors.EVENT_READ)

    def talk(self, number: int, events: int, now: float) -> None:
        """Read and write what can be, with one client."""
        connection = self._connections[number]
        try:
            if events & selectors.EVENT_WRITE:
                connection.write()
            if events & selectors.EVENT_READ:
                connection.read(now)
        except OSError:
            self._hang_up(number)

    def tidy(self, now: float) -> None:
        """Hang up on who is silent or was told the last word; watch who is slow to read."""
        for number, connection in list(self._connections.items()):
            if connection.deadline <= now or connection.is_over:
                self._hang_up(number)
            else:
                self._watch(connection)

    def close(self) -> None:
        """Hang up on everybody: the server stops."""
        for number in list(self._connections):
            self._hang_up(number)

    def _watch(self, connection: Connection) -> None:
        events = selectors.EVENT_READ
        if connection.has_more_to_send:
            events |= selectors.EVENT_WRITE
        if self._selector.get_key(connection.peer).events != events:
            self._selector.modify(connection.peer, events)

    def _hang_up(self, number: int) -> None:
        connection = self._connections.pop(number)
        self._desk.hung_up(connection)
        self._selector.unregister(connection.peer)
        connection.peer.close()

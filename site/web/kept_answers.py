"""Answers already made: the bytes of the last ones, for one state of what they are made from."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

from flask import Response, request

from communaute.web.compression import best_encoding, compress
from communaute.web.rendering import wants_fragment


# A page of results is 40 to 80 kB, its compressed form a fifth.
MOST_ANSWERS, MOST_BYTES = 500, 20_000_000
# Characters of an address; what is longer is not asked twice.
LONGEST_ADDRESS = 1_000


@dataclass
class KeptAnswers:
    """The last answers made from one state of the site, the least used leaving first.

    An answer is the same for everybody: nothing of it comes from a cookie. Safe between threads.
    """

    made_from: Hashable = None
    answers: OrderedDict[Hashable, Response] = field(default_factory=OrderedDict)
    bytes: int = 0
    lock: Lock = field(default_factory=Lock)

    def respond(
        self, state: Hashable, asked: Hashable, make: Callable[[], tuple[Response, bool]]
    ) -> Response:
        """The answer to what was asked; `make` gives it and says whether it may be kept.

        `state` is what every answer depends on: another one forgets them all, None keeps nothing.
        """
        key = (asked, wants_fragment(), best_encoding(request.headers.get("Accept-Encoding", "")))
        with self.lock:
            if state != self.made_from:
                self.answers.clear()
                self.bytes = 0
                self.made_from = state
            kept = self.answers.get(key)
            if kept is not None:
                self.answers.move_to_end(key)
        if kept is not None:
            return copy_of(kept)
        response, lasts = make()
        response = compress(response)
        lasts = lasts and len(request.query_string) <= LONGEST_ADDRESS
        if lasts and state is not None and "Set-Cookie" not in response.headers:
            self.keep(state, key, copy_of(response))
        return response

    def keep(self, state: Hashable, key: Hashable, response: Response) -> None:
        """Keep an answer, unless the site has changed while it was made."""
        with self.lock:
            if state != self.made_from or key in self.answers:
                return
            self.answers[key] = response
            self.bytes += size_of(response)
            while len(self.answers) > MOST_ANSWERS or self.bytes > MOST_BYTES:
                self.bytes -= size_of(self.answers.popitem(last=False)[1])


def size_of(response: Response) -> int:
    """The bytes of a kept answer."""
    return len(response.get_data())


def copy_of(response: Response) -> Response:
    """The same answer, with headers of its own: each request adds to them."""
    return Response(response.get_data(), response.status_code, headers=list(response.headers))

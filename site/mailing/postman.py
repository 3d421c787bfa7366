"""One pass at a time in a process, however often one is woken; a pause when no mail can leave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock

from communaute.mailing.sending import Sender


PAUSE = timedelta(seconds=30)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Postman:
    """Wakes a sender. Safe between threads: who comes while it works has it look once more."""

    make_sender: Callable[[], Sender]
    clock: Callable[[], datetime]
    paused_until: datetime = LONG_AGO
    asked: Event = field(default_factory=Event)
    at_work: Lock = field(default_factory=Lock)

    def wake(self) -> int:
        """Send what is due; answers how many mails were handled by this call."""
        handled = 0
        self.asked.set()
        while self.asked.is_set():
            if not self.at_work.acquire(blocking=False):
                return handled
            try:
                self.asked.clear()
                handled += self._pass()
            finally:
                self.at_work.release()
        return handled

    def _pass(self) -> int:
        if self.clock() < self.paused_until:
            return 0
        sender = self.make_sender()
        counts = sender.run()
        if not sender.reachable:
            self.paused_until = self.clock() + PAUSE
        elif sender.unfinished:
            self.asked.set()
        return counts.total()

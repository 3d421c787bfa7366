"""The mail worker's clock and sender, of the tests of mails."""

from tests.mailing.conftest import clock, sender_with


__all__ = ["clock", "sender_with"]

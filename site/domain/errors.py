"""What a verb raises when a rule refuses: the base of every domain error."""


class DomainError(Exception):
    """A rule refused. `str(error)` is the French sentence to show: what is wrong, what to do."""

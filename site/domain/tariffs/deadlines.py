"""When a fee statement must be filed: one year from the end of the mission, where it applies."""

from datetime import date


# Code de procédure pénale, article 800: missions ended from 31 December 2020 on.
FIRST_END = date(2020, 12, 31)


def last_day_to_file(mission_end: date) -> date | None:
    """Return the last day to file the statement; None for a mission that the limit spares.

    One year from day to day; a mission ended on 29 February expires on 28 February (our reading
    of a year counted to a date that does not exist).
    """
    if mission_end < FIRST_END:
        return None
    try:
        return mission_end.replace(year=mission_end.year + 1)
    except ValueError:
        return date(mission_end.year + 1, 2, 28)

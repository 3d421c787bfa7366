"""French typography for the sentences of this room: narrow no-break spaces, dates in words."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo


NNBSP = "\u202f"
_PARIS = ZoneInfo("Europe/Paris")
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def typeset(text: str) -> str:
    """Give `text` with the spaces French wants: before ; : ! ? and inside « »; ’ for '."""
    text = re.sub(r" (?=[;:!?»])", NNBSP, text.replace("'", "’"))
    return text.replace("« ", f"«{NNBSP}")


def date_and_time(moment: datetime) -> str:
    """Give « 3 mars 2026 à 14 h 05 » (Paris time)."""
    local = moment.astimezone(_PARIS)
    return f"{date(moment)} à {local.hour}{NNBSP}h{NNBSP}{local.minute:02d}"


def date(moment: datetime) -> str:
    """Give « 1er mars 2026 » (Paris time)."""
    local = moment.astimezone(_PARIS)
    day = "1er" if local.day == 1 else str(local.day)
    return f"{day} {_MONTHS[local.month - 1]} {local.year}"

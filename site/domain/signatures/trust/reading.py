"""Read a trusted list (ETSI TS 119 612) without letting it harm its reader."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree


TSL = "{http://uri.etsi.org/02231/v2#}"
LIST_OF_LISTS_TYPE = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists"
# The largest lists of 2026 (Germany, Italy, Spain) hold 4 to 6 MB; a flat XML of 20 MB costs
# 800 MB of memory to read.
LIST_BYTES = 16 * 1024 * 1024


class ListRefused(ValueError):
    """A list that was not taken; `str(error)` is the reason, a French clause."""


@dataclass(frozen=True, slots=True)
class ListHeader:
    """What a list says of itself (clause 5.3), before or after its signature is verified."""

    territory: str
    sequence_number: int
    issued_at: datetime
    next_update: datetime | None
    """When the next list is due; None when the list is closed (clause 5.3.15)."""
    is_list_of_lists: bool


def parse_list(xml: bytes) -> etree._Element:
    """Parse a list: no entity, no document type, no network, 16 MB at most.

    Raises ListRefused.
    """
    if len(xml) > LIST_BYTES:
        raise ListRefused("le fichier dépasse 16 Mo")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListRefused("le fichier n’est pas du XML lisible") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ListRefused("le fichier déclare un type de document, ce qu’une liste ne fait pas")
    if root.tag != f"{TSL}TrustServiceStatusList":
        raise ListRefused("le fichier n’est pas une liste de confiance (ETSI TS 119 612)")
    return root


def read_header(root: etree._Element) -> ListHeader:
    """Read the scheme information of a parsed list. Raises ListRefused when it is incomplete."""
    scheme = f"{TSL}SchemeInformation/{TSL}"
    next_update = root.findtext(f"{scheme}NextUpdate/{TSL}dateTime")
    try:
        return ListHeader(
            territory=_required(root, f"{scheme}SchemeTerritory").upper(),
            sequence_number=int(_required(root, f"{scheme}TSLSequenceNumber")),
            issued_at=_moment(_required(root, f"{scheme}ListIssueDateTime")),
            next_update=_moment(next_update) if next_update else None,
            is_list_of_lists=_required(root, f"{scheme}TSLType") == LIST_OF_LISTS_TYPE,
        )
    except ValueError as error:
        raise ListRefused("l’en-tête de la liste est incomplet ou illisible") from error


def _required(root: etree._Element, path: str) -> str:
    text = root.findtext(path)
    if not text or not text.strip():
        raise ValueError(path)
    return str(text.strip())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        raise ValueError("a list's dates are in UTC (clause 5.1.4)")
    return moment

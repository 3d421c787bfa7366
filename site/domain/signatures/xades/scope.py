"""Say what a signature is over: the whole file, pieces of it, other files, or nothing one reads.

A signature may be sound over a piece of a file while what is read stands beside it: that is how
« signature wrapping » works.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from lxml import etree

from communaute.domain.signatures.facts import SignedScope, clean
from communaute.domain.signatures.vocabulary import Extent
from communaute.domain.signatures.xades.parsing import (
    SIGNATURE,
    XML,
    XML_SCHEMA,
    SignedXml,
    ds,
    is_of_evidence_record,
    is_xades,
    of_signatures,
)
from communaute.domain.signatures.xades.references import Reference, Standing


_MOST_NAMES = 20
# Attributes that say nothing to a reader: identifiers, and where a schema is.
_SILENT = frozenset(
    {"Id", "ID", "id", f"{XML}id", f"{XML}lang", f"{XML}space"}
    | {f"{XML_SCHEMA}schemaLocation", f"{XML_SCHEMA}noNamespaceSchemaLocation"}
)
# What the schemas of XML Signature, XAdES and evidence records give to their elements besides.
_OF_SIGNATURES = _SILENT | {
    *("Algorithm", "Encoding", "MimeType", "ObjectReference", "Qualifier", "Target", "Type"),
    *("URI", "referencedData", f"{XML_SCHEMA}type", "Order", "Version"),
}


def scope_of(
    document: SignedXml, signature: etree._Element, references: Sequence[Reference]
) -> SignedScope:
    """Say what the references that match cover, and what of the file none of them does."""
    matching = [one for one in references if one.standing is Standing.MATCHES]
    files = tuple(clean(one.uri or "") for one in matching if one.is_outside)
    covered = [one.target for one in matching if one.target is not None]
    targets = [target for target in covered if _is_read(target)]
    if not _counter_signs(signature) and any(target is document.root for target in targets):
        around = () if any(one.whole for one in matching) else _shows_otherwise(document)
        return SignedScope(Extent.WHOLE, files, (*around, *_named(_within(signature, covered))))
    values = [one for one in targets if one.tag == ds("SignatureValue")]
    if _counter_signs(signature) or (targets and len(values) == len(targets)):
        beside = tuple(_named(_within(signature, covered)))
        return _of_signatures(signature, values, SignedScope(Extent.SIGNATURE, files, beside))
    beside = tuple(_named(_left_out(document, signature, covered, files)))
    beside += _shows_otherwise(document) if targets else ()
    if targets:
        asides = tuple(_named(_asides_around(document, covered)))
        names, around = files + tuple(_named(targets)), tuple(_named(_around(targets)))
        return SignedScope(Extent.ELEMENTS, names, (*beside, *asides), around)
    return SignedScope(Extent.FILES if files else Extent.NOTHING, files, beside)


def _is_read(target: etree._Element) -> bool:
    """Whether an element holds something to read, not what a signature says of itself."""
    own = (ds("SignedInfo"), ds("KeyInfo"), ds("Manifest"))
    return target.tag not in own and not is_xades(
        target, "SignedProperties", "QualifyingProperties", "UnsignedProperties"
    )


def _counter_signs(signature: etree._Element) -> bool:
    """Whether a signature stands where a counter-signature does."""
    parent = signature.getparent()
    return parent is not None and is_xades(parent, "CounterSignature")


def _of_signatures(
    signature: etree._Element, values: Sequence[etree._Element], scope: SignedScope
) -> SignedScope:
    """A counter-signature: over the values of other signatures, that of the one around it first."""
    holder = next(signature.iterancestors(SIGNATURE), None)
    holders = [value.getparent() for value in values]
    fits = holder in holders if holder is not None else bool(holders)
    # A value that was taken out of its signature says nothing of what is beside it.
    sound = fits and signature not in holders and all(one.tag == SIGNATURE for one in holders)
    return scope if sound else replace(scope, extent=Extent.NOTHING)


def _left_out(
    document: SignedXml,
    signature: etree._Element,
    targets: Sequence[etree._Element],
    files: tuple[str, ...],
) -> Iterator[etree._Element]:
    """Yield what one reads in the file outside of the targets and of other signatures."""
    if document.root is signature or not (targets or files):
        yield from _within(signature, targets)
        return
    yield from _beside(document.root, targets)
    yield from _within(signature, targets)


def _beside(element: etree._Element, targets: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield the outermost elements that no target covers, and that are no mere wrapping."""
    if element.tag == SIGNATURE or any(element is target for target in targets):
        return
    wraps = any(child.tag == SIGNATURE for child in element) or any(
        element in target.iterancestors() for target in targets
    )
    if not wraps or _speaks(element):
        yield element
        return
    for child in element.iterchildren(etree.Element):
        yield from _beside(child, targets)


def _speaks(element: etree._Element) -> bool:
    """Whether an element says something by itself: a text or an attribute of its own."""
    return _has_text(element) or bool(set(element.attrib) - _SILENT)


def _has_text(element: etree._Element) -> bool:
    texts = [element.text, *(child.tail for child in element)]
    return any((text or "").strip() for text in texts)


def _within(
    signature: etree._Element, targets: Sequence[etree._Element]
) -> Iterator[etree._Element]:
    """Yield what a signature holds that is neither signed by it nor part of a signature."""
    if _is_foreign(signature):
        yield signature
    yield from _asides(signature, targets)
    for child in signature.iterchildren(etree.Element):
        if child.tag == ds("Object"):
            yield from _held(child, targets)
        elif child.tag != ds("SignedInfo"):
            yield from _foreign(child, targets)


def _held(holder: etree._Element, targets: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield what an object holds and no reference covers."""
    if any(holder is target for target in targets):
        return
    if _has_text(holder) or _is_foreign(holder):
        yield holder
        return
    for child in holder.iterchildren(etree.Element):
        if is_xades(child, "QualifyingProperties"):
            yield from _foreign(child, targets)
        else:
            yield from _beside(child, targets)


def _foreign(
    element: etree._Element, targets: Sequence[etree._Element]
) -> Iterator[etree._Element]:
    """Yield the outermost elements that no signature is made of, where anybody may add some."""
    # Signatures within are judged on their own.
    if element.tag == SIGNATURE or any(element is target for target in targets):
        return
    if _is_foreign(element):
        yield element
        return
    for child in element.iterchildren(etree.Element):
        yield from _foreign(child, targets)


def _is_foreign(element: etree._Element) -> bool:
    mixed = next(element.iterchildren(etree.Element), None) is not None and _has_text(element)
    known = of_signatures(element) and not set(element.attrib) - _OF_SIGNATURES
    return mixed or not known


def _asides(holder: etree._Element, targets: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield the comments and instructions in `holder` that no target covers.

    Signatures within speak for themselves, programs write some in evidence records, and in
    what is signed canonical XML takes them away.
    """
    for one in holder.iter(etree.Comment, etree.ProcessingInstruction):
        above = [*takewhile(lambda element: element is not holder, one.iterancestors()), holder]
        apart = any(
            a is not holder and (a.tag in {SIGNATURE, ds("SignedInfo")} or is_of_evidence_record(a))
            for a in above
        )
        if not apart and not any(a is target for a in above for target in targets):
            yield one


def _asides_around(
    document: SignedXml, targets: Sequence[etree._Element]
) -> Iterator[etree._Element]:
    """Yield those of a file of which only elements are signed."""
    if document.root.tag != SIGNATURE:
        yield from _asides(document.root, targets)
    for preceding in (True, False):
        yield from (
            one
            for one in document.root.itersiblings(preceding=preceding)
            if one.tag is etree.Comment
        )


def _around(targets: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield what holds the targets, outermost first: its names are nobody's, and can be read."""
    found: list[etree._Element] = []
    for target in targets:
        above = [one for one in target.iterancestors() if not of_signatures(one)]
        found += [one for one in reversed(above) if not any(one is other for other in found)]
    return (one for one in found if not any(one is target for target in targets))


def _shows_otherwise(document: SignedXml) -> tuple[str, ...]:
    """Name a style sheet that stands around the root: it may change all that is shown."""
    around = document.root.itersiblings(etree.ProcessingInstruction, preceding=True)
    return tuple(clean(one.target) for one in around if one.target == "xml-stylesheet")


def _named(elements: Iterator[etree._Element] | Sequence[etree._Element]) -> Iterator[str]:
    for rank, element in enumerate(elements):
        if rank == _MOST_NAMES:
            return
        if element.tag is etree.Comment:
            yield "commentaire"
        elif element.tag is etree.ProcessingInstruction:
            yield clean(element.target)
        else:
            yield clean(etree.QName(element).localname)

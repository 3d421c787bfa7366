"""Documents signed with the tests' own authorities: sound ones, and each way they go wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.signatures.edits import update
from tests.signatures.pki import Pki


_CHAINS = {
    "stranger": ("stranger-root",),
    "impostor": ("impostor-ca", "root"),
    "by-signer": ("signer", "ca", "root"),
}


def blank_pdf(text: str = "Contrat de cent euros") -> bytes:
    """One page, one line of text, one text field called « montant »."""
    writer = PdfFileWriter(stream_xrefs=False)
    content = f"BT /F1 20 Tf 60 700 Td ({text}) Tj ET".encode("latin-1")
    stream = writer.add_object(generic.StreamObject(stream_data=content))
    font = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
            generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
        }
    )
    fonts = generic.DictionaryObject({generic.pdf_name("/F1"): writer.add_object(font)})
    resources = generic.DictionaryObject({generic.pdf_name("/Font"): fonts})
    page = writer.insert_page(PageObject(stream, (0, 0, 600, 800), resources))
    _add_text_field(writer, page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _add_text_field(writer: PdfFileWriter, page: generic.IndirectObject) -> None:
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.pdf_string("montant"),
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                list(map(generic.NumberObject, (60, 600, 300, 630)))
            ),
            generic.pdf_name("/F"): generic.NumberObject(4),
            generic.pdf_name("/P"): page,
        }
    )
    reference = writer.add_object(field)
    fields = generic.ArrayObject([reference])
    writer.root["/AcroForm"] = writer.add_object(
        generic.DictionaryObject({generic.pdf_name("/Fields"): fields})
    )
    page.get_object()["/Annots"] = generic.ArrayObject([reference])


@dataclass(frozen=True)
class Office:
    """Signs PDF and CMS with the certificates of a Pki."""

    pki: Pki

    def signer(self, label: str, *, chain: bool = True) -> SimpleSigner:
        store = SimpleCertificateStore()
        labels = _CHAINS.get(label, ("ca", "root")) if chain else ()
        store.register_multiple([self.pki.certificate(one) for one in labels])
        return SimpleSigner(
            signing_cert=self.pki.certificate(label),
            signing_key=self.pki.key(label),
            cert_registry=store,
        )

    def clock(self, at: datetime, tsa: str = "tsa") -> DummyTimeStamper:
        """A time-stamping authority stopped at `at`."""
        store = SimpleCertificateStore()
        store.register(self.pki.certificate("stranger-root" if "stranger" in tsa else "root"))
        return DummyTimeStamper(
            tsa_cert=self.pki.certificate(tsa),
            tsa_key=self.pki.key(tsa),
            certs_to_embed=store,
            fixed_dt=at,
        )

    def sign(
        self,
        document: bytes,
        label: str = "signer",
        *,
        at: datetime | None = None,
        tsa: str = "tsa",
        field: str = "Signature1",
        pades: bool = True,
        certify: MDPPerm | None = None,
        digest: str = "sha256",
        chain: bool = True,
    ) -> bytes:
        """Sign a PDF; `at` adds a signature time stamp of that moment."""
        subfilter = SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED
        meta = PdfSignatureMetadata(
            field_name=field,
            md_algorithm=digest,
            subfilter=subfilter,
            certify=certify is not None,
            docmdp_permissions=certify or MDPPerm.FILL_FORMS,
            signer_key_usage=set(),
        )
        signer = PdfSigner(
            meta,
            signer=self.signer(label, chain=chain),
            timestamper=self.clock(at, tsa) if at else None,
            new_field_spec=SigFieldSpec(field, on_page=0),
        )
        output = BytesIO()
        signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(document), strict=False), output=output)
        return output.getvalue()

    def sign_place(self, document: bytes, field: str, label: str = "signer") -> bytes:
        """Sign in a place made for it beforehand."""
        meta = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES)
        output = BytesIO()
        PdfSigner(meta, signer=self.signer(label)).sign_pdf(
            IncrementalPdfFileWriter(BytesIO(document), strict=False), output=output
        )
        return output.getvalue()

    def add_revocation(
        self, document: bytes, at: datetime, ocsp_on: Sequence[str] = (), *, crls: bool = True
    ) -> bytes:
        """Add a security store with the lists (and answers on `ocsp_on`) in force at `at`."""
        stream = BytesIO(document)
        DocumentSecurityStore.add_dss(
            stream,
            None,
            certs=[self.pki.certificate(label) for label in ("ca", "root", "tsa")],
            crls=[self.pki.crl(label, at) for label in ("ca", "root")] if crls else [],
            ocsps=[self.pki.ocsp(label, at) for label in ocsp_on],
            force_write=True,
        )
        return stream.getvalue()

    def sign_with(self, writer: IncrementalPdfFileWriter) -> bytes:
        """Sign what `writer` holds, an encrypted document for instance."""
        meta = PdfSignatureMetadata(field_name="Signature1", subfilter=SigSeedSubFilter.PADES)
        output = BytesIO()
        PdfSigner(meta, signer=self.signer("signer")).sign_pdf(writer, output=output)
        return output.getvalue()

    def add_proof(self, document: bytes, compressed: bytes) -> bytes:
        """Add a security store whose only list is `compressed`, deflated twice."""

        def add(writer: IncrementalPdfFileWriter) -> None:
            deflate = generic.pdf_name("/FlateDecode")
            filters = {generic.pdf_name("/Filter"): generic.ArrayObject([deflate, deflate])}
            stream = generic.StreamObject(filters, encoded_data=compressed)
            lists = generic.ArrayObject([writer.add_object(stream)])
            store = generic.DictionaryObject({generic.pdf_name("/CRLs"): lists})
            writer.root["/DSS"] = writer.add_object(store)
            writer.update_root()

        return update(document, add)

    def stamp(self, document: bytes, at: datetime, tsa: str = "tsa", field: str = "T1") -> bytes:
        """Add a document time stamp."""
        output = BytesIO()
        PdfTimeStamper(self.clock(at, tsa), field_name=field).timestamp_pdf(
            IncrementalPdfFileWriter(BytesIO(document)), "sha256", output=output
        )
        return output.getvalue()

    async def cms(
        self,
        content: bytes,
        label: str = "signer",
        *,
        detached: bool = False,
        cades: bool = True,
        at: datetime | None = None,
        digest: str = "sha256",
    ) -> bytes:
        """Sign any content as CAdES or plain CMS, attached or detached."""
        signed = await self.signer(label).async_sign_general_data(
            content,
            digest,
            detached=detached,
            use_cades=cades,
            timestamper=self.clock(at) if at else None,
        )
        der: bytes = signed.dump()
        return der


def sign_as(
    signer: SimpleSigner,
    document: bytes,
    clock: DummyTimeStamper | None = None,
    field: str = "Signature1",
    **more: Any,
) -> bytes:
    """Sign a PDF as PAdES; `more` goes to the field (its box) or, as `certify`, to the author."""
    permission: MDPPerm | None = more.pop("certify", None)
    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        signer_key_usage=set(),
        certify=permission is not None,
        docmdp_permissions=permission or MDPPerm.FILL_FORMS,
    )
    new = SigFieldSpec(field, on_page=0, **more)
    output = BytesIO()
    PdfSigner(meta, signer=signer, timestamper=clock, new_field_spec=new).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(document), strict=False), output=output
    )
    return output.getvalue()


def signature_span(document: bytes) -> tuple[int, int]:
    """Where the value of the last signature lies: from « < » to after « > »."""
    reader = PdfFileReader(BytesIO(document), strict=False)
    _, first, second, _ = reader.embedded_signatures[-1].byte_range
    return int(first), int(second)


def edit_cms(document: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """Change the CMS of the last signature in place, keeping its length."""
    first, second = signature_span(document)
    room = second - first - 2
    info = cms.ContentInfo.load(bytes.fromhex(document[first + 1 : second - 1].decode()))
    change(info["content"])
    changed: bytes = info.dump(force=True).hex().encode()
    if len(changed) > room:
        raise ValueError("the changed signature does not fit")
    return document[: first + 1] + changed.ljust(room, b"0") + document[second - 1 :]


def certificates(signed_data: cms.SignedData) -> list[x509.Certificate]:
    return [choice.chosen for choice in signed_data["certificates"]]

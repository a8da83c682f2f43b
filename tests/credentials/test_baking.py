from __future__ import annotations

import io
import json
import struct
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, CredentialError, NoCredentialInside, bake, unbake, verify
from cairn.credentials.baking import png
from cairn.credentials.errors import NotSupported
from cairn.credentials.form import Form

SVG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a drawing of an <svg> -->\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9"><circle r="4"/></svg>\n'
)
DOCTYPE = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(data, "PNG")
    return data.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_chunk(image: bytes, kind: bytes, content: bytes) -> bytes:
    return image[:33] + chunk(kind, content) + image[33:]


@pytest.mark.parametrize("image", [picture(), SVG], ids=["png", "svg"])
def test_what_is_baked_comes_out_and_verifies(issuer: Issuer, world: MemoryResolver, image: bytes) -> None:
    credential = issuer.award()
    baked = bake(image, credential)
    assert unbake(baked) == credential.text
    assert verify(baked, at=NOW, resolve=world).verdict == "verified"


@pytest.mark.parametrize("image", [picture(), SVG], ids=["png", "svg"])
def test_a_picture_without_a_credential_is_an_answer(world: MemoryResolver, image: bytes) -> None:
    with pytest.raises(NoCredentialInside):
        unbake(image)
    verdict = verify(image, at=NOW, resolve=world)
    assert verdict.verdict == "not_verified"
    assert verdict.has("no_credential_inside")


@pytest.mark.parametrize("image", [picture(), SVG], ids=["png", "svg"])
def test_the_newer_credential_replaces_the_older(issuer: Issuer, image: bytes) -> None:
    older, newer = issuer.award(), issuer.award(name="Newer")
    baked = bake(bake(image, older), newer)
    assert unbake(baked) == newer.text
    assert b"Newer" in baked
    assert baked == bake(image, newer)


def test_png_pixels_stay_and_the_chunk_is_one_plain_itxt(issuer: Issuer) -> None:
    baked = bake(picture(), issuer.award())
    assert Image.open(io.BytesIO(baked)).tobytes() == Image.open(io.BytesIO(picture())).tobytes()
    assert Image.open(io.BytesIO(baked)).text["openbadgecredential"] == issuer.award().text
    assert baked.count(b"iTXtopenbadgecredential\0\0\0\0\0{") == 1


def test_the_svg_element_stands_first_in_the_drawing(issuer: Issuer) -> None:
    baked = bake(SVG, issuer.award()).decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" width="9"><openbadges:credential xmlns:openbadges=' in baked
    assert "https://purl.imsglobal.org/ob/v3p0" in baked
    assert baked.replace(baked[baked.index("<openbadges") : baked.index("<circle")], "") == SVG.decode()


# XML 1.0 cannot carry control characters and non-characters (section 2.2); JSON can write them as escapes, and issue() leaves them out.
carried = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


@given(name=carried)
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("image", [picture(), SVG], ids=["png", "svg"])
def test_any_text_survives_baking(image: bytes, name: str) -> None:
    document = {"@context": [], "type": ["VerifiableCredential"], "name": name + "]]>"}
    baked = bake(image, json.dumps(document, ensure_ascii=False))
    assert json.loads(unbake(baked)) == document


@pytest.mark.parametrize("name", ["\ufffe", "\u007f\uffff"])
def test_a_drawing_that_cannot_carry_a_text_is_refused_and_not_spoilt(name: str) -> None:
    text = json.dumps({"@context": [], "type": ["VerifiableCredential"], "name": name}, ensure_ascii=False)
    with pytest.raises(CredentialError):
        bake(SVG, text)


@pytest.mark.parametrize("keyword", [b"openbadges", b"openbadgecredential"])
def test_older_ways_of_baking_are_read(issuer: Issuer, keyword: bytes) -> None:
    text = issuer.award().text
    packed = zlib.compress(text.encode())
    for kind, content in (
        (b"tEXt", keyword + b"\0" + text.encode()),
        (b"iTXt", keyword + b"\0\0\0\0\0" + text.encode()),
        (b"iTXt", keyword + b"\0\1\0en\0Badge\0" + packed),
        (b"zTXt", keyword + b"\0\0" + packed),
    ):
        assert unbake(with_chunk(picture(), kind, content)) == text
    assert unbake(bake(with_chunk(picture(), b"tEXt", keyword + b"\0old"), text)) == text


def test_two_different_credentials_in_one_picture(issuer: Issuer) -> None:
    image = with_chunk(picture(), b"iTXt", b"openbadgecredential\0\0\0\0\0{}")
    with pytest.raises(CredentialError) as refused:
        unbake(with_chunk(image, b"iTXt", b"openbadgecredential\0\0\0\0\0{ }"))
    assert refused.value.code == "several_credentials"


def test_a_small_picture_with_many_packed_credentials_is_left_at_once() -> None:
    packed = zlib.compress(b'{"padding": "' + b"a" * 3_000_000 + b'"}')
    bomb = picture()
    for _ in range(png.MAX_COPIES + 1):
        bomb = with_chunk(bomb, b"zTXt", png.KEYWORD + b"\0\0" + packed)
    with pytest.raises(CredentialError) as caught:
        unbake(bomb)
    assert caught.value.code == "several_credentials", (
        "though all copies are the same: unpacking thousands would take all memory"
    )


def test_every_damaged_byte_of_a_png_is_noticed(issuer: Issuer) -> None:
    baked = bake(picture(), issuer.award())
    for place in range(8, len(baked), 97):
        damaged = bytearray(baked)
        damaged[place] ^= 0x10
        with pytest.raises(CredentialError):
            unbake(bytes(damaged))


@given(cut=st.integers(0, 200))
def test_a_png_cut_short_is_noticed(cut: int) -> None:
    whole = picture()
    if cut < len(whole):
        with pytest.raises(CredentialError):
            unbake(whole[:cut])


def test_a_text_chunk_that_unpacks_without_end() -> None:
    bomb = zlib.compress(b"0" * 50_000_000)
    with pytest.raises(CredentialError) as refused:
        unbake(with_chunk(picture(), b"iTXt", b"openbadgecredential\0\1\0\0\0" + bomb))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "source",
    [
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>',
        b"<svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0" encoding="UTF-16"?><svg xmlns="http://www.w3.org/2000/svg"><g/></svg>',
        b'<html xmlns="http://www.w3.org/1999/xhtml"><svg></svg></html>',
    ],
)
def test_a_drawing_that_is_hostile_or_broken_is_refused(issuer: Issuer, source: bytes) -> None:
    with pytest.raises(CredentialError) as refused:
        bake(source, issuer.award())
    assert refused.value.code in ("bad_image", "unknown_format")


def test_an_ordinary_doctype_is_no_reason_to_refuse(issuer: Issuer) -> None:
    drawing = DOCTYPE + SVG[SVG.index(b"<svg xmlns") :]
    assert unbake(bake(drawing, issuer.award())) == issuer.award().text


def test_a_drawing_with_a_prefix_for_svg(issuer: Issuer) -> None:
    drawing = b"<s:svg xmlns:s='http://www.w3.org/2000/svg' data-x='a>b'><s:g/></s:svg>"
    assert unbake(bake(drawing, issuer.award())) == issuer.award().text


def test_a_token_in_the_verify_attribute_is_read() -> None:
    drawing = SVG.replace(
        b"<circle", b'<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0" verify="eyJ.x.y"/><circle'
    )
    assert unbake(drawing) == "eyJ.x.y"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0", b"PK\x03\x04", b"hello"])
def test_other_files_are_refused_with_advice(data: bytes) -> None:
    with pytest.raises(CredentialError) as refused:
        unbake(data)
    assert refused.value.code == "unknown_format"
    assert refused.value.remedy


def test_nothing_but_a_credential_is_baked() -> None:
    with pytest.raises(CredentialError):
        bake(picture(), '{"a": 1}')
    assert png.is_png(picture())


# -- PDF ----------------------------------------------------------------------------------------------------------------


def certificate(attachment: bytes | None) -> bytes:
    """A certificate as typst makes it, with the credential attached."""
    with tempfile.TemporaryDirectory() as folder:
        source = "#set document(title: [Certificate])\n= Certificate\n"
        if attachment is not None:
            (Path(folder) / "credential.json").write_bytes(attachment)
            source += '#pdf.attach("credential.json", mime-type: "application/vc", description: "The credential")\n'
        (Path(folder) / "main.typ").write_text(source)
        return typst.compile(
            Path(folder) / "main.typ",
            format="pdf",
            pdf_standards=["a-3a"],
            timestamp=datetime(2026, 3, 1, tzinfo=UTC),
        )


def test_the_credential_attached_to_a_certificate_is_found(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    pdf = certificate(credential.text.encode())
    assert unbake(pdf) == credential.text
    assert verify(pdf, at=NOW, resolve=world).verdict == "verified"


def test_a_pdf_with_two_different_credentials_is_refused_and_the_same_twice_is_one(issuer: Issuer) -> None:
    first, second = issuer.award(), issuer.award(id="urn:uuid:9b1e0d6e-52a5-4b5c-8c7e-3f2d1a0b9c8d")
    one, other = certificate(first.text.encode()), certificate(second.text.encode())
    assert unbake(one + one) == first.text
    with pytest.raises(CredentialError) as caught:
        unbake(one + other)
    assert caught.value.code == "several_credentials"


def test_a_certificate_without_an_attachment_is_an_answer(world: MemoryResolver) -> None:
    assert verify(certificate(None), at=NOW, resolve=world).has("no_credential_inside")


def test_a_credential_cannot_be_put_into_a_pdf(issuer: Issuer) -> None:
    with pytest.raises(CredentialError):
        bake(b"%PDF-1.7\n", issuer.award())


# -- two versions of the standard --------------------------------------------------------------------------------------------

HOSTED = "https://badges.example.org/assertions/7"
ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "id": HOSTED,
    "type": "Assertion",
    "recipient": {"type": "email", "hashed": False, "identity": "mira@example.com"},
    "badge": "https://badges.example.org/badges/1",
    "issuedOn": "2026-03-01T00:00:00Z",
    "verification": {"type": "hosted"},
}
TOKEN = "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln"


def of_form(form: str, text: str, document: dict[str, Any] | None = None) -> Credential:
    return Credential(text, document or {}, Form(form, form, lambda _: True))


def badge_2(text: str = json.dumps(ASSERTION)) -> Credential:
    return of_form("ob-2.0", text, ASSERTION)


def test_an_older_badge_goes_under_its_own_keyword(issuer: Issuer) -> None:
    baked = bake(picture(), badge_2())
    assert baked.count(b"iTXtopenbadges\0\0\0\0\0{") == 1
    assert b"openbadgecredential" not in baked
    assert json.loads(unbake(baked)) == ASSERTION
    newer = bake(baked, issuer.award())
    assert b"iTXtopenbadges\0" not in newer, "what was there before is replaced, in whatever version"
    assert unbake(newer) == issuer.award().text


def test_an_older_badge_in_a_drawing_names_where_it_is_hosted() -> None:
    baked = bake(SVG, badge_2()).decode()
    assert f'<openbadges:assertion xmlns:openbadges="http://openbadges.org" verify="{HOSTED}"><![CDATA[' in baked
    assert json.loads(unbake(baked.encode())) == ASSERTION


@pytest.mark.parametrize("form", ["vc-2.0", "ob-2.0"])
def test_a_token_goes_into_the_attribute_of_a_drawing_and_the_text_of_a_picture(form: str) -> None:
    credential = of_form(form, TOKEN)
    drawing = bake(SVG, credential)
    assert f'verify="{TOKEN}"/>'.encode() in drawing
    assert b"CDATA" not in drawing
    assert unbake(drawing) == unbake(bake(picture(), credential)) == TOKEN
    assert unbake(bake(drawing, badge_2())) == json.dumps(ASSERTION)


def test_a_hosted_badge_that_only_names_its_address() -> None:
    """The badges of 2011 to 2013 held no more than a web address."""
    assert unbake(with_chunk(picture(), b"tEXt", b"openbadges\0" + HOSTED.encode())) == HOSTED
    drawing = f'<o:assertion xmlns:o="http://openbadges.org" verify="{HOSTED}"/><circle'.encode()
    assert unbake(SVG.replace(b"<circle", drawing)) == HOSTED


def test_in_a_drawing_a_token_is_taken_before_json_and_json_before_an_address() -> None:
    def with_both(verify: str) -> bytes:
        element = (
            f'<o:assertion xmlns:o="http://openbadges.org" verify="{verify}"><![CDATA[{{"a":1}}]]></o:assertion><circle'
        )
        return SVG.replace(b"<circle", element.encode())

    assert unbake(with_both(TOKEN)) == TOKEN
    assert unbake(with_both(HOSTED)) == '{"a":1}'


def test_of_both_versions_in_one_file_the_newer_is_taken(issuer: Issuer) -> None:
    newer = issuer.award().text
    assert unbake(with_chunk(bake(picture(), newer), b"iTXt", b"openbadges\0\0\0\0\0{}")) == newer
    older = b'<o:assertion xmlns:o="http://openbadges.org"><![CDATA[{}]]></o:assertion><circle'
    assert unbake(bake(SVG, newer).replace(b"<circle", older)) == newer


def test_an_older_chunk_in_latin_letters_is_read() -> None:
    assert unbake(with_chunk(picture(), b"tEXt", b'openbadges\0{"name": "Caf\xe9"}')) == '{"name": "Café"}'
    with pytest.raises(CredentialError):
        unbake(with_chunk(picture(), b"iTXt", b'openbadges\0\0\0\0\0{"name": "Caf\xe9"}'))


def test_a_credential_deeper_in_a_drawing_is_found_and_replaced(issuer: Issuer) -> None:
    inner = b'<g><o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"><![CDATA[{"old": 1}]]></o:credential></g><circle'
    drawing = SVG.replace(b"<circle", inner)
    assert unbake(drawing) == '{"old": 1}'
    assert unbake(bake(drawing, issuer.award())) == issuer.award().text


def test_an_empty_element_holds_no_credential() -> None:
    drawing = SVG.replace(b"<circle", b'<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"/><circle')
    with pytest.raises(NoCredentialInside):
        unbake(drawing)


# -- hostile files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    [
        b"<script>alert(1)</script>",
        b'<script href="https://evil.example/x.js"/>',
        b'<circle r="1" onload="alert(1)"/>',
        b'<circle r="1" ONCLICK="alert(1)"/>',
        b'<a href="javascript:alert(1)"><circle r="1"/></a>',
        b'<a xmlns:x="http://www.w3.org/1999/xlink" x:href=" java&#10;script:alert(1)"><circle r="1"/></a>',
        b'<a href="data:text/html,hello"><circle r="1"/></a>',
        b'<set attributeName="href" to="javascript:alert(1)"/>',
        b'<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    ],
)
def test_a_drawing_that_acts_is_not_touched(issuer: Issuer, world: MemoryResolver, part: bytes) -> None:
    drawing = SVG.replace(b"<circle", part + b"<circle", 1)
    with pytest.raises(NotSupported) as refused:
        bake(drawing, issuer.award())
    assert refused.value.code == "active_image"
    carrying = bake(SVG, issuer.award()).replace(b"<circle", part + b"<circle", 1)
    assert verify(carrying, at=NOW, resolve=world).verdict == "undetermined", "the credential itself may be sound"


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "https://evil.example/a">]>',
        b'<!DOCTYPE svg [<!ENTITY % p SYSTEM "https://evil.example/p.dtd"> %p;]>',
        b'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>',
    ],
)
def test_a_drawing_that_defines_entities_or_attributes_is_refused(issuer: Issuer, doctype: bytes) -> None:
    drawing = doctype + b'<svg xmlns="http://www.w3.org/2000/svg"><g>&c;</g></svg>'
    with pytest.raises(CredentialError) as refused:
        bake(drawing, issuer.award())
    assert refused.value.code in ("bad_image", "active_image")


def test_a_drawing_nested_without_end_is_refused(issuer: Issuer) -> None:
    deep = b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 200_000 + b"</g>" * 200_000 + b"</svg>"
    with pytest.raises(CredentialError):
        bake(deep, issuer.award())


def test_a_picture_of_a_million_empty_parts_is_left_soon() -> None:
    with pytest.raises(CredentialError) as refused:
        unbake(picture()[:33] + chunk(b"teSt", b"") * 1_000_000 + picture()[33:])
    assert refused.value.code == "bad_image"


@pytest.mark.parametrize(
    "content",
    [
        b"openbadgecredential",
        b"openbadgecredential\0",
        b"openbadgecredential\0\0",
        b"openbadgecredential\0\1\0",
        b"openbadgecredential\0\1\0\0\0not packed",
        b"openbadgecredential\0\1\7\0\0" + zlib.compress(b"{}"),
        b"openbadgecredential\0\2\0\0\0{}",
        b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{}" * 999)[:-6],
        b"openbadgecredential\0\0\0\0\0\xff\xfe{}",
    ],
)
def test_a_text_chunk_that_is_broken_is_refused(content: bytes) -> None:
    with pytest.raises(CredentialError) as refused:
        unbake(with_chunk(picture(), b"iTXt", content))
    assert refused.value.code in ("bad_image", "too_large", "no_credential_inside")


def test_a_chunk_that_says_it_is_larger_than_the_file() -> None:
    broken = picture()[:33] + struct.pack(">I", 0xFFFFFFFF) + b"iTXt" + b"openbadges\0"
    with pytest.raises(CredentialError) as refused:
        unbake(broken)
    assert refused.value.code == "bad_image"


def test_a_file_larger_than_any_badge() -> None:
    with pytest.raises(CredentialError) as refused:
        unbake(picture() + bytes(21 * 1024 * 1024))
    assert refused.value.code == "too_large"


XML_CREDENTIAL = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<europassCredential xmlns="http://data.europa.eu/snb" '
    b'xmlns:cred="http://data.europa.eu/europass/model/credentials/w3c#" cred:id="urn:credential:1" xsdVersion="0.10.0"/>'
)


@pytest.mark.parametrize(
    "data", [XML_CREDENTIAL, b"\xef\xbb\xbf" + XML_CREDENTIAL, b"<e:europassPresentation xmlns:e='urn:x'/>"]
)
def test_an_older_european_credential_is_said_to_be_one(world: MemoryResolver, data: bytes) -> None:
    with pytest.raises(NotSupported) as refused:
        unbake(data)
    assert refused.value.code == "unsupported_version"
    assert "older European digital credential" in refused.value.message
    assert verify(data, at=NOW, resolve=world).verdict == "undetermined"


# -- more PDF ------------------------------------------------------------------------------------------------------------------


def pdf_with(*streams: tuple[bytes, bytes], trailer: bytes = b"") -> bytes:
    """A file of bare objects: (entries of the dictionary, content)."""
    parts = [b"%PDF-1.7\n"]
    for number, (entries, content) in enumerate(streams, 1):
        parts.append(b"%d 0 obj\n<<%s>>\nstream\n%s\nendstream\nendobj\n" % (number, entries, content))
    return b"".join([*parts, b"trailer\n<<", trailer, b">>\n%%EOF\n"])


SEALED = json.dumps({"payload": '{"@context":["x"]}', "signatures": [{"protected": "e30", "signature": "AA"}]})


@pytest.mark.parametrize("text", [json.dumps(ASSERTION), TOKEN, SEALED, '{"@context": [], "credentialSubject": {}}'])
@pytest.mark.parametrize("marked", [True, False], ids=["marked", "bare"])
def test_whatever_kind_of_credential_is_attached_is_found(text: str, marked: bool) -> None:
    """EmbeddedFile as the type of the stream is optional (ISO 32000-1 table 45)."""
    kind = b"/Type /EmbeddedFile " if marked else b""
    packed = zlib.compress(text.encode())
    font = (b"/Length 5", b"12345")
    assert unbake(pdf_with(font, (kind + b"/Filter /FlateDecode /Length %d" % len(packed), packed))) == text
    assert unbake(pdf_with((kind + b"/Length %d" % len(text), text.encode()), font)) == text
    assert unbake(pdf_with((kind + b"/Length 99 0 R", text.encode()))) == text


def test_a_text_that_speaks_of_the_end_of_a_stream_is_read_by_its_length() -> None:
    text = '{"@context": [], "credentialSubject": {"name": "endstream"}}'
    assert unbake(pdf_with((b"/Length %d" % len(text), text.encode()))) == text


def test_other_json_in_a_pdf_is_no_credential() -> None:
    with pytest.raises(NoCredentialInside):
        unbake(pdf_with((b"/Length 8", b'{"a": 1}'), (b"/Length 4", b"eyJ.")))


def test_a_locked_pdf_cannot_be_told() -> None:
    with pytest.raises(NotSupported) as refused:
        unbake(pdf_with((b"/Length 4", b"\x93\x01\x02\x03"), trailer=b"/Encrypt 9 0 R"))
    assert refused.value.code == "locked_pdf"


def test_an_attachment_that_unpacks_without_end_is_refused() -> None:
    bomb = zlib.compress(b"{" + b" " * 60_000_000)
    with pytest.raises(CredentialError) as refused:
        unbake(pdf_with((b"/Type /EmbeddedFile /Filter /FlateDecode", bomb)))
    assert refused.value.code == "too_large"
    many = [(b"/Filter /FlateDecode", bomb)] * 40
    with pytest.raises(CredentialError) as refused:
        unbake(pdf_with(*many))
    assert refused.value.code == "too_large"


def test_a_pdf_of_endless_streams_is_left_soon() -> None:
    with pytest.raises(NoCredentialInside):
        unbake(b"%PDF-1.7\n" + b"1 0 obj<<>>stream\nx endstream endobj\n" * 400_000)


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
@pytest.mark.parametrize(
    "start",
    [b"%PDF-1.7\n1 0 obj<<>>stream\n", png.SIGNATURE, b"<svg xmlns='http://www.w3.org/2000/svg'>"],
    ids=["pdf", "png", "svg"],
)
def test_rubbish_behind_any_beginning_is_answered(start: bytes, data: bytes) -> None:
    with pytest.raises(CredentialError):
        unbake(start + data)

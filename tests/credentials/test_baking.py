from __future__ import annotations

import io
import json
import struct
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import CredentialError, NoCredentialInside, bake, unbake, verify
from cairn.credentials.baking import png

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

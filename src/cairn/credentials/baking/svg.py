"""SVG: the credential lies in an ``openbadges:credential`` element right after the opening ``svg`` tag, as CDATA.

The drawing's own text is kept byte for byte; only our element goes in or out. It is parsed first, without entities and without
external references, to make sure that it is a sound SVG and to find out what it holds.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # the package ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the package ships no types

from cairn.credentials.baking.missing import NoCredentialInside
from cairn.credentials.errors import CredentialError

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLDER_NAMESPACE = "http://openbadges.org"
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
MAX_SVG = 5 * 1024 * 1024
_OPENING = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?svg(?=[\s/>])(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")
_HIDDEN = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)


def is_svg(data: bytes) -> bool:
    """Tell an SVG by a first look: markup with an ``svg`` tag near its beginning."""
    start = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    return (start.startswith(b"<") and b"<svg" in start) or bool(
        re.match(rb"<(?:\?xml|!--|[\w.-]+:svg)", start) and b":svg" in start
    )


def bake(image: bytes, text: str) -> bytes:
    """Return the drawing with ``text`` inside, in place of any older credential."""
    text = _cdata(text)
    source = _source(image)
    root = _parse(source)
    for _ in range(len(_elements(root))):
        source = _without_element(source)
    if _elements(_parse(source)):
        raise CredentialError(
            "bad_image", "The older credential in this drawing is written in a way that cannot be replaced."
        )
    opening = _opening(source)
    tag = opening.group(0)
    if tag.endswith("/>"):
        raise CredentialError("bad_image", "This drawing is empty.")
    # The namespace is declared on our own element, so the drawing's own declarations are left alone.
    element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}"><![CDATA[{text}]]></openbadges:credential>'
    baked = source[: opening.end()] + element + source[opening.end() :]
    if unbake(baked.encode()) != text:
        raise CredentialError("bad_image", "The credential could not be put into this drawing.")
    return baked.encode()


def unbake(data: bytes) -> str:
    """Return the text inside; more than one credential is refused (``several_credentials``)."""
    elements = _elements(_parse(_source(data)))
    if not elements:
        raise NoCredentialInside("drawing")
    if len(elements) > 1:
        raise CredentialError(
            "several_credentials", "This drawing holds several credentials, so it is unclear which one is meant."
        )
    return (elements[0].get("verify") or elements[0].text or "").strip()


def _source(data: bytes) -> str:
    if len(data) > MAX_SVG:
        raise CredentialError("too_large", f"This drawing has more than {MAX_SVG // 1024**2} MiB.")
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CredentialError(
            "bad_image", "This drawing is not written in UTF-8.", remedy="Save it again as UTF-8."
        ) from error
    declared = re.match(r"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)", source)
    if declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise CredentialError("bad_image", "This drawing is not written in UTF-8.", remedy="Save it again as UTF-8.")
    return source


def _parse(source: str) -> Element:
    try:
        root: Element = fromstring(source.encode(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise CredentialError(
            "bad_image", "This drawing defines entities of its own, which badges must not."
        ) from error
    except (ParseError, ValueError) as error:
        raise CredentialError("bad_image", f"This drawing is damaged: {error}.") from error
    if root.tag not in (f"{{{SVG_NAMESPACE}}}svg", "svg"):
        raise CredentialError("bad_image", "This is XML, but no SVG drawing.")
    return root


def _elements(root: Element) -> list[Element]:
    names = (f"{{{NAMESPACE}}}credential", f"{{{OLDER_NAMESPACE}}}assertion")
    return [child for child in root if child.tag in names]


def _masked(source: str) -> str:
    """The drawing with comments, CDATA and instructions blanked out, every sign in its place: what is left are its real tags."""
    return _HIDDEN.sub(lambda hidden: " " * len(hidden.group(0)), source)


def _opening(source: str) -> re.Match[str]:
    """Find the opening svg tag."""
    found = _OPENING.search(_masked(source))
    if found is None:
        raise CredentialError("bad_image", "This drawing has no readable svg tag.")
    return found


_ELEMENT = re.compile(
    r"<(?P<name>[A-Za-z_][\w.-]*:(?:credential|assertion))\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(?:/>|>.*?</(?P=name)\s*>)",
    re.DOTALL,
)


def _without_element(source: str) -> str:
    found = _ELEMENT.search(_masked(source))
    return source if found is None else source[: found.start()] + source[found.end() :]


def _cdata(text: str) -> str:
    """The same JSON in a form that XML carries unchanged.

    ``]]>`` would end the CDATA; in JSON it can only stand inside a text, where its last sign can be an escape. Carriage returns,
    which XML turns into line feeds, can only stand between JSON's parts.
    """
    return text.replace("]]>", "]]\\u003e").replace("\r\n", "\n").replace("\r", "\n").strip()

"""SVG: the credential lies in an element of its own right after the opening ``svg`` tag.

Open Badges 3.0 (section 5.3.2) calls it ``openbadges:credential``, Open Badges 1 and 2 ``openbadges:assertion``, each in its own
namespace. JSON stands in it as CDATA; a compact token in its attribute ``verify``, where the older versions also name the address of a
hosted badge. The drawing's own text is kept byte for byte; only our element goes in or out. It is parsed first, without entities and
without external references, to make sure that it is a sound SVG and to find out what it holds. A drawing with a script in it is not
touched: badges are shown to people.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # the package ships no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the package ships no types

from cairn.credentials.baking.carried import Carried
from cairn.credentials.baking.missing import NoCredentialInside
from cairn.credentials.errors import CredentialError, NotSupported

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
OLDER_NAMESPACE = "http://openbadges.org"
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
MAX_SVG = 5 * 1024 * 1024
MAX_ELEMENTS = 100_000
_NEWER, _OLDER = f"{{{NAMESPACE}}}credential", f"{{{OLDER_NAMESPACE}}}assertion"
_OPENING = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?svg(?=[\s/>])(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")
_HIDDEN = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)


def is_svg(data: bytes) -> bool:
    """Tell an SVG by a first look: markup with an ``svg`` tag near its beginning."""
    start = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    return (start.startswith(b"<") and b"<svg" in start) or bool(
        re.match(rb"<(?:\?xml|!--|[\w.-]+:svg)", start) and b":svg" in start
    )


def bake(image: bytes, carried: Carried) -> bytes:
    """Return the drawing with the credential inside, in place of any earlier one."""
    element = _element(carried)
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
    baked = source[: opening.end()] + element + source[opening.end() :]
    if unbake(baked.encode()) != (carried.text if carried.is_token else _cdata(carried.text)):
        raise CredentialError("bad_image", "The credential could not be put into this drawing.")
    return baked.encode()


def _element(carried: Carried) -> str:
    """The namespace is declared on our own element, so the drawing's own declarations are left alone."""
    name, namespace = ("assertion", OLDER_NAMESPACE) if carried.older else ("credential", NAMESPACE)
    start = f'<openbadges:{name} xmlns:openbadges="{namespace}"'
    if carried.is_token:
        return f"{start} verify={quoteattr(carried.text)}/>"
    address = f" verify={quoteattr(carried.address)}" if carried.address else ""
    return f"{start}{address}><![CDATA[{_cdata(carried.text)}]]></openbadges:{name}>"


def unbake(data: bytes) -> str:
    """Return the text inside: a token before JSON before an address; more than one credential is refused (``several_credentials``).

    As in pictures, a drawing may carry the same award in both versions; then the newer one is returned.
    """
    elements = _elements(_parse(_source(data)))
    newer = [one for one in elements if one.tag == _NEWER]
    chosen = newer or elements
    if not chosen:
        raise NoCredentialInside("drawing")
    if len(chosen) > 1:
        raise CredentialError(
            "several_credentials", "This drawing holds several credentials, so it is unclear which one is meant."
        )
    named, text = (chosen[0].get("verify") or "").strip(), (chosen[0].text or "").strip()
    # What is signed says more than what stands beside it; an address only says where to ask.
    found = named if named and (not text or named.startswith("eyJ")) else text
    if not found:
        raise NoCredentialInside("drawing")
    return found


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
    _without_scripts(root)
    return root


def _without_scripts(root: Element) -> None:
    for number, one in enumerate(root.iter()):
        if number >= MAX_ELEMENTS:
            raise CredentialError("bad_image", "This drawing is made of too many parts.")
        name = str(one.tag).rpartition("}")[2].lower()
        if name in _ACTIVE or any(_is_active(key, value) for key, value in one.attrib.items()):
            raise NotSupported(
                "active_image",
                "This drawing holds a script or something else that acts, which a badge must not.",
                remedy="Ask for the credential without the picture (its JSON file), or for a picture without scripts.",
            )


_ACTIVE = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler", "listener"})


def _is_active(key: str, value: str) -> bool:
    name = key.rpartition("}")[2].lower()
    compact = re.sub(r"[\x00-\x20]+", "", value[:200]).lower()
    return name.startswith("on") or (
        name in ("href", "src", "to", "from", "values", "by")
        and compact.startswith(("javascript:", "vbscript:", "data:text/html"))
    )


def _elements(root: Element) -> list[Element]:
    """Every element of ours, wherever it stands: some tools put it deeper than they should."""
    return [one for one in root.iter() if one.tag in (_NEWER, _OLDER)]


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

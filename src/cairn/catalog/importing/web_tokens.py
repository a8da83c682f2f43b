"""Cut a web page into tags and text, in one pass from its beginning to its end, whatever it holds.

As HTML has it (https://html.spec.whatwg.org/multipage/parsing.html#tokenization), as far as markup asks for it: comments, declarations and
processing instructions are passed over; scripts and styles are text until their end tag; what is open at the end of the page reaches to it.
Python's own ``html.parser`` takes time that grows with the square of a hostile page (CVE-2025-6069) in many a version of Python in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MOST_ATTRIBUTES = 200
"""Attributes of one tag; further ones are passed over."""
RAW = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes"})
_LETTERS = frozenset({"title", "textarea"})
"""Elements whose content is text with entities, and no tags."""
_TAG = re.compile(r"[A-Za-z][^\s/>\x00]{0,60}")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)\s*(=?)\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW | _LETTERS}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is "start", "end" or "text"; ``told`` the tag's name in small letters, or the text; ``slash``: a tag ends in one."""

    kind: str
    told: str
    line: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    slash: bool = False


def tokens(text: str) -> Iterator[Token]:
    """Yield the tags and texts of a page in their order. Never raises."""
    at, line, counted = 0, 1, 0
    while at < len(text):
        begin = text.find("<", at)
        if begin < 0:
            begin = len(text)
        if begin > at:
            yield Token("text", unescape(text[at:begin]))
        at = begin
        if at >= len(text):
            return
        name = _TAG.match(text, at + 1)
        if name is not None:
            line, counted = line + text.count("\n", counted, at), at
            attributes, slash, at = _attributes(text, name.end())
            if at < 0:
                return  # a tag that is cut off
            tag = name[0].lower()
            yield Token("start", tag, line, attributes, slash)
            if tag in _ENDS and not slash:
                stop = _ENDS[tag].search(text, at)
                end = stop.start() if stop else len(text)
                inside = text[at:end]
                yield Token("text", inside if tag in RAW else unescape(inside))
                at = end
        elif text.startswith("</", at):
            name, end = _TAG.match(text, at + 2), text.find(">", at)
            if name is not None:
                yield Token("end", name[0].lower())
            at = len(text) if end < 0 else end + 1
        elif text.startswith("<!--", at):
            end = text.find("-->", at + 2)
            at = len(text) if end < 0 else end + 3
        elif text.startswith(("<!", "<?"), at):
            end = text.find(">", at)
            at = len(text) if end < 0 else end + 1
        else:
            yield Token("text", "<")
            at += 1


def _attributes(text: str, at: int) -> tuple[tuple[tuple[str, str], ...], bool, int]:
    """Return a tag's attributes, whether it closes itself, and where it ends; -1 where it does not."""
    found: list[tuple[str, str]] = []
    while True:
        one = _ATTRIBUTE.match(text, at)
        if one is None:
            end = text.find(">", at)
            return tuple(found), end > at and text[end - 1] == "/", end + 1 or -1
        at, value = one.end(), ""
        if one[2]:
            quote = text[at : at + 1]
            if quote in {'"', "'"}:
                end = text.find(quote, at + 1)
                if end < 0:
                    return (), False, -1
                value, at = text[at + 1 : end], end + 1
            else:
                plain = _UNQUOTED.match(text, at)
                value, at = (plain[0], plain.end()) if plain else ("", at)
        if len(found) < MOST_ATTRIBUTES:
            found.append((one[1].lower(), unescape(value)))

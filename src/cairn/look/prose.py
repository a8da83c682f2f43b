"""Markdown from other people, made safe to show.

Open Badges 3.0 lets criteria and narratives be Markdown, written by whoever issued the badge. No HTML passes through, and what
the Markdown itself produces is cut down to a short list of text elements; links carry ``rel="nofollow noopener"`` and lead only to
the web or to a mailbox. Images are left out: a picture fetched from elsewhere would tell its host who is reading.
"""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

_ELEMENTS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}

_markdown = (
    MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"]).disable("image")
)


def markdown_html(text: str) -> str:
    """Return safe HTML for Markdown ``text``. Headings start at level three, below a page's own."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        rendered,
        tags=_ELEMENTS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener",
        strip_comments=True,
    )

"""What only the catalogue's pages need: the word for a suppressed figure, whole amounts of wages, names of languages and modes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cairn.catalog.languages import english_name, own_name
from cairn.look.formatting import money_text, whole_money_text
from cairn.look.icons import icon
from cairn.look.templatetags.look import hours, money, unknown

if TYPE_CHECKING:  # the search writes modes in our words
    from cairn.catalog.search import Facet

register = template.Library()

MODES = {"online": "online", "onsite": "on site", "blended": "online and on site"}


@register.simple_tag
def suppressed() -> SafeString:
    """Write that a figure exists and is kept back, in the style of unknowns."""
    return format_html('<span class="unknown">{}</span>', "suppressed")


_ABOUT = '<span class="visually-hidden">about </span><span aria-hidden="true">~</span>'


@register.simple_tag
def facet_boxes(facet: Facet) -> SafeString:
    """Write the boxes to tick of a facet. There are some sixty on a page: told in the template they took longer than the search."""
    name, boxes = escape(facet.name), []
    for at, value in enumerate(facet.values, start=1):
        ticked, about = " checked" if value.selected else "", _ABOUT if value.about else ""
        box = f'id="f-{name}-{at}" name="{name}" value="{escape(value.value)}"{ticked}'
        boxes.append(
            f'<li><label for="f-{name}-{at}"><input type="checkbox" {box}> '
            f'{escape(value.label)} <span class="facet-count">{about}{value.count:,}</span></label></li>'
        )
    return SafeString("\n".join(boxes))


@register.simple_tag
def card_terms(card: Mapping[str, Any]) -> SafeString:
    """Write what a card says of price and length (``pages.search.card_of``): a page has twenty of them."""
    paid, lasting = [icon("coins", 16), price(card["price"], card["currency"])], [icon("clock", 16)]
    if card["price_said"]:
        paid.append(card["price_said"])
    if card["hours"] or not card["duration"]:
        lasting.append(hours(card["hours"]))
    else:
        lasting.append(card["duration"])
    if card["hours"] and card["hours_said"]:
        lasting.append(card["hours_said"])
    return format_html(
        "<span>{}</span>\n<span>{}</span>",
        *(format_html_join(" ", "{}", ((each,) for each in said)) for said in (paid, lasting)),
    )


@register.filter
def price(amount: Any, currency: str = "USD") -> Any:
    """Write what something costs: nothing is free, whatever the currency; None is "not stated"."""
    return "free" if amount == 0 else money(amount, currency)


@register.filter
def dollars(amount: Any, currency: str = "USD") -> str:
    """Write a whole amount (not cents), as wages are kept."""
    return money_text(Decimal(amount), currency or "USD")


@register.filter
def whole_money(amount: Any, currency: str = "USD") -> Any:
    """Write what was worked out with guesses to whole units: cents would say that it is known to the cent. None is "not stated"."""
    return unknown(None) if amount is None else whole_money_text(Decimal(str(amount)), currency or "USD")


@register.filter
def points(amount: Any) -> str:
    """Write points of a rubric without zeros that say nothing: 1.4, not 1.40."""
    return f"{Decimal(str(amount)).quantize(Decimal('0.01')).normalize():f}"


@register.filter
def mode_words(mode: str) -> str:
    """Write a mode in words; what a source calls otherwise stays as it is."""
    return MODES.get(mode, mode)


@register.filter
def language_name(code: str) -> str:
    """Write a language tag (BCP 47) as the language's English name, where it is known; "und" is what nobody stated."""
    return english_name(code)


@register.filter
def language_itself(code: str) -> str:
    """Write a language tag (BCP 47) as what the language calls itself."""
    return own_name(code)


_RELATIONS = {
    "stacks_into": "What it stacks into",
    "accepted_by": "Which degrees and programmes accept it",
    "made_of": "What it is made of",
    "requires": "What it builds on",
    "prepares_for": "What it prepares for",
}


@register.filter
def relation_words(relation: str) -> str:
    """Return the heading above credentials of one relation."""
    return _RELATIONS.get(relation, "Related")

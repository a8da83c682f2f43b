"""The tags and filters every page uses (docs/reference/look.md): ``{% load look %}``. Those that draw are in ``drawings``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cairn.look import icons
from cairn.look.formatting import credits_text, hours_text, money_text, percent_text
from cairn.look.prose import markdown_html
from cairn.look.vocabulary import NOTICE_ICONS, OUTCOMES, TYPE_NAMES, VERDICTS

register = template.Library()


# --- values for people -------------------------------------------------------------------------------------------------------


@register.filter
def unknown(value: Any) -> Any:
    """Show ``value``, or "not stated" in the style of unknowns when there is none (``None``, "" or an empty list; never 0)."""
    if value is None or value == "" or (isinstance(value, list | tuple | dict | set) and not value):
        return format_html('<span class="unknown">{}</span>', _("not stated"))
    return value


@register.filter
def money(value: Any, currency: str = "USD") -> Any:
    """Write an amount of money: whole numbers are minor units (cents), decimals are whole ones; ``None`` is "not stated"."""
    amount = _amount(value)
    return unknown(None) if amount is None else money_text(amount, currency or "USD")


@register.filter
def hours(value: Any) -> Any:
    """Write a workload: ``12 hours``. Takes a number of hours or a ``timedelta``; ``None`` is "not stated"."""
    if isinstance(value, timedelta):
        return hours_text(value)
    amount = _amount(value)
    return unknown(None) if amount is None else hours_text(amount)


@register.filter
def credit(value: Any, scheme: str = "") -> Any:
    """Write credits with their scheme: ``4.5 ECTS credits``; ``None`` is "not stated"."""
    amount = _amount(value)
    return unknown(None) if amount is None else credits_text(amount, scheme)


@register.filter
def percent(value: Any) -> Any:
    """Write a share between 0 and 1 in per cent; ``None`` is "not stated"."""
    amount = _amount(value)
    return unknown(None) if amount is None else percent_text(amount)


@register.filter
def markdown_safe(value: Any) -> SafeString:
    """Show Markdown somebody else wrote, without any HTML of theirs (see :mod:`cairn.look.prose`)."""
    return mark_safe(markdown_html(str(value or "")))  # noqa: S308 - cleaned by nh3 with a short list of elements


@register.filter
def type_name(kind: Any) -> str:
    """Name one of the four types in words."""
    return str(TYPE_NAMES.get(str(kind), kind))


# --- addresses and navigation ------------------------------------------------------------------------------------------------


@register.simple_tag
def nav_url(name: str, *arguments: Any, **named: Any) -> str:
    """Return the address of the page called ``name``, or "" where this installation has no such page."""
    try:
        return reverse(name, args=arguments or None, kwargs=named or None)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str, icon_name: str = "", *, exact: bool = False) -> SafeString:
    """Write one item of the navigation; nothing at all where the page does not exist.

    The page one is on is marked, and so is the part of the site it belongs to, unless ``exact`` asks for the page alone.
    """
    url = nav_url(name)
    path = getattr(context.get("request"), "path", "")
    inside = not exact and url != "/" and path.startswith(f"{url.rstrip('/')}/")
    if not url:
        return SafeString()
    current = SafeString(' aria-current="page"' if path == url or inside else "")
    drawn = icons.icon(icon_name) if icon_name else ""
    return format_html('<li><a href="{}"{}>{}{}</a></li>', url, current, drawn, label)


@register.simple_tag(takes_context=True)
def shows_desk(context: Context, desk: str) -> bool:
    """Say whether the navigation offers a desk.

    Pages may put ``desks`` (any of "provider", "assessor", "employer", "recognition", "operator") into the context; without it
    everyone who is signed in sees every desk that exists, and the desk itself decides who may enter.
    """
    if "desks" in context:
        return desk in (context["desks"] or ())
    return bool(getattr(context.get("user"), "is_authenticated", False))


# --- small pieces ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: float = 20) -> str:
    """Draw one of our icons, hidden from assistive technology. The names: :data:`cairn.look.icons.SHAPES`."""
    return icons.icon(name, size)


@register.simple_tag
def type_chip(kind: Any) -> SafeString:
    """Show which of the four types a credential is: icon and word."""
    key = str(kind)
    known = key in TYPE_NAMES
    drawn = icons.icon(key if known else "stack", 16)
    return format_html('<span class="chip chip-{}">{}{}</span>', key if known else "other", drawn, type_name(key))


@register.inclusion_tag("look/state_chip.html")
def state_chip(label: Any, tone: str = "plain") -> dict[str, Any]:
    """Show a state in a word, with the icon of its tone: good, warn, bad, unsure, info or plain."""
    return {"label": label, "tone": tone, "icon": {**NOTICE_ICONS, "good": "check", "bad": "cross"}.get(tone, "circle")}


@register.inclusion_tag("look/verdict_panel.html")
def verdict_panel(verdict: Any, headline: Any = "", summary: Any = "", level: int = 2) -> dict[str, Any]:
    """Show the verdict on a credential: verified, warning, not_verified, undetermined or not_verifiable.

    ``headline`` replaces the standard words, ``summary`` says what it means; ``level`` is the heading's.
    """
    tone, icon_name, words = VERDICTS[str(verdict)]
    return {"tone": tone, "icon": icon_name, "words": headline or words, "summary": summary, "level": level}


@register.inclusion_tag("look/findings.html")
def findings(found: Iterable[Any]) -> dict[str, Any]:
    """List what was checked.

    Each finding, an object or a dict, has ``outcome``, ``message`` and, if known, ``check``, ``remedy`` and ``code``.
    """
    rows = []
    for finding in found:
        tone, icon_name, word = OUTCOMES[str(_field(finding, "outcome"))]
        rows.append({
            "tone": tone, "icon": icon_name, "word": word,
            "check": _field(finding, "check"), "message": _field(finding, "message"), "code": _field(finding, "code"),
            "remedy": _field(finding, "remedy"),
        })  # fmt: skip
    return {"rows": rows}


@register.inclusion_tag("look/notice.html")
def notice(message: Any, tone: str = "info", title: Any = "") -> dict[str, Any]:
    """Show a notice: info, good, warn, bad or unsure."""
    return {"message": message, "tone": tone, "title": title, "icon": NOTICE_ICONS[tone]}


@register.inclusion_tag("look/empty.html")
def empty_state(
    title: Any, message: Any = "", url: str = "", action: Any = "", icon_name: str = "stack"
) -> dict[str, Any]:
    """Say that there is nothing here yet, and what to do about it."""
    return {"title": title, "message": message, "url": url, "action": action, "icon": icon_name}


@register.inclusion_tag("look/copy_field.html")
def copy_field(label: Any, value: Any, field_id: str = "copy-field") -> dict[str, Any]:
    """Show a text to copy, with a button that copies it; give each its own ``field_id``."""
    return {"label": label, "value": value, "field_id": field_id}


@register.inclusion_tag("look/progress.html")
def progress(have: Any, need: Any, label: Any, text: Any = "") -> dict[str, Any]:
    """Show how far along something is: ``have`` of ``need``, in words too."""
    return {
        "have": have,
        "need": need,
        "label": label,
        "text": text or _("%(have)s of %(need)s") % {"have": have, "need": need},
    }


@register.inclusion_tag("look/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """Show where one is: label and address by turns, the page itself last without one."""
    pairs = [(parts[at], parts[at + 1]) for at in range(0, len(parts) - 1, 2)]
    return {"trail": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("look/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Link the pages of a result, keeping the rest of the question."""
    request = context.get("request")
    question = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if question is None:
            return f"?{parameter}={number}"
        question[parameter] = str(number)
        return f"?{question.urlencode()}"

    numbers = [
        {"number": number, "address": address(number) if isinstance(number, int) else "", "here": number == page.number}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


# --- forms -------------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("look/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """List what is wrong with a form, each line a link to its field; nothing while nothing is wrong."""
    problems = [
        {"target": _target(form, name), "label": _name(form, name), "message": message}
        for name, messages in form.errors.items()
        for message in messages
    ]
    return {"problems": problems}


@register.inclusion_tag("look/form_field.html")
def form_field(field: BoundField, hint: Any = "") -> dict[str, Any]:
    """Show one field with its label, hint and errors, joined for assistive technology."""
    widget = field.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    described = [f"{field.auto_id}-hint"] if (hint or field.help_text) else []
    described += [f"{field.auto_id}-error"] if field.errors else []
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": field,
        "control": field.as_widget(attrs=attributes),
        "hint": hint or field.help_text,
        "grouped": grouped,
        "choice": isinstance(widget, CheckboxInput) and not grouped,
        "is_file": isinstance(widget, FileInput),
        "optional": not field.field.required,
    }


@register.inclusion_tag("look/form.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Show a whole form's errors and fields; the ``<form>``, its token and its button are the page's."""
    return {"form": form}


@register.inclusion_tag("look/file_drop.html")
def file_drop(
    name: str = "file", label: Any = "", hint: Any = "", accept: str = "", *, multiple: bool = False, field_id: str = ""
) -> dict[str, Any]:
    """Show a place to drop files: an ordinary file input, dressed; usable by keyboard and without scripts."""
    return {
        "name": name, "label": label or _("Choose a file"), "hint": hint, "accept": accept, "multiple": multiple,
        "field_id": field_id or f"id_{name}",
    }  # fmt: skip


@register.inclusion_tag("look/cairn_art.html")
def cairn_art() -> dict[str, Any]:
    """Draw the landscape of the first page; decoration only, hidden from assistive technology."""
    return {}


def _target(form: BaseForm, name: str) -> str:
    """Find the id of a field's control; a group of boxes has none of its own, so its first box stands for it."""
    if name not in form.fields:
        return ""
    return form[name].id_for_label or f"{form[name].auto_id}_0"


def _name(form: BaseForm, name: str) -> str:
    return str(form[name].label).rstrip(" ?:.") if name in form.fields else ""


def _amount(value: Any) -> int | Decimal | float | None:
    """Read a number the lenient way of template filters: text counts as a decimal, and what is no number counts as not stated."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _field(thing: Any, name: str) -> Any:
    return thing.get(name, "") if isinstance(thing, Mapping) else getattr(thing, name, "")

"""The frame and its components, rendered as pages render them, also where no address is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import include, path
from tests.look.styles import stylesheets

from cairn.look.icons import SHAPES, icon
from cairn.look.vocabulary import OUTCOMES, TYPE_NAMES, VERDICTS


def _page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class _Nowhere:
    urlpatterns: list[object] = []


class _Somewhere:
    urlpatterns = [
        path("catalogue/", include(([path("", _page, name="search")], "catalog"))),
        path("desk/", include(([path("", _page, name="desk")], "earning"))),
        path("in/", include(([path("", _page, name="sign_in"), path("me/", _page, name="account")], "people"))),
    ]


@pytest.fixture(autouse=True)
def _no_address_is_known() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=_Nowhere):
        yield


SIGNED_IN = SimpleNamespace(is_authenticated=True)


class Evidence(forms.Form):
    """A form with each kind of control."""

    email = forms.EmailField(label="E-mail address", help_text="For one message.")
    note = forms.CharField(label="Note", required=False)
    pace = forms.ChoiceField(
        label="Pace", choices=[("own", "My own"), ("group", "The group's")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="I have read it")

    def clean(self) -> dict[str, object]:
        """Refuse the whole."""
        raise forms.ValidationError("Hand in something")


def shown(source: str, **values: object) -> str:
    return Template("{% load look drawings %}" + source).render(Context(values))


def request(address: str = "/") -> HttpRequest:
    return RequestFactory().get(address)


@pytest.mark.parametrize("page", ["base.html", "problem.html", "404.html", "403.html", "410.html", "500.html"])
def test_every_frame_renders_where_no_address_is_known(page: str) -> None:
    html = render_to_string(
        page, {"heading": "Oh", "message": "It broke.", "remedy": "Mend it.", "user": SIGNED_IN}, request()
    )
    assert render_to_string(page)
    assert '<main id="main"' in html
    assert 'href="#main"' in html
    assert html.count("<h1") == (0 if page == "base.html" else 1)


@pytest.mark.parametrize("page", ["problem.html", "404.html", "403.html", "410.html", "500.html"])
def test_every_problem_says_what_to_do_next_and_stays_out_of_search_engines(page: str) -> None:
    html = render_to_string(page, {"heading": "Oh", "message": "It broke.", "remedy": "Mend it."}, request())
    assert re.search(r"data-problem-message>[^<]+\w", html)
    assert re.search(r"data-problem-remedy>[^<]+\w", html)
    assert '<meta name="robots" content="noindex">' in html
    assert "To the first page" in html


def test_nothing_in_the_frame_needs_inline_code() -> None:
    html = render_to_string("base.html", {"user": SIGNED_IN}, request())
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)


def test_no_template_of_ours_has_inline_code() -> None:
    for template in files("cairn.look").joinpath("templates").rglob("*.html"):  # type: ignore[attr-defined]  # a real folder
        assert not re.search(
            r"<style|\sstyle=|\son(click|load|error|submit)=|<script(?![^>]*\ssrc=)", template.read_text()
        ), template


def frame(address: str = "/", *, signed_in: bool = True) -> str:
    """Render the frame without what the site's own context processors add."""
    context = {"user": SimpleNamespace(is_authenticated=signed_in), "request": request(address)}
    return Template('{% extends "base.html" %}').render(Context(context))


def test_navigation_offers_only_what_exists_and_marks_where_one_is() -> None:
    with override_settings(ROOT_URLCONF=_Somewhere):
        html, stranger = frame("/catalogue/welding/"), frame(signed_in=False)
    assert '<a href="/catalogue/" aria-current="page">Catalogue</a>' in html
    assert '<a href="/desk/">Assessor\N{RIGHT SINGLE QUOTATION MARK}s desk</a>' in html
    assert "Employer\N{RIGHT SINGLE QUOTATION MARK}s desk" not in html
    assert "Account</a>" in html
    assert "Sign in</a>" in stranger
    assert "desk" not in stranger


def test_pages_may_say_which_desks_a_person_has() -> None:
    with override_settings(ROOT_URLCONF=_Somewhere):
        employer = render_to_string("base.html", {"user": SIGNED_IN, "desks": ["employer"]}, request())
        assessor = render_to_string("base.html", {"user": SIGNED_IN, "desks": ["assessor"]}, request())
    assert '<a href="/desk/">' not in employer
    assert '<a href="/desk/">' in assessor


def test_messages_are_announced_and_escaped() -> None:
    html = render_to_string("base.html", {"messages": ["<b>Saved</b>"]}, request())
    assert 'aria-live="polite" id="messages"' in html
    assert "&lt;b&gt;Saved&lt;/b&gt;" in html


@pytest.mark.parametrize("kind", TYPE_NAMES)
def test_each_type_has_a_chip_with_icon_and_word(kind: str) -> None:
    html = shown("{% type_chip kind %}", kind=kind)
    assert f"chip-{kind}" in html
    assert 'aria-hidden="true"' in html
    assert str(TYPE_NAMES[kind]) in html


def test_a_type_nobody_told_us_of_is_shown_by_its_name() -> None:
    assert "micro-degree" in shown("{% type_chip 'micro-degree' %}")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_has_icon_words_and_colour(verdict: str) -> None:
    html = shown("{% verdict_panel verdict summary=summary %}", verdict=verdict, summary="<i>So it is.")
    tone, icon_name, words = VERDICTS[verdict]
    assert f"tone-{tone}" in html
    assert f"icon-{icon_name}" in html
    assert f'<h2 class="verdict-words">{words}</h2>' in html
    assert "&lt;i&gt;So it is." in html


def test_an_unknown_verdict_is_an_error_and_not_a_blank_panel() -> None:
    with pytest.raises(KeyError):
        shown("{% verdict_panel 'perhaps' %}")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_finding_says_its_outcome_in_a_word(outcome: str) -> None:
    finding = {"outcome": outcome, "check": "Signature", "message": "Said.", "code": "proof.x"}
    for given in (finding, SimpleNamespace(**finding)):
        html = shown("{% findings found %}", found=[given])
        assert str(OUTCOMES[outcome][2]) in html
        assert "Said." in html
        assert "proof.x" in html


def test_a_form_joins_label_hint_and_error_to_its_control() -> None:
    form = Evidence({"email": "no"})
    html = shown("{% form_fields form %}", form=form)
    assert '<a href="#id_email">E-mail address: Enter a valid email address.</a>' in html
    assert '<a href="#id_pace_0">' in html
    assert 'id="id_pace_0"' in html
    assert "<li>Hand in something</li>" in html
    assert re.search(r'<input type="email"[^>]*aria-describedby="id_email-hint id_email-error"', html)
    assert 'aria-invalid="true"' in html
    assert html.count("(optional)") == 1
    assert '<label class="choice" for="id_agree">' in html


def test_an_untouched_form_has_no_error_summary() -> None:
    assert "error-summary" not in shown("{% form_fields form %}", form=Evidence())


def test_pages_of_a_result_keep_the_question() -> None:
    page = Paginator(range(95), 10).page(2)
    html = shown("{% pagination page %}", page=page, request=request("/c/?q=weld&page=2"))
    assert 'href="?q=weld&amp;page=3"' in html
    assert '<span aria-current="page"><span class="visually-hidden">Page </span>2</span>' in html
    assert shown("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_a_file_can_be_chosen_without_dragging() -> None:
    html = shown("{% file_drop label='Drop it here' hint='PNG' accept='.png' multiple=True %}")
    assert '<label for="id_file">Drop it here</label>' in html
    assert re.search(
        r'<input type="file" id="id_file" name="file" accept=".png" multiple aria-describedby="id_file-hint">', html
    )


def test_a_drawing_comes_with_the_same_in_words() -> None:
    from cairn.look.drawings import StackNode, TimelineStep

    node = StackNode("a", "Safety <1>", "badge", "not", "", (), "/d/1")
    html = shown("{% stack_drawing node %}", node=node)
    assert html.count("<svg") == 2
    assert '<li><a href="/d/1">Safety &lt;1&gt;</a>: missing</li>' in html
    plan = shown("{% plan_drawing steps 4 %}", steps=[TimelineStep("Weld", 0, 4, 10, "$1")])
    assert "<li>weeks 1 to 4: Weld, 10 hours · $1</li>" in plan
    wages = shown("{% wage_drawing wages %}", wages={"p10": 1, "median": 2})
    assert "Not published: lowest quarter, highest quarter, highest tenth." in wages


def test_small_pieces_render() -> None:
    assert "2 of 3" in shown("{% progress 2 3 'Parts' %}")
    assert 'value="https://x.example"' in shown("{% copy_field 'Link' 'https://x.example' %}")
    assert 'aria-current="page">Here' in shown("{% breadcrumbs 'Home' '/' 'Here' %}")
    assert "Find one" in shown("{% empty_state 'None yet' 'Soon.' '/c' 'Find one' %}")
    assert "chip-warn" in shown("{% state_chip 'to revise' 'warn' %}")
    assert 'aria-hidden="true"' in shown("{% cairn_art %}")
    assert "<svg" in shown("{% interval_drawing 1 2 0.5 %}{% meter_drawing 1 2 'x' %}")


@pytest.mark.parametrize("name", SHAPES)
def test_every_icon_is_drawn_on_the_grid(name: str) -> None:
    svg = icon(name)
    assert 'viewBox="0 0 24 24"' in svg
    assert 'aria-hidden="true"' in svg
    assert re.fullmatch(r"[MmLlHhVvCcSsQqTtAaZz0-9 .,-]+", SHAPES[name])


def test_an_icon_that_does_not_exist_is_named() -> None:
    with pytest.raises(KeyError, match="no icon called 'nope'"):
        icon("nope")


def test_every_class_the_templates_use_has_a_style() -> None:
    style = stylesheets()
    used: set[str] = set()
    for template in files("cairn.look").joinpath("templates").rglob("*.html"):  # type: ignore[attr-defined]  # a real folder
        for classes in re.findall(r'class="([^"{}]+)"', template.read_text()):
            used.update(classes.split())
    assert {name for name in used if f".{name}" not in style} <= {"drawing-narrow"}

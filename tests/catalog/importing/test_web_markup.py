"""Courses marked up as microdata or RDFa: read like JSON-LD, and nothing in a page can hurt."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.importing.catalogues import run, write

from cairn.catalog.importing import web_elements, web_markup
from cairn.catalog.importing.recognising import recognised
from cairn.catalog.importing.records import Place
from cairn.catalog.importing.web_elements import MOST_OPEN, Page
from cairn.catalog.importing.web_markup import marked_up
from cairn.catalog.importing.web_tokens import tokens
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.errors import Invalid
from cairn.skills.importing.report import Remark

MICRODATA = """<!doctype html>
<html lang="en"><head><title>Welding</title><link rel="canonical" href="https://college.example/courses/1"></head>
<body itemscope itemtype="https://schema.org/WebPage">
<nav itemprop="breadcrumb" itemscope itemtype="https://schema.org/BreadcrumbList"><a itemprop="item" href="/">Home</a></nav>
<article itemprop="mainEntity" itemscope itemtype="http://schema.org/Course" itemid="#course" itemref="fee">
  <h1 itemprop="name">Welding &amp; joining</h1>
  <div itemprop="description"><p>Steel first.<p>Then <b>aluminium</b>.</div>
  <ul><li itemprop="teaches">MIG<li itemprop="teaches">TIG</ul>
  <a itemprop="url" href="1?from=page">This page</a>
  <time itemprop="timeRequired" datetime="PT40H">forty hours</time>
  <div itemprop="provider" itemscope itemtype="https://schema.org/CollegeOrUniversity">
    <a itemprop="name" href="/about">Harbour College</a> <link itemprop="url" href="https://college.example"></div>
  <div itemprop="hasCourseInstance" itemscope itemtype="https://schema.org/CourseInstance">
    <meta itemprop="courseMode" content="onsite"><time itemprop="startDate" datetime="2026-09-01">1 September</time>
    <span itemprop="location" itemscope itemtype="https://schema.org/Place"><span itemprop="name">Hall 2</span></span></div>
</article>
<aside id="fee" itemprop="offers" itemscope itemtype="https://schema.org/Offer">
  <span itemprop="priceCurrency" content="EUR">€</span><span itemprop="price" content="490.00">490,-</span></aside>
</body></html>"""
RDFA = """<html lang="en"><body vocab="https://schema.org/">
<div typeof="Course" resource="https://college.example/courses/1">
  <h1 property="name">Welding &amp; joining</h1><div property="description"><p>Steel first.</p><p>Then aluminium.</p></div>
  <ul><li property="teaches">MIG</li><li property="teaches">TIG</li></ul>
  <a property="url" href="https://college.example/courses/1?from=page">This page</a>
  <time property="timeRequired" datetime="PT40H">forty hours</time>
  <link property="provider" href="https://college.example/#college">
  <div property="hasCourseInstance" typeof="CourseInstance"><meta property="courseMode" content="onsite">
    <meta property="startDate" content="2026-09-01">
    <span property="location" typeof="Place"><span property="name">Hall 2</span></span></div>
  <div property="offers" typeof="Offer"><span property="priceCurrency" content="EUR">€</span>
    <span property="price" content="490.00">490,-</span></div>
</div>
<footer prefix="s: https://schema.org/" vocab="" resource="https://college.example/#college" typeof="s:CollegeOrUniversity">
  <span property="s:name">Harbour College</span><span property="name">not this</span></footer></body></html>"""


def items(page: str) -> tuple[list[Any], list[Remark]]:
    """Return the items of a page, and what was told."""
    told: list[Remark] = []
    return [one.value for one in marked_up(page, Place("page.html"), told.append)], told


def course(inside: str) -> str:
    return f'<div itemscope itemtype="https://schema.org/Course">{inside}</div>'


@pytest.mark.django_db
@pytest.mark.parametrize("page", [MICRODATA, RDFA], ids=["microdata", "RDFa"])
def test_a_course_is_read_whole(page: str, tmp_path: Path) -> None:
    report = run("schema-org", write(tmp_path, "a.html", page.encode()))
    version, offer = DefinitionVersion.objects.get(), Offer.objects.get()
    assert (version.title, version.description) == ("Welding & joining", "Steel first.\nThen aluminium.")
    assert version.definition.provider.name == "Harbour College"
    assert (version.homepage, version.language) == ("https://college.example/courses/1?from=page", "en")
    assert (offer.price_total, offer.currency, offer.mode, offer.address) == (49_000, "EUR", "onsite", "Hall 2")
    assert str(offer.starts_on) == "2026-09-01"
    assert version.workload_hours == Decimal(40)
    assert [one.code for one in report.remarks] in ([], ["name_on_a_link"])


@pytest.mark.django_db
def test_a_page_that_says_it_twice_gives_one_course(tmp_path: Path) -> None:
    script = '<script type="application/ld+json">{"@type":"Course","name":"welding  &amp; joining","timeRequired":"PT1H"}</script>'
    report = run("schema-org", write(tmp_path, "a.html", MICRODATA.replace("</body>", f"{script}</body>").encode()))
    assert DefinitionVersion.objects.get().workload_hours == Decimal(1)
    assert "JSON-LD too" in next(one.message for one in report.remarks if one.code == "same_course")


@pytest.mark.django_db
def test_names_within_a_page_mean_that_page(tmp_path: Path) -> None:
    page = """<div vocab="http://schema.org/"><p typeof="Course" resource="#c"><b property="name">Course {0}</b>
    <link property="provider" href="#college"></p><p typeof="Organization" resource="#college"><b property="name">College {0}</b></div>"""
    for number in (1, 2):
        write(tmp_path, f"{number}.html", page.format(number).encode())
    run("schema-org", tmp_path)
    found = DefinitionVersion.objects.values_list("title", "definition__provider__name")
    assert set(found) == {("Course 1", "College 1"), ("Course 2", "College 2")}


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<p itemprop="name">A<p itemprop="description">B', {"name": "A", "description": "B"}),
        ('<meta itemprop="name" content="A">', {"name": "A"}),
        ('<meta itemprop="name">', {}),
        ('<span itemprop="name alternateName">A</span>', {"name": "A", "alternateName": "A"}),
        ('<span itemprop="https://schema.org/name">A</span>', {"name": "A"}),
        ('<img itemprop="image" src="a.png">', {"image": "a.png"}),
        ('<data itemprop="numberOfCredits" value="5">five</data>', {"numberOfCredits": "5"}),
        ('<time itemprop="startDate">2026-09-01</time>', {"startDate": "2026-09-01"}),
        ('<object itemprop="url" data="https://a.example"></object>', {"url": "https://a.example"}),
        ('<span itemprop="name"> A\n  <script>b()</script><style>c{}</style><template>d</template><!-- e --> f </span>', {"name": "A f"}),
        ('<table><tr><td itemprop="name">A<td itemprop="teaches">B<tr><td itemprop="about">C</table>',
         {"name": "A", "teaches": "B", "about": "C"}),
        ('<dl><dt>X<dd itemprop="name">A<dt>Y<dd itemprop="about">B</dl>', {"name": "A", "about": "B"}),
        ('<b itemprop="isAccessibleForFree" content="true"></b>', {"isAccessibleForFree": True}),
        ('<link itemprop="isAccessibleForFree" href="https://schema.org/False">', {"isAccessibleForFree": False}),
        ('<p lang="de" itemprop="name">Schweißen</p>', {"name": {"@value": "Schweißen", "@language": "de"}}),
        ('<p itemprop="@id">x</p><p itemprop="@context">x</p><p itemprop="id">x</p><p itemprop="type">x</p>', {}),
        ('<p itemprop="https://other.example/name">x</p><p itemprop="a:b">x</p>', {}),
        ('<p itemprop="offers" itemscope itemtype="https://other.example/Offer"><b itemprop="price">1</b></p>', {"offers": {"price": "1"}}),
        ('</span></b></div itemprop="name">', {}),
        ('<p itemprop="name">A</section> B', {"name": "A B"}),
        ('<p itemprop=name>A', {"name": "A"}),
        ("<P ITEMPROP='name'>A</P>", {"name": "A"}),
        ('<p itemprop="name" itemprop="about">A', {"name": "A"}),
        ('<p itemprop="name" itemscope>A', {"name": {}}),
        ('<p itemprop="name">A &lt;b&gt; &copy; &#0; &unknown;', {"name": "A <b> © \ufffd &unknown;"}),
    ],
)  # fmt: skip
def test_values_are_read_as_html_says(inside: str, expected: dict[str, Any]) -> None:
    (found,), told = items(course(inside))
    assert found == {"@type": ["Course"], **expected}
    assert told == []


@pytest.mark.parametrize(
    "opening",
    ["http://schema.org/Course", "https://www.schema.org/Course", "//schema.org/Course", "schema.org/Course",
     "https://schema.org/Course https://other.example/Thing"],
)  # fmt: skip
def test_types_are_known_however_the_address_is_written(opening: str) -> None:
    assert items(f'<p itemscope itemtype="{opening}">')[0] == [{"@type": ["Course"]}]


def test_an_item_whose_owner_was_not_saved_is_read() -> None:
    assert items('<p itemprop="mainEntity" itemscope itemtype="https://schema.org/Course">')[0] == [
        {"@type": ["Course"]}
    ]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<p typeof="schema:Course"><b property="schema:name">A</b>', [{"@type": ["Course"], "name": "A"}]),
        ('<p typeof="https://schema.org/Course"><b property="http://schema.org/name">A</b>', [{"@type": ["Course"], "name": "A"}]),
        ('<p prefix="schema: https://other.example/" typeof="schema:Course"><b property="schema:name">A</b>', []),
        ('<p vocab="https://other.example/" typeof="Course"><b property="name">A</b>', []),
        ('<p vocab="http://schema.org/" typeof="Course"><b property="name"><i>A</i> b</b>', [{"@type": ["Course"], "name": "A b"}]),
        ('<p vocab="http://schema.org/" resource="#a"><b property="name">A</b><p vocab="http://schema.org/" about="#a" typeof="Course">',
         [{"@id": "#a", "name": "A", "@type": ["Course"]}]),
        ('<meta property="og:title" content="A"><p vocab="x">', []),
        # neither stands inside itself
        (('<p vocab="http://schema.org/" typeof="Course" resource="#a"><b property="isPartOf" typeof="Course" resource="#b">'
          '<i property="hasPart" typeof="Course" resource="#a"></i></b>'),
         [{"@id": "#a", "@type": ["Course"], "isPartOf": {"@id": "#b", "@type": ["Course"], "hasPart": {"@id": "#a"}}}]),
    ],
)  # fmt: skip
def test_rdfa_is_read_in_the_words_of_schema_org_only(page: str, expected: list[Any]) -> None:
    assert items(page)[0] == expected


def _forest(depth: int, width: int) -> str:
    """Items that each refer to all of the next layer: as a tree, ``width ** depth`` objects."""
    layers = [[f"i{level}-{one}" for one in range(width)] for level in range(depth)]
    return "<p itemscope itemref='i0-0'>" + "".join(
        f'<p id="{name}" itemscope itemprop="about" itemref="{" ".join(below)}">'
        for layer, below in zip(layers, [*layers[1:], []], strict=True)
        for name in layer
    )


HOSTILE = {
    "items that refer to one another over and over": (_forest(30, 3), "too_much_markup"),
    "properties without number": ("<p itemscope>" * 1_010, "too_much_markup"),
    "objects without number": ('<p typeof="schema:Course">' * 1_010, "too_much_markup"),
    "one text as property over and over": (
        f'<div itemscope><p itemprop="{" ".join(f"a{n}" for n in range(100))}">{"x" * 50_000}</p></div>', "too_much_markup",
    ),
    "elements without number": (f'<p itemscope>{"<b>" * 10}</p>' * 101, "page_too_large"),
    "elements inside one another": ("<div itemscope itemprop=about>" * (MOST_OPEN + 10), "page_too_large"),
    "items inside one another": ("<div itemscope itemprop=about>" * 200, "too_deep"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(HOSTILE))
def test_hostile_pages_end_and_say_so(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_markup, "Allowance", partial(web_markup.Allowance, 1_000, 10_000, 1_000_000))
    monkeypatch.setattr(web_elements, "MOST_TAGS", 1_100)
    page, code = HOSTILE[case]
    assert code in {one.code for one in items(page)[1]}


@pytest.mark.parametrize(
    "again",
    [
        "<!--",
        "<",
        "</",
        "<a ",
        '<a b="',
        "<!",
        "<?",
        "<![CDATA[",
        "&",
        "&#",
        "<script>",
        "<title>",
        " a=",
        "\x00",
        "</p ",
    ],
)
def test_a_page_is_passed_through_once_whatever_is_left_open(again: str) -> None:
    found = list(tokens("<p itemscope" + again * 50_000))
    assert len(found) <= 2 * 50_000 + 2
    items("<p itemscope>" + again * 50_000)


def test_an_item_that_refers_to_itself_is_not_inside_itself() -> None:
    (found,), _ = items('<p id="a" itemscope itemref="a b"><p id="b" itemscope itemprop="about" itemref="b a">')
    assert found == {"about": {}}


BROKEN = {
    "no markup at all": ("<html><body><h1>Welding</h1></body></html>", "no JSON-LD, microdata or RDFa"),
    "another vocabulary": ('<p itemscope itemtype="https://other.example/Course"><b itemprop="name">A', "microdata of other things"),
    "a course without a name": (course('<p itemprop="description">A</p>'), "It has no title"),
    "only a breadcrumb": ('<p itemscope itemtype="https://schema.org/BreadcrumbList"><b itemprop="name">A</b></p>', "other things"),
    "a tag that is cut off": ('<html><p itemscope itemtype="https://schema.org/Course', "no JSON-LD, microdata or RDFa"),
    "a comment that is never closed": (f"<html><!-- {course('<p itemprop=name>A')}", "no JSON-LD, microdata or RDFa"),
    "an error page": ("<!doctype html><html><title>404</title><h1>Not found</h1></html>", "no JSON-LD, microdata or RDFa"),
    "a page too deep": ("<html>" + "<div>" * 300 + course("<p itemprop=name>A"), "nested more than 256 deep"),
    "nothing": (" \n", "empty"),
    "binary": ("<html>\x01\x02\x00" + course("<p itemprop=name>A"), "no text file"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("case", list(BROKEN))
def test_a_page_without_a_course_says_why(case: str, tmp_path: Path) -> None:
    page, sentence = BROKEN[case]
    with pytest.raises(Invalid) as caught:
        run("schema-org", write(tmp_path, "a.html", page.encode()))
    assert sentence in str(caught.value)
    assert not DefinitionVersion.objects.exists()


def test_a_page_is_recognised_by_its_markup(tmp_path: Path) -> None:
    for page in (MICRODATA, RDFA):
        assert recognised(write(tmp_path, "page", page.encode())) == "schema-org"


PIECES = st.sampled_from([
    "<div itemscope>", '<p itemscope itemtype="https://schema.org/Course" itemref="a b">', '<b itemprop="name">', "<table>", "</table>",
    '<a id="a" itemprop="offers"', ' href="x">', "<li>", "<td>", "</div>", "</p>", "</b>", "text", "&amp;", "<!--", "-->", "<script>", "é",
    "</script>", "<", ">", '"', "'", "=", "/>", '<p vocab="http://schema.org/" typeof="Course" resource="#b">', "\x00", "<template>",
    '<i property="name" resource="#b">', '<p typeof property="about">', '<base href="https://[">', " lang=de ",
    '<meta itemprop="price" content="1e999">',
])  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_page_brings_it_down_and_nothing_is_made_up(page: str) -> None:
    found, _ = items(page)
    waiting: list[Any] = [*found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            assert all(
                isinstance(name, str) and (name in {"@type", "@id", "@value", "@language"} or name.isalnum())
                for name in one
            )
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    assert Page(page).root.inside is not None


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.dictionaries(st.sampled_from(["name", "description", "about", "courseCode"]), WORDS, min_size=1))
def test_what_is_written_is_read_again_in_both_forms(told: dict[str, str]) -> None:
    micro = course("".join(f'<p itemprop="{name}">{escape(text)}</p>' for name, text in told.items()))
    lite = '<div vocab="https://schema.org/" typeof="Course">' + "".join(
        f'<meta property="{name}" content="{escape(text)}">' for name, text in told.items()
    )
    expected = {"@type": ["Course"], **told}
    assert items(micro)[0] == [expected]
    assert items(lite)[0] == [expected]

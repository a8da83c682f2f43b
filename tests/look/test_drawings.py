"""Drawings say what they show, in the picture and in words, and nobody can smuggle anything into them."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from cairn.look import drawings
from cairn.look.drawings import GraphStone, StackNode, TimelineStep
from cairn.look.svg import element, identifier, text_width, wrap

HOSTILE = "</title><script>alert(1)</script>\" onload='x' &amp; ]]> \x00\x07\ud800 \ufffe"
SVG = "{http://www.w3.org/2000/svg}"


def a_stack(words: str = "Soldering") -> StackNode:
    parts = (
        StackNode("b1", words, "badge", "met", words, (), "/d/1"),
        StackNode("b2", f"{words} further", "badge", "partly", "evidence handed in", (), f"/d/{words}"),
        StackNode("b3", f"{words} alone", "badge", "not"),
    )
    group = StackNode("g", "Any 2 of these 3", "any", "partly", "1 of 2 done", parts)
    counted = StackNode("c", "At least 9 credits", "credits", "partly", "6 of 9 credits", (), None, 6, 9)
    return StackNode("top", f"Certificate of {words}", "certificate", "partly", "", (group, counted))


def steps(words: str = "Soldering") -> list[TimelineStep]:
    return [
        TimelineStep(words, 0, 3, 24, "$250", (words, "Safety")),
        TimelineStep(f"{words} further", 2, 26, None, ""),
    ]


def stones(words: str = "Soldering") -> list[GraphStone]:
    return [
        GraphStone("start", words, kind="start"),
        GraphStone("a", f"{words} first", f"Brings {words}", needs=("start",)),
        GraphStone("b", f"{words} second", needs=("start",)),
        GraphStone("c", words, kind="granted", needs=("a", "b")),
        GraphStone("goal", words, "64% reached", "goal", ("c",)),
    ]


EVERY_DRAWING: list[Callable[[str], str]] = [
    lambda words: drawings.stack(a_stack(words)),
    lambda words: drawings.stack(a_stack(words), width=340),
    lambda words: drawings.plan_timeline(steps(words), 26, key=words),
    lambda words: drawings.plan_timeline(steps(words), 26, width=340),
    lambda words: drawings.small_timeline(steps(words), 30, key=words),
    lambda words: drawings.plan_graph(stones(words), key=words),
    lambda words: drawings.plan_graph(stones(words), width=340),
    lambda words: drawings.wage_range(1, 2, 3, 4, 5, 3, words, marker_label=words, period=words, key=words),
    lambda words: drawings.interval(10, 20, 0.5, key=words),
    lambda words: drawings.tornado([drawings.TornadoBar(words, words, words, 1, 3)], 2, result=words, key=words),
    lambda words: drawings.meter(1, 3, words, have_text=words, need_text=words),
    lambda words: drawings.badge_image(words, words, words, words),
]


def read(svg: str) -> Element:
    return fromstring(svg.encode())


def said(svg: str) -> str:
    return " ".join(" ".join(node.itertext()) for node in read(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("draw", EVERY_DRAWING)
def test_hostile_words_stay_words(draw: Callable[[str], str]) -> None:
    root = read(draw(HOSTILE))
    allowed = {
        "svg",
        "title",
        "desc",
        "defs",
        "pattern",
        "clipPath",
        "g",
        "a",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "text",
    }
    for node in root.iter():
        assert node.tag.removeprefix(SVG) in allowed
        assert not [name for name in node.attrib if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("draw", EVERY_DRAWING)
def test_every_drawing_is_named_for_those_who_do_not_see_it(draw: Callable[[str], str]) -> None:
    root = read(draw("Welding"))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("role") in {"img", "group"}
    described = root.get("aria-describedby")
    if described:
        assert any(node.get("id") == described and node.text for node in root.iter(f"{SVG}desc"))


@pytest.mark.parametrize("draw", EVERY_DRAWING)
def test_ids_are_not_used_twice_and_references_find_theirs(draw: Callable[[str], str]) -> None:
    root = read(draw("Welding"))
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for node in root.iter():
        for value in node.attrib.values():
            if value.startswith("url(#"):
                assert value[5:-1] in ids


@given(
    st.text(max_size=80),
    st.text(max_size=80),
    st.sampled_from(["badge", "certificate", "programme", "industry", "other"]),
)
def test_any_words_make_a_well_formed_badge(title: str, issuer: str, kind: str) -> None:
    read(drawings.badge_image(title, issuer, kind, title + issuer))


def test_on_a_phone_a_part_alone_in_its_row_is_as_wide_as_the_others_and_no_head_over_them() -> None:
    parts = tuple(StackNode(f"p{one}", f"Part {one}", "badge", "not") for one in range(3))
    svg = read(drawings.stack(StackNode("top", "Whole", "certificate", "not", "", parts), width=340))
    outlines = [numbers(one)[::2] for one in svg.iter(f"{SVG}path") if (one.get("d") or "").endswith("Z")]
    widths = [round(max(xs) - min(xs)) for xs in outlines]
    head, *three = [one for one in widths if one > 100]
    assert len(set(three)) == 1
    assert head > 1.8 * three[0]


def test_wide_and_narrow_variants_of_one_stack_share_no_ids() -> None:
    variants = [read(drawings.stack(a_stack(), width=width)) for width in (760, 340)]
    wide, narrow = ({node.get("id") for node in root.iter() if node.get("id")} for root in variants)
    assert not wide & narrow


@pytest.mark.parametrize("width", [320, 340, 500, 760])
def test_every_stone_tells_its_state_in_words_and_by_its_look(width: float) -> None:
    svg = drawings.stack(a_stack(), width=width)
    for word in ("done", "under way", "missing", "6 of 9 credits"):
        assert word in said(svg)
    classes = {node.get("class", "") for node in read(svg).iter(f"{SVG}path")}
    assert {"stone stone-met", "stone stone-partly", "stone stone-not"} <= classes


def test_nothing_of_a_stack_is_drawn_outside_its_picture() -> None:
    for width in (320.0, 760.0):
        root = read(drawings.stack(a_stack("A long name for something one has to learn with patience"), width=width))
        height = float(root.get("height", "0"))
        for text in root.iter(f"{SVG}text"):
            half = text_width("".join(text.itertext()), float(text.get("font-size", "0"))) / 2
            middle = (
                float(text.get("x", "0")) if text.get("text-anchor") == "middle" else float(text.get("x", "0")) + half
            )
            assert middle - half >= 0
            assert middle + half <= width
            assert 0 < float(text.get("y", "0")) < height


def test_a_stack_with_links_is_a_group_so_that_its_links_are_found() -> None:
    root = read(drawings.stack(a_stack()))
    assert root.get("role") == "group"
    assert [link.get("aria-label") for link in root.iter(f"{SVG}a")] == [
        "Soldering: done",
        "Soldering further: under way",
    ]


def test_a_stack_without_links_is_one_image() -> None:
    assert read(drawings.stack(StackNode("x", "Safety", "badge", "met"))).get("role") == "img"


def test_a_stone_leads_nowhere_dangerous() -> None:
    with pytest.raises(ValueError, match="web address"):
        StackNode("x", "Safety", "badge", "met", href="javascript:alert(1)")


def test_a_part_that_counts_twice_is_drawn_twice() -> None:
    part = StackNode("x", "Safety", "badge", "partly")
    root = read(drawings.stack(StackNode("t", "Both", "certificate", "partly", "", (part, part))))
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_a_stack_is_told_in_words() -> None:
    assert drawings.stack_text(a_stack()) == (
        "Certificate of Soldering: under way. Made of: Any 2 of these 3: under way, 1 of 2 done. They are: Soldering: done, Soldering. "
        "Soldering further: under way, evidence handed in. Soldering alone: missing. At least 9 credits: under way, 6 of 9 credits."
    )


@given(
    st.recursive(
        st.builds(lambda label: StackNode(label, label, "badge", "not"), st.text(max_size=40)),
        lambda inner: st.builds(
            lambda label, kind, parts: StackNode(label, label, kind, "partly", "1 of 2", tuple(parts)),
            st.text(max_size=40),
            st.sampled_from(["all", "any", "certificate"]),
            st.lists(inner, min_size=1, max_size=5),
        ),
        max_leaves=14,
    ),
    st.sampled_from([320.0, 760.0]),
)
def test_any_stack_can_be_drawn(node: StackNode, width: float) -> None:
    root = read(drawings.stack(node, width=width))
    assert float(root.get("width", "0")) == width


def test_a_plan_is_told_in_words_with_what_is_unknown() -> None:
    told = drawings.timeline_text(steps(), 26)
    assert told == (
        "26 weeks in all. weeks 1 to 3: Soldering, 24 hours · $250; brings Soldering, Safety. "
        "weeks 3 to 26: Soldering further, hours not stated · cost not stated."
    )


@pytest.mark.parametrize(
    ("plan", "weeks", "about"),
    [
        ([], 4, "without steps"),
        (steps(), 0, "some weeks"),
        (steps(), 4, "outside the plan"),
        ([TimelineStep("x", 3, 2, 1, "")], 4, "outside"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(plan: list[TimelineStep], weeks: float, about: str) -> None:
    with pytest.raises(ValueError, match=about):
        drawings.plan_timeline(plan, weeks)


def test_pay_is_labelled_with_its_figures() -> None:
    words = said(drawings.wage_range(35100, 41500, 48940, 58600, 72970, 41200, marker_label="graduates"))
    for amount in ("$35,100", "$41,500", "$48,940", "$58,600", "$72,970", "$41,200", "graduates"):
        assert amount in words


def test_a_figure_that_was_not_published_is_said_to_be_missing_and_never_drawn() -> None:
    svg = drawings.wage_range(None, 41500, 48940, None, 72970)
    assert "Not published: lowest tenth, highest quarter." in said(svg)
    assert "bar-soft" not in [node.get("class") for node in read(svg).iter(f"{SVG}rect")]
    assert "lowest tenth less than not published" in drawings.wage_text(None, 41500, 48940, None, 72970)


def test_pay_without_any_figure_says_so() -> None:
    assert said(drawings.wage_range(None, None, None, None, None)) == "Pay was not published for this occupation."


@given(st.lists(st.none() | st.integers(0, 10**7), min_size=6, max_size=6), st.sampled_from([320.0, 760.0]))
def test_labels_of_pay_stay_inside_and_off_each_other(figures: list[int | None], width: float) -> None:
    p10, p25, median, p75, p90, mark = [None if figure is None else figure for figure in figures]
    ordered = sorted(figure for figure in (p10, p25, median, p75, p90) if figure is not None)
    p10, p25, median, p75, p90 = [
        ordered.pop(0) if figure is not None else None for figure in (p10, p25, median, p75, p90)
    ]
    root = read(drawings.wage_range(p10, p25, median, p75, p90, mark, width=width))
    boxes = []
    for text in root.iter(f"{SVG}text"):
        if text.get("text-anchor") != "middle":
            continue
        half = text_width("".join(text.itertext()), float(text.get("font-size", "0"))) / 2
        boxes.append((float(text.get("x", "0")) - half, float(text.get("x", "0")) + half, float(text.get("y", "0"))))
    for index, (start, end, y) in enumerate(boxes):
        assert start >= 0
        assert end <= width
        assert not [other for other in boxes[:index] if other[2] == y and start < other[1] and other[0] < end]


def test_a_score_says_how_much_of_it_is_known() -> None:
    svg = drawings.interval(54, 78, 0.76)
    assert said(svg) == "54 to 78 of 100 76% of what counts is known"
    assert drawings.interval_text(88, 88, 1) == "88 of 100; everything that counts is known."


@pytest.mark.parametrize(("low", "high", "known"), [(60, 50, 1), (-1, 50, 1), (10, 101, 1), (10, 20, 1.1)])
def test_a_score_out_of_order_is_refused(low: float, high: float, known: float) -> None:
    with pytest.raises(ValueError, match="low"):
        drawings.interval(low, high, known)


def test_a_skill_gap_is_told_in_words() -> None:
    assert drawings.meter_text(0, 3, "Welding") == "Welding: have nothing yet, need 3: a gap."
    assert (
        drawings.meter_text(3, 3, have_text="independent", need_text="independent")
        == "have independent, need independent: enough."
    )
    with pytest.raises(ValueError, match="above 0"):
        drawings.meter(1, 0)


def test_the_same_seed_draws_the_same_badge_and_another_one_another() -> None:
    one = drawings.badge_image("Soldering", "Camden", "badge", "a")
    assert one == drawings.badge_image("Soldering", "Camden", "badge", "a")
    assert len({drawings.badge_image("Soldering", "Camden", "badge", seed) for seed in "abcdefgh"}) == 8


def test_each_type_has_an_outline_of_its_own() -> None:
    outlines = {
        read(drawings.badge_image("S", "C", kind, "a")).findall(f"{SVG}path")[0].get("d")
        for kind in ("badge", "certificate", "programme", "industry")
    }
    assert len(outlines) == 4


@given(st.text(max_size=60), st.floats(20, 400), st.integers(1, 5))
def test_wrapped_text_fits_its_width_and_lines(text: str, width: float, lines: int) -> None:
    broken = wrap(text, width, 14, lines)
    assert len(broken) <= lines
    assert all(text_width(line, 14) <= width for line in broken if len(line) > 1)


@given(st.text(max_size=40), st.text(max_size=40))
def test_different_texts_make_different_ids(one: str, other: str) -> None:
    assert identifier(one)[0] == "d"
    assert (identifier(one) == identifier(other)) == (one == other)


def test_only_markup_of_our_own_is_taken_as_markup() -> None:
    assert element("g", "<b>", element("path", d="M0 0")) == '<g>&lt;b&gt;<path d="M0 0"/></g>'


# The graph of a plan


def places(svg: str) -> dict[str, float]:
    """How far down each text stands."""
    return {"".join(node.itertext()): float(node.get("y", "0")) for node in read(svg).iter(f"{SVG}text")}


def test_every_stone_stands_below_what_it_needs() -> None:
    down = places(drawings.plan_graph(stones("Welding")))
    assert down["Brings Welding"] < down["64% reached"]
    assert down["Welding first"] < down["64% reached"]
    assert down["Welding second"] < down["64% reached"]
    arrows = [
        one for one in read(drawings.plan_graph(stones())).iter(f"{SVG}path") if one.get("class") == "line-strong"
    ]
    assert len(arrows) == 5


@pytest.mark.parametrize("width", [340, 760])
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_a_graph_stays_within_its_width(width: float, count: int) -> None:
    many = [GraphStone(str(number), f"Step {number}", needs=("0",) if number else ()) for number in range(count)]
    xs = [float(node.get("x", "0")) for node in read(drawings.plan_graph(many, width=width)).iter(f"{SVG}text")]
    assert min(xs) > 0
    assert max(xs) < width


@pytest.mark.parametrize("width", [340, 760])
def test_no_arrow_of_a_graph_runs_behind_a_stone_that_it_is_not_about(width: float) -> None:
    """Three steps stand in two rows on a phone: an arrow behind the third would say that it needs the others."""
    many = [GraphStone("s", "Start", kind="start")]
    many += [GraphStone(str(one), f"Step {one}", needs=("s",)) for one in range(7)]
    many += [GraphStone("g", "Goal", kind="goal", needs=tuple(str(one) for one in range(7)))]
    paths = list(read(drawings.plan_graph(many, width=width)).iter(f"{SVG}path"))
    outlines = [numbers(one) for one in paths if one.get("class") != "line-strong"]
    boxes = [(min(d[::2]), min(d[1::2]), max(d[::2]), max(d[1::2])) for d in outlines]
    arrows = [(one.get("d") or "").rpartition("M")[0] for one in paths if one.get("class") == "line-strong"]
    down = [re.search(r" ([\d.]+) ([\d.]+)V([\d.]+)C", line) for line in arrows]
    past = [tuple(map(float, hit.groups())) for hit in down if hit]
    assert past
    for lane, top, bottom in past:
        assert 0 < lane < width
        assert not [box for box in boxes if box[0] < lane < box[2] and top < box[3] and bottom > box[1]]
    rows = sorted({round(box[1]) for box in boxes})
    for line in (arrow for arrow, hit in zip(arrows, down, strict=True) if not hit):
        ys = [float(one) for one in re.findall(r"[\d.]+", line)][1::2]
        assert not [row for row in rows if min(ys) < row < max(ys) - 10], "it passes no row"


def numbers(path: Element) -> list[float]:
    return [float(one) for one in re.findall(r"-?[\d.]+", path.get("d") or "")]


def test_a_graph_is_told_in_words_with_what_comes_after_what() -> None:
    assert drawings.graph_lines(stones("Welding")) == [
        "Welding",
        "Welding first: after Welding; brings Welding",
        "Welding second: after Welding",
        "Welding: granted by itself, after Welding first and Welding second",
        "Welding: after Welding; 64% reached",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "no graph"),
        ([GraphStone("a", "A"), GraphStone("a", "B")], "one id"),
        ([GraphStone("a", "A", needs=("b",))], "not in the graph"),
        ([GraphStone("a", "A", needs=("b",)), GraphStone("b", "B", needs=("a",))], "needs itself"),
    ],
    ids=["nothing", "one id twice", "a need that is not there", "a circle"],
)
def test_a_graph_that_cannot_be_drawn_says_why(wrong: list[GraphStone], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        drawings.plan_graph(wrong)

"""Does it do what its reference says? Rules and awards made up by somebody who read only that, weighed by both."""

import json
from datetime import UTC, datetime
from random import Random

import pytest
from tests.stacking.unseen.by_the_book import Book, TooMuchError
from tests.stacking.unseen.made_up import question

from cairn.stacking import AwardError, RuleError, evaluate, parse_requirement
from cairn.stacking.documents import read_awards
from cairn.stacking.pathways import read_pathways, write_pathway

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def weigh(rule, document):
    held = read_awards(document)
    return evaluate(
        parse_requirement(rule), held.awards, NOW, decisions=held.decisions, equivalent=held.equivalent, validity=held.validity
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_progress_is_what_the_reference_says(seed: int) -> None:
    random, compared = Random(seed), 0  # noqa: S311 - made up, not secret
    while compared < 12:
        rule, document = question(random)
        try:
            found = weigh(rule, document)
        except RuleError:
            continue
        book = Book(
            rule, document["awards"], NOW.isoformat(), document["validity"], document["equivalent"], programs=20
        )
        try:
            expected = book.progress()
        except TooMuchError:
            continue
        compared += 1
        asked = json.dumps([rule, document])
        assert found.progress == expected if found.exact else found.progress <= expected, asked
        assert found.met == (expected == 1) or not found.decided, asked


def award(name, **values):
    return {"id": name, "achievement": name, "issuer": "u", "valid_from": "2025-01-01T00:00:00Z", **values}


def ects(name, much, **values):
    return award(name, credits={"ECTS": much}, **values)


THIRTY = {"kind": "credits_at_least", "amount": 30, "scheme": "ECTS"}
TRANSFER = {"sources": ["transfer"]}
INSTEAD = "instead of some that count now, because at most 2 awards of type x count"
OF_X = {**THIRTY, "filter": {"types": ["x"]}}
HOURS = {"kind": "experience_hours", "hours": 100, "filter": {"types": ["x"]}}


def limited(of, **values):
    return {"kind": "at_most", **values, "of": of}


@pytest.mark.parametrize(
    ("rule", "awards", "said"),
    [
        (
            limited(THIRTY, amount=10, scheme="ECTS", filter=TRANSFER),
            [ects("a", 4, source="transfer")],
            "Collect 26 more ECTS credits, at most 6 ECTS credits from awards by transfer",
        ),
        (
            limited(THIRTY, count=2, filter=TRANSFER),
            [ects("a", 4, source="transfer")],
            "Collect 26 more ECTS credits, at most one award by transfer",
        ),
        (
            limited(HOURS, count=3, filter={"types": ["x"]}),
            [award("a", hours=4, type="x"), award("b", hours=5, type="x")],
            "Show 91 more hours of experience from awards of type x, in at most one award",
        ),
        (
            limited(OF_X, count=2, filter={"types": ["x"]}),
            [ects("a", 4, type="x"), ects("b", 5, type="x")],
            f"Collect 30 more ECTS credits from awards of type x, {INSTEAD}",
        ),
        (
            limited(THIRTY, count=1, each_issuer=True),
            [ects("a", 10)],
            "Collect 20 more ECTS credits, none from u, at most one award from any one issuer",
        ),
        (
            limited(
                limited(THIRTY, amount=5, scheme="ECTS", filter={"sources": ["exam"]}),
                amount=6, scheme="ECTS", filter={"sources": ["exam", "portfolio"]},
            ),
            [ects("a", 6, source="portfolio")],
            "Collect 24 more ECTS credits, none by exam or portfolio",
        ),
        (limited(THIRTY, amount=30, scheme="ECTS", filter=TRANSFER), [ects("a", 4)], "Collect 26 more ECTS credits"),
    ],
    ids=["credits", "awards", "all of a kind", "instead", "issuers", "within", "no limit in the way"],
)  # fmt: skip
def test_what_is_missing_says_how_much_of_a_kind_still_counts(rule, awards, said: str) -> None:
    (way,) = weigh(rule, awards).missing
    assert [one.sentence for one in way] == [said]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "there is nothing in it"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"id": "a\\ud800"}]'.encode("utf-16"), "half of a character"),
        (b'[{"id": "a\xed\xa0\x80"}]', "byte 11 is no text in UTF-8"),
        (
            [ects("a", 5, valid_until="2024-12-31T00:00:00Z")],
            "$[0].valid_until: This award runs out before it is valid.",
        ),
    ],
    ids=["empty", "deep", "half in UTF-16", "half in UTF-8", "backwards"],
)
def test_awards_that_cannot_be_read_are_refused_in_words(document, said: str) -> None:
    with pytest.raises(AwardError, match="This") as refused:
        read_awards(document)
    assert said in str(refused.value) or said in "".join(map(str, refused.value.problems))


def test_a_rule_with_half_a_character_is_refused_in_every_encoding() -> None:
    for encoding in ("utf-8", "utf-16", "utf-32"):
        with pytest.raises(RuleError, match="half of a character"):
            parse_requirement('{"kind": "award_of", "achievement": "a\\ud800"}'.encode(encoding))


def test_an_award_that_may_be_shared_counts_beside_another_of_its_achievement_but_not_in_one_requirement() -> None:
    both = [ects("one", 5, achievement="a"), ects("two", 2, achievement="a", shareable=True)]
    five, named = {**THIRTY, "amount": 5}, {"kind": "award_of", "achievement": "a"}
    assert weigh({"kind": "all_of", "of": [five, named]}, both).met
    assert weigh({**THIRTY, "amount": 7}, both).trace.have == 5


def test_what_is_denied_after_something_else_is_denied_whenever_it_was_earned() -> None:
    rule = {"kind": "in_order", "of": [
        {"kind": "award_of", "achievement": "a"}, {"kind": "not", "of": {"kind": "award_of", "achievement": "b"}},
    ]}  # fmt: skip
    assert not weigh(rule, [award("a"), award("b", valid_from="2020-01-01T00:00:00Z")]).met


def test_options_that_nobody_can_choose_together_do_not_make_a_pathway_unreadable() -> None:
    a, b = ({"kind": "award_of", "achievement": name} for name in "ab")
    rule = parse_requirement({"kind": "any_n", "n": 2, "of": [
        {"kind": "all_of", "of": [a, {**b, "equivalents": ["a"]}]},
        {"kind": "in_order", "of": [b, {"kind": "award_of", "achievement": "d"}]},
        {"kind": "award_of", "achievement": "c"},
    ]})  # fmt: skip
    (read,) = read_pathways(write_pathway(rule, title="T", base="https://u.example/p").document)
    for held in ("abc", "bdc", "abd", "acd", "abcd"):
        awards = read_awards([award(name) for name in held]).awards
        assert evaluate(read.rule, awards, NOW).met == evaluate(rule, awards, NOW).met == (held not in ("abd", "acd"))


def test_what_was_made_of_an_award_that_was_itself_made_of_another_does_not_count_beside_it() -> None:
    once = award("once", achievement="b", stands_for="a", source="transfer")
    twice = award("twice", achievement="c", stands_for="b", source="transfer")
    rule = {"kind": "awards_at_least", "count": 2}
    assert weigh(rule, [once, twice]).trace.have == 1
    assert weigh(rule, [once, award("c")]).met

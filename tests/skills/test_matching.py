"""What labels mean: in which order matches are found, what they say of themselves, and that nothing is silently the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.skills.matching import Concept, Kind, Matcher, Relation, Vocabulary
from cairn.skills.matching.match import Link
from cairn.skills.matching.stemming import stem
from cairn.skills.matching.words import LONGEST_TEXT, fold, folded, stems, words_of

CONCEPTS = [
    Concept("urn:staff", "manage staff", alternatives=("oversee personnel", "supervise staff", "manage personnel"), framework="esco"),
    Concept("urn:budget", "manage budgets", alternatives=("budget control", "oversee budgets", "supervise budgets"), framework="esco"),
    Concept("urn:programming", "computer programming", "knowledge", "esco", ("LabVIEW", "coding")),
    Concept("urn:python", "Python (computer programming)", "knowledge", "esco", broader=("urn:programming",)),
    Concept("urn:excel", "Microsoft Excel", "technology", "onet"),
    Concept("urn:sheets", "use spreadsheets software", "skill", "esco", ("Microsoft Office Excel",)),
    Concept("urn:ethics", "ethics", "knowledge", "esco"),
    Concept("urn:morality", "morality", "knowledge", "esco", ("moral questions",)),
    Concept("urn:virtue", "virtue", "knowledge", "esco", ("moral questions",)),
    Concept("urn:maths", "mathematics", "knowledge", "esco"),
    Concept("urn:onet:maths", "Mathematics", "knowledge", "onet"),
]  # fmt: skip
LINKS = {"urn:onet:maths": [Link("urn:ethics", Relation.CLOSE, "A crosswalk")]}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Vocabulary.of(CONCEPTS), LINKS)


def first(matcher: Matcher, label: str, **more: str) -> tuple[str, Kind, Relation]:
    match = matcher.match(label, **more)[0]
    return match.concept.uri, match.kind, match.relation


@pytest.mark.parametrize(
    "label", ["Mathematics", "MATHEMATICS", " mathematics. ", "\uff4d\uff41\uff54hematics", "maths"]
)
def test_writing_does_not_matter(matcher: Matcher, label: str) -> None:
    assert {match.concept.uri for match in matcher.match(label) if match.kind is Kind.EXACT} == {
        "urn:maths",
        "urn:onet:maths",
    }


def test_other_names_are_found_after_own_names(matcher: Matcher) -> None:
    assert first(matcher, "Oversee personnel") == ("urn:staff", Kind.ALTERNATIVE, Relation.SAME)
    assert matcher.match("manage staff")[0].confidence > matcher.match("oversee personnel")[0].confidence


def test_the_same_words_in_another_form_are_a_variant(matcher: Matcher) -> None:
    for label in ("staff management", "managing staff", "the management of staff", "Staff Manager"):
        assert first(matcher, label) == ("urn:staff", Kind.VARIANT, Relation.SAME)


def test_a_product_listed_under_a_general_skill_makes_that_broader_and_not_the_same(matcher: Matcher) -> None:
    assert first(matcher, "LabVIEW") == ("urn:programming", Kind.ALTERNATIVE, Relation.BROADER)


def test_a_typing_error_is_only_similar_and_says_so(matcher: Matcher) -> None:
    match = matcher.match("manage personel")[0]
    assert match.concept.uri == "urn:staff"
    assert match.kind is Kind.SIMILAR
    assert match.relation is not Relation.SAME
    assert "alike" in match.why


def test_one_label_of_several_skills_gives_all_of_them_each_with_its_share(matcher: Matcher) -> None:
    found = [match for match in matcher.match("moral questions") if match.kind is Kind.ALTERNATIVE]
    assert {match.concept.uri for match in found} == {"urn:morality", "urn:virtue"}
    assert all(match.ambiguous and "choose" in match.why for match in found)
    assert found[0].confidence < matcher.match("oversee personnel")[0].confidence


def test_a_crosswalk_counts_for_the_skill_that_it_starts_from_and_keeps_its_relation(matcher: Matcher) -> None:
    found = matcher.match("Mathematics", uri="urn:onet:maths")
    assert [match.concept.uri for match in found if match.kind is Kind.CROSSWALK] == ["urn:ethics"]
    assert next(match for match in found if match.kind is Kind.CROSSWALK).relation is Relation.CLOSE
    assert "A crosswalk" in next(match for match in found if match.kind is Kind.CROSSWALK).why
    assert not [match for match in matcher.match("Mathematics") if match.kind is Kind.CROSSWALK]


def test_a_skill_is_never_its_own_match(matcher: Matcher) -> None:
    assert "urn:staff" not in {match.concept.uri for match in matcher.match("manage staff", uri="urn:staff")}


def test_a_label_with_more_words_finds_something_broader_and_with_fewer_something_narrower(matcher: Matcher) -> None:
    broader = next(match for match in matcher.match("business ethics") if match.concept.uri == "urn:ethics")
    assert broader.relation is Relation.BROADER
    narrower = next(match for match in matcher.match("spreadsheets") if match.concept.uri == "urn:sheets")
    assert narrower.relation in {Relation.NARROWER, Relation.SAME}


def test_only_the_asked_frameworks_answer(matcher: Matcher) -> None:
    assert {match.concept.framework for match in matcher.match("Mathematics", frameworks=["onet"])} == {"onet"}


@pytest.mark.parametrize("label", ["", "   ", "…", "\x00", "the of and"])
def test_nothing_is_found_for_nothing(matcher: Matcher, label: str) -> None:
    assert not [match for match in matcher.match(label) if match.kind is not Kind.SIMILAR]


def test_frameworks_teach_which_words_stand_for_each_other() -> None:
    many = [
        Concept(f"urn:{n}", f"manage {noun}", alternatives=(f"oversee {noun}",))
        for n, noun in enumerate(("cats", "dogs", "cows", "hens", "pigs"))
    ]
    matcher = Matcher(Vocabulary.of([*many, Concept("urn:bees", "manage bees")]))
    assert matcher.match("oversee bees")[0].concept.uri == "urn:bees"


@given(st.text(max_size=400))
def test_any_text_is_matched_and_gives_shares_between_nothing_and_one(text: str) -> None:
    for match in MATCHER.match(text, least=0):
        assert 0 <= match.confidence <= 1
        assert match.why.endswith(".")


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_that_matters(text: str) -> None:
    once = folded(text)
    assert folded(" ".join(once)) == folded(" ".join(folded(" ".join(once))))


def test_words_know_where_they_stand() -> None:
    text = "Uses C++, Node.js & “R”."
    assert [text[word.start : word.end] for word in words_of(text)] == ["Uses", "C++", "Node.js", "R"]
    assert [word.begins for word in words_of(text)] == [True, False, True, False]


def test_a_text_without_end_is_cut() -> None:
    assert words_of("word " * LONGEST_TEXT)[-1].end <= LONGEST_TEXT


def test_spelling_number_and_families_are_brought_together() -> None:
    assert fold("organisations") == "organization"
    assert fold("analyses") == "analysis"
    assert fold("sales") == "sales"
    assert stem("management") == stem("managing") == stem("manager")
    assert stem("communication") != stem("community")
    assert stem("engineering") != stem("engine")
    assert stems("the management of staff") == stems("managing staff")


MATCHER = Matcher(Vocabulary.of(CONCEPTS), LINKS)

"""Which skills texts name: precision over recall, each with the words that say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.skills.matching import Concept, Similarity, Vocabulary
from cairn.skills.tagging import Tag, Tagger
from cairn.skills.tagging.names import COMMON_NAMES
from cairn.skills.tagging.setting import not_taught

PROSE = (
    "People design, plan and access things in every state; a word, a project and a source excel at that, and we go on."
)
CONCEPTS = [
    Concept("urn:staff", "manage staff", "skill", "esco", ("oversee personnel",), description=PROSE),
    Concept("urn:project", "project management", "knowledge", "esco"),
    Concept("urn:python", "Python (computer programming)", "knowledge", "esco"),
    Concept("urn:swift", "Swift (computer programming)", "knowledge", "esco"),
    Concept("urn:sql", "SQL", "knowledge", "esco"),
    Concept("urn:accounting", "accounting", "knowledge", "esco"),
    Concept("urn:scaffolding", "scaffolding components", "knowledge", "esco", ("standard",)),
    Concept("urn:securities", "securities", "knowledge", "esco"),
    Concept("urn:twice", "first meaning", "skill", "esco", ("triage desk work",)),
    Concept("urn:twice2", "second meaning", "skill", "esco", ("triage desk work",)),
    Concept("urn:excel", "Microsoft Excel", "technology", "onet"),
    Concept("urn:word", "Microsoft Word", "technology", "onet"),
    Concept("urn:access", "Microsoft Access", "technology", "onet"),
    Concept("urn:powerpoint", "Microsoft PowerPoint", "technology", "onet"),
    Concept("urn:javascript", "JavaScript", "technology", "onet"),
    Concept("urn:R", "R", "technology", "onet"),
    Concept("urn:C", "C", "technology", "onet"),
    Concept("urn:Go", "Go", "technology", "onet"),
    Concept("urn:TEAMS", "Paleontological Statistics PAST", "technology", "onet"),
    Concept("urn:hvac", "heating, ventilation, air conditioning and refrigeration parts", "knowledge", "esco"),
    *(Concept(f"urn:prose:{number}", f"what number {number} is", description="Of a high standard.") for number in range(12)),
    Concept("urn:many", "many descriptions", "skill", "esco", description="accounting matters"),
]  # fmt: skip
VOCABULARY = Vocabulary.of(CONCEPTS)
TAGGER = Tagger(VOCABULARY, lambda: Similarity(VOCABULARY))


def tags(title: str, description: str = "", *, language: str = "en", least: float = 0.0) -> dict[str, Tag]:
    return {tag.concept.uri: tag for tag in TAGGER.tag(title, description, language=language, least=least)}


def test_a_tag_shows_the_words_that_say_so_and_where_they_stand() -> None:
    text = "You learn project management and SQL."
    found = tags("Office work", text)
    assert {"urn:project", "urn:sql"} <= set(found)
    span = found["urn:project"].evidence
    assert (span.part, span.text) == ("description", "project management")
    assert text[span.start : span.end] == span.text
    assert found["urn:project"].why == "The description says “project management”, which is the skill's own name."
    assert 0 < found["urn:project"].confidence < 1


@pytest.mark.parametrize(
    "text",
    [
        "No prior knowledge of SQL is needed.",
        "Prerequisites: SQL and accounting.",
        "Students need strong knowledge of SQL.",
        "You should have experience with SQL.",
        "SQL is required.",
        "We use other tools instead of SQL.",
        "This is not a course in SQL.",
        "Ohne Vorkenntnisse in SQL.",
        "Unlike accounting, it is easy.",
    ],
)
def test_what_a_text_asks_for_or_sets_aside_is_no_tag(text: str) -> None:
    assert not tags("Evening course", text)


def test_what_stands_after_such_a_sentence_counts_again() -> None:
    assert set(tags("Evening course", "No experience is needed. You learn SQL.")) == {"urn:sql"}


@pytest.mark.parametrize(
    "text",
    [
        "Graduates excel at work.",
        "Students gain access to the word of the state.",
        "We go further than that.",
        "A standard programme with security.",
        "Learn about the past.",
        "The grade C is the minimum.",
        "Swift answers to every question.",
    ],
)
def test_words_of_everyday_speech_are_no_products(text: str) -> None:
    assert not tags("Evening course", text)


def test_a_list_of_products_makes_each_of_them_one() -> None:
    assert {"urn:word", "urn:excel", "urn:powerpoint"} <= set(tags("Office work", "With Word, Excel and PowerPoint."))


def test_the_maker_before_it_makes_a_word_a_product() -> None:
    assert set(tags("Microsoft Access")) == {"urn:access"}


def test_a_bracketed_hint_is_asked_for_where_the_name_is_a_word() -> None:
    assert "urn:python" in tags("Python for everybody")
    assert "urn:swift" in tags("Apps", "Programming computers in Swift.")


def test_words_in_another_form_are_found_in_order_only() -> None:
    assert tags("Staff Management")["urn:staff"].how == "variant"
    assert tags("Managing the staff")["urn:staff"].how == "variant"
    assert not tags("Staffed managers")


def test_a_label_of_several_skills_is_left_out() -> None:
    assert not tags("Hospital", "With triage desk work every day.")


def test_the_longest_label_wins() -> None:
    assert set(tags("Heating, ventilation, air conditioning and refrigeration parts")) == {"urn:hvac"}


def test_of_other_languages_only_names_are_found() -> None:
    assert set(tags("JavaScript und SQL für alle, accounting", language="de")) == {"urn:javascript", "urn:sql"}


def test_everyday_names_are_found_and_can_be_left_out() -> None:
    assert tags("HVAC Apprenticeship")["urn:hvac"].how == "common"
    assert not Tagger(VOCABULARY, common={}).tag("HVAC Apprenticeship")


def test_each_everyday_name_is_written_once() -> None:
    keys = [name.casefold() for name in COMMON_NAMES]
    assert len(keys) == len(set(keys))


def test_what_is_not_sure_enough_is_not_said() -> None:
    unsure = tags("Evening course", "All about managing the staff.")
    assert unsure["urn:staff"].confidence < 0.6
    assert not tags("Evening course", "All about managing the staff.", least=0.6)


@given(st.text(max_size=300), st.text(max_size=600))
def test_any_text_is_read_and_evidence_is_always_a_part_of_it(title: str, description: str) -> None:
    for tag in TAGGER.tag(title, description, least=0.0):
        text = title if tag.evidence.part == "title" else description
        assert text[tag.evidence.start : tag.evidence.end] == tag.evidence.text


@given(st.text(alphabet="no prior knowledge of SQL is required. , ", max_size=2000))
def test_stretches_that_are_not_taught_lie_in_the_text(text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in not_taught(text))


def test_what_a_job_requires_is_taught_and_what_a_course_requires_is_not() -> None:
    for taught in (
        "You learn customer service that is required by front office personnel.",
        "Customer service is needed by employers.",
    ):
        assert not_taught(taught) == []
    for asked in ("Algebra is required by the course.", "Algebra is required."):
        assert not_taught(asked) != []


MORE = Tagger(
    Vocabulary.of(
        [
            Concept("urn:tools", "use power tools", "skill", "esco"),
            Concept("urn:solder", "soldering techniques", "knowledge", "esco"),
            Concept("urn:physiology", "human physiology", "knowledge", "esco"),
            Concept("urn:anatomy", "human anatomy", "knowledge", "esco"),
            Concept("urn:blueprints", "read standard blueprints", "skill", "esco"),
            Concept("urn:fires", "extinguish fires", "skill", "esco"),
            Concept("urn:fire systems", "fire fighting systems", "knowledge", "esco"),
            Concept("urn:drive", "drive vehicles", "skill", "esco"),
            Concept("urn:mentor", "mentor individuals", "skill", "esco"),
            Concept("urn:swedish", "Swedish", "knowledge", "esco"),
            Concept("urn:nursing", "nursing principles", "knowledge", "esco"),
            Concept("urn:bookkeeping", "maintain financial records", "skill", "esco"),
            Concept("urn:resuscitation", "resuscitation", "knowledge", "esco"),
        ]
    )
)


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("You handle power tools.", "urn:tools"),
        ("Topics include soldering and bending.", "urn:solder"),
        ("Topics include anatomy, physiology and more.", "urn:physiology"),
        ("Blue Print Reading.", "urn:blueprints"),
        ("Firefighting for volunteers.", "urn:fires"),
        ("Fire fighting for volunteers.", "urn:fires"),
        ("Learn to drive vehicles.", "urn:drive"),
        ("You learn Swedish.", "urn:swedish"),
        ("Basics of bookkeeping.", "urn:bookkeeping"),  # where O*NET's software is not loaded, the next skill
    ],
)
def test_labels_are_found_for_short_and_as_compounds(text: str, skill: str) -> None:
    assert skill in {tag.concept.uri for tag in MORE.tag("Evening course", text)}


def test_one_everyday_name_may_mean_two_skills() -> None:
    assert {"urn:anatomy", "urn:physiology"} == {tag.concept.uri for tag in MORE.tag("Anatomy and Physiology")}


@pytest.mark.parametrize(
    "text",
    [
        "Work on four-wheel drive vehicles.",
        "You receive mentoring from our staff.",
        "With a Swedish massage.",
        "Given by the Board of Nursing Principles.",
        "Switches use access control lists (ACLs).",
    ],
)
def test_words_that_belong_to_another_thing_are_no_tag(text: str) -> None:
    assert not MORE.tag("Evening course", text)


GERMAN = Tagger(
    Vocabulary.of(
        [
            Concept("urn:security", "cyber security", "knowledge", "esco"),
            Concept("urn:networks", "design computer network", "skill", "esco"),
            Concept("urn:electrical", "electrical engineering", "knowledge", "esco"),
            Concept("urn:cooling", "refrigerants", "knowledge", "esco"),
            Concept("urn:systems", "operating systems", "knowledge", "esco"),
        ]
    )
)


@pytest.mark.parametrize(
    ("title", "evidence"),
    [
        (
            "IT-Sicherheits- und Netzwerktechnik",
            {"urn:security": "IT-Sicherheits- und Netzwerktechnik", "urn:networks": "Netzwerktechnik"},
        ),
        ("Elektro- und Kältetechnik", {"urn:electrical": "Elektro- und Kältetechnik", "urn:cooling": "Kältetechnik"}),
        ("Betriebssystem- und Datenträger", {}),
        ("Kälte- oder Wärmetechnik -", {"urn:cooling": "Kälte- oder Wärmetechnik"}),
    ],
)
def test_german_compounds_that_share_an_end_are_read_whole(title: str, evidence: dict[str, str]) -> None:
    assert {tag.concept.uri: tag.evidence.text for tag in GERMAN.tag(title, language="de")} == evidence


TERMS = Tagger(
    Vocabulary.of(
        [
            Concept("urn:terms", "terminology", "knowledge", "esco"),
            Concept("urn:legal", "legal terminology", "knowledge", "esco"),
            Concept("urn:medical", "medical terminology", "knowledge", "esco"),
            Concept("urn:machines", "machine tools", "knowledge", "esco"),
        ]
    )
)


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Includes dental terminology.", set()),
        ("The terminology of trade.", set()),
        ("Terminology and translation.", {"urn:terms"}),
        ("Includes legal and medical terminology.", {"urn:legal", "urn:medical"}),
        ("Use of machines and hand tools.", set()),
    ],
)
def test_terms_of_a_field_are_that_field_and_a_shared_word_belongs_to_both_names(text: str, skills: set[str]) -> None:
    assert {tag.concept.uri for tag in TERMS.tag("Evening course", text)} == skills


def test_no_everyday_name_of_a_technique_stands_for_what_only_physicians_do() -> None:
    wrong = ("diagnose ", "prescribe ")
    assert not [
        said for said, names in COMMON_NAMES.items() if any(one.startswith(wrong) for one in names.split(" | "))
    ]


FIELD = "http://data.europa.eu/esco/isced-f/"
SENSES = Tagger(
    Vocabulary.of(
        [
            Concept("urn:logic", "logic", "knowledge", "esco", broader=(FIELD + "0223",)),
            Concept("urn:psychology", "psychology", "knowledge", "esco", broader=(FIELD + "0313",)),
            Concept("urn:cognitive", "cognitive psychology", "knowledge", "esco", broader=("urn:psychology",)),
            Concept("urn:model", "business model", "knowledge", "esco", broader=(FIELD + "0413",)),
            Concept("urn:accounting", "accounting", "knowledge", "esco", broader=(FIELD + "0411",)),
            Concept("urn:law", "business law", "knowledge", "esco", broader=(FIELD + "0421",)),
            Concept("urn:css", "CSS", "knowledge", "esco", ("Cascading Style Sheets",)),
            Concept("urn:resuscitation", "resuscitation", "knowledge", "esco"),
            Concept("urn:power", "power electronics", "knowledge", "esco"),
            Concept("urn:acute", "acute care", "knowledge", "esco"),
            Concept("urn:mathematics", "mathematics", "knowledge", "esco"),
            Concept("urn:database", "database", "knowledge", "esco"),
            Concept("urn:vm", "manage ICT virtualisation environments", "skill", "esco"),
            Concept("urn:cloud", "cloud technologies", "knowledge", "esco"),
            Concept("urn:jsp", "Oracle JavaServer Pages JSP", "technology", "onet"),
            Concept("urn:json", "JavaScript", "technology", "onet"),
            Concept("urn:project", "Microsoft Project", "technology", "onet"),
            Concept("urn:philosophy", "philosophy", "knowledge", "esco"),
        ]
    )
)


@pytest.mark.parametrize(
    ("text", "skills"),
    [
        ("Become a Customer Service Specialist (CSS).", set()),
        ("Cascading Style Sheets (CSS) for beginners; more CSS.", {"urn:css"}),
        ("You learn CPR.", {"urn:resuscitation"}),
        ("You apply for the CPRS credential.", set()),
        ("Our Program of Job Search, or JSP, helps.", set()),
        ("Pages in JSP and JavaScript.", {"urn:jsp", "urn:json"}),
        ("They bring projects and philosophies.", set()),
        ("You learn philosophy.", {"urn:philosophy"}),
        ("Fluid power, electronics and more.", set()),
        ("Graduates help in acute care facilities.", set()),
        ("You learn acute care.", {"urn:acute"}),
        ("Basic math.", {"urn:mathematics"}),
        ("Accounting, business law and its logic.", {"urn:accounting", "urn:law", "urn:logic"}),
        ("Accounting, business law and tax logic.", {"urn:accounting", "urn:law"}),
        ("Accounting, business law and patient psychology.", {"urn:accounting", "urn:law", "urn:psychology"}),
    ],
)
def test_the_sense_of_a_word_is_told_by_the_rest_of_the_text(text: str, skills: set[str]) -> None:
    assert {tag.concept.uri for tag in SENSES.tag("Evening course", text, least=0.0)} == skills


def test_german_names_are_found_in_german_texts_in_every_ending() -> None:
    text = "Verwalten von virtuellen Computern und SQL-Datenbanken in der Cloud, nicht in der Cloud Shell"
    found = SENSES.tag("Evening course", text, language="de")
    assert {tag.concept.uri for tag in found} == {"urn:vm", "urn:database", "urn:cloud"}
    assert {tag.evidence.text for tag in found} == {"virtuellen Computern", "Datenbanken", "Cloud"}
    assert "urn:database" not in {tag.concept.uri for tag in SENSES.tag("Evening course", "Datenbanken")}

"""What a holder takes away carries the credential exactly as it was signed, and verifies."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.issuing.factories import College, make_college, make_learner, make_version
from tests.people.factories import make_person
from tests.wallet.factories import NOW, make_held, make_skill, strangers_credential

from cairn.credentials import unbake
from cairn.errors import Conflict, Invalid, NotFound
from cairn.issuing import services as issuing
from cairn.people.models import Person
from cairn.wallet import checking, files, services
from cairn.wallet.models import HeldCredential

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def held(college: College) -> HeldCredential:
    return make_held(college, make_learner("Lia Łukasiewicz-Ångström"))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_signed_file_is_the_signed_document_byte_for_byte(held: HeldCredential) -> None:
    file = files.take_away(held, "json", at=NOW)
    assert held.award is not None
    assert file.body == held.award.document.encode()
    assert file.name == "reading-tables.json"


@pytest.mark.parametrize("form", ["json", "png", "svg", "pdf"])
def test_every_form_holds_the_credential_and_verifies(held: HeldCredential, form: str) -> None:
    file = files.take_away(held, form, at=NOW)
    assert held.award is not None
    if form != "json":
        assert unbake(file.body) == held.award.document
    verdict = checking.check(file.body, at=NOW, world=None)
    assert verdict.verdict == "verified"
    assert verdict.known_issuer is not None
    assert verdict.known_issuer.name == "Harbour College"


def test_the_certificate_is_archivable_tagged_and_carries_the_credential(held: HeldCredential) -> None:
    pdf = files.take_away(held, "pdf", at=NOW).body
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert bool(root["/MarkInfo"]["/Marked"])
    assert held.award is not None
    assert reader.attachments["credential.json"] == [held.award.document.encode()]
    said = text_of(pdf)
    for expected in (
        "Reading Tables",
        "Lia Łukasiewicz-Ångström",
        "Harbour College",
        "7 April 2026",
        "12 hours",
        "/verify/",
    ):
        assert expected in said
    assert len(reader.pages) == 1


def test_the_certificate_leads_to_the_newest_open_link(held: HeldCredential) -> None:
    services.share(held=held, by=held.holder, at=NOW)
    link = services.share(held=held, by=held.holder, at=NOW)
    assert link.token in text_of(files.take_away(held, "pdf", at=NOW).body).replace("\n", "")
    services.withdraw_link(link=link, by=held.holder, at=NOW)
    assert link.token not in text_of(files.take_away(held, "pdf", at=NOW).body).replace("\n", "")


INJECTIONS = [
    '#panic("owned")',
    '#import "@preview/x:1.0.0": *',
    '"; #read("/etc/hostname")',
    "$x^2$ *bold* _it_ `code` <label> @ref \\ [x]",
    "{{7*7}} </text><script>alert(1)</script>",
]


@pytest.mark.parametrize("words", INJECTIONS)
def test_what_people_write_is_text_on_the_certificate_and_never_code(college: College, words: str) -> None:
    version = make_version(college, "Careful Titles", description=words)
    held = make_held(college, make_person(words, email="odd@example.org"), version)
    pdf = files.take_away(held, "pdf", at=NOW).body
    squeezed = "".join(text_of(pdf).split())
    assert squeezed.count("".join(words.split())) == 2, "once as the holder's name, once in the description"


def test_long_titles_and_many_results_still_make_a_certificate(college: College) -> None:
    rubric = {
        "criteria": [
            {
                "id": f"c{number}", "name": f"Criterion number {number} with a rather long name that goes on for a while",
                "levels": [{"id": "no", "name": "Not yet", "points": 0}, {"id": "yes", "name": "Meets", "points": 1}],
                "required": "yes",
            }
            for number in range(20)
        ]
    }  # fmt: skip
    version = make_version(
        college, "An Unusually Long Title for a Small Credential " * 3, rubric=rubric, description="Word " * 200,
        outcomes=[{"id": "o1", "text": "Does it", "skills": [], "assessed_by": ["c1"]}],
    )  # fmt: skip
    results = [{"criterion": f"c{number}", "level": "yes", "points": 1} for number in range(20)]
    pdf = files.take_away(make_held(college, make_learner(), version, results=results), "pdf", at=NOW).body
    assert "and 8 more" in text_of(pdf)


def test_letters_without_a_font_are_refused_with_what_to_do_and_the_file_is_still_there(
    college: College, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = make_held(college, make_person("\U00012000\U00012001", email="sumer@example.org"))  # cuneiform
    with pytest.raises(Invalid) as refusal:
        files.take_away(held, "pdf", at=NOW)
    assert refusal.value.specific_code == "no_font"
    assert "font" in refusal.value.remedy
    assert files.take_away(held, "json", at=NOW).body


def test_no_certificate_is_made_of_a_revoked_award(college: College, held: HeldCredential) -> None:
    assert held.award is not None
    issuing.revoke(award=held.award, by=college.registrar, reason="error", explanation="Wrong person.", at=NOW)
    held.refresh_from_db()
    with pytest.raises(Conflict) as refusal:
        files.take_away(held, "pdf", at=NOW)
    assert "revoked" in refusal.value.message
    assert json.loads(files.take_away(held, "json", at=NOW).body)["id"] == held.credential_id


def test_no_certificate_is_made_of_what_came_from_elsewhere() -> None:
    learner: Person = make_learner()
    held = services.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    assert [form.key for form in files.forms_of(held)] == ["json"]
    for form in ("pdf", "png", "svg", "exe"):
        with pytest.raises(NotFound):
            files.take_away(held, form, at=NOW)


def test_skills_and_results_stand_on_the_certificate(college: College) -> None:
    skill = make_skill("Critical Thinking")
    version = make_version(college, "Thinking", skills={skill.uri: 4})
    results = [{"criterion": "reads", "level": "exceeds", "points": 3}]
    said = text_of(files.take_away(make_held(college, make_learner(), version, results=results), "pdf", at=NOW).body)
    assert "Critical Thinking" in said
    assert "Reads the data: Exceeds" in said


def test_the_template_reads_nothing_but_its_inputs() -> None:
    template = (Path(files.__file__).parent / "documents" / "certificate.typ").read_text()
    assert "#import" not in template
    assert "read(" not in template
    assert "eval(" not in template

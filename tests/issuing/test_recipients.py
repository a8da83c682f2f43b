from __future__ import annotations

import pytest
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid
from cairn.issuing import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def version(college: College) -> DefinitionVersion:
    return make_version(college)


def test_bad_rows_are_refused_with_reasons_and_the_rest_is_kept(college: College, version: DefinitionVersion) -> None:
    holder = make_learner("Has It")
    services.award_credential(version=version, holder=holder, by=college.registrar, at=MOMENT, origin="direct:x")
    known = make_learner("Known Person")
    data = (
        "E-mail,Name\n"
        f"{known.email},\n"
        "new.person@example.org,New Person\n"
        "not an address,Somebody\n"
        ",Nobody\n"
        "NEW.person@example.org,Again\n"
        "stranger@example.org,\n"
        f"{holder.email},Has It\n"
        "\n"
    ).encode()
    found = services.read_recipients(data=data, version=version)
    assert [(row.row, row.email, row.person) for row in found.kept] == [
        (2, known.email, known),
        (3, "new.person@example.org", None),
    ]
    assert [(row.row, row.reason) for row in found.refused] == [
        (4, "This is no e-mail address."),
        (5, "There is no e-mail address."),
        (6, "The same address stands in row 3."),
        (7, "There is no account with this address yet, so a name is needed to make one."),
        (8, "This person holds the credential already, or it waits for approval."),
    ]


@pytest.mark.parametrize(
    "data",
    ["email;name\nada@example.org;Zoë\n".encode("cp1252"), "\ufeffemail,name\r\nada@example.org,Zoë\r\n".encode()],
)
def test_spreadsheets_files_are_read_as_they_come(version: DefinitionVersion, data: bytes) -> None:
    assert services.read_recipients(data=data, version=version).kept[0].name == "Zoë"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"mail,name\na@example.org,A\n", "mail, name"),
        (b"email,name\n", "no people"),
        (b"", "(empty)"),
        (b"PK\x03\x04\0\0", "no CSV"),
    ],
)
def test_a_file_of_no_use_is_refused_as_a_whole(version: DefinitionVersion, data: bytes, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.read_recipients(data=data, version=version)
    assert word in refused.value.message.replace("not a CSV", "no CSV")
    assert refused.value.remedy

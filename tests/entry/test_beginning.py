"""How a site begins: the operator's account, an organisation, the first roles, the passphrase of the key folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client

from cairn.entry.cli import keys, main
from cairn.errors import Unreachable
from cairn.outside import custody
from cairn.people.models import AuditEvent, Organisation, Person
from cairn.people.queries import roles_of
from cairn.people.services import verify_chain

pytestmark = pytest.mark.django_db

CHOSEN = "quiet lantern over gravel"


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def link_in(said: str) -> str:
    return next(word for word in said.split() if word.startswith(settings.PUBLIC_URL)).removeprefix(settings.PUBLIC_URL)


def choose_password(link: str) -> Client:
    client = Client()
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    client.post(form, {"password1": CHOSEN, "password2": CHOSEN})
    return client


def test_an_operator_is_made_chooses_a_password_and_opens_the_operators_pages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, said = say(capsys, "people", "new", "Sam@Example.org", "--name", "Sam Ostrander", "--operator")
    assert code == 0
    choose_password(link_in(said))
    client = Client()
    signed_in = client.post("/sign-in/", {"login": "sam@example.org", "password": CHOSEN})
    assert signed_in.status_code == 302
    assert client.get("/operator/").status_code == 200


def test_the_operator_gets_in_on_a_site_that_asks_for_confirmed_addresses_while_mail_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ACCOUNT_EMAIL_VERIFICATION", "mandatory")
    _, said = say(capsys, "people", "new", "sam@example.org", "--name", "Sam Ostrander", "--operator")
    choose_password(link_in(said))
    client = Client()
    client.post("/sign-in/", {"login": "sam@example.org", "password": CHOSEN})
    assert client.get("/operator/").status_code == 200


def test_the_link_works_once(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = say(capsys, "people", "new", "ada@example.org", "--name", "Ada Example")
    link = link_in(said)
    choose_password(link)
    again = Client().get(link, follow=True)
    assert "no longer works" in again.content.decode()
    _, said = say(capsys, "people", "link", "ada@example.org")
    assert link_in(said) != link


def test_an_account_is_made_once_and_a_wrong_address_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "people", "new", "ada@example.org", "--name", "Ada Example")
    code, said = say(capsys, "people", "new", "ADA@example.org", "--name", "Ada Again")
    assert code == 73
    assert "cairn people link ada@example.org" in said
    code, _ = say(capsys, "people", "new", "ada at example", "--name", "Ada")
    assert code == 65
    assert Person.objects.count() == 1


def test_no_link_is_made_for_a_closed_account(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "people", "new", "ada@example.org", "--name", "Ada Example")
    Person.objects.update(is_active=False)
    code, said = say(capsys, "people", "link", "ada@example.org")
    assert code == 73
    assert "http" not in said


def test_an_organisation_is_taken_in_with_its_administrator_and_roles_are_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(capsys, "people", "new", "ada@example.org", "--name", "Ada Example")
    code, said = say(
        capsys,
        "organisations",
        "new",
        "Riverside College",
        "--kind",
        "university",
        "--admin",
        "ada@example.org",
        "--json",
    )
    assert code == 0
    assert json.loads(said)["organisation"] == "riverside-college"
    code, said = say(capsys, "organisations", "role", "riverside-college", "ada@example.org", "designer")
    assert code == 0
    assert "Ada Example is now Designer at Riverside College." in said
    college = Organisation.objects.get()
    assert roles_of(Person.objects.get(), college) == {"admin", "designer"}
    assert verify_chain(college) == []
    _, said = say(capsys, "organisations", "list", "--json")
    assert json.loads(said)["administrators"] == ["ada@example.org"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "Riverside College", "--kind", "school"], "university"),
        (["new", "Riverside College", "--kind", "university", "--admin", "nobody@example.org"], "nobody@example.org"),
        (["role", "nowhere", "ada@example.org", "designer"], "nowhere"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_half_done(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "people", "new", "ada@example.org", "--name", "Ada Example")
    code, said = say(capsys, "organisations", *arguments)
    assert code in {65, 66}
    assert words in said
    assert not Organisation.objects.exists()


def test_a_role_given_by_an_administrator_stands_under_their_name(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "people", "new", "ada@example.org", "--name", "Ada Example")
    say(capsys, "people", "new", "ben@example.org", "--name", "Ben Example")
    say(capsys, "organisations", "new", "Riverside", "--kind", "training", "--admin", "ada@example.org")
    code, _ = say(
        capsys, "organisations", "role", "riverside", "ada@example.org", "assessor", "--by", "ben@example.org"
    )
    assert code == 77
    say(capsys, "organisations", "role", "riverside", "ben@example.org", "assessor", "--by", "ada@example.org")
    event = AuditEvent.objects.get(action="membership.given", details__role="assessor")
    assert event.actor == Person.objects.get(email="ada@example.org").uid


def test_the_lists_say_how_to_begin_where_nobody_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert "cairn people new" in say(capsys, "people", "list")[1]
    assert "cairn organisations new" in say(capsys, "organisations", "list")[1]


def test_keys_made_before_a_passphrase_was_set_sign_under_it_and_not_without(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEY_FOLDER = tmp_path / "keys"
    monkeypatch.delenv("CAIRN_KEY_PASSPHRASE", raising=False)
    reference, public = custody.create_key()
    short = CliRunner().invoke(keys.command, ["relock"], input="short\nshort\n")
    assert short.exit_code != 0
    done = CliRunner().invoke(keys.command, ["relock"], input=f"{CHOSEN}\n{CHOSEN}\n")
    assert done.exit_code == 0, done.output
    assert CHOSEN not in done.output
    assert not (tmp_path / "keys" / "master.key").exists()
    method = f"did:example:one#{public}"
    assert custody.FileStore(tmp_path / "keys", CHOSEN).signer(reference, method).sign(b"words")
    with pytest.raises(Unreachable):
        custody.FileStore(tmp_path / "keys", None).signer(reference, method)

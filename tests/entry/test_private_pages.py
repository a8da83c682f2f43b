"""What is made for one person is kept by nobody else; what is for everybody may be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.core import mail
from django.test import Client
from tests.issuing.factories import make_college
from tests.people.factories import make_person

from cairn.people.models import Person

pytestmark = pytest.mark.django_db
PERSONAL = ("/", "/learn/", "/path/", "/account/", "/desk/provider/", "/desk/assessor/", "/catalogue/", "/occupations/")


@pytest.mark.parametrize("path", PERSONAL)
def test_no_page_of_somebody_signed_in_is_kept_by_caches(path: str) -> None:
    client = Client()
    client.force_login(make_person("Nia"), backend=site.AUTHENTICATION_BACKENDS[0])
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]


def test_documents_for_everybody_may_be_kept_even_by_somebody_signed_in() -> None:
    college = make_college()
    client = Client()
    client.force_login(college.registrar, backend=site.AUTHENTICATION_BACKENDS[0])
    answer = client.get(f"/o/{college.organisation.slug}", headers={"Accept": "application/json"})
    assert answer["Cache-Control"].startswith("public")


def test_a_page_of_nobody_in_particular_is_not_marked() -> None:
    assert "Cache-Control" not in Client().get("/catalogue/")


def test_a_new_home_folder_is_open_to_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    subprocess.run(
        [sys.executable, "-c", "import cairn.entry.settings"], check=True, env={**os.environ, "CAIRN_HOME": str(home)}
    )
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret-key").exists() is False or (home / "secret-key").stat().st_mode & 0o077 == 0


def test_where_mail_is_sent_an_account_opens_once_its_address_is_shown_to_be_its_own(settings: Any) -> None:
    """Otherwise anybody could sign up with another person's address and wait for what is awarded to it."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    form = {"name": "Not Nia", "email": "nia@example.org", "password1": "a long enough pass phrase"}
    answer = client.post("/sign-up/", form, follow=True)
    assert answer.status_code == 200
    assert Person.objects.filter(email="nia@example.org").exists()
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get(email="nia@example.org").verified
    assert [message.to for message in mail.outbox] == [["nia@example.org"]]


def test_somebody_who_was_given_an_account_with_an_award_gets_in_by_mail(settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    person = Person.objects.create_user("nia@example.org", name="Nia Example")
    client = Client()
    client.post("/account/password/reset/", {"email": person.email})
    link = _link_in(mail.outbox.pop().body)
    page = client.get(link, follow=True)
    secret = {"password1": "a long enough pass phrase", "password2": "a long enough pass phrase"}
    client.post(page.redirect_chain[-1][0], secret, follow=True)
    client.post("/sign-in/", {"login": person.email, "password": secret["password1"]}, follow=True)
    if "_auth_user_id" not in client.session:
        client.post(_link_in(mail.outbox.pop().body), follow=True)
        client.post("/sign-in/", {"login": person.email, "password": secret["password1"]}, follow=True)
    assert client.session["_auth_user_id"] == str(person.pk)


def _link_in(letter: object) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", str(letter))
    assert found is not None, letter
    return found[1]


@pytest.mark.parametrize(("mail_url", "expected"), [("smtp://mail.example.org", "mandatory"), ("", "optional")])
def test_addresses_are_confirmed_exactly_where_mail_can_be_sent(mail_url: str, expected: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from cairn.entry import settings; print(settings.ACCOUNT_EMAIL_VERIFICATION)"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "CAIRN_HOME": str(tmp_path), "CAIRN_MAIL_URL": mail_url},
    )
    assert told.stdout.strip() == expected

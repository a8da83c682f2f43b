"""Each page once per kind of person, and the whole way in and out of an account."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.people.factories import MOMENT, PASSWORD, give_role, make_member, make_organisation, make_person

from cairn.outside import clock
from cairn.people import queries, services
from cairn.people.models import ApiToken, Membership, Organisation, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def college() -> Organisation:
    return make_organisation()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def check(html: str) -> str:
    """Nothing inline that the content security policy would refuse, and one first heading."""
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
    assert html.count("<h1") == 1
    return html


# The way in and out


def test_somebody_signs_up_confirms_signs_out_and_signs_in_again(client: Client) -> None:
    response = client.post(
        reverse("people:sign_up"), {"email": "Nia@Example.org", "name": "Nia O'Neill", "password1": PASSWORD}
    )
    assert response.status_code == 302
    nia = queries.person_by_email("nia@example.org")
    assert nia.name == "Nia O'Neill"
    link = next(word for word in str(mail.outbox[0].body).split() if "confirm-email" in word)
    path = "/" + link.split("/", 3)[3]
    assert "nia@example.org" in check(client.get(path).content.decode())
    client.post(path)
    assert EmailAddress.objects.get(user=nia).verified
    assert client.post(reverse("people:sign_out")).status_code == 302
    assert client.get(reverse("people:account")).status_code == 302
    response = client.post(
        reverse("people:sign_in") + "?next=/account/",
        {"login": "NIA@example.org", "password": PASSWORD, "next": "/account/"},
    )
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert "Nia" in check(client.get("/account/").content.decode())


def test_a_wrong_password_keeps_the_address_and_says_what_is_wrong(client: Client) -> None:
    ada = make_person("Ada")
    html = check(client.post(reverse("people:sign_in"), {"login": ada.email, "password": "wrong"}).content.decode())
    assert ada.email in html
    assert "error-summary" in html
    assert "wrong" not in re.sub(r"field-wrong", "", html)


def test_signing_up_with_a_weak_password_keeps_what_was_typed(client: Client) -> None:
    html = check(
        client.post(
            reverse("people:sign_up"), {"email": "nia@example.org", "name": "Nia", "password1": "short"}
        ).content.decode()
    )
    assert 'value="nia@example.org"' in html
    assert 'value="Nia"' in html
    assert "10 characters" in html


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(client: Client) -> None:
    answers = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in (make_person("Ada").email, "nobody@example.org")
    ]
    hidden = [re.sub(rb'\b[A-Za-z0-9]{64}\b|nonce="[^"]*"', b"", answer) for answer in answers]
    assert hidden[0] == hidden[1]


def test_a_forgotten_password_is_replaced_by_mail(client: Client) -> None:
    ada = make_person("Ada")
    check(client.get(reverse("account_reset_password")).content.decode())
    client.post(reverse("account_reset_password"), {"email": ada.email})
    check(client.get(reverse("account_reset_password_done")).content.decode())
    link = next(word for word in str(mail.outbox[0].body).split() if "password/reset/key" in word)
    response = client.get("/" + link.split("/", 3)[3], follow=True)
    check(response.content.decode())
    path = response.redirect_chain[-1][0]
    response = client.post(
        path, {"password1": "quite another password", "password2": "quite another password"}, follow=True
    )
    ada.refresh_from_db()
    assert ada.check_password("quite another password")
    assert "no longer works" in check(client.get("/" + link.split("/", 3)[3], follow=True).content.decode())


@pytest.mark.parametrize(
    "name",
    [
        *("people:sign_in", "people:sign_up", "account_login", "account_signup", "account_reset_password"),
        *("account_reset_password_done", "account_reset_password_from_key_done", "account_inactive"),
        "account_email_verification_sent",
    ],
)
def test_a_page_for_visitors_is_in_the_look_of_the_house(client: Client, name: str) -> None:
    html = check(client.get(reverse(name)).content.decode())
    assert "look/cairn.css" in html
    assert 'content="noindex"' in html


@pytest.mark.parametrize(
    "name",
    [
        *("people:account", "people:erase", "people:sign_out", "account_email", "account_change_password", "mfa_index"),
        *("mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "account_reauthenticate"),
    ],
)
def test_a_page_for_account_holders_is_in_the_look_of_the_house(client: Client, name: str) -> None:
    ada = make_person("Ada")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    client.post(reverse("people:sign_in"), {"login": ada.email, "password": PASSWORD})
    response = client.get(reverse(name), follow=True)
    assert response.status_code == 200
    assert "look/cairn.css" in check(response.content.decode())


def test_the_second_step_of_signing_in_works_with_an_app_and_with_recovery_codes(client: Client) -> None:
    ada = make_person("Ada")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    totp = TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(ada)
    assert totp.instance.pk
    for code in (
        format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", next(yield_hotp_counters_from_time()))),
        codes.get_unused_codes()[0],
    ):
        client.logout()
        response = client.post(reverse("people:sign_in"), {"login": ada.email, "password": PASSWORD}, follow=True)
        check(response.content.decode())
        assert client.get(reverse("people:account")).status_code == 302
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert client.get(reverse("people:account")).status_code == 200
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        check(client.get(reverse(name), follow=True).content.decode())


def test_passkeys_are_offered_with_scripts_of_our_own_site_only(client: Client) -> None:
    response = client.get(reverse("people:sign_in"))
    html = response.content.decode()
    assert "passkey_login" in html
    assert re.findall(r'<script[^>]*src="(?!/static/)', html) == []
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["challenge"]


# The account


def test_a_name_is_changed_and_an_empty_one_is_not(client: Client) -> None:
    ada = make_person("Ada")
    client = signed_in(ada)
    assert client.post(reverse("people:rename"), {"name": ""}).status_code == 422
    client.post(reverse("people:rename"), {"name": "Ada Lovely"})
    ada.refresh_from_db()
    assert ada.name == "Ada Lovely"


def test_consents_follow_the_boxes() -> None:
    ada = make_person("Ada")
    client = signed_in(ada)
    client.post(reverse("people:consents"), {"purpose": ["award_mail", "made up"]})
    assert "checked" in client.get(reverse("people:account")).content.decode()
    client.post(reverse("people:consents"), {})
    assert list(ada.consents.values_list("withdrawn_at", flat=True).filter(withdrawn_at=None)) == []


def test_my_data_comes_as_a_file() -> None:
    ada = make_person("Ada")
    response = signed_in(ada).get(reverse("people:export"))
    assert "attachment" in response["Content-Disposition"]
    assert json.loads(response.content)["account"]["email"] == ada.email


def test_an_account_is_erased_only_with_its_address() -> None:
    ada = make_person("Ada")
    client = signed_in(ada)
    assert client.post(reverse("people:erase"), {"email": "other@example.org"}).status_code == 422
    assert Person.objects.get(pk=ada.pk).is_active
    assert client.post(reverse("people:erase"), {"email": " ADA@example.org "}).status_code == 302
    assert not Person.objects.get(pk=ada.pk).is_active
    assert client.get(reverse("people:account")).status_code == 302


def test_the_last_administrator_is_told_why_the_account_cannot_go(college: Organisation) -> None:
    admin = make_member(college, Role.ADMIN)
    html = signed_in(admin).post(reverse("people:erase"), {"email": admin.email}).content.decode()
    assert "last administrator" in html


# The organisation


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        *((role, "organisation", 200) for role in Role.values),
        *((role, "tokens", 200) for role in Role.values),
        *((role, "trail", 200 if role in {"admin", "auditor"} else 403) for role in Role.values),
        *((None, page, 403) for page in ("organisation", "tokens", "trail", "trail_file")),
    ],
)
def test_each_role_sees_its_pages_and_no_others(
    college: Organisation, role: str | None, page: str, status: int
) -> None:
    person = make_person("Visitor") if role is None else make_member(college, role)
    response = signed_in(person).get(reverse(f"people:{page}", args=[college.slug]))
    assert response.status_code == status
    check(response.content.decode() if not response.streaming else "<h1>")


def test_somebody_who_has_not_signed_in_is_asked_to(client: Client, college: Organisation) -> None:
    for page in ("organisation", "tokens", "trail", "trail_file"):
        response = client.get(reverse(f"people:{page}", args=[college.slug]))
        assert response["Location"].startswith(reverse("people:sign_in"))


def test_an_unknown_organisation_is_not_here() -> None:
    assert signed_in(make_person()).get(reverse("people:organisation", args=["nowhere"])).status_code == 404


def test_an_administrator_gives_and_ends_a_role(college: Organisation) -> None:
    client, ben = signed_in(make_member(college, Role.ADMIN)), make_person("Ben")
    url = reverse("people:add_member", args=[college.slug])
    assert client.post(url, {"email": ben.email, "role": "assessor"}).status_code == 302
    assert queries.roles_of(ben, college) == {"assessor"}
    again = client.post(url, {"email": ben.email, "role": "assessor"})
    assert again.status_code == 422
    assert "already" in check(again.content.decode())
    assert "signed up" in client.post(url, {"email": "x@example.org", "role": "assessor"}).content.decode()
    membership = Membership.objects.get(person=ben)
    assert client.post(reverse("people:end_membership", args=[college.slug, membership.pk])).status_code == 302
    assert queries.roles_of(ben, college) == set()


def test_a_membership_of_another_organisation_is_not_here(college: Organisation) -> None:
    other = make_organisation("Other College")
    ben = make_member(other, Role.ASSESSOR)
    url = reverse("people:end_membership", args=[college.slug, Membership.objects.get(person=ben).pk])
    assert signed_in(make_member(college, Role.ADMIN)).post(url).status_code == 404
    assert queries.roles_of(ben, other) == {"assessor"}


def test_a_token_is_shown_once(college: Organisation) -> None:
    admin = give_role(make_member(college, Role.ADMIN), college, Role.REGISTRAR)
    client, url = signed_in(admin), reverse("people:tokens", args=[college.slug])
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    html = check(client.post(url, {"name": "LMS", "scopes": ["credentials:issue"], "expires_on": day}).content.decode())
    token = re.search(r"cairn_[\w-]{43}", html)
    assert token
    assert services.authenticate_token(token[0], "credentials:issue", clock.now()).name == "LMS"
    assert token[0] not in client.get(url).content.decode()
    row = ApiToken.objects.get()
    client.post(reverse("people:revoke_token", args=[college.slug, row.pk]))
    assert "revoked" in client.get(url).content.decode()


def test_a_member_chooses_from_what_their_roles_carry_and_sees_no_tokens_of_others(college: Organisation) -> None:
    admin, dean = make_member(college, Role.ADMIN, name="Ada"), make_member(college, Role.DEAN, name="Dan")
    url = reverse("people:tokens", args=[college.slug])
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    for person, name, scope in ((admin, "Timetable", "plans:read"), (dean, "Desk", "recognition:decide")):
        made = signed_in(person).post(url, {"name": name, "scopes": [scope], "expires_on": day})
        assert "cairn_" in check(made.content.decode())
    seen, all_seen = (check(signed_in(one).get(url).content.decode()) for one in (dean, admin))
    assert ('value="recognition:decide"' in seen, 'value="credentials:issue"' in seen) == (True, False)
    assert ("Desk" in seen, "Timetable" in seen, "Audit trail" in seen) == (True, False, False)
    assert "Desk" in all_seen
    assert "made by Dan" in all_seen
    theirs, other = ApiToken.objects.get(name="Desk"), ApiToken.objects.get(name="Timetable")
    assert signed_in(dean).post(reverse("people:revoke_token", args=[college.slug, other.pk])).status_code == 404
    assert signed_in(admin).post(reverse("people:revoke_token", args=[college.slug, theirs.pk])).status_code == 302


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("", ["plans:read"], 1),
        ("LMS", [], 1),
        ("LMS", ["plans:read"], -1),
        ("LMS", ["plans:read"], 500),
        ("LMS", ["credentials:issue"], 1),
    ],
)
def test_a_token_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    college: Organisation, name: str, scopes: list[str], days: int
) -> None:
    day = (clock.now() + timedelta(days=days)).date().isoformat()
    response = signed_in(make_member(college, Role.ADMIN)).post(
        reverse("people:tokens", args=[college.slug]), {"name": name, "scopes": scopes, "expires_on": day}
    )
    assert response.status_code == 422
    assert day in check(response.content.decode())
    assert not ApiToken.objects.exists()


def test_a_person_makes_and_ends_a_token_of_their_own() -> None:
    learner = make_person("Lena Learner")
    client, url = signed_in(learner), reverse("people:own_tokens")
    assert url in client.get(reverse("people:account")).content.decode()
    assert "None yet" in check(client.get(url).content.decode())
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    asked = {"name": "Phone", "scopes": ["wallet:read"], "expires_on": day}
    html = check(client.post(url, asked).content.decode())
    token = re.search(r"cairn_[\w-]{43}", html)
    assert token
    assert services.authenticate_token(token[0], "wallet:read", clock.now()).created_by == learner
    assert token[0] not in client.get(url).content.decode()
    row = ApiToken.objects.get()
    assert row.organisation is None
    other = signed_in(make_person("Somebody Else"))
    assert "Phone" not in other.get(url).content.decode()
    assert other.post(reverse("people:revoke_own_token", args=[row.pk])).status_code == 404
    client.post(reverse("people:revoke_own_token", args=[row.pk]))
    assert "revoked" in client.get(url).content.decode()
    row.refresh_from_db()
    assert row.revoked_at is not None


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"scopes": []}, {"scopes": ["credentials:issue"]}, {"expires_on": ""}]
)
def test_a_token_of_ones_own_that_cannot_be_made_says_why(change: dict[str, Any]) -> None:
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    asked = {"name": "Phone", "scopes": ["wallet:read"], "expires_on": day} | change
    response = signed_in(make_person()).post(reverse("people:own_tokens"), asked)
    assert response.status_code == 422
    check(response.content.decode())
    assert not ApiToken.objects.exists()


def test_the_trail_names_members_and_leaves_learners_unnamed(college: Organisation) -> None:
    registrar, learner = make_member(college, Role.REGISTRAR, name="Rowan Registrar"), make_person("Lena Learner")
    for actor in (registrar, learner):
        services.record(
            organisation=college,
            actor=actor,
            role="",
            action="thing.done",
            object_type="thing",
            object_id=1,
            at=clock.now(),
        )
    page = (
        signed_in(make_member(college, Role.AUDITOR)).get(reverse("people:trail", args=[college.slug])).content.decode()
    )
    assert "Rowan Registrar" in page
    assert "Lena Learner" not in page
    assert str(learner.uid) in page


def test_the_trail_is_shown_checked_and_handed_out(college: Organisation) -> None:
    auditor = make_member(college, Role.AUDITOR)
    client, url = signed_in(auditor), reverse("people:trail", args=[college.slug])
    assert "membership.given" in check(client.get(url).content.decode())
    assert "The chain is whole" in check(client.get(url, {"check": "1"}).content.decode())
    assert "organisation.created" not in re.sub(
        r"<option.*?</option>", "", client.get(url, {"action": "membership.given"}).content.decode()
    )
    response = client.get(reverse("people:trail_file", args=[college.slug]))
    lines = [json.loads(line) for line in b"".join(response).splitlines()]  # type: ignore[arg-type]  # a streaming response is iterable
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["previous_hash"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]


def test_a_broken_chain_is_shown(college: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.people.services.trail.hash_of", lambda _event: "0" * 64)
    auditor_page = signed_in(make_person("Auditor"))
    auditor = Person.objects.get(name="Auditor")
    monkeypatch.undo()
    give_role(auditor, college, Role.AUDITOR)
    monkeypatch.setattr("cairn.people.services.trail.hash_of", lambda _event: "0" * 64)
    assert (
        "was changed" in auditor_page.get(reverse("people:trail", args=[college.slug]), {"check": "1"}).content.decode()
    )


# The operator


def test_the_operator_takes_in_an_organisation_and_it_is_on_the_trail() -> None:
    operator, rosa = make_person("Operator", is_staff=True, is_superuser=True), make_person("Rosa")
    client = signed_in(operator)
    page = client.get("/operator/people/organisation/add/")
    assert page.status_code == 200
    facts = {"name": "Oak Hill College", "slug": "oak-hill", "kind": "university", "administrator": rosa.email}
    assert client.post("/operator/people/organisation/add/", facts).status_code == 302
    oak_hill = queries.organisation("oak-hill")
    assert queries.roles_of(rosa, oak_hill) == {"admin"}
    assert queries.audit_events(oak_hill).count() == 2
    client.post(f"/operator/people/organisation/{oak_hill.pk}/change/", {**facts, "name": "Oak Hill"})
    assert queries.audit_events(oak_hill)[0].action == "organisation.changed"


def test_the_operator_closes_an_account_and_reads_the_trail_but_writes_no_roles(college: Organisation) -> None:
    operator, ben = make_person("Operator", is_staff=True, is_superuser=True), make_member(college, Role.ASSESSOR)
    client = signed_in(operator)
    client.post(f"/operator/people/person/{ben.pk}/change/", {"is_active": ""})
    assert not Person.objects.get(pk=ben.pk).is_active
    assert queries.audit_events(None)[0].action == "account.closed"
    assert client.get("/operator/people/auditevent/").status_code == 200
    for model in ("person", "membership", "auditevent"):
        assert client.get(f"/operator/people/{model}/add/").status_code == 403


def test_the_admin_is_closed_to_others_and_asks_through_the_houses_sign_in(client: Client) -> None:
    assert client.get("/operator/", follow=True).redirect_chain[-1][0].startswith(reverse("people:sign_in"))
    assert signed_in(make_person()).get("/operator/").status_code in {302, 403}


def test_an_organisation_without_an_administrator_gets_one_from_the_operator(college: Organisation) -> None:
    operator = make_person("Operator", is_staff=True, is_superuser=True)
    rosa = make_member(college, Role.REGISTRAR)
    membership = Membership.objects.get(person=rosa)
    act = {"action": "make_administrator", "_selected_action": [membership.pk]}
    client = signed_in(operator)
    client.post("/operator/people/membership/", act)
    assert Role.ADMIN in queries.roles_of(rosa, college)
    ben = make_member(college, Role.ASSESSOR)
    client.post("/operator/people/membership/", {**act, "_selected_action": [Membership.objects.get(person=ben).pk]})
    assert Role.ADMIN not in queries.roles_of(ben, college)


def test_the_clock_of_a_page_can_be_stopped(college: Organisation) -> None:
    client, ben = signed_in(make_member(college, Role.ADMIN)), make_person("Ben")
    with clock.frozen(MOMENT):
        client.post(reverse("people:add_member", args=[college.slug]), {"email": ben.email, "role": "assessor"})
    assert queries.audit_events(college)[0].at == MOMENT

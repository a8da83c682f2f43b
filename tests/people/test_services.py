from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.people.factories import MOMENT, give_role, make_member, make_organisation, make_person

from cairn.errors import CairnError, Conflict, Invalid, NotAllowed, NotFound
from cairn.people import portions, queries, services
from cairn.people.models import ApiToken, AuditEvent, Consent, Membership, Organisation, Person, Role
from cairn.people.roles import DUTIES

pytestmark = pytest.mark.django_db
YEAR = MOMENT + timedelta(days=365)


def code_of(caught: pytest.ExceptionInfo[CairnError]) -> str:
    assert caught.value.remedy
    return caught.value.specific_code


def actions(organisation: Organisation | None) -> list[str]:
    return list(queries.audit_events(organisation).order_by("sequence").values_list("action", flat=True))


# People


def test_one_address_is_one_account_however_it_is_capitalised() -> None:
    ada = make_person("Ada", email="Ada@Example.org")
    assert ada.email == "ada@example.org"
    assert Person.objects.get_by_natural_key("ADA@example.org") == queries.person_by_email(" ada@EXAMPLE.org") == ada
    with pytest.raises(IntegrityError), transaction.atomic():
        make_person("Other", email="ADA@EXAMPLE.ORG")


def test_the_database_refuses_an_address_in_capitals() -> None:
    ada = make_person("Ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=ada.pk).update(email="Ada@example.org")


def test_an_unknown_address_is_not_found() -> None:
    with pytest.raises(NotFound, match="signed up"):
        queries.person_by_email("nobody@example.org")


# Roles


def test_every_role_says_what_it_may_do() -> None:
    assert set(DUTIES) == set(Role.values)


def test_a_role_is_asked_and_the_first_that_fits_is_told() -> None:
    college = make_organisation()
    rosa = make_member(college, Role.REGISTRAR, Role.ASSESSOR)
    assert queries.roles_of(rosa, college) == {"registrar", "assessor"}
    assert services.require(rosa, college, Role.PUBLISHER, Role.REGISTRAR) == "registrar"
    assert list(queries.organisations_of(rosa, Role.REGISTRAR)) == [college]
    assert list(queries.organisations_of(rosa, Role.DESIGNER)) == []
    assert list(queries.organisations_of(rosa)) == [college]


@pytest.mark.parametrize("who", ["nobody", "stranger", "admin", "operator", "closed account", "elsewhere", "ended"])
def test_who_does_not_hold_the_role_is_refused(who: str) -> None:
    college = make_organisation()
    other = make_organisation("Other College")
    person = None if who == "nobody" else make_person("Somebody")
    if person is not None:
        if who == "admin":
            give_role(person, college, Role.ADMIN)
        elif who == "operator":
            person = Person.objects.create_superuser("operator@example.org", "correct horse battery", name="Operator")
        elif who == "closed account":
            give_role(person, college, Role.REGISTRAR)
            person.is_active = False
        elif who == "elsewhere":
            give_role(person, other, Role.REGISTRAR)
        elif who == "ended":
            give_role(person, college, Role.REGISTRAR)
            services.end_membership(membership=Membership.objects.get(person=person), by=None, at=MOMENT)
    with pytest.raises(NotAllowed, match="Registrar"):
        services.require(person, college, Role.REGISTRAR)


def test_asking_for_no_role_at_all_is_a_mistake() -> None:
    college = make_organisation()
    with pytest.raises(ValueError, match="Name the roles"):
        services.require(make_person(), college)


def test_two_things_that_one_person_must_not_do_are_kept_apart() -> None:
    ada, ben = make_person("Ada"), make_person("Ben")
    services.require_different(ada, ben, because="the author of a definition does not review it")
    services.require_different(ada, None, because="…")
    with pytest.raises(NotAllowed, match="the author of a definition does not review it") as caught:
        services.require_different(ada, ada, because="the author of a definition does not review it")
    assert code_of(caught) == "separation_of_duties"


# Organisations and memberships


def test_the_operator_takes_in_an_organisation_with_its_first_administrator() -> None:
    operator, rosa = make_person("Operator", is_staff=True), make_person("Rosa")
    college = services.create_organisation(
        name="Oak Hill College", kind="university", by=operator, at=MOMENT, admin=rosa
    )
    assert college.slug == "oak-hill-college"
    assert queries.roles_of(rosa, college) == {"admin"}
    assert actions(college) == ["organisation.created", "membership.given"]


def test_nobody_else_takes_in_organisations() -> None:
    with pytest.raises(NotAllowed, match="operator"):
        services.create_organisation(name="Fake University", kind="university", by=make_person(), at=MOMENT)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"name": " "}, Invalid),
        ({"kind": "club"}, Invalid),
        ({"slug": "Oak Hill"}, Invalid),
        ({"slug": "site"}, Invalid),
        ({"slug": "definitions"}, Invalid),
        ({"slug": "riverside-college"}, Conflict),
        ({"name": "大学"}, Invalid),
    ],
)
def test_an_organisation_that_cannot_be_taken_in_says_why(facts: dict[str, str], error: type[CairnError]) -> None:
    make_organisation()
    with pytest.raises(error) as caught:
        services.create_organisation(**{"name": "Oak Hill", "kind": "university", "by": None, "at": MOMENT, **facts})
    assert caught.value.remedy


def test_an_administrator_gives_a_role_and_the_trail_names_nobody() -> None:
    college = make_organisation()
    admin, ben = make_member(college, Role.ADMIN), make_person("Ben")
    membership = services.add_member(organisation=college, person=ben, role="assessor", by=admin, at=MOMENT)
    event = queries.audit_events(college)[0]
    assert (event.action, event.actor, event.role, event.object_id) == (
        "membership.given",
        admin.uid,
        "admin",
        str(membership.pk),
    )
    assert event.details == {"person": str(ben.uid), "role": "assessor"}
    assert ben.email not in str(event.details)


def test_only_an_administrator_gives_roles() -> None:
    college = make_organisation()
    registrar = make_member(college, Role.REGISTRAR)
    with pytest.raises(NotAllowed):
        services.add_member(organisation=college, person=registrar, role=Role.ADMIN, by=registrar, at=MOMENT)


def test_a_role_is_held_once() -> None:
    college = make_organisation()
    rosa = make_member(college, Role.REGISTRAR)
    with pytest.raises(Conflict) as caught:
        services.add_member(organisation=college, person=rosa, role=Role.REGISTRAR, by=None, at=MOMENT)
    assert code_of(caught) == "already_member"
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=rosa, organisation=college, role=Role.REGISTRAR)


@pytest.mark.parametrize(
    "role", ["designer", "reviewer", "publisher", "instructor", "assessor", "registrar", "endorser"]
)
def test_an_operator_never_signs_decides_or_reads_evidence(role: str) -> None:
    college, operator = make_organisation(), make_person("Operator", is_staff=True)
    with pytest.raises(NotAllowed, match="operates this site") as caught:
        services.add_member(organisation=college, person=operator, role=role, by=None, at=MOMENT)
    assert code_of(caught) == "separation_of_duties"


def test_an_auditor_holds_no_other_role() -> None:
    college = make_organisation()
    auditor, rosa = make_member(college, Role.AUDITOR), make_member(college, Role.REGISTRAR)
    for person, role in ((auditor, Role.REGISTRAR), (rosa, Role.AUDITOR)):
        with pytest.raises(NotAllowed, match="auditor"):
            services.add_member(organisation=college, person=person, role=role, by=None, at=MOMENT)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Invalid, match="no role"):
        services.add_member(organisation=make_organisation(), person=make_person(), role="king", by=None, at=MOMENT)


def test_a_role_ends_and_can_be_given_again() -> None:
    college = make_organisation()
    admin, rosa = make_member(college, Role.ADMIN), make_member(college, Role.REGISTRAR)
    membership = Membership.objects.get(person=rosa)
    services.end_membership(membership=membership, by=admin, at=MOMENT, reason="Moved on")
    assert queries.roles_of(rosa, college) == set()
    with pytest.raises(Conflict, match="ended already"):
        services.end_membership(membership=membership, by=admin, at=MOMENT)
    give_role(rosa, college, Role.REGISTRAR)
    assert queries.roles_of(rosa, college) == {"registrar"}


def test_everybody_may_leave_but_nobody_ends_the_roles_of_others() -> None:
    college = make_organisation()
    rosa, ben = make_member(college, Role.REGISTRAR), make_member(college, Role.ASSESSOR)
    with pytest.raises(NotAllowed):
        services.end_membership(membership=Membership.objects.get(person=ben), by=rosa, at=MOMENT)
    services.end_membership(membership=Membership.objects.get(person=rosa), by=rosa, at=MOMENT)


def test_the_last_administrator_stays() -> None:
    college = make_organisation()
    first = make_member(college, Role.ADMIN, name="First")
    membership = Membership.objects.get(person=first)
    with pytest.raises(Conflict, match="last administrator") as caught:
        services.end_membership(membership=membership, by=first, at=MOMENT)
    assert code_of(caught) == "last_administrator"
    closed = make_member(college, Role.ADMIN, name="Closed")
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(Conflict):
        services.end_membership(membership=membership, by=first, at=MOMENT)
    make_member(college, Role.ADMIN, name="Second")
    services.end_membership(membership=membership, by=first, at=MOMENT)


# Tokens


def test_a_name_cannot_hide_letters_or_turn_them_round() -> None:
    person = Person.objects.create_user("nia@example.org", name=" Dr\u200b Nia\u202e  Example\n")
    assert person.name == "Dr Nia Example"


def token_for(*scopes: str, roles: tuple[str, ...] = (Role.ADMIN, Role.REGISTRAR)) -> tuple[str, ApiToken]:
    college = make_organisation()
    return services.issue_token(
        organisation=college, name="LMS", scopes=scopes, by=make_member(college, *roles), at=MOMENT, expires_at=YEAR
    )


def test_a_token_opens_what_it_is_for_and_only_its_hash_is_kept() -> None:
    token, row = token_for("plans:read", "credentials:issue")
    assert services.authenticate_token(token, "plans:read", MOMENT) == row
    assert token not in str(list(ApiToken.objects.values()))
    assert token.startswith(row.prefix)
    assert len(token) > 40
    assert "token.issued" in actions(row.organisation)
    assert token not in str(list(AuditEvent.objects.values()))


def test_a_token_without_the_scope_is_told_so() -> None:
    token, _ = token_for("plans:read")
    with pytest.raises(NotAllowed, match="credentials:issue") as caught:
        services.authenticate_token(token, "credentials:issue", MOMENT)
    assert code_of(caught) == "scope_missing"


@pytest.mark.parametrize("how", ["unknown", "changed", "empty", "expired", "revoked", "maker closed", "maker left"])
def test_a_token_that_is_no_longer_good_is_refused_without_saying_why(how: str) -> None:
    token, row = token_for("plans:read")
    at = MOMENT
    if how == "unknown":
        token = "cairn_" + "x" * 43
    elif how == "changed":
        token = token[:-1] + ("a" if token[-1] != "a" else "b")
    elif how == "empty":
        token = ""
    elif how == "expired":
        at = YEAR
    elif how == "revoked":
        services.revoke_token(token=row, by=row.created_by, at=MOMENT)
    elif how == "maker left":
        row.created_by.memberships.update(ended_at=MOMENT)
    else:
        Person.objects.filter(pk=row.created_by_id).update(is_active=False)
    with pytest.raises(NotAllowed, match="not valid") as caught:
        services.authenticate_token(token, "plans:read", at)
    assert code_of(caught) == "bad_token"


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", ["plans:read"], 1), ("LMS", [], 1), ("LMS", ["everything"], 1), ("LMS", ["plans:read"], 0)],
)
def test_a_token_that_makes_no_sense_is_refused(name: str, scopes: list[str], days: int) -> None:
    college = make_organisation()
    with pytest.raises(Invalid) as caught:
        services.issue_token(
            organisation=college,
            name=name,
            scopes=scopes,
            by=make_member(college, Role.ADMIN),
            at=MOMENT,
            expires_at=MOMENT + timedelta(days=days),
        )
    assert caught.value.remedy


def test_a_token_never_exceeds_its_maker() -> None:
    with pytest.raises(NotAllowed, match="Registrar"):
        token_for("credentials:issue", roles=(Role.ADMIN,))


@pytest.mark.parametrize("role", Role.values)
def test_a_member_makes_tokens_that_carry_what_their_role_carries_and_nothing_more(role: str) -> None:
    recognising = {"recognition:read", "recognition:decide"}
    carried = {
        Role.DESIGNER: {"skills:decide", "stacks:design", "evidence:record"},
        Role.REVIEWER: {"evidence:record"},
        Role.PUBLISHER: {"evidence:record"},
        Role.EXAMINER: recognising,
        Role.DEAN: recognising,
        Role.REGISTRAR: recognising
        | {"credentials:read", "credentials:issue", "credentials:revoke", "stacks:decide", "recognition:agree"},
    }
    everybody = {"catalogue:read", "credentials:verify", "plans:read", "skills:read", "stacks:read", "stacks:follow"}
    everybody |= {"recognition:ask", "vc:derive"}
    college = make_organisation()
    member = make_member(college, role)
    made = set()
    for scope, means in services.SCOPES.items():
        if not means.sentence:
            continue
        try:
            token, row = services.issue_token(
                organisation=college, name="LMS", scopes=[scope], by=member, at=MOMENT, expires_at=YEAR
            )
        except NotAllowed:
            continue
        assert services.authenticate_token(token, scope, MOMENT) == row
        made.add(scope)
    assert made == everybody | carried.get(Role(role), set())


def test_signing_anything_takes_an_administrator_who_is_registrar() -> None:
    college = make_organisation()
    wanted = {"organisation": college, "name": "LMS", "scopes": ["vc:issue"], "at": MOMENT, "expires_at": YEAR}
    for role in (Role.REGISTRAR, Role.ADMIN):
        with pytest.raises(NotAllowed, match="you need the role"):
            services.issue_token(by=make_member(college, role), **wanted)
    assert services.issue_token(by=make_member(college, Role.REGISTRAR, Role.ADMIN, name="Both"), **wanted)


def test_who_is_no_member_makes_no_token_of_the_organisation() -> None:
    with pytest.raises(NotAllowed):
        services.issue_token(
            organisation=make_organisation(),
            name="LMS",
            scopes=["plans:read"],
            by=make_person(),
            at=MOMENT,
            expires_at=YEAR,
        )


def test_tokens_lose_what_an_ended_role_carried_and_a_new_role_does_not_bring_it_back() -> None:
    college = make_organisation()
    make_member(college, Role.ADMIN)
    dora = make_member(college, Role.DEAN, Role.DESIGNER, name="Dora")

    def made(*scopes: str) -> ApiToken:
        return services.issue_token(
            organisation=college, name="Desk", scopes=scopes, by=dora, at=MOMENT, expires_at=YEAR
        )[1]

    desk, both, plain = made("recognition:decide"), made("recognition:read", "stacks:design"), made("plans:read")
    services.end_membership(membership=dora.memberships.get(role=Role.DEAN), by=dora, at=MOMENT)
    services.add_member(organisation=college, person=dora, role=Role.DEAN, by=None, at=MOMENT)
    for row in (desk, both, plain):
        row.refresh_from_db()
    assert (desk.revoked_at, both.revoked_at, plain.revoked_at) == (MOMENT, None, None)
    assert both.scopes == ["stacks:design"]
    narrowed = AuditEvent.objects.get(action="token.narrowed")
    assert (narrowed.object_id, narrowed.details["lost"]) == (str(both.pk), ["recognition:read"])
    for membership in dora.memberships.filter(ended_at=None):
        services.end_membership(membership=membership, by=dora, at=MOMENT)
    assert not ApiToken.objects.filter(organisation=college, revoked_at=None).exists()
    assert services.verify_chain(college) == []


def test_a_member_ends_their_own_tokens_and_an_administrator_anybodys() -> None:
    _, row = token_for("plans:read", roles=(Role.EXAMINER,))
    college, dean = row.acts_for(), make_member(row.acts_for(), Role.DEAN)
    with pytest.raises(NotAllowed, match="Administrator"):
        services.revoke_token(token=row, by=dean, at=MOMENT)
    services.revoke_token(token=row, by=make_member(college, Role.ADMIN), at=MOMENT)
    token = services.issue_token(
        organisation=college, name="LMS", scopes=["plans:read"], by=dean, at=MOMENT, expires_at=YEAR
    )[1]
    services.revoke_token(token=token, by=dean, at=MOMENT)
    last = AuditEvent.objects.filter(action="token.revoked").latest("sequence")
    assert (last.actor, last.role) == (dean.uid, "dean")


def test_a_token_is_revoked_once() -> None:
    _, row = token_for("plans:read")
    services.revoke_token(token=row, by=row.created_by, at=MOMENT)
    with pytest.raises(Conflict):
        services.revoke_token(token=row, by=row.created_by, at=MOMENT)
    with pytest.raises(NotAllowed):
        services.revoke_token(token=row, by=make_person("Stranger"), at=MOMENT)


def test_when_a_token_was_used_is_noted_by_the_minute() -> None:
    token, row = token_for("plans:read")
    services.authenticate_token(token, "plans:read", MOMENT)
    services.authenticate_token(token, "plans:read", MOMENT + timedelta(seconds=59))
    assert ApiToken.objects.get(pk=row.pk).last_used_at == MOMENT
    services.authenticate_token(token, "plans:read", MOMENT + timedelta(seconds=60))
    assert ApiToken.objects.get(pk=row.pk).last_used_at == MOMENT + timedelta(seconds=60)


# Consent, copy, erasure


def test_consent_is_given_once_withdrawn_and_given_again() -> None:
    ada = make_person("Ada")
    first = services.give_consent(person=ada, purpose="award_mail", at=MOMENT)
    assert services.give_consent(person=ada, purpose="award_mail", at=MOMENT) == first
    services.withdraw_consent(person=ada, purpose="award_mail", at=MOMENT)
    with pytest.raises(Conflict):
        services.withdraw_consent(person=ada, purpose="award_mail", at=MOMENT)
    assert services.give_consent(person=ada, purpose="award_mail", at=MOMENT) != first
    assert actions(None) == ["consent.given", "consent.withdrawn", "consent.given"]
    with pytest.raises(Invalid):
        services.give_consent(person=ada, purpose="anything", at=MOMENT)


def test_a_person_takes_a_copy_with_what_other_rooms_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "READERS", {})
    monkeypatch.setattr("cairn.people.services.accounts.READERS", {"credentials": lambda person: [person.name]})
    college = make_organisation()
    ada = make_member(college, Role.DESIGNER, name="Ada")
    services.give_consent(person=ada, purpose="award_mail", at=MOMENT)
    copy = services.export_account(ada, at=MOMENT)
    assert copy["account"]["email"] == ada.email
    assert copy["memberships"][0]["role"] == "designer"
    assert copy["consents"][0]["purpose"] == "award_mail"
    assert copy["credentials"] == ["Ada"]


def test_an_erased_person_is_gone_and_the_trail_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    erased: list[Person] = []
    monkeypatch.setattr(
        "cairn.people.services.accounts.ERASERS", {"evidence": lambda person, _at: erased.append(person)}
    )
    college = make_organisation()
    ada = make_member(college, Role.DESIGNER, name="Ada Unique")
    services.give_consent(person=ada, purpose="award_mail", at=MOMENT)
    services.erase_account(person=ada, at=MOMENT)
    ada.refresh_from_db()
    assert erased == [ada]
    assert (ada.name, ada.is_active, ada.has_usable_password()) == ("", False, False)
    assert "ada" not in ada.email
    assert not Membership.objects.filter(person=ada, ended_at=None).exists()
    assert not Consent.objects.filter(person=ada, withdrawn_at=None).exists()
    assert "Ada Unique" not in str(list(AuditEvent.objects.values()))
    assert services.verify_chain(college) == services.verify_chain(None) == []


def test_the_last_administrator_cannot_be_erased_and_nothing_is_half_done() -> None:
    college = make_organisation()
    ada = make_member(college, Role.DESIGNER, Role.ADMIN, name="Ada")
    with pytest.raises(Conflict, match="last administrator"):
        services.erase_account(person=ada, at=MOMENT)
    assert queries.roles_of(ada, college) == {"designer", "admin"}

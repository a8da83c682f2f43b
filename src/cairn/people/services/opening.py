"""Opening an account for somebody else, on the command line: a site without anybody has to begin somewhere."""

from __future__ import annotations

from datetime import datetime

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from cairn.errors import Conflict, Invalid
from cairn.people.models import Person
from cairn.people.services.trail import record


@transaction.atomic
def open_account(*, email: str, name: str, at: datetime, operator: bool = False) -> Person:
    """Make an account without a password; its person chooses one by :func:`entrance_link`, so nobody else ever knows it.

    The address counts as confirmed: whoever runs the site has written it down, and must get in while mail does not work yet.
    ``operator`` opens the operator's admin to it. Raises Invalid (address, name) and Conflict (there is such an account).
    """
    email, name = email.strip().lower(), " ".join(name.split())
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(f"“{email}” is no e-mail address.", remedy="Check the spelling.", code="bad_email") from error
    if not name:
        raise Invalid("The account has no name.", remedy="Give the name that should stand on credentials.")
    if Person.objects.filter(email=email).exists():
        raise Conflict(
            f"There is an account with {email} already.",
            remedy=f"Let its person in with: cairn people link {email}",
            code="email_taken",
        )
    make = Person.objects.create_superuser if operator else Person.objects.create_user
    person = make(email, None, name=name)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    record(
        organisation=None,
        actor=None,
        role="",
        action="account.opened",
        object_type="person",
        object_id=person.uid,
        at=at,
        details={"operator": operator},
    )
    return person


@transaction.atomic
def entrance_link(*, person: Person, at: datetime) -> str:
    """Return an address at which the person chooses a password: what “Forgot your password?” sends by mail, for sites without mail.

    It works once and for ``PASSWORD_RESET_TIMEOUT`` seconds. Making one is put on the trail. Raises Conflict for a closed account.
    """
    if not person.is_active:
        raise Conflict(
            f"The account {person.email} is closed.", remedy="The operator can reopen it at /operator/.", code="closed"
        )
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
    record(
        organisation=None,
        actor=None,
        role="",
        action="account.link_made",
        object_type="person",
        object_id=person.uid,
        at=at,
    )
    return settings.PUBLIC_URL + path

"""Sending mail: plain text from a template, after the transaction has been committed.

A template starts with its subject, then a blank line, then the text::

    Subject: {{ title }} is yours

    Dear {{ name }}, …

Nothing is sent for what was rolled back. A mail server that does not answer is reported in the log and never undoes what the person
did: every message repeats something that the person also finds on their pages.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import Context
from django.template.loader import get_template

log = logging.getLogger(__name__)


def send(*, to: str, template: str, context: Mapping[str, Any]) -> None:
    """Send the template to one address once the present transaction is committed (at once when there is none).

    ``site`` (the site's address without trailing slash) is in every context. Raises ValueError now when the template has no subject.
    """
    subject, body = render(template, context)
    message = EmailMessage(subject=subject, body=body, to=[to])
    transaction.on_commit(lambda: _deliver(message, template))


def render(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text of a mail template. Nothing is escaped: it is text, not HTML."""
    values = Context({"site": settings.PUBLIC_URL, **context}, autoescape=False)
    text = get_template(template).template.render(values)  # type: ignore[attr-defined]  # Django's own engine has it
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith("Subject:"):
        raise ValueError(f"The mail template {template} does not start with “Subject:”.")
    return " ".join(first.removeprefix("Subject:").split()), rest.strip() + "\n"


def _deliver(message: EmailMessage, template: str) -> None:
    try:
        message.send()
    except (smtplib.SMTPException, OSError):
        log.exception("A mail from %s could not be sent", template)  # the address stays out of the log

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import mail as sent
from django.core.mail import EmailMessage
from django.db import transaction

from cairn.outside import mail

TEMPLATE = "note.txt"


@pytest.fixture(autouse=True)
def template(tmp_path: Path, settings: Any) -> None:
    (tmp_path / TEMPLATE).write_text("Subject: For {{ name }},\n  \nDear {{ name }},\nsee {{ site }}/x\n")
    (tmp_path / "bare.txt").write_text("no subject")
    engines = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.TEMPLATES = engines
    settings.PUBLIC_URL = "https://cairn.example"


@pytest.mark.django_db(transaction=True)
def test_mail_leaves_after_the_commit_and_not_before() -> None:
    with transaction.atomic():
        mail.send(to="ada@example.org", template=TEMPLATE, context={"name": "Ada"})
        assert sent.outbox == []
    assert [message.to for message in sent.outbox] == [["ada@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_what_was_rolled_back() -> None:
    with transaction.atomic():
        mail.send(to="ada@example.org", template=TEMPLATE, context={"name": "Ada"})
        transaction.set_rollback(True)
    assert sent.outbox == []


def test_a_name_is_written_as_it_is_and_cannot_break_the_subject() -> None:
    subject, body = mail.render(TEMPLATE, {"name": "Nia O'Neill & Söhne"})
    assert subject == "For Nia O'Neill & Söhne,"
    assert body == "Dear Nia O'Neill & Söhne,\nsee https://cairn.example/x\n"
    assert "\n" not in mail.render(TEMPLATE, {"name": "x\nBcc: all@example.org"})[0]


def test_a_template_without_a_subject_is_refused() -> None:
    with pytest.raises(ValueError, match="Subject"):
        mail.render("bare.txt", {})


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_does_not_undo_anything(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: EmailMessage) -> int:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    mail.send(to="ada@example.org", template=TEMPLATE, context={"name": "Ada"})
    assert "could not be sent" in caplog.text
    assert "ada@example.org" not in caplog.text

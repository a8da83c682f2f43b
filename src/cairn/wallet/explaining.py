"""A verdict in the words of whoever has to decide something: four questions, each answered on its own, and what each check means.

Findings come from the core with their own sentences; this adds what they amount to. No single tick stands for all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.credentials import Finding, Outcome, Verdict
from cairn.credentials.verdict import QUESTION_OF
from cairn.wallet.reading import Contents, contents_of

CHECK_NAMES: dict[str, Promise] = {
    "container": gettext_lazy("The file"),
    "model": gettext_lazy("Its form"),
    "proof": gettext_lazy("The signature"),
    "key": gettext_lazy("The signing key"),
    "period": gettext_lazy("The dates"),
    "status": gettext_lazy("The issuer's status list"),
    "trust": gettext_lazy("The issuer"),
    "recipient": gettext_lazy("The person"),
    "part": gettext_lazy("A credential inside"),
    "part_status": gettext_lazy("Status of a credential inside"),
    "part_trust": gettext_lazy("Issuer of a credential inside"),
    "part_recipient": gettext_lazy("Person of a credential inside"),
    "endorsement": gettext_lazy("An endorsement"),
    "shape": gettext_lazy("Completeness"),
}
"""What each check of the core looks at, in words."""

QUESTIONS: dict[str, Promise] = {
    "authentic": gettext_lazy("Is it genuine?"),
    "current": gettext_lazy("Does it still hold?"),
    "trusted": gettext_lazy("Is the issuer known?"),
    "about_person": gettext_lazy("Is it this person's?"),
}
"""The four questions, in the order in which they are answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the four questions with its outcome, one word and one sentence."""

    key: str
    question: str
    outcome: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Explained:
    """What a check amounts to. ``panel`` is the tone of the whole (see the look's verdict panel)."""

    verdict: Verdict
    panel: str
    summary: str
    answers: tuple[Answer, ...]
    findings: tuple[dict[str, str], ...]
    contents: Contents | None
    at: datetime

    @property
    def believable(self) -> bool:
        """Whether what the credential says may be shown as said by its issuer."""
        return self.verdict.authentic is Outcome.PASS

    @property
    def issuer(self) -> str:
        """The issuer's name: from a register where one knows it, else as the credential itself claims."""
        if self.verdict.known_issuer is not None:
            return self.verdict.known_issuer.name
        return (self.contents.issuer_name or self.contents.issuer_id) if self.contents is not None else ""

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-ready values: the core's verdict, and the sentences that go with it."""
        return {
            **self.verdict.as_dict(),
            "checked_at": self.at.isoformat(),
            "summary": self.summary,
            "answers": {answer.key: answer.sentence for answer in self.answers},
        }


def explain(verdict: Verdict, *, at: datetime) -> Explained:
    """Put a verdict into words."""
    contents = contents_of(verdict.credential) if verdict.credential is not None else None
    panel = _panel(verdict)
    return Explained(
        verdict=verdict,
        panel=panel,
        summary=_summary(verdict, panel, contents),
        answers=tuple(_answer(key, verdict, panel) for key in QUESTIONS),
        findings=tuple(_said(finding, panel) for finding in verdict.findings),
        contents=contents,
        at=at,
    )


def _panel(verdict: Verdict) -> str:
    if verdict.credential is None and any(
        finding.check == "container" and finding.outcome is Outcome.FAIL for finding in verdict.findings
    ):
        return "not_verifiable"
    if verdict.verdict != "verified":
        return verdict.verdict
    outcomes = (verdict.authentic, verdict.current, verdict.trusted, verdict.about_person)
    return "warning" if Outcome.WARN in outcomes or verdict.trusted is Outcome.UNKNOWN else "verified"


def _summary(verdict: Verdict, panel: str, contents: Contents | None) -> str:
    if panel not in {"verified", "warning"} or contents is None:
        grave = Outcome.UNKNOWN if panel == "undetermined" else Outcome.FAIL
        return " ".join(_grave(verdict.findings, grave)) or _("Nothing could be found out about it.")
    issuer = verdict.known_issuer.name if verdict.known_issuer else contents.issuer_name or contents.issuer_id
    said = {"name": contents.name, "issuer": issuer, "day": _day(contents.awarded_at)}
    if panel == "verified":
        return _("“%(name)s” was awarded by %(issuer)s on %(day)s. It is unchanged and still holds.") % said
    if verdict.has("issuer_unknown"):
        # Without the identifier, which nobody reads in a sentence; it stands with the issuer and in the findings.
        return _("“%(name)s” is genuine and still holds, but no register we use knows its issuer, “%(issuer)s”.") % said
    warnings = [
        finding for finding in verdict.findings if finding.outcome is not Outcome.PASS and finding.check in QUESTION_OF
    ]
    lead = _("“%(name)s” is genuine and still holds.") % said
    return " ".join([lead, *(finding.message for finding in warnings[:1])])


def _grave(findings: Iterable[Finding], outcome: Outcome) -> list[str]:
    """Return the sentence of the first finding with ``outcome`` that belongs to one of the questions."""
    found = [finding for finding in findings if finding.outcome is outcome and finding.check in QUESTION_OF]
    return [found[0].message] if found else []


_WORDS = {
    Outcome.PASS: gettext_lazy("Yes"),
    Outcome.FAIL: gettext_lazy("No"),
    Outcome.WARN: gettext_lazy("With a warning"),
    Outcome.UNKNOWN: gettext_lazy("Not known"),
    Outcome.NOT_ASKED: gettext_lazy("Not asked"),
}


def _answer(key: str, verdict: Verdict, panel: str) -> Answer:
    if panel == "not_verifiable":
        # "No" would say that it is a forgery, and nobody knows that.
        return Answer(
            key,
            str(QUESTIONS[key]),
            "unknown",
            _("Nothing to check"),
            _("There is no credential in it that could answer this."),
        )
    outcome: Outcome = getattr(verdict, key)
    own = [finding for finding in verdict.findings if QUESTION_OF.get(finding.check) == key]
    said = [finding.message for finding in own if finding.outcome is outcome]
    if outcome is Outcome.NOT_ASKED:
        sentence = _(
            "You did not ask about a person. Give an e-mail address to find out whether it was awarded to its owner."
        )
    elif not own and verdict.authentic is not Outcome.PASS:
        sentence = _("Not looked at: as long as it is not known to be genuine, nothing it says can be relied on.")
    else:
        sentence = " ".join(said[:3])
    word = _("No register knows it") if key == "trusted" and outcome is Outcome.WARN else str(_WORDS[outcome])
    return Answer(key, str(QUESTIONS[key]), "skip" if outcome is Outcome.NOT_ASKED else outcome.value, word, sentence)


def _said(finding: Finding, panel: str) -> dict[str, str]:
    outcome = "unknown" if panel == "not_verifiable" else finding.outcome.value
    return {
        "check": str(CHECK_NAMES.get(finding.check, finding.check)),
        "outcome": "skip" if finding.outcome is Outcome.NOT_ASKED else outcome,
        "code": finding.code,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _day(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%B %Y}" if moment is not None else _("a day it does not state")

"""Saving the rule that a designer built, unless somebody else has saved another one meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.rules.drafts import Draft, digest
from cairn.catalog.rules.judging import judge
from cairn.catalog.services.definitions import revise_draft
from cairn.errors import Conflict, RequirementsUnmet
from cairn.people.models import Person


def keep_rule(*, version: DefinitionVersion, draft: Draft, by: Person, at: datetime) -> DefinitionVersion:
    """Write a finished rule into a definition's draft; an empty one takes the rule away.

    Raises RequirementsUnmet with what is still to mend, Conflict where another rule was saved since the draft began or the version is
    no draft any more, NotAllowed without the designer's role.
    """
    judged = judge(draft.root, {})
    if draft.root is not None and judged.rule is None:
        raise RequirementsUnmet(
            f"There {'is one thing' if judged.count == 1 else f'are {judged.count} things'} to mend before this can be saved.",
            remedy="Mend what is marked in the outline.",
            missing=[fault.text for faults in judged.faults.values() for fault in faults],
        )
    with transaction.atomic():
        stored = DefinitionVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if digest(stored.requirement) != draft.base:
            raise Conflict(
                "Somebody saved another rule while you were building.",
                remedy="Download yours, begin again with what is saved, and put both together.",
                code="rule_changed",
            )
        rule = draft.root.to_rule() if draft.root else None
        return revise_draft(version=version, by=by, at=at, requirement=rule)

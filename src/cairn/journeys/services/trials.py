"""Trying a rule on learners' records: who may, and the line it leaves in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services import owner_of
from cairn.journeys import trying
from cairn.people import queries as people
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require

NAMED = (Role.REGISTRAR,)
"""Who may see learners' names beside their records anyway; to others they stand under pseudonyms."""


def begin_trial(*, version: DefinitionVersion, rule: Mapping[str, Any], by: Person, at: datetime) -> trying.Trial:
    """Begin to try a rule on the records of the organisation's own learners. Raises NotAllowed without the designer's role, Invalid."""
    owner = owner_of(version)
    role = require(by, owner, Role.DESIGNER)
    trying.with_rule(version, rule)
    trial = trying.begin(owner, rule)
    record(
        organisation=owner, actor=by, role=role, action="rule.tried", object_type="definition_version", object_id=version.pk, at=at,
        details={"learners": trial.total, "rule": trying.rule_digest(rule), "named": may_see_names(by, owner)},
    )  # fmt: skip
    return trial


def open_record(
    *, version: DefinitionVersion, trial: trying.Trial, person: Person, by: Person, at: datetime
) -> trying.Seen:
    """Show what one learner's record comes to under the tried rule, and note that it was opened. Raises NotAllowed."""
    owner = owner_of(version)
    role = require(by, owner, Role.DESIGNER)
    awards = trying.held_by([person], owner).get(person.pk, [])
    rule = trying.with_rule(version, trial.rule)
    seen = trying.look_at(rule, awards, at, trying.titles_of(awards), version.definition.type)
    record(
        organisation=owner, actor=by, role=role, action="rule.record_opened", object_type="person", object_id=person.uid, at=at,
        details={"version": version.pk, "rule": trying.rule_digest(trial.rule), "named": may_see_names(by, owner)},
    )  # fmt: skip
    return seen


def may_see_names(person: Person, organisation: Organisation) -> bool:
    """Tell whether the person may see learners' names of this organisation."""
    return people.has_role(person, organisation, *NAMED)

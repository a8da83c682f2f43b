"""How far the learners of an organisation's stacks are weighed anew: after a rule changed, and each time the run comes round."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.catalog.models import DefinitionVersion
from cairn.journeys.models import RecomputeRun, StackProgress
from cairn.people.models import Organisation, Person


@dataclass(frozen=True)
class Weighing:
    """A version with a rule, and its latest run over everybody (:mod:`cairn.journeys.jobs`); None where none has come yet."""

    version: DefinitionVersion
    run: RecomputeRun | None
    learners: int
    """Who follows this version."""
    percent: int = 100
    """Of all people, how many an unfinished run has gone through."""

    @property
    def running(self) -> bool:
        """Whether a run is under way, or was broken off and goes on with the next one."""
        return self.run is not None and self.run.finished_at is None


def weighing_of(organisation: Organisation) -> list[Weighing]:
    """Return the published versions with a rule, and the older ones that somebody follows, each with its latest run."""
    versions = DefinitionVersion.objects.filter(definition__owner=organisation, requirement__isnull=False)
    followed = StackProgress.objects.filter(left_at=None, version__in=versions)
    shown = versions.filter(state=DefinitionVersion.State.PUBLISHED) | versions.filter(
        pk__in=followed.values("version")
    )
    return [
        _weighing(version, followed.filter(version=version).count())
        for version in shown.select_related("definition").order_by("title", "number")
    ]


def _weighing(version: DefinitionVersion, learners: int) -> Weighing:
    run = RecomputeRun.objects.filter(version=version).order_by("-started_at", "-pk").first()
    if run is None or run.finished_at is not None:
        return Weighing(version, run, learners)
    done, everybody = Person.objects.filter(pk__lte=run.reached).count(), Person.objects.count()
    return Weighing(version, run, learners, 100 * done // max(1, everybody))

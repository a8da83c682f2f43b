"""Rows of a large catalogue in the database, made from those of the sample: the same parts as ``search_rows`` takes."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from search_rows import PATTERNS, further_titles

from cairn.catalog.models import Definition, DefinitionVersion, Offer, SkillTaught
from cairn.catalog.search import outbox

BATCH = 2_000


@contextmanager
def _unnoted() -> Iterator[None]:
    """Have SQLite not note each row for the index, which is built from all of them afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND instr(name, '_searched_') > 0")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        outbox.lay_down()


def filled(count: int, seed: int = 1) -> None:
    """Write ``count`` published definitions, each with a version, an offer and the skills of the real row it is made from."""
    drawn = random.Random(seed)
    versions = list(DefinitionVersion.objects.filter(state="published").select_related("definition").order_by("pk"))
    offers = list(Offer.objects.order_by("pk"))
    skills: dict[int, list[SkillTaught]] = {}
    for each in SkillTaught.objects.order_by("pk"):
        skills.setdefault(each.version_id, []).append(each)
    titles = [version.title for version in versions] + further_titles()
    with _unnoted(), transaction.atomic():
        for start in range(0, count, BATCH):
            chosen = [versions[int(drawn.random() * len(versions))] for _ in range(min(BATCH, count - start))]
            definitions = [
                Definition(
                    uid=uuid.UUID(int=drawn.getrandbits(128)), slug=f"made-{start + number}", type=version.definition.type,
                    provider_id=version.definition.provider_id, source="made", source_key=str(start + number),
                )
                for number, version in enumerate(chosen)
            ]  # fmt: skip
            Definition.objects.bulk_create(definitions)
            made = []
            for definition, version in zip(definitions, chosen, strict=True):
                first = version.title if drawn.random() < 0.7 else drawn.choice(titles)
                title = drawn.choice(PATTERNS).format(one=first, two=drawn.choice(titles), number=start % 97)
                made.append(
                    DefinitionVersion(
                        definition=definition, number=1, state="published", title=title[:300], language=version.language,
                        workload_hours=version.workload_hours, leads_to=version.leads_to, field_of_study=version.field_of_study,
                        quality_assurance=version.quality_assurance, published_at=version.published_at,
                    )
                )  # fmt: skip
            DefinitionVersion.objects.bulk_create(made)
            terms = []
            for version in made:
                offer = drawn.choice(offers)
                terms.append(
                    Offer(
                        version=version, state="open", currency=offer.currency, price_total=offer.price_total, hours=offer.hours,
                        mode=offer.mode, evening=offer.evening, city=offer.city, county=offer.county, state_code=offer.state_code,
                    )
                )  # fmt: skip
            Offer.objects.bulk_create(terms)
            SkillTaught.objects.bulk_create(
                [
                    SkillTaught(version=version, skill_id=one.skill_id, level=one.level, origin=one.origin)
                    for version, base in zip(made, chosen, strict=True)
                    for one in skills.get(base.pk, ())
                ],
                batch_size=BATCH,
            )

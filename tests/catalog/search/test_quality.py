"""Search answers the held-out half of the judged questions well."""

from __future__ import annotations

import pytest
from tests.catalog.search.quality import HELD_OUT, judged, quality

from cairn.catalog import search
from cairn.catalog.importing.sample import load_sample
from cairn.outside.clock import now


@pytest.mark.django_db
def test_the_held_out_questions_are_answered_well() -> None:
    load_sample(at=now())

    def answer(question: str) -> list[str]:
        return [version.source_key for version in search.search(question, size=50).versions]

    found = quality(judged(HELD_OUT), answer)
    assert found.questions >= 40
    assert found.ndcg >= 0.85
    assert found.mrr >= 0.93
    assert found.recall >= 0.84

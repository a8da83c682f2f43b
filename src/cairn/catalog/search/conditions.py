"""Conditions of a question ("under 1000", "online") as parts of what is asked of the index, beside what is ticked."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from cairn.catalog.search.counting import Counter, Ticked, marked, one_of_values
from cairn.catalog.search.facets import bands_up_to
from cairn.catalog.search.fields import ordered_up_to
from cairn.catalog.search.marks import up_to
from cairn.catalog.search.parts import Part, Query, all_of
from cairn.catalog.search.understanding import Condition

NEVER = Part((Query.empty_query(),), 0)
"""What nothing can meet: under 2,000 among what costs 10,000 and more."""


def parts_of(counter: Counter, conditions: Sequence[Condition], ticked: Ticked) -> list[Part]:
    """Return conditions as parts without weight; :data:`NEVER` for one that what is ticked leaves nothing for."""
    return [_part(counter, each, ticked.get(each.kind, ())) for each in conditions]


def _part(counter: Counter, condition: Condition, ticked: Sequence[str]) -> Part:
    kind, most = condition.kind, condition.most
    if condition.values:
        return one_of_values(counter.opened, kind, condition.values)
    whole, partly = bands_up_to(kind, most)
    if ticked and not {*whole, partly}.intersection(ticked):
        return NEVER
    everything = int(counter.whole.num_docs)
    if ticked and set(ticked).issubset(whole):
        return Part((Query.const_score_query(Query.all_query(), 0.0),), everything)
    mark, exactly = up_to(kind, most)
    near = marked(counter.opened, mark) if mark else None
    if near is not None and exactly:
        return near
    last = ordered_up_to(most)
    found = Query.range_query(counter.opened.schema, f"{kind}_order", tantivy.FieldType.Unsigned, 0, last)
    exact = Query.const_score_query(found, 0.0)
    return Part((exact,), everything) if near is None else Part((all_of([near.ways[0], exact]),), near.walked)

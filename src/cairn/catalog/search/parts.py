"""Parts of a question, and putting them together so that the index walks past as few versions as possible.

A part is met in any of some ways: words have other spellings and labels, a facet has several values ticked. Finding all that meet it in any
way walks past all of them, however few meet the other parts. So the part that the fewest meet is asked for again within each way of the
larger ones: then every way is walked no further than that part goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

Query = tantivy.Query
MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_NEXT_BEST = 0.1
_FEW = 8
"""So many terms are quicker looked up one by one."""
_SAVING = 4
"""Asking again for a part costs something too: it must make the way that much shorter."""


@dataclass(frozen=True)
class Part:
    """The ways in which a part of a question is met, and how many versions are walked past to find them all.

    ``weighed``: the best way counts, the others a tenth. Otherwise ways have no weights, or add up.
    """

    ways: tuple[tantivy.Query, ...]
    walked: int
    weighed: bool = False

    def query(self, leads: Sequence[Part] = ()) -> tantivy.Query:
        """Ask for this part, and within each way of it for those of ``leads`` that make it shorter; the one that the fewest meet is first.

        What is weighed is weighed wherever it is met, which takes much longer than walking past it: there everything helps that fewer meet.
        """
        if len(self.ways) == 1:
            return self.ways[0]
        ways = self.ways
        if self.weighed:
            leads = [lead for lead in leads if lead.walked < self.walked]
        else:
            leads = [lead for lead in leads[:1] if lead.walked * len(ways) * _SAVING < self.walked]
        if leads:
            leading = Query.const_score_query(all_of([lead.ways[0] for lead in leads]), 0.0)
            ways = tuple(all_of([leading, way]) for way in ways)
        return Query.disjunction_max_query(list(ways), _NEXT_BEST) if self.weighed else one_of(ways)


def together(parts: Sequence[Part]) -> tantivy.Query:
    """Ask for what meets all of these parts; for everything where there are none."""
    leads = sorted((part for part in parts if len(part.ways) == 1), key=lambda part: part.walked)
    asked = [part.query(leads) for part in parts]
    return all_of(asked) if asked else Query.all_query()


def any_choice(choices: Sequence[Sequence[Part]], narrowing: Sequence[Part]) -> tantivy.Query:
    """Ask for what meets all parts of any of these choices, and what narrows all of them down."""
    return one_of([together([*choice, *narrowing]) for choice in choices])


def one_of_terms(schema: tantivy.Schema, name: str, terms: Sequence[str]) -> tantivy.Query:
    """Ask for what has one of these terms in a field, without a difference between them."""
    if len(terms) > _FEW:
        return Query.term_set_query(schema, name, list(terms))
    return one_of([Query.term_query(schema, name, term, "basic") for term in terms])


def all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Ask for what every one of these finds."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(MUST, query) for query in queries])


def one_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Ask for what any of these finds."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(SHOULD, query) for query in queries])

"""A batch's documents: one achievement, many recipients, so that most texts of a shape stay what they are.

What does not vary is checked, escaped, hashed and sorted once. Per document only those blank nodes are hashed again in whose
statements a varying text stands, and only those lines are made again that hold one. How the hashes rank decides what all blank nodes
are called; few blank nodes vary, so few orders occur, and what the other lines are in each order is kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import prod

from cairn.credentials.repeating.shape import (
    HOLE,
    Fill,
    Piece,
    Shape,
    Surroundings,
    check_iris,
    escaped,
    template_of,
)
from cairn.credentials.repeating.slots import Unfit

MAX_ORDERS = 128
"""Orders of blank nodes kept; where more are possible, none is."""
_Order = tuple[list[str], frozenset[str], Fill | None]
"""The lines that do not vary as long as the order is this one, sorted and as a set, and the template of those that do."""


class ShapeTemplate:
    """A shape with most of its slots filled for good by ``texts``. ``varying``: the numbers of the others; raises :class:`Unfit`."""

    def __init__(self, shape: Shape, texts: Sequence[str], varying: Sequence[int]) -> None:
        arguments = shape.fill(texts)
        self._blanks = shape.blanks
        self._slots = shape.slots
        self._place = {number: index for index, number in enumerate(varying)}
        self._iris = [self._place[number] for number in shape.iris if number in self._place]
        # The rule of the split node: ids that vary are compared with those that do not, whenever any of them varies.
        split = any(number in self._place for number in (*shape.own_ids, *shape.other_ids))
        self._own = [(self._place.get(number), texts[number]) for number in (shape.own_ids if split else ())]
        self._other = [(self._place.get(number), texts[number]) for number in (shape.other_ids if split else ())]
        fixed: list[tuple[str, int]] = []
        self._moving: list[tuple[Surroundings, int]] = []
        for blank, (alone, linked) in enumerate(shape.near):
            around = [self._partly(piece, arguments) for piece in alone]
            surroundings = Surroundings(around, linked)
            if any(holes for _, holes in around):
                self._moving.append((surroundings, blank))
            else:
                fixed.append((surroundings.hash(()), blank))
        fixed.sort()
        self._fixed_hashes = [digest for digest, _ in fixed]
        self._fixed = [blank for _, blank in fixed]
        if len(set(self._fixed_hashes)) != len(fixed):
            raise Unfit
        self._pieces = [self._partly(piece, arguments) for piece in shape.lines]
        self._orders: dict[tuple[tuple[int, int], ...], _Order] = {}
        self._keeps_orders = prod(range(len(fixed) + 1, shape.blanks + 1)) <= MAX_ORDERS

    def _partly(self, piece: Piece, arguments: Sequence[str]) -> Piece:
        """Fill in what is fixed; slots that vary come first among the remaining arguments, then blank nodes' labels."""
        parts = piece[0].split(HOLE)
        made, holes = [parts[0]], []
        for number, part in zip(piece[1], parts[1:], strict=True):
            if number < self._slots and number not in self._place:
                made.append(arguments[number])
            else:
                made.append(HOLE)
                holes.append(self._place[number] if number < self._slots else len(self._place) + number - self._slots)
            made.append(part)
        return "".join(made), holes

    def canonical(self, texts: Sequence[str], *, plain: bool = False) -> bytes:
        """Return the canonical N-Quads of the document with these varying texts; raises :class:`Unfit`.

        ``plain`` says that N-Quads writes every one of them as it is (see :meth:`cairn.credentials.repeating.mould.Mould.read`).
        """
        check_iris([texts[index] for index in self._iris])
        if self._own:
            own = {known if index is None else texts[index] for index, known in self._own}
            if len(own) != len(self._own) or any(
                (known if index is None else texts[index]) in own for index, known in self._other
            ):
                raise Unfit
        arguments = texts if plain else escaped(texts)
        still, known, fill = self._order(self._ranks(arguments))
        lines = still
        if fill is not None:
            varying = (fill[0] % fill[1](arguments)).split("\n")
            lines = still + varying
            lines.sort()
            if not known.isdisjoint(varying) or len(set(varying)) != len(varying):
                lines = sorted(set(lines))
        return ("\n".join(lines) + "\n").encode()

    def _ranks(self, arguments: Sequence[str]) -> tuple[tuple[int, int], ...]:
        """Between which of the blank nodes that are fixed the others come, in order: (how many fixed ones before it, blank node)."""
        moving = sorted([(surroundings.hash(arguments), blank) for surroundings, blank in self._moving])
        fixed = self._fixed_hashes
        ranks = []
        before = ""
        for digest, blank in moving:
            rank = bisect_left(fixed, digest)
            if digest == before or (rank < len(fixed) and fixed[rank] == digest):
                raise Unfit
            before = digest
            ranks.append((rank, blank))
        return tuple(ranks)

    def _order(self, ranks: tuple[tuple[int, int], ...]) -> _Order:
        known = self._orders.get(ranks)
        if known is None:
            known = self._in_order(ranks)
            if self._keeps_orders:
                self._orders[ranks] = known
        return known

    def _in_order(self, ranks: tuple[tuple[int, int], ...]) -> _Order:
        """Name the blank nodes in the order of their hashes, and fill the names in."""
        order = list(self._fixed)
        for gone_before, (rank, blank) in enumerate(ranks):
            order.insert(rank + gone_before, blank)
        varying = len(self._place)
        names: list[str | None] = [None] * (varying + self._blanks)
        for number, blank in enumerate(order):
            names[varying + blank] = f"_:c14n{number}"
        still: list[str] = []
        moving: list[Piece] = []
        for text, holes in self._pieces:
            parts = text.split(HOLE)
            made = parts[0]
            left: list[int] = []
            for hole, part in zip(holes, parts[1:], strict=True):
                made += (names[hole] or HOLE) + part
                if names[hole] is None:
                    left.append(hole)
            if left:
                moving.append((made, left))
            else:
                still.append(made)
        return sorted(set(still)), frozenset(still), template_of(moving)

"""A batch's documents: one achievement, many recipients, so that most texts of a shape stay what they are.

What does not vary is checked, escaped, hashed and sorted once. Per document only those blank nodes are hashed again in whose
statements a varying text stands, and only those lines are made again that hold one, or a blank node's label.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from cairn.credentials.shape import Piece, Shape, Surroundings, Unfit, check_iris, escaped, template_of


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
        self._moving: list[tuple[int, Surroundings]] = []
        for blank, (alone, linked) in enumerate(shape.near):
            around = [self._partly(piece, arguments) for piece in alone]
            surroundings = Surroundings(around, linked)
            if any(holes for _, holes in around):
                self._moving.append((blank, surroundings))
            else:
                fixed.append((surroundings.hash(()), blank))
        fixed.sort()
        self._fixed_hashes = [digest for digest, _ in fixed]
        self._fixed = [blank for _, blank in fixed]
        if len(set(self._fixed_hashes)) != len(fixed):
            raise Unfit
        pieces = [self._partly(piece, arguments) for piece in shape.lines]
        self._still = sorted({text % () for text, holes in pieces if not holes})
        self._fill = template_of([piece for piece in pieces if piece[1]])

    def _partly(self, piece: Piece, arguments: Sequence[str]) -> Piece:
        """Fill in what is fixed; slots that vary come first among the remaining arguments, then blank nodes' labels."""
        parts = piece[0].split("%s")
        if len(parts) != len(piece[1]) + 1:
            raise Unfit
        made, holes = [parts[0]], []
        for number, part in zip(piece[1], parts[1:], strict=True):
            if number < self._slots and number not in self._place:
                made.append(arguments[number].replace("%", "%%"))
            else:
                made.append("%s")
                holes.append(self._place[number] if number < self._slots else len(self._place) + number - self._slots)
            made.append(part)
        return "".join(made), holes

    def canonical(self, texts: Sequence[str]) -> bytes:
        """Return the canonical N-Quads of the document with these varying texts; raises :class:`Unfit`."""
        check_iris([texts[index] for index in self._iris])
        if self._own:
            own = {known if index is None else texts[index] for index, known in self._own}
            if len(own) != len(self._own) or any(
                (known if index is None else texts[index]) in own for index, known in self._other
            ):
                raise Unfit
        arguments = escaped(texts)
        lines = self._still
        if self._fill is not None:
            template, arguments_of = self._fill
            lines = [*lines, *(template % arguments_of(arguments + self._labels(arguments))).split("\n")]
            lines.sort()
            if len(set(lines)) != len(lines):
                lines = sorted(set(lines))
        return ("\n".join(lines) + "\n").encode()

    def _labels(self, arguments: Sequence[str]) -> list[str]:
        """Name the blank nodes in the order of their hashes: those that are fixed have theirs, the others are put between them."""
        moving = sorted([(surroundings.hash(arguments), blank) for blank, surroundings in self._moving])
        order = list(self._fixed)
        before = ""
        for gone_before, (digest, blank) in enumerate(moving):
            rank = bisect_left(self._fixed_hashes, digest)
            if digest == before or (rank < len(self._fixed_hashes) and self._fixed_hashes[rank] == digest):
                raise Unfit
            before = digest
            order.insert(rank + gone_before, blank)
        labels = [""] * self._blanks
        for number, blank in enumerate(order):
            labels[blank] = f"_:c14n{number}"
        return labels

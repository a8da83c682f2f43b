"""What the data model's rules said of one award, and whether they say the same of the next one.

The rules (:class:`cairn.credentials.form.Form`) look at few of a document's texts. They are watched once, while they look at one award:
if a text that they looked at differs in the next, they are asked again, except where it is plain what they make of it: an id that is
known to be a plain address, moments, which are read again here, and fields of which the rules look at each text by itself. Of the
others, such as a grade, few texts occur: what was said of them once is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cairn.credentials.form import Fault, Form
from cairn.credentials.jsontext import as_list
from cairn.credentials.moments import parse_moment

Path = tuple[str | int, ...]
MAX_SETTLED = 256
"""Combinations of compared texts of which it is remembered that the rules find nothing."""
_MOMENTS = ("validFrom", "validUntil", "awardedDate")


class Rulings:
    """What the rules of ``form`` say of ``document``, whose texts at ``varying`` differ from award to award."""

    def __init__(self, form: Form, document: Mapping[str, Any], varying: Sequence[Path]) -> None:
        self._form = form
        self.faults, seen = _watched(form.faults, document)
        self.gaps, seen_too = _watched(form.gaps, document)
        looked_at = seen | seen_too
        place = {path: number for number, path in enumerate(varying) if path in looked_at}
        self._moments = [place.pop((name,), None) for name in _MOMENTS]
        self._known = [parse_moment(document.get(name)) for name in _MOMENTS]
        self._has_moments = any(number is not None for number in self._moments)
        found = [place.pop(path, None) for path in _plain_ids(document)]
        self.ids = [number for number in found if number is not None]
        """Which varying texts are taken for plain addresses: whoever asks has to make sure of that."""
        texts = dict(_texts(document, ()))
        rules = {path: form.text_rule(_field_of(path)) for path in place}
        # Nothing is to be said of those that are fine, so nothing may have been said of this one either.
        fine = {path: rule for path, rule in rules.items() if rule is not None and rule(texts[path])}
        self._fine = [(rule, place[path]) for path, rule in fine.items()]
        self._compared = [number for path, number in place.items() if path not in fine]
        self._settled: set[tuple[str, ...]] = set()

    def same(self, texts: Sequence[str], document: Callable[[], Mapping[str, Any]]) -> bool:
        """Tell whether they surely say the same of the award with these varying texts, whose ids are plain addresses; none is empty.

        ``document`` makes the award itself, should they have to be asked.
        """
        if self.faults or not self._moments_same(texts):
            return False
        for rule, number in self._fine:
            if not rule(texts[number]):
                return False
        if not self._compared:
            return True
        key = tuple([texts[number] for number in self._compared])
        if key not in self._settled:
            award = document()
            if self._form.faults(award) or self._form.gaps(award) != self.gaps:
                return False
            if len(self._settled) < MAX_SETTLED:
                self._settled.add(key)
        return True

    def _moments_same(self, texts: Sequence[str]) -> bool:
        if not self._has_moments:
            return True
        moments = list(self._known)
        for place, number in enumerate(self._moments):
            if number is not None:
                moments[place] = parse_moment(texts[number])
                if moments[place] is None:
                    return False
        begin, end = moments[0], moments[1]
        return begin is None or end is None or begin <= end


def _plain_ids(document: Mapping[str, Any]) -> Iterator[Path]:
    """Ids of which the rules want to know no more than that they are addresses, and differ from those beside them."""
    yield ("id",)
    for name in ("credentialSubject", "credentialStatus"):
        if len(as_list(document.get(name))) == 1:
            yield (name, "id")
            yield (name, 0, "id")
    for number in range(len(as_list(document.get("evidence")))):
        yield ("evidence", number, "id")


def _field_of(path: Path) -> str:
    """The name of the field at ``path``, or of the list that the place is in."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


# -- Watching --------------------------------------------------------------------------------------------------------------------


def _watched(
    rule: Callable[[Mapping[str, Any]], list[Fault]], document: Mapping[str, Any]
) -> tuple[list[Fault], set[Path]]:
    """Return what a rule says, and where the texts stand that it looked at: all of them, if watching makes it speak otherwise."""
    seen: set[Path] = set()
    said = rule(document)
    if rule(_Watched(document, (), seen)) != said:
        seen.update(_every(document, ()))
    return said, seen


def looked_at(question: Callable[[Mapping[str, Any]], Any], document: Mapping[str, Any]) -> set[Path]:
    """Return where the texts stand that ``question`` looks at in ``document``."""
    seen: set[Path] = set()
    question(_Watched(document, (), seen))
    return seen


class _Watched(Mapping[str, Any]):
    def __init__(self, value: Mapping[str, Any], path: Path, seen: set[Path]) -> None:
        self._value, self._path, self._seen = value, path, seen

    def __getitem__(self, key: str) -> Any:
        return _handed_out(self._value[key], (*self._path, key), self._seen)

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def __len__(self) -> int:
        return len(self._value)


def _handed_out(value: Any, path: Path, seen: set[Path]) -> Any:
    if isinstance(value, Mapping):
        return _Watched(value, path, seen)
    if isinstance(value, list):
        return [_handed_out(one, (*path, number), seen) for number, one in enumerate(value)]
    seen.add(path)
    return value


def paths_of(document: Any, marks: Sequence[str]) -> list[Path]:
    """Return where each mark stands in a document that holds each once."""
    found = {value: path for path, value in _texts(document, ())}
    return [found[mark] for mark in marks]


def _every(value: Any, path: Path) -> set[Path]:
    return {place for place, _ in _texts(value, path)}


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, (*path, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, (*path, number))

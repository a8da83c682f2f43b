"""Records laid aside on disk while a file is read, so that an import of millions needs no more memory than one of thousands.

A source is read once, and everything in it is needed twice: who its providers are and what it names must be known before the first
row is written. What stays in memory for each record are some bytes, by which the same identifier is noticed when it comes again, and
the further offers of those that come row by row.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from types import TracebackType
from typing import Self

from cairn.catalog.importing.records import CatalogRecord, OfferRecord, Place

BATCH = 2_000
"""Records that are worked on at a time."""
_NOWHERE = Place("")


@dataclass(slots=True)
class _Known:
    """What is remembered of a record: where it came, digests of all it says and of that without its offers, and what tells those apart."""

    file: int
    number: int
    said: bytes
    core: bytes
    keys: tuple[str, ...]
    participation: str
    more: list[OfferRecord] | None = None


class Spool:
    """Records in the order in which they came, in a file of ours that is gone when the spool is closed.

    ``most_offers`` is how many one record may have.
    """

    def __init__(self, most_offers: int = 200) -> None:
        self._file = tempfile.TemporaryFile(prefix="cairn-import-")  # noqa: SIM115  closed by __exit__
        self._most_offers = most_offers
        self._waiting: list[tuple[bytes, CatalogRecord]] = []
        self._files: list[str] = []
        self._known: dict[bytes, _Known] = {}
        self.has_special = False
        """Whether any record names a bundle or a discount."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._known)

    def place_of(self, key: str) -> Place | None:
        """Return where the record with this key came first; None where none did."""
        known = self._known.get(_digest(key))
        return None if known is None else Place(self._files[known.file], known.number or None)

    def says_the_same(self, key: str, record: CatalogRecord) -> bool:
        """Tell whether the record with this key says just what this one says."""
        return self._known[_digest(key)].said == _digests(record)[0]

    def join(self, key: str, record: CatalogRecord) -> bool:
        """Take the offers of a record into the one with this key, where they say the same of the credential itself; tell whether it was so.

        Tables often have a row for each run of a course. An offer without a key of its own is known by what tells runs apart.
        """
        known = self._known[_digest(key)]
        if known.core != _digests(record)[1] or not known.keys or not record.offers:
            return False
        keys = {*known.keys, *(offer.key for offer in known.more or ())}
        more = []
        for offer in record.offers:
            told = f"{offer.starts_on or ''} {offer.city} {offer.mode} {offer.address} {offer.url}"
            own = replace(offer, key=offer.key or f"run-{sha256(told.encode()).hexdigest()[:24]}")
            if own.key in keys:
                return False
            keys.add(own.key)
            more.append(own)
        if len(keys) > self._most_offers:
            return False
        known.more = [*(known.more or ()), *more]
        if known.participation != record.participation:
            known.participation = ""
        return True

    def add(self, key: str, record: CatalogRecord) -> None:
        """Lay a record aside under a key that did not come before."""
        if not self._files or self._files[-1] != record.place.file:
            self._files.append(record.place.file)
        digest = _digest(key)
        self._known[digest] = _Known(
            len(self._files) - 1, record.place.number or 0, *_digests(record), tuple(offer.key for offer in record.offers),
            record.participation,
        )  # fmt: skip
        self._waiting.append((digest, record))
        self.has_special |= bool(record.special)
        if len(self._waiting) >= BATCH:
            self._write()

    def batches(self) -> Iterator[list[CatalogRecord]]:
        """Return all records again, :data:`BATCH` at a time; as often as asked."""
        self._write()
        at = 0
        while True:
            self._file.seek(at)
            try:
                batch: list[tuple[bytes, CatalogRecord]] = pickle.load(self._file)  # noqa: S301  written below, without a name
            except EOFError:
                return
            at = self._file.tell()
            yield [self._whole(digest, record) for digest, record in batch]

    def _whole(self, digest: bytes, record: CatalogRecord) -> CatalogRecord:
        known = self._known[digest]
        if known.more is None:
            return record
        return replace(record, offers=(*record.offers, *known.more), participation=known.participation)

    def _write(self) -> None:
        if self._waiting:
            self._file.seek(0, 2)
            pickle.dump(self._waiting, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._waiting = []


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _digests(record: CatalogRecord) -> tuple[bytes, bytes]:
    """Return digests of all that a record says, and of that without its offers and how one takes part in them."""
    core = _short(repr(replace(record, place=_NOWHERE, offers=(), participation="")))
    return _short(f"{core!r} {record.offers!r} {record.participation}"), core


def _short(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).digest()

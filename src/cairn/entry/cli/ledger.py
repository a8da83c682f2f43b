"""Who has which place in a status list: a ledger in a file (SQLite), or places given by hand for a list kept elsewhere.

A ledger never gives a place twice: each is written down in one transaction with the whole batch, before any award of it appears, and
only one batch at a time may write. An award that the ledger knows keeps its place, so a batch may be signed again.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from cairn.credentials.errors import CredentialError
from cairn.credentials.seen import Seen
from cairn.credentials.status.keeping import KeptList, Mark
from cairn.errors import Conflict, Invalid, NotFound

APPLICATION = 0x43524E31
"""What SQLite calls application_id: by it a ledger is known from other files."""
_PATIENCE = 0.2
"""Seconds to wait for somebody who writes."""
_PATIENCE_TO_KEEP = 60.0
"""Seconds to wait for whoever is reading, once a whole batch is signed: it is not given up because of a glance into the ledger."""
_TRIES = 64
"""Places drawn before the free ones are listed: so many misses mean that the list is nearly full."""
_TABLES = """
create table facts (facts text not null);
create table given (place integer primary key, award text not null unique, value integer not null default 0,
    reason text not null default '', batch integer not null);
"""


class Places(Protocol):
    """Where the places of one status list come from."""

    kept: KeptList

    def begin(self) -> None:
        """Make sure that nobody else gives places until :meth:`keep` or :meth:`drop`. Raises Conflict."""

    def place_for(self, award: str, wanted: int | None) -> int:
        """Return the place of an award; ``wanted`` is what its row says. Raises Conflict or Invalid."""

    def take_back(self, award: str) -> None:
        """Give the place of an award that was not signed after all to another."""

    def keep(self) -> None:
        """Write down what was given, for good."""

    def drop(self) -> None:
        """Forget what was given since the last :meth:`keep`, and let others write."""


# -- Kept elsewhere ----------------------------------------------------------------------------------------------------------------


class Elsewhere:
    """A list whose ledger somebody else keeps: places are counted up from ``start``, or stand in the rows."""

    def __init__(self, kept: KeptList, start: int | None) -> None:
        self.kept, self._next = kept, start
        self._seen = Seen()

    def begin(self) -> None:
        """See :class:`Places`."""

    def place_for(self, award: str, wanted: int | None) -> int:
        """See :class:`Places`."""
        if not self.kept.numbered:
            return 0
        if wanted is None:
            return self._counted()
        if not self._seen.add(str(wanted)):
            raise Invalid(
                f"Another row has place {wanted} in the status list already.",
                remedy="Give each award its own.",
                code="status_index_taken",
            )
        return wanted

    def _counted(self) -> int:
        if self._next is None:
            raise Invalid(
                "It has no place in the status list.",
                remedy=f"Fill in the column, or write behind the address where to count from: {self.kept.url}#0.",
                code="no_status_index",
            )
        while not self._seen.add(str(self._next)):
            self._next += 1
        self._next += 1
        return self._next - 1

    def take_back(self, award: str) -> None:
        """Nothing: counting goes on."""

    def keep(self) -> None:
        """Nothing: whoever keeps the list keeps its ledger."""

    def drop(self) -> None:
        """Nothing."""


# -- A ledger ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """An award and its place, with the value it has."""

    place: int
    award: str
    value: int
    reason: str


class Ledger:
    """The ledger of one list. Use it as a context manager: leaving it without :meth:`keep` changes nothing."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise NotFound(f"{path} is not there.", remedy="Make a status list with `cairn status new`.")
        self.path = path
        self._file = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            if self._file.execute("pragma application_id").fetchone()[0] != APPLICATION:
                raise sqlite3.DatabaseError
            facts = json.loads(self._file.execute("select facts from facts").fetchone()[0])
            self._count_from: int | None = facts.pop("count_from")
            messages = facts.pop("messages")
            self.kept = KeptList(**facts, messages=None if messages is None else tuple(messages))
        except (sqlite3.Error, ValueError, TypeError, KeyError, CredentialError) as error:
            self._file.close()
            if isinstance(error, sqlite3.OperationalError) and _is_busy(error):
                raise self._in_use() from error
            raise Invalid(
                f"{path} is not the ledger of a status list.",
                remedy="Make one with `cairn status new`.",
                code="no_ledger",
            ) from error
        self._batch = 0
        self._free: array[int] | None = None
        self._next: int | None = None

    @classmethod
    def new(cls, path: Path, kept: KeptList, *, count_from: int | None = None) -> Self:
        """Make the ledger of a new list. With ``count_from`` places are counted up from there, otherwise drawn at random."""
        if count_from is not None and not 0 <= count_from < kept.length:
            raise Invalid(f"The list has no place {count_from}.", remedy=f"Count from 0 to {kept.length - 1}.")
        try:
            # Places are drawn at random so that they tell nobody anything; who can read this file knows whose they are.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError as error:
            raise Conflict(
                f"{path} exists, and a ledger that was used must not be lost.", remedy="Choose another name."
            ) from error
        except OSError as error:
            raise Invalid(f"{path} cannot be written: {error.strerror}.", remedy="Choose another place.") from error
        with closing(sqlite3.connect(path)) as file:
            file.executescript(f"pragma application_id = {APPLICATION}; {_TABLES}")
            file.execute("insert into facts values (?)", [json.dumps({**asdict(kept), "count_from": count_from})])
            file.commit()
        return cls(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
        self._file.close()

    # Giving places

    def place_for(self, award: str, wanted: int | None) -> int:
        """Return the place of ``award``: the one it has, the one its row wants, or a free one. Raises Conflict."""
        self.begin()
        known = self._file.execute("select place from given where award = ?", [award]).fetchone()
        if known is not None:
            if wanted not in (None, known[0]):
                raise Conflict(
                    f"{award} has place {known[0]} in the status list already, not {wanted}.",
                    remedy="An award keeps its place. Leave the cell empty.",
                    code="status_index_differs",
                )
            return int(known[0])
        if wanted is not None and self.kept.numbered:
            if not 0 <= wanted < self.kept.length:
                raise Invalid(
                    f"The status list has no place {wanted}; it has 0 to {self.kept.length - 1}.",
                    remedy="Leave the cell empty, and a free one is found.",
                    code="index_out_of_range",
                )
            if not self._give(wanted, award):
                raise Conflict(
                    f"Place {wanted} in the status list is another award's.",
                    remedy="Leave the cell empty, and a free one is found.",
                    code="status_index_taken",
                )
            return wanted
        for place in self._candidates():
            if self._give(place, award):
                return place
        raise Conflict(
            f"Every place of the list {self.kept.url} is given.",
            remedy="Make another list with `cairn status new`.",
            code="status_list_full",
        )

    def _candidates(self) -> Iterator[int]:
        if not self.kept.numbered:
            last = self._file.execute("select coalesce(max(place), -1) from given").fetchone()
            yield int(last[0]) + 1
            return
        if self._count_from is not None:
            if self._next is None:
                self._next = self._first_free(self._count_from)
            while self._next < self.kept.length:
                self._next += 1
                yield self._next - 1
            return
        if self._free is None:
            for _ in range(_TRIES):
                yield secrets.randbelow(self.kept.length)
            given = {place for (place,) in self._file.execute("select place from given")}
            self._free = array("q", (place for place in range(self.kept.length) if place not in given))
        while self._free:
            drawn = secrets.randbelow(len(self._free))
            self._free[drawn], self._free[-1] = self._free[-1], self._free[drawn]
            yield self._free.pop()

    def _first_free(self, start: int) -> int:
        found = self._file.execute(
            "select min(place) + 1 from given g where place >= ? and not exists (select 1 from given where place = g.place + 1)",
            [start],
        ).fetchone()[0]
        is_given = self._file.execute("select 1 from given where place = ?", [start]).fetchone()
        return int(found) if is_given and found is not None else start

    def _give(self, place: int, award: str) -> bool:
        done = self._file.execute(
            "insert or ignore into given (place, award, batch) values (?, ?, ?)", [place, award, self._batch]
        )
        return done.rowcount == 1

    def take_back(self, award: str) -> None:
        """See :class:`Places`. A place that was given in an earlier batch stays."""
        self._file.execute("delete from given where award = ? and batch = ?", [award, self._batch])

    # Marking awards

    def find(self, name: str) -> Given:
        """Return the award with this id or place; raises NotFound."""
        by, value = ("place", int(name)) if name.isascii() and name.isdigit() and len(name) < 18 else ("award", name)
        row = self._file.execute(f"select place, award, value, reason from given where {by} = ?", [value]).fetchone()  # noqa: S608 - one of two words
        if row is None:
            raise NotFound(
                f"The list has no award “{name[:200]}”.",
                remedy="Name the id of an award that has a place in this list, or its place.",
            )
        return Given(*row)

    def mark(self, award: str, value: int, reason: str = "") -> None:
        """Give an award another value; raises Invalid for what the list cannot say, Conflict for taking back a revocation."""
        if not 0 <= value < 1 << self.kept.size:
            raise Invalid(
                f"A value of this list is 0 to {(1 << self.kept.size) - 1}, not {value}.",
                remedy="Choose one of these.",
                code="bad_status_value",
            )
        if reason and self.kept.numbered:
            raise Invalid(
                "A list of bits has no room for a reason.", remedy="Leave --reason out.", code="no_reason_here"
            )
        self.begin()
        found = self.find(award)
        if found.value and not value and self.kept.purpose == "revocation":
            raise Conflict(
                f"{found.award} is revoked, and that is final.",
                remedy="Sign a new award. For what can be taken back keep a list with the purpose suspension.",
                code="revocation_is_final",
            )
        self._file.execute("update given set value = ?, reason = ? where place = ?", [value, reason, found.place])

    def marks(self) -> Iterator[Mark]:
        """Yield the awards that have a value other than 0, in the order of their places."""
        for row in self._file.execute("select place, award, value, reason from given where value <> 0 order by place"):
            yield Mark(*row)

    def counts(self) -> dict[str, int]:
        """Return how many places are given, and how many of these are marked."""
        given, marked = self._file.execute("select count(*), coalesce(sum(value <> 0), 0) from given").fetchone()
        return {"given": int(given), "marked": int(marked)}

    # Keeping

    def begin(self) -> None:
        """See :class:`Places`."""
        if self._file.in_transaction:
            return
        try:
            self._file.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if _is_busy(error):
                raise self._in_use() from error
            raise self._unwritable(error) from error
        self._batch = 1 + int(self._file.execute("select coalesce(max(batch), 0) from given").fetchone()[0])

    def hold(self) -> None:
        """Let nobody change the ledger until this one is left, so that what is made of it takes the place of nothing newer."""
        try:
            self._file.execute("begin")
            self._file.execute("select 1 from facts").fetchall()
        except sqlite3.OperationalError as error:
            raise (self._in_use() if _is_busy(error) else self._unwritable(error)) from error

    def keep(self) -> None:
        """See :class:`Places`."""
        if not self._file.in_transaction:
            return
        try:
            self._file.execute(f"pragma busy_timeout = {_PATIENCE_TO_KEEP * 1000:.0f}")
            self._file.execute("commit")
        except sqlite3.OperationalError as error:
            raise (self._in_use() if _is_busy(error) else self._unwritable(error)) from error
        self._file.execute(f"pragma busy_timeout = {_PATIENCE * 1000:.0f}")

    def drop(self) -> None:
        """See :class:`Places`."""
        if self._file.in_transaction:
            self._file.execute("rollback")

    def _in_use(self) -> Conflict:
        return Conflict(
            f"{self.path} is being written to.", remedy="Wait until the other command is done.", code="ledger_in_use"
        )

    def _unwritable(self, error: sqlite3.Error) -> Invalid:
        return Invalid(
            f"{self.path} cannot be written: {error}.",
            remedy="Make sure that you may write to it and its folder, and that the disk has room.",
            code="ledger_not_written",
        )


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Tell whether somebody else is at the ledger, from all else that can be wrong with a file."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def facts_of(kept: KeptList) -> dict[str, Any]:
    """Return what a list is, for programs; what it does not say is left out."""
    return {name: one for name, one in asdict(kept).items() if one is not None}


# -- On the command line ----------------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"(?:(?P<word>[a-z0-9-]+)=)?(?P<url>[a-z][a-z0-9+.-]*://[^#\s]+)(?:#(?P<start>[0-9]{1,12}))?\Z")
WORDS = {
    "revocation": ("bitstring", "revocation"),
    "suspension": ("bitstring", "suspension"),
    "refresh": ("bitstring", "refresh"),
    "statuslist2021": ("statuslist2021", "revocation"),
    "statuslist2021-suspension": ("statuslist2021", "suspension"),
    "1edtech": ("1edtech", "revocation"),
}
"""Word before an address → kind and purpose of the list there."""


def places_of(text: str) -> Ledger | Elsewhere:
    """Return where places come from: a ledger's file, or ``[WORD=]ADDRESS[#START]`` for a list that is kept elsewhere."""
    if "://" not in text:
        return Ledger(Path(text))
    found = _ADDRESS.match(text)
    word = found["word"] or "revocation" if found else ""
    if found is None or word not in WORDS:
        raise Invalid(
            f"“{text}” names no status list.",
            remedy="Give a ledger, or an address such as suspension=https://badges.example.org/status/2#0; before the = stands one of "
            + ", ".join(WORDS) + ".",
            code="bad_status_option",
        )  # fmt: skip
    kind, purpose = WORDS[word]
    return Elsewhere(KeptList(found["url"], kind, purpose), None if found["start"] is None else int(found["start"]))

"""Making a batch: every row of a CSV signed in the form that is wanted, in their order, with no memory kept of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from cairn.credentials import Credential, Signer, bake, issue_each
from cairn.credentials.errors import CredentialError
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.credentials.repeating.batch import laid_over
from cairn.credentials.spread import in_order
from cairn.entry.cli.recipients import Recipients
from cairn.errors import Conflict, Invalid, NotFound

MAX_IMAGE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Making:
    """How a batch is signed: by whom, as of when, in which form, over how many processes."""

    signer: Signer
    created: datetime
    form: str = "json"
    suite: str | None = None
    processes: int = 1

    def signed(self, rows: Recipients) -> Iterator[tuple[int, Credential]]:
        """Yield (row, credential); rows that cannot be signed are added to ``rows.refused``.

        Raises CredentialError for what is wrong with all of them alike.
        """
        numbers: deque[int] = deque()

        def own() -> Iterator[Mapping[str, Any]]:
            # Processes take rows ahead; what comes back is in their order.
            for number, one in rows:
                numbers.append(number)
                yield one

        for made in FORMS[self.form](self, rows.template, own()):
            number = numbers.popleft()
            if isinstance(made, CredentialError):
                if made.code in _OF_THE_WHOLE:
                    raise made
                rows.refuse(number, made)
            else:
                yield number, made


_OF_THE_WHOLE = frozenset({"unknown_cryptosuite", "wrong_key_type", "key_not_of_issuer"})
"""What is wrong with every row alike is wrong with the batch."""


def _proofs(
    making: Making, template: Mapping[str, Any], rows: Iterator[Mapping[str, Any]]
) -> Iterator[Credential | CredentialError]:
    return issue_each(
        template, rows, making.signer, created=making.created, cryptosuite=making.suite, processes=making.processes
    )


def _tokens(
    making: Making, template: Mapping[str, Any], rows: Iterator[Mapping[str, Any]]
) -> Iterator[Credential | CredentialError]:
    sealing = _Sealing(template, making.signer, making.created)
    for made in in_order(sealing, rows, processes=making.processes):
        yield made if isinstance(made, CredentialError) else Credential.parse(made)


@dataclass(frozen=True, slots=True)
class _Sealing:
    """Makes a token of one row; travels to other processes as it is."""

    template: Mapping[str, Any]
    signer: Signer
    created: datetime

    def __call__(self, own: Mapping[str, Any]) -> str | CredentialError:
        try:
            return sign_vc_jwt(laid_over(self.template, own), self.signer, created=self.created).text
        except CredentialError as refused:
            return refused


Signed = Callable[[Making, Mapping[str, Any], Iterator[Mapping[str, Any]]], Iterator[Credential | CredentialError]]
FORMS: Mapping[str, Signed] = {"json": _proofs, "vc-jwt": _tokens}
"""``--format`` → how rows are signed: one credential or refusal for each, in order."""


class Pictures:
    """Badge images in a folder that appears only when it is complete, ``award-ROW.png`` or ``.svg`` for each row."""

    def __init__(self, image: Path, folder: Path) -> None:
        try:
            self._image = image.read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"{image} is not there.", remedy="Give a picture (PNG or SVG).") from error
        if len(self._image) > MAX_IMAGE:
            raise Invalid(
                f"{image} is larger than {MAX_IMAGE // 1024 // 1024} MiB.", remedy="Choose a smaller picture."
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Conflict(f"{folder} exists and is not empty.", remedy="Choose another folder with --out-folder.")
        self._ending = ".svg" if image.suffix.lower() == ".svg" else ".png"
        self._folder, self._part = folder, folder.with_name(folder.name + ".part")
        rmtree(self._part, ignore_errors=True)
        self._part.mkdir(parents=True)

    def add(self, row: int, credential: Credential) -> None:
        """Bake one; raises CredentialError where the picture cannot hold it."""
        (self._part / f"award-{row}{self._ending}").write_bytes(bake(self._image, credential))

    def keep(self) -> None:
        """Let the folder appear."""
        with suppress(FileNotFoundError):
            self._folder.rmdir()
        self._part.replace(self._folder)

    def drop(self) -> None:
        """Leave nothing behind that is not complete."""
        rmtree(self._part, ignore_errors=True)

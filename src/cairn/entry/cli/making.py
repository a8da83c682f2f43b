"""Making a batch: every row of a CSV signed in the form that is wanted, one after the other, with no memory kept of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from cairn.credentials import Credential, Signer, bake, issue_batch
from cairn.credentials.batch import laid_over
from cairn.credentials.errors import CredentialError
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.entry.cli.recipients import Recipients
from cairn.errors import Conflict, Invalid, NotFound

MAX_IMAGE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Making:
    """How a batch is signed: by whom, as of when, in which form."""

    signer: Signer
    created: datetime
    form: str
    suite: str | None

    def signed(self, rows: Recipients) -> Iterator[tuple[int, Credential]]:
        """Yield (row, credential); rows that cannot be signed are added to ``rows.refused``."""
        return FORMS[self.form](self, rows)


def _proofs(making: Making, rows: Recipients) -> Iterator[tuple[int, Credential]]:
    """With an embedded proof. What has a template of the usual kind goes the fast way of a batch."""
    here = 0

    def own() -> Iterator[Mapping[str, Any]]:
        nonlocal here
        for here, one in rows:  # noqa: B007 - read below: it says which row was signed, or refused
            yield one

    left = own()
    while True:
        try:
            made = issue_batch(rows.template, left, making.signer, created=making.created, cryptosuite=making.suite)
            for credential in made:
                yield here, credential
            return
        except CredentialError as error:
            rows.refuse(here, error)  # and go on with the next one
            if error.code in _OF_THE_WHOLE:
                raise


_OF_THE_WHOLE = frozenset({"unknown_cryptosuite", "wrong_key_type", "key_not_of_issuer"})
"""What is wrong with every row alike is wrong with the batch."""


def _tokens(making: Making, rows: Recipients) -> Iterator[tuple[int, Credential]]:
    for row, own in rows:
        try:
            yield row, sign_vc_jwt(laid_over(rows.template, own), making.signer, created=making.created)
        except CredentialError as error:
            if error.code in _OF_THE_WHOLE:
                raise
            rows.refuse(row, error)


FORMS: Mapping[str, Callable[[Making, Recipients], Iterator[tuple[int, Credential]]]] = {
    "json": _proofs,
    "vc-jwt": _tokens,
}
"""``--format`` → how each row is signed."""


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

"""Making a batch: every row of a CSV signed in the form that is wanted, in their order, with no memory kept of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from cairn.credentials import Credential, PublicKey, Signer, bake, issue, issue_each
from cairn.credentials.build import DRESSES
from cairn.credentials.dids.methods import published
from cairn.credentials.errors import CredentialError
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.jose.writing import seconds
from cairn.credentials.moments import parse_moment
from cairn.credentials.repeating.batch import laid_over
from cairn.credentials.sd.pointers import tokens_of
from cairn.credentials.spread import in_order
from cairn.entry.cli.documents import Nobody
from cairn.entry.cli.recipients import Recipients
from cairn.errors import Conflict, Invalid, NotFound

MAX_IMAGE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Making:
    """How a batch is signed: by whom, as of when, in which form, over how many processes; and what of it may be left out later.

    ``mandatory`` and ``disclosable`` are JSON pointers, for the forms with selective disclosure; ``vct`` names the type of an SD-JWT VC;
    ``bind`` ties tokens to the key of their recipient's DID.
    """

    signer: Signer
    created: datetime
    form: str = "json"
    suite: str | None = None
    processes: int = 1
    mandatory: tuple[str, ...] = ()
    disclosable: tuple[str, ...] = ()
    vct: str | None = None
    bind: bool = False

    def signed(self, rows: Recipients) -> Iterator[tuple[int, Credential]]:
        """Yield (row, credential); rows that cannot be signed are added to ``rows.refused``.

        Raises CredentialError for what is wrong with all of them alike.
        """
        numbers: deque[tuple[int, str]] = deque()

        def own() -> Iterator[Mapping[str, Any]]:
            # Processes take rows ahead; what comes back is in their order.
            for number, one in rows:
                numbers.append((number, one["id"]))
                yield one

        for made in self._made(rows.template, own()):
            number, award = numbers.popleft()
            if isinstance(made, CredentialError):
                if made.code in _OF_THE_WHOLE:
                    raise made
                rows.refuse(number, made, award=award)
            else:
                yield number, made

    def _made(
        self, template: Mapping[str, Any], rows: Iterator[Mapping[str, Any]]
    ) -> Iterator[Credential | CredentialError]:
        if self.form == "json" and not self.mandatory:
            # What can be compiled once for all rows is.
            yield from issue_each(
                template, rows, self.signer, created=self.created, cryptosuite=self.suite, processes=self.processes
            )
            return
        for made in in_order(Sealing(self, template), rows, processes=self.processes):
            yield made if isinstance(made, CredentialError) else Credential.parse(made)


_OF_THE_WHOLE = frozenset(
    {
        "unknown_cryptosuite", "wrong_key_type", "key_not_of_issuer", "must_be_shown", "bad_pointer", "too_many_pointers", "only_whole",
    }
)  # fmt: skip
"""What is wrong with every row alike is wrong with the batch."""

# -- The forms ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealing:
    """Signs one row; travels to other processes as it is."""

    making: Making
    template: Mapping[str, Any]

    def __call__(self, own: Mapping[str, Any]) -> str | CredentialError:
        """Return the text of the credential, or the refusal."""
        try:
            return FORMS[self.making.form](laid_over(self.template, own), self.making).text
        except CredentialError as refused:
            return refused


def _proof(document: Mapping[str, Any], making: Making) -> Credential:
    return issue(
        document,
        making.signer,
        created=making.created,
        cryptosuite=making.suite,
        mandatory=present(document, making.mandatory),
    )


def _token(document: Mapping[str, Any], making: Making) -> Credential:
    return sign_vc_jwt(document, making.signer, created=making.created)


def _selective_token(document: Mapping[str, Any], making: Making) -> Credential:
    return sign_sd_jwt(
        document,
        making.signer,
        created=making.created,
        disclosable=present(document, making.disclosable),
        holder=_holder(document["credentialSubject"].get("id")) if making.bind else None,
    )


def _claims_token(document: Mapping[str, Any], making: Making) -> Credential:
    claims = claims_of(document, making.vct or "")
    return sign_sd_jwt(
        claims,
        making.signer,
        created=making.created,
        disclosable=present(claims, making.disclosable),
        holder=_holder(claims.get("sub")) if making.bind else None,
    )


FORMS: Mapping[str, Callable[[Mapping[str, Any], Making], Credential]] = {
    "json": _proof,
    "vc-jwt": _token,
    "sd-jwt": _selective_token,
    "sd-jwt-vc": _claims_token,
}
"""``--format`` → how a row is signed."""


def claims_of(document: Mapping[str, Any], vct: str) -> dict[str, Any]:
    """Return the claims of an SD-JWT VC that say what an unsigned credential says, in the words of JSON Web Tokens where these have one."""
    subject = dict(document["credentialSubject"])
    issuer = document["issuer"]
    claims: dict[str, Any] = {"vct": vct, "iss": issuer["id"] if isinstance(issuer, Mapping) else issuer}
    claims["jti"] = document["id"]
    if "id" in subject:
        claims["sub"] = subject.pop("id")
    words = DRESSES["2.0"], DRESSES["1.1"]
    for name, moment in (
        ("nbf", [document.get(one.begin) for one in words]),
        ("exp", [document.get(one.end) for one in words]),
    ):
        read = next((parse_moment(one) for one in moment if one is not None), None)
        if read is not None:
            claims[name] = seconds(read)
    subject.pop("type", None)
    rest = {name: document[name] for name in ("awardedDate", "evidence") if name in document}
    if isinstance(issuer, Mapping) and "name" in issuer:
        claims["issuing_authority"] = issuer["name"]
    return {**claims, **subject, **rest}


def _holder(did: str | None) -> PublicKey:
    """Return the key of a did:key or did:jwk; whoever presents the token has to have it."""
    if did is None or not did.startswith(("did:key:", "did:jwk:")):
        raise CredentialError(
            "no_holder_key",
            "It names no did:key or did:jwk to which the token could be tied.",
            remedy="Fill in the column did, or leave --bind out.",
        )
    return published(did, Nobody()).keys("authentication")[0].public


# -- Pointers -----------------------------------------------------------------------------------------------------------------------

FROM_ROWS = (
    "/id", "/validUntil", "/expirationDate", "/awardedDate", "/evidence", "/credentialStatus", "/credentialSubject/id",
    "/credentialSubject/identifier", "/credentialSubject/creditsEarned", "/credentialSubject/licenseNumber", "/credentialSubject/result",
    "/credentialSubject/verifiableCredential", "/sub", "/exp", "/identifier", "/creditsEarned", "/licenseNumber", "/result",
    "/verifiableCredential",
)  # fmt: skip
"""What one row may say and another not. A pointer there counts for the rows that have it."""
_OF_ALL_KINDS = frozenset({"/credentialSubject/verifiableCredential", "/verifiableCredential"})


def present(document: Mapping[str, Any], pointers: Sequence[str]) -> list[str]:
    """Return those of the ``pointers`` that lead somewhere, or should: any that no row has by itself is left in, to be refused.

    So is one that misses in what this row does say: left out, it would show for good what was meant to be hidden.
    """
    return [one for one in pointers if _leads_somewhere(document, one) or not _is_absent(document, one)]


def _is_absent(document: Mapping[str, Any], pointer: str) -> bool:
    """Tell whether ``pointer`` is about something of which this row says nothing."""
    about = [one for one in FROM_ROWS if pointer == one or pointer.startswith(f"{one}/")]
    # Awards in a record are of all kinds, and some rows have more of them.
    return any(one in _OF_ALL_KINDS or not _leads_somewhere(document, one) for one in about)


def _from_rows(pointer: str) -> bool:
    return any(pointer == one or pointer.startswith(f"{one}/") for one in FROM_ROWS)


def _leads_somewhere(document: Mapping[str, Any], pointer: str) -> bool:
    node: Any = document
    for step in tokens_of(pointer):
        if isinstance(node, Mapping) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and int(step[:9]) < len(node):
            node = node[int(step[:9])]
        else:
            return False
    return True


def check_pointers(making: Making, template: Mapping[str, Any]) -> None:
    """Refuse a pointer that leads nowhere in any row, before anything is signed. Raises Invalid."""
    document = claims_of(template, making.vct) if making.vct is not None else template
    for pointer in (*making.mandatory, *making.disclosable):
        if not _leads_somewhere(document, pointer) and not _from_rows(pointer):
            raise Invalid(
                f"There is nothing at “{pointer[:200]}” in these credentials.",
                remedy="It looks like /achievement/description."
                if making.vct is not None
                else "It looks like /credentialSubject/achievement/description.",
                code="no_such_place",
            )


# -- Pictures -----------------------------------------------------------------------------------------------------------------------


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

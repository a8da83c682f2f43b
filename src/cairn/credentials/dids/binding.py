"""Whose key is it? The one place where a key is bound to an issuer.

That a signature matches *some* key proves nothing: anybody has a key. So every path, embedded proofs as well as tokens, asks here,
and here one of these must hold:

1. The method belongs to the issuer (it is the issuer's identifier, ``#``, and a name), the document published for the issuer lists it
   for the purpose, and describes it as the issuer's own.
2. The method belongs to somebody else, whose document lists and describes it so; and the issuer's own document lists it too.
3. The issuer is an https address, and the key set of its host says that the key is this issuer's (:mod:`.keysets`), for assertions.
   The method is then named by its ``kid``, or holds the key itself: ``https://issuer.example#z6Mk…``, did:key, did:jwk.

Where none holds, the key is not the issuer's: a failure. Where the issuer could not be asked, that is an open question instead. A key
set is a further voice only: where the issuer's own document speaks of keys, and its host has no key set, the document decides.

Sources: Controlled Identifiers 1.0 section 3.3 (Retrieve Verification Method); Open Badges 3.0's own steps leave this to the reader.
"""

from __future__ import annotations

from collections.abc import Callable

from cairn.credentials.dids.documents import ControllerDocument, VerificationKey
from cairn.credentials.dids.keysets import key_in_set, keys_in_set
from cairn.credentials.dids.methods import published
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.keys import PublicKey
from cairn.credentials.resolving import CouldNotFetch, Resolver

ASSERTION = "assertionMethod"
_DO_NOT_RELY = "Do not rely on it. Ask the issuer itself whether it made this award."


class KeyNotOfIssuer(CredentialError):
    """The key exists or may exist, but the issuer does not stand behind it. Codes: ``key_not_of_issuer``, ``key_not_listed``."""


def issuer_key(method: str, issuer: str, resolve: Resolver, *, relationship: str = ASSERTION) -> VerificationKey:
    """Return the key ``method`` (a DID URL, or an https address), for which ``issuer`` stands.

    Raises :class:`KeyNotOfIssuer`; CouldNotFetch; :class:`NotSupported` (``unsupported_did``, ``unsupported_key``,
    ``key_without_issuer``); :class:`CredentialError` for broken documents and keys (``wrong_did_document``, ``bad_key``, ``bad_did`` …).
    """
    document, problem = _ask(issuer, resolve)
    if document is not None and method in document.listed(relationship):
        # 1. and 2. The issuer's own document lists it.
        return _described(method, document, resolve, relationship)
    # 3. The key set of the issuer's host.
    found = _by_key_set(
        issuer,
        relationship,
        document,
        problem,
        lambda: key_in_set(issuer, resolve, method=method, public=_value_of(method, issuer, resolve)),
    )
    if found is not None:
        return found
    if method.partition("#")[0] == issuer:
        raise KeyNotOfIssuer(
            "key_not_listed",
            "The issuer does not publish the key this was signed with.",
            remedy="Do not rely on it. Ask the issuer whether it made this award.",
        )
    raise _not_of_issuer()


def issuer_key_like(
    public: PublicKey, issuer: str, resolve: Resolver, *, relationship: str = ASSERTION
) -> VerificationKey:
    """Return the key of ``issuer`` that is the very key ``public``, for signatures that bring their key instead of naming it.

    Raises as :func:`issuer_key` does.
    """
    document, problem = _ask(issuer, resolve)
    for key in () if document is None else _own_keys(document, relationship):
        if key.public == public:
            return key
    found = _by_key_set(issuer, relationship, document, problem, lambda: key_in_set(issuer, resolve, public=public))
    if found is None:
        raise _not_of_issuer()
    return found


def issuer_keys(issuer: str, resolve: Resolver, *, relationship: str = ASSERTION) -> tuple[VerificationKey, ...]:
    """Return every key that the issuer's own document, and for https issuers the key set of its host, gives it.

    Keys of kinds that are not checked here are left out. Raises as :func:`issuer_key` does when nobody could be asked.
    """
    document, problem = _ask(issuer, resolve)
    own = () if document is None else _own_keys(document, relationship)
    return own + (
        _by_key_set(issuer, relationship, document, problem, lambda: tuple(keys_in_set(issuer, resolve))) or ()
    )


def _ask(issuer: str, resolve: Resolver) -> tuple[ControllerDocument | None, CouldNotFetch | CredentialError | None]:
    """Return the issuer's own document. An https issuer may do without one, so there the problem is given back, not raised."""
    try:
        return published(issuer, resolve), None
    except (CouldNotFetch, CredentialError) as problem:
        if not issuer.startswith("https://"):
            raise
        return None, problem


def _by_key_set[T](
    issuer: str,
    relationship: str,
    document: ControllerDocument | None,
    problem: CouldNotFetch | CredentialError | None,
    look: Callable[[], T | None],
) -> T | None:
    """Look into the key set; None if it, or else the issuer's document, says no; raises what kept us from knowing."""
    if issuer.startswith("https://") and relationship == ASSERTION:
        try:
            found = look()
        except CouldNotFetch:
            if problem is None and (document is None or not document.lists_keys()):
                raise
        else:
            if found:
                return found
    if problem is not None:
        raise problem
    return None


def _described(method: str, document: ControllerDocument, resolve: Resolver, relationship: str) -> VerificationKey:
    """Return the key as its own controller describes it: ``document``, or somebody else's that lists it, too."""
    controller, mark, _ = method.partition("#")
    theirs = document if controller == document.id or not mark else published(controller, resolve)
    key = theirs.key(method, relationship)
    if key is None:
        raise KeyNotOfIssuer(
            "key_not_listed",
            "The issuer does not publish the key this was signed with.",
            remedy="Do not rely on it. Ask the issuer whether it made this award.",
        )
    if key.controller != theirs.id:
        raise KeyNotOfIssuer(
            "key_not_of_issuer",
            "The issuer publishes the signing key as belonging to somebody else.",
            remedy=_DO_NOT_RELY,
        )
    return key


def _own_keys(document: ControllerDocument, relationship: str) -> tuple[VerificationKey, ...]:
    return tuple(key for key in document.keys(relationship) if key.controller == document.id)


def _value_of(method: str, issuer: str, resolve: Resolver) -> PublicKey | None:
    """Return the key that a method holds in its own name, if it does."""
    controller, _, fragment = method.partition("#")
    if controller.startswith(("did:key:", "did:jwk:")):
        key = published(controller, resolve).key(method, ASSERTION)
        return None if key is None else key.public
    if controller != issuer or not fragment.startswith("z"):
        return None
    try:
        return PublicKey.from_multibase(fragment)
    except NotSupported:
        raise
    except CredentialError:
        return None  # a name like any other, which only begins like a key


def _not_of_issuer() -> KeyNotOfIssuer:
    return KeyNotOfIssuer(
        "key_not_of_issuer",
        "The signing key does not belong to the issuer named in the credential. Somebody else may be using the issuer's name.",
        remedy=_DO_NOT_RELY,
    )

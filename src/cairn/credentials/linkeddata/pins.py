"""Which vocabularies are held, where each text lies, and which text it must be.

Most lie in installed packages, the rest beside this module (``vocabularies/``), where no package carries them. Each is one published text:
its digest is of the bytes read here. To hold one more, add a line to :data:`PINS`. Some were published more than once under the same
address; :data:`EARLIER` has the texts that are no longer there, since what was signed with them is signed all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VC_V2 = "https://www.w3.org/ns/credentials/v2"
VC_V1 = "https://www.w3.org/2018/credentials/v1"
OB_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_3_0_0 = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
OB_3_0_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
OB_3_0_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
OB_3_PLUGFEST = "https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json"
OB_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_2 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
CLR_2_0_0 = "https://purl.imsglobal.org/spec/clr/v2p0/context.json"
DATA_INTEGRITY_V1 = "https://w3id.org/security/data-integrity/v1"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
JWS_2020 = "https://w3id.org/security/suites/jws-2020/v1"
DID_V1 = "https://www.w3.org/ns/did/v1"
BITSTRING_STATUS = "https://www.w3.org/ns/credentials/status/v1"
STATUS_LIST_2021 = "https://w3id.org/vc/status-list/2021/v1"
REVOCATION_LIST_2020 = "https://w3id.org/vc-revocation-list-2020/v1"


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a context's text lies (installed package, path inside it) and which text it must be."""

    package: str
    path: str
    sha256: str


def _openbadgeslib(name: str, sha256: str) -> Pin:
    return Pin("openbadgeslib", f"ob3/contexts/{name}.json", sha256)


def _pyld(name: str, sha256: str) -> Pin:
    return Pin("pyld", f"documentloader/frozen/bundled/{name}.jsonld", sha256)


def _own(name: str, sha256: str) -> Pin:
    return Pin("cairn.credentials.linkeddata", f"vocabularies/{name}.jsonld", sha256)


PINS: Mapping[str, Pin] = {
    # -- The data model ---------------------------------------------------------------------------------------------------------
    VC_V2: _openbadgeslib("credentials-v2", "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    VC_V1: _pyld("credentials-v1", "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8"),
    DID_V1: _pyld("did-v1", "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f"),
    # -- Open Badges 3.0 and CLR 2.0 --------------------------------------------------------------------------------------------
    # Published three times under this address; this is the latest text, which adds endorsementJwt and jti.
    OB_3: _openbadgeslib("ob-v3p0-context-3.0.3", "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
    OB_3_0_2: _openbadgeslib(
        "ob-v3p0-context-3.0.2", "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53"
    ),
    OB_3_0_1: _openbadgeslib(
        "ob-v3p0-context-3.0.1", "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571"
    ),
    OB_3_0_0: _own("ob-v3p0-context", "9f1c8f9f361ba2994b9b50701f41149919542c50c7b7455b2846d87959295d72"),
    OB_3_PLUGFEST: _own("ob-v3p0-beta", "5afdfb3d5ddb92417d2b48f0ab2f89d16d1b03696c2f3fa2e67184819e103326"),
    OB_EXTENSIONS: _openbadgeslib(
        "ob-v3p0-extensions", "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93"
    ),
    CLR_2: _openbadgeslib("clr_context_2.0.1", "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6"),
    CLR_2_0_0: _own("clr-v2p0-context", "cb054857e467af113031a6ce19d8da4538f52508894de791386b8ec922423137"),
    # -- Proofs and keys --------------------------------------------------------------------------------------------------------
    DATA_INTEGRITY_V2: _openbadgeslib(
        "security-data-integrity-v2", "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    ),
    DATA_INTEGRITY_V1: _own("data-integrity-v1", "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554"),
    MULTIKEY_V1: _openbadgeslib(
        "security-multikey-v1", "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"
    ),
    ED25519_2020: _pyld("security-ed25519-2020-v1", "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588"),
    JWS_2020: _pyld("security-jws-2020-v1", "00ee65bb7307f9a01c3170b823083b0d4de68223520834b2c5eb7a09bae5dea6"),
    "https://w3id.org/security/v1": _pyld(
        "security-v1", "e2d146cd556f6fa5f14996c6f1749667d5a14073fa30f0643990068e2c0b1bac"
    ),
    # -- Status lists -----------------------------------------------------------------------------------------------------------
    BITSTRING_STATUS: _own("status-v1", "fd08cbf28ddd829ab2f1978c48f43ab07a112c1c90245a0cfac7ba721c65170c"),
    STATUS_LIST_2021: _own("status-list-2021-v1", "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160"),
    REVOCATION_LIST_2020: _own(
        "revocation-list-2020-v1", "f576df1066cba54ebf08c76465dce4e09a2cee7f6a02d381b62eb07f038a9358"
    ),
    # -- Others in use, and those of the W3C's examples and test suites ---------------------------------------------------------
    "https://w3id.org/dcc/v1": _own("dcc-v1", "1543695325471b0d23e839a28166ba4ea445cca294ac46fe034ca584cbfc6077"),
    "https://www.w3.org/ns/credentials/examples/v2": _own(
        "examples-v2", "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c"
    ),
    "https://www.w3.org/ns/credentials/undefined-terms/v2": _own(
        "undefined-terms-v2", "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581"
    ),
    "https://w3id.org/citizenship/v4rc1": _own(
        "citizenship-v4rc1", "a89b0bc00b1848ac3dfdf956c7dd5de8567e755351c07ec6a1c2b4a08b67953b"
    ),
}

EARLIER: Mapping[str, tuple[Pin, ...]] = {
    OB_3: (
        _own("ob-v3p0-context-3.0.3-2025", "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761"),
        _own("ob-v3p0-context-3.0.3-early", "c3ce8c088478065f19e1c926b8b0eff5ebfde3b68d071c7c0dcc63d31a859c1d"),
    ),
    OB_3_0_0: (PINS[OB_3_PLUGFEST],),
}
"""Other texts that stood under an address, the later ones first."""

STANDARD: tuple[str, ...] = (
    *(VC_V2, OB_3, OB_3_0_2, OB_3_0_1, OB_3_0_0, OB_EXTENSIONS, CLR_2, CLR_2_0_0, DATA_INTEGRITY_V2, MULTIKEY_V1),
)
"""The vocabularies that credentials are read by: what their words stand for may go by no other word, and the other way round."""
OLDER: tuple[str, ...] = (
    *(VC_V1, OB_3_PLUGFEST, DATA_INTEGRITY_V1, ED25519_2020, JWS_2020),
    *(BITSTRING_STATUS, STATUS_LIST_2021, REVOCATION_LIST_2020),
)
"""Those that credentials were read by, or are where they name them: what their words stand for may go by no other word."""

"""Every form of credential that is read here, the most telling first. Reading one more means adding one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.datamodel.rules import faults_of, gaps_of, text_rule
from cairn.credentials.elm.reading import ELM_3
from cairn.credentials.errors import CredentialError
from cairn.credentials.form import Form
from cairn.credentials.jose import SD_JWT_VC
from cairn.credentials.jsontext import as_list
from cairn.credentials.openbadges2.reading import OB_1, OB_2
from cairn.credentials.vc1 import VC_1


def _is_vc_2(document: Mapping[str, Any]) -> bool:
    return "@context" in document and "VerifiableCredential" in as_list(document.get("type"))


VC_2 = Form("vc-2.0", "Verifiable Credentials 2.0", _is_vc_2, faults_of, gaps_of, text_rule=text_rule)

FORMS: tuple[Form, ...] = (ELM_3, VC_1, VC_2, OB_2, OB_1, SD_JWT_VC)


def form_of(document: Mapping[str, Any]) -> Form:
    """Return the form of a document; raises ``not_a_credential``, ``is_a_presentation``."""
    for form in FORMS:
        if form.recognises(document):
            return form
    if "VerifiablePresentation" in as_list(document.get("type")):
        raise CredentialError(
            "is_a_presentation",
            "This is a presentation: it hands credentials over, and is none itself.",
            remedy="Check it as a presentation, or choose one of the credentials in it.",
        )
    raise CredentialError(
        "not_a_credential",
        "This is JSON, but no credential of any form we know: it lacks @context, or its type does not say what it is.",
        remedy="Choose the credential itself: a .json file in the Open Badges 3.0 form, or the badge image.",
    )

"""What a wallet says a credential says."""

from __future__ import annotations

import json

from tests.fuzz.seeds import seeds as everything

from cairn.credentials import Credential
from cairn.wallet.reading import contents_of


def test_the_parts_of_a_record_are_called_by_their_names_also_where_they_are_tokens() -> None:
    seeds = {seed.name: seed for seed in everything()[0]}
    document = json.loads(seeds["record"].data)
    token = seeds["vc-jwt"].data.decode()
    sealed = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{token}",
    }
    document["credentialSubject"]["verifiableCredential"] += [sealed, "nonsense"]
    parts = contents_of(Credential.parse(document)).parts
    assert parts == (*["Data Analysis with Python"] * 3, "a part that cannot be read")

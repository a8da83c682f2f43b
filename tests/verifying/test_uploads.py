"""However large a file somebody sends: no more of it is read than a credential can have."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cairn.verifying.forms import CheckForm
from cairn.verifying.services import MAX_SOURCE
from cairn.wallet.forms import ImportForm
from cairn.wallet.services import MAX_FILE


class Endless(SimpleUploadedFile):
    """Gives as many bytes as one asks for."""

    def __init__(self) -> None:
        super().__init__("badge.json", b"{")
        self.most = 0

    def read(self, size: int = -1, /) -> bytes:
        assert size >= 0, "asked for everything"
        self.most = size
        return b"{" * size


@pytest.mark.parametrize(("form", "limit"), [(CheckForm, MAX_SOURCE), (ImportForm, MAX_FILE)])
def test_no_more_is_read_than_a_credential_can_have(form: type[Any], limit: int) -> None:
    file = Endless()
    filled = form({}, {"file": file})
    assert filled.is_valid()
    filled.source()
    assert file.most == limit + 1, "one byte more tells that it is too large"

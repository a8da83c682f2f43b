"""Sentences call credits as people do, and never say of hours that they are credits."""

import pytest

from cairn.stacking.schemes import credit_in, credits_in


@pytest.mark.parametrize(
    ("scheme", "one", "many"),
    [
        ("ects", "ECTS credit", "ECTS credits"),
        ("ECTS", "ECTS credit", "ECTS credits"),
        ("us-semester", "US semester credit", "US semester credits"),
        ("CPD hours", "CPD hour", "CPD hours"),
        ("credits", "credit", "credits"),
        ("SemesterHours", "SemesterHours credit", "SemesterHours credits"),
        ("Northgate", "Northgate credit", "Northgate credits"),
    ],
)
def test_credits_are_called_as_people_call_them(scheme: str, one: str, many: str) -> None:
    assert (credit_in(scheme), credits_in(scheme)) == (one, many)

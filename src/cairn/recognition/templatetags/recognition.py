"""Tones and words of requests."""

from __future__ import annotations

from django import template

from cairn.recognition.models import RecognitionRequest

register = template.Library()

State = RecognitionRequest.State

TONES = {
    State.ASKED: "warn", State.GRANTED: "info", State.REFUSED: "bad", State.CLOSED: "bad", State.RECOGNISED: "good",
    State.WITHDRAWN: "plain", State.REVOKED: "bad",
}  # fmt: skip


@register.filter
def tone(found: RecognitionRequest) -> str:
    """Return the tone in which a request's state is shown."""
    return TONES.get(State(found.state), "info")


@register.filter
def desk_word(found: RecognitionRequest) -> str:
    """Return a request's state as the desk says it, where the learner is somebody else."""
    return "Waiting for the learner" if found.state == State.ASKED else found.get_state_display()

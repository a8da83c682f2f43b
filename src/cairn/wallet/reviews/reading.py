"""Reading reviews: what anybody may see of a credential, what an author wrote, what the operator has to look at.

Counts and means come with the number of people behind them, one question at a time. There is no overall score, and search knows
nothing of any of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from cairn.catalog.models import Definition
from cairn.errors import NotFound
from cairn.people.models import Person
from cairn.wallet.models import HeldCredential, Review, ReviewReport
from cairn.wallet.reviews.proof import FALLEN, doubt_about

FEWEST = 3
"""Of fewer people no mean is given: it would say what one of them said."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How one question was answered: (words, how many), and of how many."""

    question: str
    counts: tuple[tuple[str, int], ...]
    people: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What public reviews say together. ``hours`` is the mean of ``hours_people`` who told theirs; None of fewer than :data:`FEWEST`."""

    people: int
    answers: tuple[Answers, ...]
    hours: Decimal | None
    hours_people: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A review as everybody sees it. ``older`` where it is of an earlier version than the one in the catalogue now."""

    review: Review
    doubt: str
    older: bool
    reply_is_older: bool


def public_reviews(definition: Definition) -> QuerySet[Review]:
    """Return what anybody may read of a credential, newest first."""
    return (
        Review.objects.filter(definition=definition, public_since__isnull=False, hidden_at__isnull=True)
        .select_related("version", "held__award", "replied_for")
        .order_by("-public_since", "-pk")
    )


def shown(reviews: Iterable[Review], current: int) -> list[Shown]:
    """Return reviews as they are shown, beside the version number in the catalogue now."""
    return [
        Shown(one, doubt_about(one), one.version.number < current, bool(one.replied_at and one.changed_at > one.replied_at))
        for one in reviews
    ]  # fmt: skip


def summary(reviews: Iterable[Review]) -> Summary:
    """Return what reviews say together, question by question; without those whose award was withdrawn or is suspended."""
    every = [one for one in reviews if one.held is None or one.held.award is None or one.held.award.state not in FALLEN]
    helped = Counter(one.helped for one in every if one.helped)
    again = Counter(one.again for one in every if one.again is not None)
    hours = [one.hours_spent for one in every if one.hours_spent is not None]
    mean = sum(hours, Decimal(0)) / len(hours) if len(hours) >= FEWEST else None
    found = tuple((label, helped[key]) for key, label in Review.Helped.choices if helped[key])
    willing = tuple((word, again[key]) for word, key in (("Yes", True), ("No", False)) if again[key])
    answers = (
        Answers("Did it help with work?", found, helped.total()),
        Answers("Would they do it again?", willing, again.total()),
    )
    return Summary(
        len(every),
        tuple(one for one in answers if one.people),
        None if mean is None else mean.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP),
        len(hours),
    )


def review_of(held: HeldCredential, definition: Definition) -> Review | None:
    """Return what the holder wrote of this credential, whichever of their credentials proves it."""
    return Review.objects.filter(author=held.holder_id, definition=definition).select_related("version").first()


def review_at(uid: UUID) -> Review:
    """Return a public review by its identifier; raises NotFound for private and hidden ones just as for none."""
    found = Review.objects.filter(uid=uid, public_since__isnull=False, hidden_at__isnull=True)
    review = found.select_related("definition__provider__organisation", "definition__owner", "version").first()
    if review is None:
        raise NotFound("There is no such review.", remedy="It may have been taken back by its author.")
    return review


def any_review(uid: UUID) -> Review:
    """Return a review by its identifier, hidden or not, for the operator; raises NotFound."""
    found = Review.objects.select_related("definition", "version", "author").filter(uid=uid).first()
    if found is None:
        raise NotFound("There is no such review.", remedy="Its author may have deleted it.")
    return found


def reviews_to_look_at() -> QuerySet[Review]:
    """Return reviews that somebody reported and nobody has settled, most reports first; then those that are hidden."""
    waiting = Count("reports", filter=Q(reports__settled_at__isnull=True))
    looked = Review.objects.annotate(waiting=waiting).filter(Q(waiting__gt=0) | Q(hidden_at__isnull=False))
    return looked.select_related("definition", "version").prefetch_related("reports").order_by("-waiting", "-pk")


def reviews_portion(person: Person) -> dict[str, object]:
    """Return what a person wrote and reported, JSON-ready, for "my data"."""
    return {
        "written": [
            {
                "credential": one.definition.slug, "version": one.version.number, "awarded_on": one.awarded_on.isoformat(),
                "shown_as": one.shown_as, "helped": one.helped, "again": one.again, "text": one.text,
                "hours_spent": None if one.hours_spent is None else str(one.hours_spent),
                "written_at": one.written_at.isoformat(), "changed_at": one.changed_at.isoformat(),
                "public_since": one.public_since.isoformat() if one.public_since else None, "reply": one.reply,
                "hidden_because": one.hidden_because if one.hidden_at else "",
            }
            for one in Review.objects.filter(author=person).select_related("definition", "version").order_by("pk")
        ],
        "reported": [
            {"review": str(one.review.uid), "why": one.why, "words": one.words, "at": one.at.isoformat()}
            for one in ReviewReport.objects.filter(reporter=person).select_related("review").order_by("pk")
        ],
    }  # fmt: skip

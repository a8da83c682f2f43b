"""Pages of reviews: read by everybody, written beside the credential that proves them, answered at the desk, settled by the operator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.catalog.queries import version_of
from cairn.errors import CairnError, Invalid, NotAllowed, NotFound
from cairn.outside import clock
from cairn.people.models import Person
from cairn.people.queries import roles_of
from cairn.wallet import queries
from cairn.wallet.models import HeldCredential, Review
from cairn.wallet.reviews import reading, writing
from cairn.wallet.reviews.forms import ReplyForm, ReportForm, ReviewForm
from cairn.wallet.reviews.proof import proof_of

A_FEW = 3
"""Reviews on the credential's own page."""
ON_A_PAGE = 20


@require_safe
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every public review of a credential."""
    version = version_of(slug)
    found = reading.public_reviews(version.definition)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "version": version,
        "page": page,
        "shown": reading.shown(page, version.number),
        "summary": reading.summary(found),
        "may_reply": _may_reply(request, version.definition.owner or version.definition.provider.organisation),
        "reply_form": ReplyForm(),
    }
    return render(request, "wallet/reviews.html", context)


@require_safe
def reviews_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the latest reviews on the credential's page, with what all of them say together."""
    version = version_of(slug)
    found = reading.public_reviews(version.definition)
    context = {
        "version": version,
        "shown": reading.shown(found[:A_FEW], version.number),
        "summary": reading.summary(found),
        "few": A_FEW,
    }
    return render(request, "wallet/_reviews.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, or change, the review of one of my credentials."""
    person, held = _own_credential(request, pk)
    proof = proof_of(held)
    review = reading.review_of(held, proof.version.definition) if proof else None
    form = ReviewForm(request.POST or None, initial=ReviewForm.said_before(review) if review else None)
    if request.method == "POST" and form.is_valid():
        try:
            review = writing.write_review(held=held, by=person, at=clock.now(), **form.answers())
            if request.POST.get("then") == "publish":
                writing.publish_review(review=review, by=person, at=clock.now())
        except CairnError as refusal:
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        else:
            public = review.public_since is not None
            messages.success(
                request, "Everybody can read it now." if public else "It is kept. Nobody but you can read it."
            )
            return redirect("wallet:review", pk)
    context = {"held": held, "proof": proof, "review": review, "form": form, "doubt": None}
    return _private(render(request, "wallet/review.html", context, status=422 if form.errors else 200))


@login_required
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, take back or delete the review of one of my credentials."""
    person, held = _own_credential(request, pk)
    review = Review.objects.filter(author=person, held=held).first()
    if review is None:
        raise NotFound("There is no such review of yours.", remedy="Open it from the credential it is about.")
    match request.POST.get("step"):
        case "publish":
            writing.publish_review(review=review, by=person, at=clock.now())
            messages.success(request, "Everybody can read it now.")
        case "private":
            writing.make_private(review=review, by=person)
            messages.success(request, "Nobody but you can read it now.")
        case "delete":
            writing.delete_review(review=review, by=person)
            kept = review.hidden_at is not None
            messages.success(
                request,
                "The review is deleted. That the operator hid it stays known: what you write next is hidden too."
                if kept
                else "The review is deleted.",
            )
        case _:
            raise Invalid("There is no such step.", remedy="Use the buttons of the page.")
    return redirect("wallet:review", pk)


@login_required
@require_POST
def reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer a review for the provider."""
    review, form = reading.review_at(uid), ReplyForm(request.POST)
    if not form.is_valid():
        raise Invalid(
            "The reply is too long.", remedy=f"Keep it under {writing.LONGEST_TEXT} letters.", code="too_long"
        )
    writing.reply_to(review=review, by=_person(request), at=clock.now(), text=form.cleaned_data["text"])
    messages.success(request, "The reply stands below the review." if review.reply else "The reply is taken back.")
    return redirect(f"{reverse('wallet:reviews', args=[review.definition.slug])}#review-{review.uid}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Tell the operator that a review should not stand there."""
    review, form = reading.review_at(uid), ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        writing.report_review(review=review, by=_person(request), at=clock.now(), **form.cleaned_data)
        messages.success(request, "Thank you. The operator of this site will look at it.")
        return redirect("wallet:reviews", review.definition.slug)
    return _private(
        render(
            request, "wallet/review_report.html", {"review": review, "form": form}, status=422 if form.errors else 200
        )
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest) -> HttpResponse:
    """Look at what was reported, hide it with a reason, or let it stand. The operator only."""
    person = _person(request)
    if not person.is_staff:
        raise NotAllowed("Only the operator of this site settles reports.", remedy="Report the review instead.")
    if request.method == "POST":
        try:
            review = reading.any_review(UUID(request.POST.get("review", "")))
        except ValueError:
            raise Invalid("No review is named.", remedy="Use the buttons of the page.") from None
        act = writing.hide_review if request.POST.get("step") == "hide" else writing.let_stand
        act(review=review, by=person, at=clock.now(), reason=request.POST.get("reason", ""))
        messages.success(request, "Hidden. Its author is told why." if review.hidden_at else "It stands.")
        return redirect("wallet:settle_reviews")
    page = Paginator(reading.reviews_to_look_at(), ON_A_PAGE).get_page(request.GET.get("page"))
    return _private(render(request, "wallet/reviews_reported.html", {"page": page}))


def _own_credential(request: HttpRequest, pk: int) -> tuple[Person, HeldCredential]:
    person = _person(request)
    return person, queries.held_of(person, pk)


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise NotFound("Sign in first.")
    return request.user


def _may_reply(request: HttpRequest, organisation: Any) -> bool:
    if organisation is None or not isinstance(request.user, Person):
        return False
    return bool(set(map(str, writing.REPLIERS)) & set(roles_of(request.user, organisation)))


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response

"""The registrar's desk for larger credentials of which a part fell: what is open, what would be without the part, and the decision."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.errors import CairnError
from cairn.issuing.models import StatusChange
from cairn.issuing.pages.desk import frame
from cairn.issuing.pages.person import signed_in
from cairn.journeys import queries
from cairn.journeys.pages.stacks import told_of
from cairn.journeys.services import questions, stacks
from cairn.journeys.weighing import weighing_of
from cairn.outside.clock import now
from cairn.people.models import Role


class DecisionForm(forms.Form):
    """What follows for the larger credential, and why."""

    decision = forms.ChoiceField(
        label="What follows?",
        choices=[
            ("stands", "It stands all the same"),
            ("revoked", "It is revoked, for good"),
            ("replaced", "It is awarded again with the parts that stand; the old one is revoked"),
        ],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(
        label="If it is revoked, on what ground?", choices=StatusChange.Reason.choices, initial=StatusChange.Reason.WITHDRAWAL,
        required=False,
    )  # fmt: skip
    reason = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One or two sentences. If it is revoked, its holder reads them in the letter.",
        max_length=2000,
    )


@require_safe
@login_required
def questioned(request: HttpRequest, slug: str) -> HttpResponse:
    """List the larger awards of which a part fell, and the stacks that are complete again after theirs was revoked."""
    organisation, context = frame(request, slug, "questions", Role.REGISTRAR)
    context |= {"open": queries.questions_of(organisation), "again": queries.complete_again(organisation)}
    context["weighed"] = weighed = weighing_of(organisation)
    context["running"] = any(one.running for one in weighed)
    return render(request, "journeys/questioned.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what would be without the part that fell, and take the decision."""
    organisation, context = frame(request, slug, "questions", Role.REGISTRAR)
    found = queries.question_of(organisation, pk)
    person, moment = signed_in(request), now()
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason, decision = form.cleaned_data["reason"], form.cleaned_data["decision"]
        try:
            if decision == "stands":
                questions.let_stand(question=found, by=person, reason=reason, at=moment)
            elif decision == "revoked":
                ground = form.cleaned_data["ground"]
                questions.revoke_stacked(question=found, by=person, ground=ground, reason=reason, at=moment)
            else:
                questions.replace_stacked(question=found, by=person, reason=reason, at=moment)
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(
                request, "Decided. The page of the learner says so, and the trail keeps who decided and why."
            )
            return redirect("journeys:questions", slug=slug)
    stacked = found.stacked
    evaluation = stacks.weigh(stacked.version, stacked.holder, moment).document
    context |= told_of(stacked.version, evaluation, stacked.holder)
    context |= {"question": found, "form": form, "own": stacked.holder_id == person.pk}
    return render(request, "journeys/question.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def award_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Award a stack again that is complete again."""
    organisation, _ = frame(request, slug, "questions", Role.REGISTRAR)
    progress = get_object_or_404(queries.complete_again(organisation), pk=pk)
    reason = request.POST.get("reason", "")[:2000]
    award = questions.award_again(progress=progress, by=signed_in(request), reason=reason, at=now())
    messages.success(request, "The award is made again, and its holder has it.")
    return redirect("issuing:award", award_id=award.pk)

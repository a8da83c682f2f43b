"""A draft in further languages, at the provider's desk: each text beside the one it translates, and what is missing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cairn.catalog import services
from cairn.catalog.forms import LanguageForm
from cairn.catalog.languages import english_name, read_tag, translations_of
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.pages.authoring_asking import person_asking, version_on_desk
from cairn.errors import CairnError
from cairn.outside import clock


@login_required
@require_http_methods(["GET", "POST"])
def author_language(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft in the language that the address names, or take that language away."""
    person = person_asking(request)
    version, owner = version_on_desk(person, pk)
    if version.state != DefinitionVersion.State.DRAFT:
        messages.info(request, "Only a draft can be changed. Make a new version to change what is published.")
        return redirect("catalog:author_definition", version.pk)
    tag = request.GET.get("language", "")
    try:
        read_tag(tag, version.language)
    except CairnError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        return redirect("catalog:author_definition", version.pk)
    if "remove" in request.POST:
        services.remove_language(version=version, language=tag, by=person, at=clock.now())
        messages.success(request, f"{english_name(tag)} is taken away.")
        return redirect("catalog:author_definition", version.pk)
    form = LanguageForm(request.POST or None, version=version, language=tag)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.write_language(version=version, language=tag, texts=form.said(), by=person, at=clock.now())
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            missing = next((one.missing for one in translations_of(kept) if one.tag == tag), ())
            messages.success(
                request, f"Saved. Still missing: {', '.join(missing)}." if missing else "Saved. Nothing is missing."
            )
            return redirect("catalog:author_definition", version.pk)
    context = {"version": version, "owner": owner, "form": form, "tag": tag, "kept": tag in version.texts}
    return render(request, "catalog/author_language.html", context)

"""Pages of the wallet. A holder's pages are not there for anybody else; a share link shows what it was made to show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.credentials import matches_recipient
from cairn.errors import CairnError, NotFound
from cairn.look.raster import preview_card
from cairn.outside import clock, fetching
from cairn.people.models import Person
from cairn.wallet import checking, files, queries, services
from cairn.wallet.explaining import explain
from cairn.wallet.forms import ImportForm, ShareForm
from cairn.wallet.linkedin import add_to_profile_url
from cairn.wallet.models import HeldCredential, ShareLink
from cairn.wallet.reading import Contents, contents_of
from cairn.wallet.standing import standing_of

_NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""For artwork: even opened on its own, an SVG may draw and do nothing else."""


def _holder(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise NotFound("Sign in to see your credentials.")
    return request.user


# --- the holder's own --------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    """My credentials: everything the person holds, newest first."""
    now = clock.now()
    held = list(queries.held_by(_holder(request)))
    cards = [
        {
            "held": one,
            "standing": standing_of(one, at=now),
            "open_links": sum(queries.is_open(link, at=now) for link in one.share_links.all()),
        }
        for one in held
    ]
    return _private(render(request, "wallet/credentials.html", {"cards": cards}))


@login_required
@require_safe
def credential(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my credentials: what it says, files to take away, links and who sees what."""
    held = queries.held_of(_holder(request), pk)
    return _credential_page(request, held, ShareForm(), at=clock.now())


def _credential_page(
    request: HttpRequest, held: HeldCredential, form: ShareForm, *, at: datetime, status: int = 200
) -> HttpResponse:
    parsed = queries.credential_of(held)
    contents = contents_of(parsed)
    links = list(queries.links_of(held))
    open_links = [link for link in links if queries.is_open(link, at=at)]
    # What others publish is only asked for on demand: a slow server elsewhere must not hold up one's own page.
    explained = None
    if held.award_id is not None or request.GET.get("check"):
        verdict = checking.check(parsed, at=at, world=fetching.site_resolver())
        services.note_check(held=held, credential=parsed, verdict=verdict, at=at)
        explained = explain(verdict, at=at)
    context = {
        "held": held,
        "award": held.award,
        "contents": contents,
        "version": held.award.version if held.award is not None else None,
        "standing": standing_of(held, at=at),
        "explained": explained,
        "forms": files.forms_of(held),
        "form": form,
        "links": [{"link": link, "url": services.share_url(link), "open": link in open_links} for link in links],
        "linkedin": linkedin_url(held, contents, open_links),
    }
    return _private(render(request, "wallet/credential.html", context, status=status))


def linkedin_url(held: HeldCredential, contents: Contents, open_links: list[ShareLink]) -> str:
    """Return LinkedIn's add-to-profile link for an award of this site that has an open share link; "" otherwise."""
    award = held.award
    if award is None or not open_links or award.awarded_at is None or not standing_of(held, at=clock.now()).holds:
        return ""
    return add_to_profile_url(
        name=award.version.title,
        organisation=award.organisation.name,
        issued=contents.awarded_at or award.awarded_at,
        expires=award.valid_until,
        share_url=services.share_url(open_links[0]),
        credential_id=held.credential_id,
    )


@login_required
@require_safe
def download(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send one of my credentials as a file."""
    held = queries.held_of(_holder(request), pk)
    file = files.take_away(held, form, at=clock.now())
    response = HttpResponse(file.body, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return _private(response)


@login_required
@require_safe
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the picture of one of my credentials."""
    return _artwork(queries.held_of(_holder(request), pk), max_age=600)


@login_required
@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a share link."""
    held, now = queries.held_of(_holder(request), pk), clock.now()
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _credential_page(request, held, form, at=now, status=422)
    try:
        services.share(held=held, by=_holder(request), at=now, **form.choices())
    except CairnError as refusal:
        form.add_error("until", f"{refusal.message} {refusal.remedy}")
        return _credential_page(request, held, form, at=now, status=422)
    messages.success(request, _("The link is ready. Copy it below; you can withdraw it at any time."))
    return redirect(f"{_page_of(held)}#links")


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """End a share link."""
    held = queries.held_of(_holder(request), pk)
    found = queries.links_of(held).filter(pk=link).first()
    if found is None:
        raise NotFound("There is no such link.", remedy="Look at the links on the credential's page.")
    services.withdraw_link(link=found, by=_holder(request), at=clock.now())
    messages.success(request, _("The link is withdrawn. Whoever opens it is told so."))
    return redirect(f"{_page_of(held)}#links")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a credential that was brought from elsewhere out of the wallet."""
    held = queries.held_of(_holder(request), pk)
    services.remove_imported(held=held, by=_holder(request), at=clock.now())
    messages.success(request, _("“%(name)s” is no longer in your wallet.") % {"name": held.name})
    return redirect("wallet:credentials")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Bring a credential from elsewhere."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        try:
            held = services.import_credential(
                holder=_holder(request), source=form.source(), at=clock.now(), world=fetching.site_resolver()
            )
        except CairnError as refusal:
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        else:
            messages.success(request, _("“%(name)s” is in your wallet now.") % {"name": held.name})
            return redirect(_page_of(held))
    return _private(render(request, "wallet/import.html", {"form": form}, status=422 if form.errors else 200))


# --- what a link shows -------------------------------------------------------------------------------------------------------


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show a shared credential, checked as it is opened. Programs that do not ask for a page get the signed document."""
    if not request.accepts("text/html"):
        return shared_file(request, token)
    now = clock.now()
    link = queries.shared_link(token, at=now)
    held = link.held
    parsed = queries.credential_of(held)
    contents = contents_of(parsed)
    own = isinstance(request.user, Person) and request.user.pk == held.holder_id
    if request.method == "GET" and not own:
        services.count_opening(link)
    url = services.share_url(link)
    context: dict[str, Any] = {
        "link": link,
        "held": held,
        "own": own,
        "award": held.award,
        "version": held.award.version if held.award is not None else None,
        "contents": contents,
        "evidence": contents.evidence if link.show_evidence else (),
        "standing": standing_of(held, at=now),
        "explained": explain(checking.check(parsed, at=now, world=fetching.site_resolver()), at=now),
        "holder": held.holder.name if link.show_name else "",
        "names_holder": held.award is not None or matches_recipient(parsed, email=held.holder.email) is True,
        "shows_file": shows_file(link, contents),
        "url": url,
        "preview_url": f"{url}preview.png",
    }
    response = render(request, "wallet/shared.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return _unlisted(response, link)


def shows_file(link: ShareLink, contents: Contents) -> bool:
    """Tell whether the signed file may be taken from the public page: only where it says nothing that the link leaves out."""
    return link.show_name and (link.show_evidence or not contents.evidence)


@require_safe
def shared_file(_request: HttpRequest, token: str) -> HttpResponse:
    """Send the signed document of a shared credential, where the link shows everything in it."""
    link = queries.shared_link(token, at=clock.now())
    if not shows_file(link, contents_of(queries.credential_of(link.held))):
        raise NotFound(
            "This link does not give out the signed file.", remedy="Ask the person who shared it for the file."
        )
    file = files.take_away(link.held, "json", at=clock.now())
    response = HttpResponse(file.body, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    patch_cache_control(response, private=True, no_cache=True)
    return _unlisted(response, link)


@require_safe
def shared_badge(_request: HttpRequest, token: str) -> HttpResponse:
    """Show the picture of a shared credential."""
    link = queries.shared_link(token, at=clock.now())
    return _unlisted(_artwork(link.held, max_age=300), link)


@require_safe
def shared_preview(_request: HttpRequest, token: str) -> HttpResponse:
    """Draw the card that other sites show for a share link."""
    link = queries.shared_link(token, at=clock.now())
    held = link.held
    kind = held.award.version.definition.type if held.award is not None else ""
    picture = preview_card(
        held.name,
        held.issuer_name,
        kind,
        held.holder.name if link.show_name and held.award is not None else "",
        badge_svg=files.badge_svg(held),
        seed=held.credential_id,
    )
    response = HttpResponse(picture, content_type="image/png")
    patch_cache_control(response, public=True, max_age=300)
    return _unlisted(response, link)


def _unlisted(response: HttpResponse, link: ShareLink) -> HttpResponse:
    """Keep search engines away unless the holder lets them in; links from here say nothing about where one comes from."""
    if not link.listed:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _artwork(held: HeldCredential, *, max_age: int) -> HttpResponse:
    response = HttpResponse(files.badge_svg(held), content_type="image/svg+xml")
    response["Content-Security-Policy"] = _NO_SCRIPTS
    patch_cache_control(response, private=True, max_age=max_age)
    return response


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response


def _page_of(held: HeldCredential) -> str:
    return reverse("wallet:credential", args=[held.pk])

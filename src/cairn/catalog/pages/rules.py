"""The rule builder: a stack's rule composed part by part, with its picture, its sentences and what is to mend beside it.

Every step is one form that is sent; with htmx only what changes is sent back. The draft stays in the designer's session until it is saved.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cairn.catalog import queries, services
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.rules import drafts
from cairn.catalog.rules.judging import Judged, judge
from cairn.catalog.rules.kinds import AROUND, GROUP, kind_of, menu
from cairn.catalog.rules.picking import PICKERS, names_in
from cairn.catalog.rules.picture import picture_of
from cairn.catalog.rules.supply import remarks
from cairn.catalog.rules.tree import Node
from cairn.catalog.rules.values import fields_of
from cairn.errors import CairnError, NotAllowed, NotFound
from cairn.outside import clock
from cairn.people import queries as people
from cairn.people import services as duties
from cairn.people.models import Person, Role

LONGEST_SEARCH = 200


@login_required
@require_http_methods(["GET", "POST"])
def rule_builder(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft's rule and do one step to it."""
    person, version = designed(request, pk)
    if version.state != DefinitionVersion.State.DRAFT:
        messages.info(request, "Only a draft can be changed. Make a new version to change what is published.")
        return redirect("catalog:author_definition", version.pk)
    draft = drafts.draft_of(version, request.session)
    if request.method == "POST":
        return _step(request, person, version, draft)
    if draft.root is not None and draft.root.find(request.GET.get("node", "")):
        draft.selected = request.GET["node"]
    context = _context(request, version, draft, focus="node" in request.GET)
    if getattr(request, "htmx", False):
        return render(
            request, "catalog/_rule_found.html" if "q" in request.GET else "catalog/_rule_builder.html", context
        )
    return render(request, "catalog/rule_builder.html", context)


@login_required
@require_GET
def rule_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the rule as it stands in the builder, as a file."""
    _, version = designed(request, pk)
    draft = drafts.draft_of(version, request.session)
    if draft.root is None:
        raise NotFound("There is no rule yet.", remedy="Build one first.")
    response = HttpResponse(_document(draft.root), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{version.definition.slug}-rule.json"'
    return response


def designed(request: HttpRequest, pk: int) -> tuple[Person, DefinitionVersion]:
    """Return the designer who asks and a version of their organisation; to strangers there is no such thing."""
    person = request.user
    if not isinstance(person, Person):
        raise NotAllowed("This desk is for people who are signed in.", remedy="Sign in first.")
    version = queries.with_context(DefinitionVersion.objects.filter(pk=pk, definition__owner__isnull=False)).first()
    owner = version.definition.owner if version else None
    if version is None or owner is None or not people.roles_of(person, owner):
        raise NotFound("There is no such definition on your desk.", remedy="Look at the list of definitions.")
    duties.require(person, owner, Role.DESIGNER)
    return person, version


def _step(request: HttpRequest, person: Person, version: DefinitionVersion, draft: drafts.Draft) -> HttpResponse:
    step, before = request.POST.get("step", ""), draft.selected
    said, wrong = "", ""
    try:
        if step == "keep":
            services.keep_rule(version=version, draft=draft, by=person, at=clock.now())
            version.refresh_from_db()
            draft.base, said = drafts.digest(version.requirement), "Saved in the definition's draft."
        elif step == "discard":
            drafts.drop_draft(version, request.session)
            draft, said = drafts.draft_of(version, request.session), "Here is the rule as it was saved last."
        else:
            said = draft.apply(step, request.POST.get("key", ""), request.POST)
        if step != "discard":
            drafts.keep_draft(version, draft, request.session)
    except CairnError as error:
        wrong = f"{error.message} {error.remedy}".strip()
    if not getattr(request, "htmx", False):
        if wrong:
            messages.error(request, wrong)
        elif said:
            messages.success(request, said)
        return redirect(f"{reverse('catalog:rule', args=[version.pk])}?node={draft.selected}#node-{draft.selected}")
    context = _context(
        request, version, draft, focus=draft.selected != before and not wrong and step not in {"undo", "redo"}
    )
    context |= {"said": said, "wrong": wrong}
    only_told = step == "set" and not wrong
    return render(request, "catalog/_rule_told.html" if only_told else "catalog/_rule_builder.html", context)


def _context(request: HttpRequest, version: DefinitionVersion, draft: drafts.Draft, *, focus: bool) -> dict[str, Any]:
    names = names_in(draft.root)
    judged = judge(draft.root, names)
    noted = remarks(judged, clock.now())
    chosen = draft.root.find(draft.selected) if draft.root else None
    rows = _row(draft.root, judged, noted, draft.selected, "1") if draft.root else None
    flat = _flat(rows) if rows else []
    owner = version.definition.owner
    context: dict[str, Any] = {
        "version": version,
        "owner": owner,
        "draft": draft,
        "row": rows,
        "rows": flat,
        "judged": judged,
        "to_mend": [row for row in flat if row["faults"]],
        "to_know": [row for row in flat if row["remarks"]],
        "picture": picture_of(version.title, version.definition.type, draft.root, judged, names)
        if draft.root
        else None,
        "changed": drafts.is_changed(version, draft),
        "begin": menu(),
        "document": _document(draft.root) if draft.root else "",
        "focus": focus,
    }
    if chosen is not None and draft.root is not None:
        context |= _editor(request, draft.root, chosen, judged, names, flat)
    return context


def _editor(
    request: HttpRequest, root: Node, chosen: Node, judged: Judged, names: dict[str, str], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    fields = fields_of(chosen)
    asked = request.GET.get("field", "")
    query = request.GET.get("q", "")[:LONGEST_SEARCH]
    picker = next((one.input for one in fields if one.input.name == asked and one.input.searched), None)
    inside = {node.key for node in chosen.walk()}
    return {
        "chosen": chosen,
        "kind": kind_of(chosen.kind),
        "plain_fields": [one for one in fields if not one.input.searched and not one.input.filters],
        "filter_fields": [one for one in fields if not one.input.searched and one.input.filters],
        "searched_fields": [_searched(one, names) for one in fields if one.input.searched and not one.input.filters],
        "searched_filters": [_searched(one, names) for one in fields if one.input.searched and one.input.filters],
        "filtered": "filter" in chosen.values or asked.startswith("filter."),
        "label": chosen.values.get("label", ""),
        "faults": judged.faults.get(chosen.key, ()),
        "add_menu": menu() if chosen.takes_part else None,
        "wrap_menu": menu(GROUP, AROUND),
        "turn_menu": [(head, [one for one in kinds if one.name != chosen.kind]) for head, kinds in menu(chosen.shape)],
        "into_menu": [row for row in rows if row["node"].takes_part and row["node"].key not in inside],
        "may_unwrap": bool(chosen.parts),
        "asked": asked,
        "query": query,
        "asked_input": picker,
        "asked_sets": next((one["lines"] for one in [_searched(f, names) for f in fields if f.input == picker]), []),
        "found": PICKERS[picker.picker](query) if picker and query.strip() else None,
    }


def _searched(field: Any, names: dict[str, str]) -> dict[str, Any]:
    """A field that is filled by searching, with the names of what was chosen."""
    lines: list[Any]
    if field.input.control == "pick":
        lines = [(field.value, names.get(field.value, field.value))] if field.value else []
    elif field.input.control == "sets":
        lines = [[(each, names.get(each, each)) for each in group] for group in field.lines]
    else:
        lines = [(each, names.get(each, each)) for each in field.lines]
    return {"input": field.input, "lines": lines}


def _row(node: Node, judged: Judged, noted: dict[str, list[str]], selected: str, number: str) -> dict[str, Any]:
    return {
        "node": node,
        "number": number,
        "kind": kind_of(node.kind),
        "said": judged.said[node.key],
        "label": node.values.get("label", ""),
        "faults": judged.faults.get(node.key, ()),
        "remarks": noted.get(node.key, []),
        "selected": node.key == selected,
        "parts": [_row(part, judged, noted, selected, f"{number}.{place}") for place, part in enumerate(node.parts, 1)],
    }


def _flat(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [row, *(one for part in row["parts"] for one in _flat(part))]


def _document(root: Node) -> str:
    return json.dumps(root.to_rule(), indent=2, ensure_ascii=False)

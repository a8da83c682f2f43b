"""The page that explains the API to people who write programs, made from the same description that programs read."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.entry.api import api
from cairn.entry.api.vc_api import vc_api
from cairn.people.services import SCOPES

SCOPE_OF = {
    "verify": "credentials:verify",
    "verify_file": "credentials:verify",
    "issue": "credentials:issue",
    "award": "credentials:read",
    "revoke": "credentials:revoke",
    "record_evidence": "evidence:record",
    "plan": "plans:read",
    "tag": "skills:read",
    "decide_match": "skills:decide",
    "weigh": "stacks:read",
    "my_stacks": "stacks:read",
    "my_stack": "stacks:read",
    "my_wallet": "wallet:read",
    "my_credential": "wallet:read",
    "my_goals": "goals:read",
    "my_goal": "goals:read",
    "set_goal": "goals:write",
    "change_limits": "goals:write",
    "close_goal": "goals:write",
    "find_plans": "goals:write",
    "take_plan": "goals:write",
    "suppose": "goals:read",
    "my_claims": "goals:read",
    "state_skill": "goals:write",
    "withdraw_skill": "goals:write",
    "withdraw_decision": "skills:decide",
    "my_degree": "stacks:read",
    "compare_versions": "stacks:read",
    "choose_version": "stacks:follow",
    "stack_questions": "stacks:decide",
    "decide_stack_question": "stacks:decide",
    "complete_again": "stacks:decide",
    "award_again": "stacks:decide",
    "recognition_sources": "recognition:ask",
    "my_requests": "recognition:ask",
    "ask_recognition": "recognition:ask",
    "act_on_my_request": "recognition:ask",
    "check_rule": "stacks:design",
    "try_rule": "stacks:design",
    "solve_problem": "plans:read",
    "read_pathways": "stacks:design",
    "write_pathway": "stacks:design",
    "draft_agreement": "recognition:agree",
    "act_on_agreement": "recognition:agree",
    "recognition_requests": "recognition:read",
    "recognition_request": "recognition:read",
    "act_on_request": "recognition:decide",
    "vc_issue": "vc:issue",
    "vc_derive": "vc:derive",
    "vc_status": "vc:issue",
    "vc_verify": "credentials:verify",
    "vc_verify_presentation": "credentials:verify",
    "vc_did": "credentials:verify",
}
"""Operation to the scope it needs, in words for this page; a test compares it with what the operations ask."""

BODIES: dict[str, dict[str, Any]] = {
    "verify": {"url": "https://issuer.example/badge.json"},
    "issue": {
        "definition": "soldering-basics",
        "recipient": {"email": "nia@example.org", "name": "Nia Example"},
        "request_id": "course-7-nia",
    },
    "revoke": {"reason": "error", "explanation": "The wrong course was chosen; the right award follows."},
    "plan": {"occupation": "15-1231.00", "have": {}, "budget": 300000, "hours_per_week": 10, "objective": "cheapest"},
}
PROBLEMS: dict[str, dict[str, Any]] = {
    "solve_problem": {
        "currency": "EUR",
        "offers": [{"id": "A", "provides": {"sql": 2}, "price": 10000, "hours": 20}],
        "target": {"needs": [{"skill": "sql", "level": 2}]},
    }
}
"""Bodies that follow a published schema of their own."""
_RULE = {"kind": "credits_at_least", "amount": "7.5", "scheme": "ECTS", "filter": {"tags": ["data"]}}
_HELD = {
    "id": "one",
    "achievement": "urn:tables",
    "issuer": "https://uni.example",
    "valid_from": "2026-01-01T00:00:00Z",
}
BODIES |= {
    "weigh": {
        "rule": _RULE,
        "awards": [{**_HELD, "credits": {"ECTS": "5"}, "tags": ["data"]}],
        "at": "2026-06-01T00:00:00Z",
    },
    "check_rule": {"rule": _RULE, "title": "Data for everybody"},
    "try_rule": {"rule": _RULE, "definition": "data-for-everybody"},
}
_PATHWAY = {"@type": "ceterms:Pathway", "@id": "urn:data", "ceterms:hasDestinationComponent": "urn:data:whole"}
_WHOLE = {"@type": "ceterms:CredentialComponent", "@id": "urn:data:whole", "ceasn:hasChild": ["urn:data:tables"]}
_PART = {"@type": "ceterms:CourseComponent", "@id": "urn:data:tables", "ceterms:name": "Reading Tables"}
BODIES |= {
    "read_pathways": {"document": {"@graph": [_PATHWAY, _WHOLE, _PART]}},
    "write_pathway": {"rule": {"kind": "award_of", "achievement": "urn:data:tables"}, "title": "Data for everybody"},
}
_SIGNED = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "proof": {}}
BODIES |= {
    "tag": {"texts": [{"title": "Medical Billing and Coding", "description": "With Microsoft Excel."}]},
    "decide_match": {
        "label": "staff management",
        "target": "http://data.europa.eu/esco/skill/339ac029-066a-4985-9f9d-b3d7c8fea0bb",
        "accepted": True,
    },
}
BODIES |= {
    "record_evidence": {
        "criterion": "C6",
        "points": 2,
        "tier": "reviewed",
        "sentence": "The report on its reliability was read: 0.86 over two cohorts.",
        "source": "Report of 2025, section 3",
        "checked_on": "2026-02-20",
        "expires_on": "2029-02-20",
    }
}
BODIES |= {
    "draft_agreement": {
        "giver": "harbour-college",
        "receiver": "state-university",
        "title": "Data and Statistics",
        "in_force_from": "2026-09-01T00:00:00Z",
        "terms": [
            {
                "id": "statistics",
                "accepts": [{"id": "https://credentials.example.org/achievements/5c0b…/1", "name": "Tables"}],
                "toward": {"id": "https://credentials.example.org/achievements/91ef…/1", "name": "STAT 101"},
                "credits": "5",
                "scheme": "ects",
            }
        ],
    },
    "act_on_agreement": {"act": "sign"},
    "act_on_request": {
        "act": "examine",
        "grant": True,
        "credits": 5,
        "scheme": "ects",
        "reason": "Same outcomes, same level.",
    },
}
_TABLES = "http://data.europa.eu/esco/skill/339ac029-066a-4985-9f9d-b3d7c8fea0bb"
BODIES |= {
    "set_goal": {"occupation": "15-1231.00", "budget": 300000, "hours_per_week": 10},
    "change_limits": {"budget": 250000, "objective": "fastest", "without": ["offer:17"]},
    "suppose": {"more_budget": 5000, "more_hours_per_week": 2},
    "state_skill": {"skill": _TABLES, "level": 3},
}
BODIES |= {
    "choose_version": {"version": 2},
    "ask_recognition": {
        "institution": "state-university",
        "award": "6a1676b8-b51f-11ed-937b-d76685a20ff5",
        "toward": "bachelor-data-studies",
        "because": "The same outcomes, assessed by a project that two assessors read.",
    },
    "act_on_my_request": {"act": "answer", "text": "The syllabus is attached to the credential."},
    "decide_stack_question": {"decision": "stands", "reason": "The part was an elective that was not needed."},
    "award_again": {"reason": "The part was earned anew."},
}
BODIES_OF_VC_API: dict[str, dict[str, Any]] = {
    "vc_issue": {
        "credential": {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": "did:web:credentials.example.org:o:riverside-college",
            "credentialSubject": {"id": "did:example:subject"},
        },
        "options": {"cryptosuite": "ecdsa-rdfc-2019"},
    },
    "vc_derive": {"verifiableCredential": _SIGNED, "options": {"selectivePointers": ["/credentialSubject/name"]}},
    "vc_status": {
        "credentialId": "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5",
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
    },
    "vc_verify": {"verifiableCredential": _SIGNED, "options": {}},
    "vc_verify_presentation": {
        "verifiablePresentation": {**_SIGNED, "type": ["VerifiablePresentation"]},
        "options": {"challenge": "f0a1…", "domain": "verifier.example"},
    },
}
PARAMETERS = {"search": "?q=welding&facet=type:badge", "occupations": "?q=network", "compare": "?slug=one&slug=another"}
PARAMETERS |= {"skill_matches": "?label=staff+management"}


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every operation with an example to copy."""
    context = {
        "groups": groups(),
        "scopes": [
            (name, scope.sentence or scope.own, bool(scope.sentence), bool(scope.own)) for name, scope in SCOPES.items()
        ],
        "base": f"{settings.PUBLIC_URL}/api/v1",
        "vc_base": f"{settings.PUBLIC_URL}/api/vc",
    }
    return render(request, "entry/api.html", context)


def groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the operations by group, each with what the page shows."""
    found: dict[str, list[dict[str, Any]]] = {}
    paths = {
        **api.get_openapi_schema(path_prefix="/api/v1/")["paths"],
        **vc_api.get_openapi_schema(path_prefix="/api/vc/")["paths"],
    }
    for path, methods in paths.items():
        for method, operation in methods.items():
            name = operation["operationId"]
            found.setdefault(operation["tags"][0], []).append(
                {
                    "name": name,
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "scope": SCOPE_OF.get(name, ""),
                    "parameters": [
                        (each["name"], each["schema"].get("description", each.get("description", "")))
                        for each in operation.get("parameters", ())
                        if each["in"] == "query"
                    ],
                    "example": _example(name, method, path),
                }
            )
    return list(found.items())


def _example(name: str, method: str, path: str) -> str:
    lines = [f"curl '{settings.PUBLIC_URL}{path}{PARAMETERS.get(name, '')}'"]
    if name in SCOPE_OF:
        lines.append("  -H 'Authorization: Bearer '$CAIRN_TOKEN")
    bodies = {**BODIES, **PROBLEMS, **BODIES_OF_VC_API}
    if name in bodies:
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  -d '{json.dumps(bodies[name], ensure_ascii=False)}'")
    elif name == "verify_file":
        lines.append("  -F file=@badge.png")
    elif method == "post":
        lines.append("  -X POST")
    return " \\\n".join(lines)

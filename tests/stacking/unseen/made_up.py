"""Rules of every kind in every kind, and awards with dates at every edge, as JSON."""

from datetime import datetime

ACHIEVEMENTS = tuple("abcdef")
ISSUERS = ("https://u.example", "https://v.example", "https://w.example")
MOMENTS = (
    "2024-02-28T23:30:00Z", "2024-02-29T00:00:00Z", "2024-02-29T12:00:00+02:00", "2024-03-01T00:00:00+01:00", "2024-12-31T23:59:59Z",
    "2025-01-01T00:00:00Z", "2025-02-28T10:00:00Z", "2025-06-01T12:00:00Z", "2025-06-01T14:00:00+02:00",
    "2026-02-28T23:59:59.999999Z", "2026-06-01T00:00:00Z",
)  # fmt: skip
SCALE = ["C", "B", "A"]


def question(random):
    """A rule, and a document of awards with its mode and what is the same."""
    rule = requirement(random, random.randint(1, 4))
    if random.random() < 0.12:
        rule = {"kind": "equivalences", "sets": [random.sample(ACHIEVEMENTS, 2)], "of": rule}
    equivalent = [random.sample(ACHIEVEMENTS, 2)] if random.random() < 0.15 else []
    mode = random.choice(("at_completion", "at_completion", "when_earned"))
    awards = [award(random, f"w{number}") for number in range(random.randint(2, 7))]
    return rule, {"awards": awards, "equivalent": equivalent, "validity": mode}


def award(random, name):
    def some(share):
        return random.random() < share

    made = {
        "id": name,
        "achievement": random.choice(ACHIEVEMENTS),
        "issuer": random.choice(ISSUERS),
        "valid_from": random.choice(MOMENTS),
        "source": random.choice(("course", "prior_learning", "transfer")),
        "shareable": some(0.12),
    }
    ends = random.choice((*MOMENTS, "2027-01-01T00:00:00Z"))
    if some(0.2) and datetime.fromisoformat(ends) >= datetime.fromisoformat(made["valid_from"]):
        made["valid_until"] = ends
    if some(0.1):
        made["earned_at"] = random.choice(MOMENTS)
    if some(0.06):
        made["revoked_at"] = random.choice(("2026-06-01T00:00:00Z", "2026-06-01T00:00:00.000001Z"))
    if some(0.08):
        end = random.choice(("2026-06-01T00:00:00Z", "2026-06-01T00:00:00.000001Z", None))
        made["suspended"] = [{"start": "2026-05-01T00:00:00Z", "end": end}]
    if some(0.85):
        schemes = random.choice((["ECTS"], ["ECTS"], ["CATS"], ["CATS", "ECTS"]))
        made["credits"] = {one: random.choice((1, 2, 3, "2.5", 5, "0.01", "3.33", "7.5")) for one in schemes}
    if some(0.7):
        made["level"] = {"framework": random.choice(("EQF", "EQF", "NQF")), "value": random.choice((4, 5, 6, "5.5"))}
    if some(0.5):
        made["grade"] = random.choice((*SCALE, "70", "55.5"))
    if some(0.6):
        made["tags"] = random.sample(("x", "y"), random.randint(1, 2))
    if some(0.6):
        made["type"] = random.choice(("course", "badge"))
    if some(0.4):
        made["hours"] = random.choice((10, 20, "7.25"))
    if some(0.4):
        made["skills"] = [
            {"framework": "F", "skill": skill, "level": random.choice((0, 1, 2, 3))}
            for skill in random.sample(("s1", "s2", "s3"), random.randint(1, 2))
        ]
    if some(0.08):
        made["stands_for"] = random.choice([one for one in ACHIEVEMENTS if one != made["achievement"]])
    return made


def passing(random):
    name = random.choice(("types", "issuers", "tags", "sources", "achievements", "level_at_least"))
    return {name: {
        "types": ["course"],
        "issuers": random.sample(ISSUERS, random.randint(1, 2)),
        "tags": random.sample(("x", "y"), 1),
        "sources": random.sample(("prior_learning", "transfer", "course"), random.randint(1, 2)),
        "achievements": random.sample(ACHIEVEMENTS, random.randint(2, 4)),
        "level_at_least": {"framework": "EQF", "value": random.choice((4, 5, 6))},
    }[name]}  # fmt: skip


def leaf(random):
    kind = random.choice(
        ("award_of",) * 4
        + ("credits_at_least",) * 5
        + ("awards_at_least",) * 2
        + ("experience_hours", "skills_covered")
    )
    made = {"kind": kind}
    if kind == "award_of":
        made["achievement"], *others = random.sample(ACHIEVEMENTS, 3)
        if random.random() < 0.25:
            made["equivalents"] = others
    elif kind == "credits_at_least":
        made |= {
            "amount": random.choice((2, 3, 5, "7.5", "4.99", 8)),
            "scheme": random.choice(("ECTS",) * 6 + ("CATS",)),
        }
    elif kind == "awards_at_least":
        made["count"] = random.randint(1, 3)
    elif kind == "experience_hours":
        made["hours"] = random.choice((10, 20, "27.25"))
    else:
        made |= {
            "framework": "F",
            "skills": random.sample(("s1", "s2", "s3"), random.randint(1, 3)),
            "level": random.choice((1, 2, 3)),
        }
        if random.random() < 0.4:
            made["count"] = random.randint(1, len(made["skills"]))
    if kind not in ("award_of", "skills_covered") and random.random() < 0.4:
        made["filter"] = passing(random)
    return made


def requirement(random, depth):
    if depth == 0 or random.random() < 0.2:
        return leaf(random)
    if random.random() < 0.5:
        parts = [requirement(random, depth - 1) for _ in range(random.randint(2, 3))]
        kind = random.choice(("all_of", "all_of", "any_n", "any_n", "in_order"))
        return {"kind": kind, "of": parts} | ({"n": random.randint(1, len(parts))} if kind == "any_n" else {})
    kind = random.choice((*AROUND, "at_most", "at_most", "not"))
    return {"kind": kind, **AROUND.get(kind, lambda _: {})(random), "of": requirement(random, depth - 1)}


def limit(random):
    much = random.choice((
        {"amount": random.choice((2, 3, 5, "4.5")), "scheme": "ECTS"},
        {"share": random.choice(("1/3", "1/2", "0.4")), "scheme": "ECTS"},
        {"count": random.randint(1, 2)},
    ))  # fmt: skip
    each = random.random() < 0.4
    return (
        much
        | ({"each_issuer": True} if each else {})
        | ({} if each and random.random() < 0.5 else {"filter": passing(random)})
    )


AROUND = {
    "level_at_least": lambda random: {"level": {"framework": "EQF", "value": random.choice((4, 5, 6))}},
    "grade_at_least": lambda random: random.choice(
        ({"minimum": random.choice("ABC"), "scale": SCALE}, {"minimum": "60"})
    ),
    "recency": lambda random: {"days": random.choice((100, 365, 458, 823))},
    "earned_within": lambda random: (
        {"since": random.choice(MOMENTS)} | random.choice(({}, {"until": "2026-06-01T00:00:00.000001Z"}))
    ),
    "earned_together": lambda random: {random.choice(("years", "months", "days")): random.choice((1, 2, 12, 30))},
    "counting_only": lambda random: {"filter": passing(random)},
    "at_most": limit,
    "exclusive": lambda random: {"achievements": random.sample(ACHIEVEMENTS, random.randint(2, 3))},
    "residency": lambda random: {
        "issuers": random.sample(ISSUERS, 1),
        "scheme": "ECTS",
        **random.choice(({"amount": 2}, {"share": "1/3"})),
    },
    "converting": lambda random: {"source": "CATS", "target": "ECTS", "factor": random.choice(("1/2", "1/3", 2))},
    "counting": lambda random: {"mode": random.choice(("at_completion", "when_earned"))},
}

"""Small random problem documents in which everything occurs that a problem without a calendar may hold."""

import random

SKILLS = ("s", "t", "u", "v")


def levels(rng, most):
    return {skill: rng.randint(1, 3) for skill in rng.sample(SKILLS, most)}


def groups(rng, names, size):
    def alternative():
        if rng.random() < 0.5:
            return {"skill": rng.choice(SKILLS), "level": rng.randint(1, 3)}
        return rng.choice([*names, "badge", "stack"])

    return [[alternative() for _ in range(rng.choice((1, 1, 2, 3)))] for _ in range(size)]


def _offer(rng, name, names):
    offer = {
        "id": name,
        "provides": levels(rng, rng.choice((0, 1, 1, 2, 2))),
        "price": rng.randint(0, 9),
        "hours": rng.randint(0, 9),
    }
    maybe = {
        "requires": (0.45, lambda: groups(rng, names, rng.choice((1, 1, 2)))),
        "achievement": (0.3, lambda: rng.choice(("badge", "other"))),
        "exclusive_with": (0.15, lambda: [rng.choice([*names, "other"])]),
        "mode": (0.4, lambda: rng.choice(("online", "onsite"))),
        "language": (0.4, lambda: rng.choice(("en", "de"))),
        "place": (0.4, lambda: rng.choice(("Graz", "Wien"))),
        "quality_low": (0.5, lambda: rng.choice(("0.2", "0.50", "1"))),
        "recognition": (0.6, lambda: rng.randint(-1, 3)),
        "expected_return": (0.3, lambda: rng.randint(-3, 6)),
    }
    return offer | {key: made() for key, (share, made) in maybe.items() if rng.random() < share}


def problem(seed):
    rng = random.Random(seed)  # noqa: S311 (made-up problems need no secure randomness)
    names = list("abcdefg")[: rng.randint(1, 7)]
    offers = [_offer(rng, name, names) for name in names]
    made = {"currency": "EUR", "offers": offers}
    if rng.random() < 0.5:
        parts = groups(rng, names, rng.randint(1, 3))
        made["stacks"] = [
            {"id": "stack", "parts": parts, "at_least": rng.randint(1, len(parts)), "provides": levels(rng, 1)}
        ]
    if rng.random() < 0.35:
        made["bundles"] = [
            {
                "id": f"bundle{number}",
                "offers": rng.sample(names, rng.randint(1, len(names))),
                "price": rng.randint(0, 12),
            }
            for number in range(rng.choice((1, 2, 3)))
        ]
    dear = [one for one in offers if one["price"]]
    if dear and rng.random() < 0.5:
        one = rng.choice(dear)
        off = rng.randint(1, one["price"])
        made["discounts"] = [{"id": "discount", "offer": one["id"], "off": off, "when": groups(rng, names, 1)}]
    needs = [
        {"skill": skill, "level": rng.choice((1, 1, 2, 3))} for skill in rng.sample(SKILLS, rng.choice((1, 1, 2, 3)))
    ]
    made["target"] = {"needs": [one | rng.choice(({}, {"weight": "2.25"}, {"essential": False})) for one in needs]}
    have = [{"skill": rng.choice(SKILLS), "level": rng.randint(1, 3), "source": rng.choice(("verified", "claimed"))}]
    holds = [rng.choice([*names, "badge", "other", "stack"])]
    made["learner"] = rng.choice(({}, {"have": have}, {"holds": holds}, {"have": have, "holds": holds}))
    maybe = {
        "budget": (0.4, lambda: rng.randint(0, 20)),
        "modes": (0.12, lambda: ["online"]),
        "languages": (0.12, lambda: rng.choice((["en"], []))),
        "places": (0.12, lambda: ["Graz"]),
        "quality_at_least": (0.1, lambda: "0.5"),
        "recognition_at_least": (0.1, lambda: rng.randint(0, 2)),
        "without": (0.1, lambda: [rng.choice(names)]),
        "count_claimed": (0.3, lambda: False),
    }
    made["limits"] = {key: drawn() for key, (share, drawn) in maybe.items() if rng.random() < share}
    made["objective"] = rng.choice(("cheapest", "least_study", "fastest", "best_return", "most_recognised"))
    return made

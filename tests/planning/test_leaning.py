"""Who leans on whom is told without a walk through the whole plan, and comes to the same."""

import pytest
from tests.planning.worlds import world

from cairn.planning.gaps import levels
from cairn.planning.leaning import Leaning
from cairn.planning.replay import Standing, walk


def standing(given):
    return Standing.of(levels(given.learner), given.learner.holds)


@pytest.mark.parametrize("seed", range(300))
def test_without_one_offer_those_are_lost_that_a_walk_does_not_come_to(seed):
    given = world(seed)
    together, _ = walk([*given.market, *given.stacks], standing(given))
    leaning = Leaning.plainly(together, standing(given))
    if leaning is None:
        assert any(offer.counting for offer in together)
        return
    everybody = set(range(len(together)))
    for place, offer in enumerate(together):
        _, stuck = walk([other for other in together if other is not offer], standing(given))
        assert {together[one].id for one in leaning.lost(place, everybody)} == {other.id for other in stuck}


@pytest.mark.parametrize("seed", range(300))
def test_another_offer_instead_is_judged_as_a_walk_judges_it(seed):
    given = world(seed)
    every, _ = walk([*given.market, *given.stacks], standing(given))
    held, spare = every[: len(every) // 2 + 1], every[len(every) // 2 + 1 :]
    leaning = Leaning.plainly(held, standing(given))
    if leaning is None:
        assert any(offer.counting for offer in held)
        return
    for place, offer in enumerate(held):
        for other in (one for one in spare if one.counting is None):
            _, stuck = walk([*(one for one in held if one is not offer), other], standing(given))
            starts, all_start = leaning.swapped(place, other)
            assert starts == (other not in stuck)
            assert all_start == (not stuck)


def test_of_what_could_not_be_started_to_begin_with_nothing_is_told():
    given = world(1)
    _, stuck = walk(given.market, Standing.of({}, ()))
    lonely = [offer for offer in stuck if offer.requires]
    assert lonely
    assert Leaning.plainly(lonely[:1], Standing.of({}, ())) is None

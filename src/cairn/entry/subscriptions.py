"""Who listens to what. The only place where a lower room's fact meets a higher room's service."""

from __future__ import annotations

from cairn import facts


def connect() -> None:
    """Subscribe every listener, in the order in which they hear; called once when Django is ready."""
    _listen()
    _answer_for_people()
    _answer_in_comparisons()
    _answer_for_credibility()


def _listen() -> None:
    from cairn.issuing.models import Award
    from cairn.journeys.services.stacks import (
        follow_award,
        follow_holdings,
        follow_publication,
        follow_revocation,
    )
    from cairn.recognition.models import RecognitionRequest
    from cairn.wallet.services import add_award, add_recognition

    def put_into_wallet(fact: facts.CredentialAwarded) -> None:
        add_award(Award.objects.get(pk=fact.award_id), fact.at)

    def put_recognition_into_wallet(fact: facts.RecognitionGiven) -> None:
        add_recognition(RecognitionRequest.objects.get(pk=fact.request_id), fact.at)

    facts.listen(facts.CredentialAwarded, put_into_wallet)
    facts.listen(facts.CredentialAwarded, follow_award)
    facts.listen(facts.CredentialRevoked, follow_revocation)
    facts.listen(facts.RecognitionGiven, put_recognition_into_wallet)
    facts.listen(facts.HoldingsChanged, follow_holdings)
    facts.listen(facts.DefinitionPublished, follow_publication)


def _answer_for_people() -> None:
    """What each room keeps about a person: shown to them with their data, and forgotten with their account."""
    from cairn.earning.queries import enrolments_portion
    from cairn.earning.services import forget_learner
    from cairn.issuing.queries import awards_portion
    from cairn.issuing.services import forget_holder
    from cairn.journeys.queries import portion_of as journeys_portion
    from cairn.journeys.services.leaving import forget as forget_journeys
    from cairn.people.portions import erase_with, export_with
    from cairn.recognition.queries import external_portion, recognition_portion
    from cairn.recognition.services import forget_person as forget_recognition
    from cairn.skills.matches import decisions_portion
    from cairn.skills.services import forget_person as forget_skill_decisions
    from cairn.wallet.queries import portion_of as wallet_portion
    from cairn.wallet.reviews.reading import reviews_portion
    from cairn.wallet.reviews.writing import forget_reviews
    from cairn.wallet.services import forget as forget_wallet

    export_with("awards", awards_portion)
    export_with("learning", enrolments_portion)
    export_with("journeys", journeys_portion)
    export_with("held_elsewhere", external_portion)
    export_with("recognition", recognition_portion)
    export_with("wallet", wallet_portion)
    export_with("reviews", reviews_portion)
    export_with("skill_decisions", decisions_portion)
    # From the top of the house down, so that nothing is deleted that something above still points at.
    erase_with("reviews", forget_reviews)
    erase_with("wallet", forget_wallet)
    erase_with("journeys", forget_journeys)
    erase_with("recognition", forget_recognition)
    erase_with("learning", forget_learner)
    erase_with("awards", forget_holder)
    erase_with("skill_decisions", forget_skill_decisions)


def _answer_for_credibility() -> None:
    """What the rooms above the catalogue know of how credible a credential is, and of how many complete it."""
    from cairn.catalog.queries import completions_with, gather_with
    from cairn.earning import credibility as learners
    from cairn.issuing import credibility as awards
    from cairn.recognition import credibility as agreements
    from cairn.wallet.reviews import credibility as reviews

    gather_with("agreements", agreements.evidence)
    gather_with("awards", awards.evidence)
    gather_with("learners", learners.evidence)
    gather_with("reviews", reviews.evidence)
    completions_with(learners.completions)


def _answer_in_comparisons() -> None:
    """What higher rooms know of credentials that stand side by side."""
    from cairn.catalog.queries import compare_with, goals_with
    from cairn.journeys.comparing import goals_to_compare, where_it_counts

    compare_with("recognition", where_it_counts)
    goals_with(goals_to_compare)

"""Who listens to what. The only place where a lower room's fact meets a higher room's service."""

from __future__ import annotations

from cairn import facts


def connect() -> None:
    """Subscribe every listener, in the order in which they hear; called once when Django is ready."""
    from cairn.issuing.models import Award
    from cairn.journeys.services.stacks import follow_award, follow_revocation
    from cairn.wallet.services import add_award

    def put_into_wallet(fact: facts.CredentialAwarded) -> None:
        add_award(Award.objects.get(pk=fact.award_id), fact.at)

    facts.listen(facts.CredentialAwarded, put_into_wallet)
    facts.listen(facts.CredentialAwarded, follow_award)
    facts.listen(facts.CredentialRevoked, follow_revocation)

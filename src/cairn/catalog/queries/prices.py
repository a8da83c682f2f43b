"""What is needed beforehand, bundles and discounts: in words for pages and programs, and as the planner takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from cairn import planning
from cairn.catalog.models import Bundle, DefinitionVersion, Discount, Offer
from cairn.catalog.prerequisites import CredentialBefore, Groups, SkillBefore, read_credentials, read_requires
from cairn.catalog.queries.definitions import achievement_family, version_by_achievement
from cairn.people.models import Organisation
from cairn.planning import SkillLevel
from cairn.skills.models import Skill

type Alternatives = tuple[tuple[planning.values.Alternative, ...], ...]


@dataclass(frozen=True)
class Named:
    """One alternative in words. ``slug`` is the page of a credential of this site, else ""."""

    text: str
    slug: str = ""


@dataclass(frozen=True)
class BundleShown:
    """A bundle beside what its offers cost one by one. Money in minor units."""

    bundle: Bundle
    offers: tuple[Offer, ...]
    singly: int

    @property
    def saves(self) -> int:
        """What somebody who takes all of it does not pay."""
        return self.singly - self.bundle.price


@dataclass(frozen=True)
class DiscountShown:
    """A discount with what it takes off, in minor units, and whom it is for: one of each group."""

    discount: Discount
    off: int
    holding: tuple[tuple[Named, ...], ...]


@dataclass
class Names:
    """What skills and credentials are called, each looked up once."""

    _known: dict[object, Named] = field(default_factory=dict)

    def of(self, one: SkillBefore | CredentialBefore) -> Named:
        """Return what one alternative is called; an address that nobody here knows stands for itself."""
        if one not in self._known:
            self._known[one] = _skill(one) if isinstance(one, SkillBefore) else _credential(one)
        return self._known[one]

    def groups(self, groups: Groups) -> tuple[tuple[Named, ...], ...]:
        """Return the names of groups of alternatives."""
        return tuple(tuple(self.of(one) for one in group) for group in groups)


def needed_before(version: DefinitionVersion) -> tuple[tuple[Named, ...], ...]:
    """Return what a version asks for beforehand, as groups; one of each is needed."""
    return Names().groups(read_requires(version.requires))


def standing_on(day: date) -> Q:
    """Return what picks bundles and discounts that can be had on a day."""
    return Q(ended_at=None) & (Q(from_on=None) | Q(from_on__lte=day)) & (Q(until_on=None) | Q(until_on__gte=day))


def bundles_with(offers: Sequence[Offer], day: date) -> list[BundleShown]:
    """Return the bundles of that day that hold any of these offers, the one that saves most first."""
    found = Bundle.objects.filter(standing_on(day), offers__in=offers).distinct().order_by("pk")
    return sorted(map(bundle_shown, found), key=lambda one: -one.saves)


def bundle_shown(bundle: Bundle) -> BundleShown:
    """Return a bundle with its offers and what they cost one by one."""
    offers = tuple(bundle.offers.select_related("version__definition").order_by("version__title", "pk"))
    return BundleShown(bundle, offers, sum(offer.price_total or 0 for offer in offers))


def discounts_on(offers: Iterable[Offer], day: date | None = None) -> list[DiscountShown]:
    """Return the discounts on these offers: those of a day, or all, ended ones last."""
    picked = Q() if day is None else standing_on(day)
    found = Discount.objects.filter(picked, offer__in=list(offers)).select_related("offer").order_by("ended_at", "pk")
    names = Names()
    return [
        DiscountShown(one, one.taken_off(one.offer.price_total or 0), names.groups(_credentials(one))) for one in found
    ]


def bundles_of(organisation: Organisation) -> list[BundleShown]:
    """Return every bundle of an organisation, those that stand first, newest first."""
    found = Bundle.objects.filter(provider__organisation=organisation).order_by("-pk")
    return sorted(map(bundle_shown, found), key=lambda one: one.bundle.ended_at is not None)


def to_bundle(organisations: Iterable[Organisation]) -> QuerySet[Offer]:
    """Return the offers that can be bundled: of these organisations, not ended, with a price."""
    live = (Offer.State.SCHEDULED, Offer.State.OPEN, Offer.State.RUNNING)
    found = Offer.objects.filter(
        version__definition__owner__in=list(organisations), state__in=live, price_total__isnull=False
    )
    return found.select_related("version__definition").order_by("version__title", "pk")


# --- for the planner -----------------------------------------------------------------------------------------------------------


def as_alternatives(groups: Groups) -> Alternatives:
    """Return groups as the planner takes them; a credential of this site in any of its versions."""
    return tuple(
        tuple(
            dict.fromkeys(
                alternative
                for one in group
                for alternative in (
                    (SkillLevel(one.skill, one.level),)
                    if isinstance(one, SkillBefore)
                    else (one.achievement, *achievement_family(one.achievement))
                )
            )
        )
        for group in groups
    )


def planned_bundles(day: date) -> tuple[planning.Bundle, ...]:
    """Return the bundles of a day as the planner takes them."""
    found = Bundle.objects.filter(standing_on(day)).prefetch_related("offers").order_by("pk")
    return tuple(
        planning.Bundle(
            id=f"bundle:{one.pk}",
            offers=frozenset(f"offer:{offer.pk}" for offer in one.offers.all() if offer.currency == one.currency),
            cost=planning.Money(one.price, one.currency),
            title=one.title,
        )
        for one in found
        if any(offer.currency == one.currency for offer in one.offers.all())
    )


def planned_discounts(day: date, names: Names) -> tuple[tuple[planning.Discount, ...], Mapping[str, str]]:
    """Return the discounts of a day as the planner takes them, and what the credentials they ask for are called, by address.

    Where a price has fallen since, so that the discounts together would exceed it, later ones take off only what is left.
    """
    left: dict[int, int] = {}
    made: list[planning.Discount] = []
    titles: dict[str, str] = {}
    rows = Discount.objects.filter(standing_on(day), offer__price_total__isnull=False).select_related("offer")
    for one in rows.order_by("pk"):
        price = one.offer.price_total or 0
        off = min(one.taken_off(price), left.get(one.offer_id, price))
        left[one.offer_id] = left.get(one.offer_id, price) - off
        groups = _credentials(one)
        for before in (one for group in groups for one in group):
            titles |= {str(name): names.of(before).text for name in as_alternatives(((before,),))[0]}
        if off:
            made.append(
                planning.Discount(
                    id=f"discount:{one.pk}",
                    offer=f"offer:{one.offer_id}",
                    off=planning.Money(off, one.offer.currency),
                    when=as_alternatives(groups),
                    title=one.title,
                )
            )
    return tuple(made), titles


def _credentials(discount: Discount) -> Groups:
    return tuple(tuple(map(CredentialBefore, group)) for group in read_credentials(discount.credentials))


def _skill(one: SkillBefore) -> Named:
    name = Skill.objects.filter(uri=one.skill).values_list("name", flat=True).first() or one.skill
    return Named(f"{name} at level {one.level} of 7" if one.level > 1 else name)


def _credential(one: CredentialBefore) -> Named:
    version = version_by_achievement(one.achievement)
    return Named(one.achievement) if version is None else Named(version.title, version.definition.slug)

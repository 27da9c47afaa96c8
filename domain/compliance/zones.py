"""Zones: where the person may be, from what is on file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from domain.model.contact import ZoneEvidence
from domain.model.errors import InputError
from domain.model.pack import Clock, Pack

_UNKNOWN = "Etc/Unknown"


def zones_of(
    clock: Clock,
    declared: Sequence[str] = (),
    addresses: Sequence[str] = (),
    phones: Sequence[str] = (),
    account_zone: str | None = None,
) -> tuple[str, ...]:
    """IANA names of the zones that one pack sees, the most trusted first; none: no evidence.

    ``declared`` and ``addresses`` are zones, ``phones`` E.164 numbers. Raises InputError for a number that is none.
    """
    seen: dict[str, None] = {}
    for evidence in clock.zone_evidence:
        if evidence == "declared":
            found: Sequence[str] = declared
        elif evidence == "address":
            found = addresses
        elif evidence == "phone_area_code":
            found = [zone for phone in phones for zone in _zones_of_phone(phone)]
        else:
            found = [account_zone] if account_zone is not None else []
        seen.update(dict.fromkeys(found))
        if found and (clock.multi_zone == "first" or evidence == "declared"):
            return tuple(found[:1]) if clock.multi_zone == "first" else tuple(dict.fromkeys(found))
    return tuple(seen)


def stack_zones(
    packs: Sequence[Pack],
    declared: Sequence[str] = (),
    addresses: Sequence[str] = (),
    phones: Sequence[str] = (),
    account_zone: str | None = None,
) -> tuple[str, ...]:
    """All zones that any pack sees; those of the packs that look at one zone only come first."""
    trusting_first = sorted(packs, key=lambda pack: pack.clock.multi_zone != "first")
    seen = (zones_of(pack.clock, declared, addresses, phones, account_zone) for pack in trusting_first)
    return tuple(dict.fromkeys(zone for zones in seen for zone in zones))


def evident(packs: Sequence[Pack], evidence: ZoneEvidence) -> tuple[str, ...]:
    """The zones that the packs see in what is on file; none when a number among it is none: it points anywhere."""
    try:
        return stack_zones(packs, evidence.declared, evidence.addresses, evidence.phones, evidence.account)
    except InputError:
        return ()  # the gate then refuses for want of a zone, and says so


@lru_cache(maxsize=4096)
def _zones_of_phone(phone: str) -> tuple[str, ...]:
    import phonenumbers  # costs seconds that only those who read numbers pay
    from phonenumbers import timezone

    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        raise InputError("a phone number on file is not in E.164 form: write + and the country's code first") from None
    return tuple(zone for zone in timezone.time_zones_for_number(number) if zone != _UNKNOWN)

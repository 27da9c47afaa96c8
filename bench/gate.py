"""How many contacts a second one core judges under the real packs: `python -m bench.gate`.

The design asks for 20,000 that are allowed, and for 4,000 that are refused with the next instant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench.decisions import per_second
from domain.compliance.gate import check
from domain.model.contact import Actor, ContactAsk, Outcome, PastContact, Record
from domain.model.pack import Pack
from domain.model.strategy import Channel
from policies import load_rules

_OUTCOMES = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL, Outcome.DELIVERED, Outcome.NO_ANSWER)
_EVENTS = 50
_SPARSE, _DENSE = timedelta(hours=60), timedelta(hours=1)
"""Between two contacts: no cap of any pack is full, or those of calls are."""


@dataclass(frozen=True)
class _Place:
    """Who contacts whom under which rules, and an instant of daylight in all the person's zones."""

    pack: str
    zones: tuple[str, ...]
    at: datetime
    actor: Actor = Actor.CREDITOR


_PLACES = (
    _Place("cn", ("Asia/Shanghai",), datetime(2026, 3, 31, 2, tzinfo=UTC)),
    _Place("us.reg_f", ("America/New_York",), datetime(2026, 3, 31, 18, tzinfo=UTC), Actor.AGENCY),
    _Place(
        "us.reg_f", ("America/New_York", "America/Los_Angeles"), datetime(2026, 3, 31, 18, tzinfo=UTC), Actor.AGENCY
    ),
    _Place("us.first_party", ("America/New_York",), datetime(2026, 3, 31, 18, tzinfo=UTC)),
    _Place("uk", ("Europe/London",), datetime(2026, 3, 31, 12, tzinfo=UTC)),
    _Place("au", ("Australia/Sydney",), datetime(2026, 3, 31, 2, tzinfo=UTC)),
)


def _ask(place: _Place) -> ContactAsk:
    collector = "bank" if place.actor is Actor.CREDITOR else "agency-1"
    return ContactAsk(Channel.CALL, place.at, debts=("a1",), address="m1", actor=place.actor, collector=collector)


def _record(place: _Place, between: timedelta) -> Record:
    """Fifty contacts by the same collector, the last one an hour ago; every fifth is a message."""
    ask = _ask(place)
    made = [
        PastContact(
            at=place.at - timedelta(hours=1) - i * between,
            channel=Channel.SMS if _OUTCOMES[i % 5] is Outcome.DELIVERED else Channel.CALL,
            outcome=_OUTCOMES[i % 5],
            address="m1",
            debts=("a1",),
            actor=ask.actor,
            collector=ask.collector,
        )
        for i in reversed(range(_EVENTS))
    ]
    return Record(zones=place.zones, contacts=tuple(made))


def _asks(ask: ContactAsk, record: Record, packs: Sequence[Pack], *, allowed: bool) -> Callable[[], object] | None:
    """None where the pack has no rule that refuses this."""
    if check(ask, record, packs).allowed is not allowed:
        return None
    return lambda: check(ask, record, packs)


def main() -> None:
    for place in _PLACES:
        packs, ask = load_rules(place.pack).packs, _ask(place)
        night = replace(ask, at=place.at + timedelta(hours=12))
        for what, work in (
            ("allowed", _asks(ask, _record(place, _SPARSE), packs, allowed=True)),
            ("refused by a cap, with the next instant", _asks(ask, _record(place, _DENSE), packs, allowed=False)),
            (
                "refused by the hours, with the next instant",
                _asks(night, _record(place, _SPARSE), packs, allowed=False),
            ),
        ):
            if work is not None:
                print(f"{place.pack}, {', '.join(place.zones)}: {what}: {per_second(work):,.0f} a second", flush=True)


if __name__ == "__main__":
    main()

"""How many contacts a second one core judges: `python -m bench.gate`.

The design asks for 20,000 that are allowed, and for 4,000 that are refused with the next instant.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench.decisions import per_second
from domain.compliance.gate import check
from domain.model.contact import ContactAsk, Outcome, PastContact, Record
from domain.model.pack import Pack
from domain.model.strategy import Channel

_AT = datetime(2026, 3, 31, 2, 30, tzinfo=UTC)
_OUTCOMES = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL, Outcome.DELIVERED, Outcome.NO_ANSWER)
_EVENTS = 50


def _rule(id: str, **says: object) -> dict[str, object]:
    return {"id": id, "source": "s", **says}


def _pack(id: str, **says: object) -> Pack:
    source = {"instrument": "a law", "citation": "art. 1", "status": "design", "force": "bank_policy"}
    header = {"id": id, "version": 1, "title": id, "valid_from": "2020-01-01"}
    return Pack.model_validate({"pack": header, "sources": {"s": source}, **says})


def _packs() -> tuple[Pack, ...]:
    """A stack as wide as any of law: hours, caps by number, person and debt, and a cool-down."""
    return (
        _pack(
            "base",
            parties=[_rule("debtor", reach="free"), _rule("guarantor", reach="free")],
            opt_outs=[_rule("stop", channels=["sms", "email", "im"], scope="channel")],
            holds=[_rule("dispute", opened_by="disputed", closed_by=["answered"], blocks=["collect_contact"])],
            windows=[_rule("day", open="08:00", close="22:00", widen_by="debtor_consent")],
        ),
        _pack(
            "cn",
            windows=[_rule("hours", open="08:00", close="21:00")],
            caps=[
                _cap("number", 6, "attempt", ["debt_party", "number"], 1, outcomes_excluded=["conversation"]),
                _cap("spoken", 3, "conversation", ["person"], 1),
                _cap("week", 20, "connected", ["person", "debt"], 7, ignore_while=["called_back"]),
                _cap("month", 60, "contact", ["person", "debt"], 31),
            ],
            consents=[_rule("called_back", grants="extra_calls", max_days=7, ends_on=["conversation", "revocation"])],
            cooldowns=[
                _rule(
                    "after_talk",
                    after={"event": "conversation"},
                    days=7,
                    blocks={"channels": ["call"]},
                    scope=["person", "debt"],
                    actors_added="each",
                    ignore_while=["called_back"],
                )
            ],
        ),
    )


def _cap(id: str, most: int, unit: str, scope: list[str], days: int, **says: object) -> dict[str, object]:
    period = {"kind": "rolling_dates", "n": days}
    return _rule(id, max=most, unit=unit, scope=scope, actors_added="all", period=period, channels=["call"], **says)


def _record() -> Record:
    """Fifty contacts, two a day, the last one this morning; every fifth is a message."""
    contacts = tuple(
        PastContact(
            at=_AT - timedelta(hours=1 + 12 * i),
            channel=Channel.SMS if i % 5 == 3 else Channel.CALL,
            outcome=_OUTCOMES[i % 5],
            address="m1",
            debts=("a1",),
        )
        for i in reversed(range(_EVENTS))
    )
    return Record(zones=("Asia/Shanghai",), contacts=contacts)


def _full(record: Record) -> Record:
    """The same number of contacts, but seven of them were calls of today: the cap of the number is full."""
    today = tuple(
        PastContact(
            at=_AT - timedelta(minutes=i), channel=Channel.CALL, outcome=Outcome.NO_ANSWER, address="m1", debts=("a1",)
        )
        for i in reversed(range(7))
    )
    return Record(zones=record.zones, contacts=record.contacts[7:] + today)


def _asks(ask: ContactAsk, record: Record, packs: tuple[Pack, ...], *, allowed: bool) -> Callable[[], object]:
    if check(ask, record, packs).allowed is not allowed:
        raise RuntimeError("the benchmark does not measure what it says")
    return lambda: check(ask, record, packs)


def main() -> None:
    packs, record = _packs(), _record()
    ask = ContactAsk(channel=Channel.CALL, at=_AT, debts=("a1",), address="m1")
    night = ContactAsk(channel=Channel.CALL, at=_AT + timedelta(hours=13), debts=("a1",), address="m1")
    for name, work in (
        ("contacts allowed", _asks(ask, record, packs, allowed=True)),
        ("contacts refused by a cap, with the next instant", _asks(ask, _full(record), packs, allowed=False)),
        ("contacts refused by the hours, with the next instant", _asks(night, record, packs, allowed=False)),
    ):
        print(f"{name}: {per_second(work):,.0f} a second")


if __name__ == "__main__":
    main()

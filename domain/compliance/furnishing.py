"""Furnishing: what forbids that a credit bureau is told something negative of a debt. Deny by default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.compliance.holds import UnknownHoldJudge, open_holds
from domain.compliance.situation import Moment, Situation, share_debt, situation_of
from domain.model.contact import ContactAsk, Party, Record
from domain.model.duties import Reporting
from domain.model.pack import Blocked, Pack, PackHold, PackNotice
from domain.model.strategy import Channel

_UNKNOWN = "gate.unknown_hold"


def denied_by(packs: Sequence[Pack], record: Record, debt: str, at: datetime) -> tuple[str, ...]:
    """Ids of the holds on the customer that forbid a negative report about this debt at this instant.

    A hold that no pack knows forbids it too, whatever it means.
    """
    situation = situation_of(ContactAsk(channel=Channel.FILE, at=at, debts=(debt,)), record)
    known = frozenset(hold.id for pack in packs for hold in pack.holds)
    unknown = UnknownHoldJudge(_UNKNOWN, "design", "", first_zone=False, known=known)
    found = [f"{pack.id}.{hold.id}" for pack, hold in _forbidding(packs) if _lies(hold, situation)]
    if unknown.judge(situation, Moment(situation.at, situation.zones)) is not None:
        found.append(_UNKNOWN)
    return tuple(found)


def rules_of(packs: Sequence[Pack]) -> Reporting | None:
    """The rules of reports of the pack nearest to the top that has any."""
    return next((pack.reporting for pack in reversed(packs) if pack.reporting is not None), None)


def record_years(packs: Sequence[Pack]) -> int | None:
    """For how many years a bureau keeps a record; None: the rules do not say it."""
    rules = rules_of(packs)
    return None if rules is None else rules.keep_years or None


def notice_before(packs: Sequence[Pack]) -> PackNotice | None:
    """The notice that a customer must be given before a negative report, by the pack nearest to the top; None: no pack
    knows of one, and nothing is reported."""
    notices = [notice for pack in packs for notice in pack.notices if notice.required_before == "furnish_negative"]
    return notices[-1] if notices else None


def _forbidding(packs: Sequence[Pack]) -> Iterator[tuple[Pack, PackHold]]:
    for pack in packs:
        for hold in pack.holds:
            if Blocked.FURNISH_NEGATIVE in hold.blocks:
                yield pack, hold


def _lies(hold: PackHold, situation: Situation) -> bool:
    lying = open_holds(hold, situation, situation.at, situation.zones)
    own = (found for found in lying if found.fact.party is Party.DEBTOR)
    return any(hold.scope == "person" or share_debt(found.debts, situation.ask.debts) for found in own)

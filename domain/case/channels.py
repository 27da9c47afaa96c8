"""Channels: on which of a step's ways a notice leaves. The customer's own choice comes first, then the cheapest.

It leaves to the customer, or to who speaks for them where the rules turn to those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.case import timing
from domain.case.timing import Slot
from domain.compliance.speakers import CUSTOMER, Speaker, addressee
from domain.model.blocker import Blocker
from domain.model.contact import ContactAsk, Party, Place, Purpose, Verdict
from domain.model.facts import Facts, MessageState, Notice
from domain.model.names import RuleId
from domain.model.strategy import Channel, LadderStep

_OF_THE_CHANNEL = (Blocker.BARRED, Blocker.WORDING, Blocker.NO_CONTACT_POINT)
"""What kept a notice from leaving on this channel, and may not on another one."""


@dataclass(frozen=True)
class WayOut:
    """The channel on which a notice leaves, and when."""

    channel: Channel
    leaves_at: datetime
    deferred_by: tuple[str, ...] = ()
    """The rules that keep it from leaving at its own time."""


def way_out(
    key: str,
    step: LadderStep,
    notices: Sequence[Notice],
    facts: Facts,
    day: date,
    earliest: datetime,
    purpose: Purpose | None = None,
) -> WayOut | Verdict:
    """The first channel that no rule bars for good, and its instant: what only the clock refuses is waited for.

    The verdict on the best channel when every one is barred. ``purpose``: None for a step of the ladder.
    """
    barred: Verdict | None = None
    for channel in in_order(step, notices, facts, purpose):
        ask = asked(channel, step.legal_notice, facts, earliest, purpose)
        slot = _slot(key, day, earliest, ask, facts)
        if not isinstance(slot, Verdict):
            return WayOut(channel, slot.at, slot.deferred_by)
        barred = barred or slot
    assert barred is not None, "a step has a channel"
    return barred


def _slot(key: str, day: date, earliest: datetime, ask: ContactAsk, facts: Facts) -> Slot | Verdict:
    """Its slot; where who speaks for the customer does so no more by then, and soon, that of the customer."""
    found = timing.leaves_at(key, day, earliest, ask, facts)
    if not isinstance(found, Verdict) or ask.party is Party.DEBTOR:
        return found
    own = timing.leaves_at(key, day, earliest, _to(CUSTOMER, ask, facts), facts)
    is_soon = not isinstance(own, Verdict) and own.at <= facts.as_of + timedelta(days=timing.LOOK_AGAIN_DAYS)
    return own if is_soon else found


def in_order(
    step: LadderStep, notices: Sequence[Notice], facts: Facts, purpose: Purpose | None = None
) -> tuple[Channel, ...]:
    """The step's channels that lead to whom it is for, the best first; one that failed comes after those that did not.

    Where none leads to them it is the first of all: what is missing is then told by its name.
    """
    usable = usable_channels(facts, purpose or _purpose_of(step.legal_notice))
    leading = [channel for channel in step.channels if channel in usable]

    def rank(channel: Channel) -> tuple[int, bool]:
        return failures(step, channel, notices), channel is not facts.preferred_channel

    return tuple(sorted(leading, key=rank)) or step.channels[:1]  # sorting keeps the order of what is alike: by cost


def usable_channels(facts: Facts, purpose: Purpose = Purpose.COLLECT) -> frozenset[Channel]:
    """The channels on which whom a message is for has a contact point, and the bank a way out."""
    served = tuple(Channel) if facts.channels is None else facts.channels
    whom = {channel: _addressee(channel, facts, facts.as_of, purpose) for channel in served}
    return frozenset(channel for channel, to in whom.items() if to.point_on(channel, facts.reach) is not None)


def failures(step: LadderStep, channel: Channel, notices: Sequence[Notice]) -> int:
    """How often this step came to nothing on the channel in this episode."""
    return sum(notice.step == step.id and notice.channel is channel and _failed(notice) for notice in notices)


def asked(
    channel: Channel, legal_notice: RuleId | None, facts: Facts, at: datetime, purpose: Purpose | None = None
) -> ContactAsk:
    """The gate's question for a message about this account: to the customer, or to who speaks for them."""
    purpose = purpose or _purpose_of(legal_notice)
    ask = ContactAsk(channel=channel, at=at, debts=(facts.account.account_id,), purpose=purpose, notice=legal_notice)
    return _to(_addressee(channel, facts, at, purpose), ask, facts)


def _purpose_of(legal_notice: RuleId | None) -> Purpose:
    return Purpose.COLLECT if legal_notice is None else Purpose.LEGAL_NOTICE


def _addressee(channel: Channel, facts: Facts, at: datetime, purpose: Purpose) -> Speaker:
    ask = ContactAsk(channel=channel, at=at, debts=(facts.account.account_id,), purpose=purpose)
    return addressee(ask, facts.record, facts.rules.packs, facts.reach)


def _to(speaker: Speaker, ask: ContactAsk, facts: Facts) -> ContactAsk:
    point = speaker.point_on(ask.channel, facts.reach)
    where, place = (None, Place.HOME) if point is None else (point.address, point.place)
    return replace(ask, party=speaker.party, party_id=speaker.party_id, address=where, place=place)


def _failed(notice: Notice) -> bool:
    return notice.state is MessageState.FAILED or notice.blocker in _OF_THE_CHANNEL

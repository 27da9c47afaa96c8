"""Opt-outs: what the customer wants no more of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.compliance.judge import Judge, Lift
from domain.compliance.situation import Moment, Situation, same_person, situation_of
from domain.model.contact import ContactAsk, Direction, FactKind, NextKind, Party, PastFact, Purpose, Record
from domain.model.pack import OptOut
from domain.model.strategy import Channel


@dataclass(frozen=True, slots=True, eq=False)
class OptOutJudge(Judge):
    """One rule about opt-outs; it is asked on its own channels only."""

    needs: ClassVar[FactKind | None] = FactKind.OPT_OUT
    rule: OptOut

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:  # noqa: ARG002 - every judge is asked so
        ask = situation.ask
        if ask.purpose is Purpose.LEGAL_NOTICE and ask.channel is Channel.LETTER:
            return None
        wide = (fact for fact in situation.of(FactKind.OPT_OUT) if self._is_wide_enough(fact, ask))
        standing = (fact for fact in wide if not _is_taken_back(fact, situation))
        return NextKind.EVENT if any(not self._confirms(fact, situation) for fact in standing) else None

    def _is_wide_enough(self, fact: PastFact, ask: ContactAsk) -> bool:
        """The rule's scope is the least width; what was said may be wider.

        An address is closed for whomever it is, and one that is not known may be it; all beyond, only for the person
        who wants no more.
        """
        if self.rule.scope == "all" and same_person(fact, ask):
            return True
        on_channel = fact.channel is None or fact.channel is ask.channel
        if fact.address is None:
            return on_channel and same_person(fact, ask)
        if fact.address == ask.address:
            # What was said of a channel of other rules is theirs: no more texts to a number leaves calls to it free.
            return fact.channel is None or fact.channel in self.rule.channels
        return on_channel and (ask.address is None or (self.rule.scope == "channel" and same_person(fact, ask)))

    def _confirms(self, fact: PastFact, situation: Situation) -> bool:
        """The single confirmation, to the address that was named and no other: nothing has left for it since."""
        ask = situation.ask
        if ask.purpose is not Purpose.CONFIRM_OPT_OUT or not self.rule.confirmations_allowed:
            return False
        if None not in (fact.address, ask.address) and fact.address != ask.address:
            return False
        address = ask.address or fact.address
        return not any(
            c.direction is Direction.OUT and c.at > fact.at and (c.address == address or None in (c.address, address))
            for c in situation.contacts
        )


def has_opted_out(record: Record, at: datetime) -> bool:
    """Whether the customer wants no more messages of some kind, wherever: what nobody has to hear is not said then."""
    situation = situation_of(ContactAsk(channel=Channel.FILE, at=at), record)
    own = (fact for fact in situation.of(FactKind.OPT_OUT) if fact.party is Party.DEBTOR)
    return any(not _is_taken_back(fact, situation) for fact in own)


def _is_taken_back(fact: PastFact, situation: Situation) -> bool:
    """Later, with the same scope, and by the same person."""
    scope = _scope(fact)
    return any(situation.was_told_after(f, fact) and _scope(f) == scope for f in situation.of(FactKind.OPT_IN))


def _scope(fact: PastFact) -> tuple[object, ...]:
    return fact.channel, fact.address, fact.party, fact.party_id

"""Opt-outs: what the customer wants no more of."""

from __future__ import annotations

from dataclasses import dataclass

from domain.compliance.judge import Judge, Lift
from domain.compliance.situation import Moment, Situation
from domain.model.contact import ContactAsk, Direction, FactKind, NextKind, PastFact, Purpose
from domain.model.pack import OptOut
from domain.model.strategy import Channel


@dataclass(frozen=True, slots=True, eq=False)
class OptOutJudge(Judge):
    """One rule about opt-outs; it is asked on its own channels only."""

    rule: OptOut

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:  # noqa: ARG002 - every judge is asked so
        facts = situation.of(FactKind.OPT_OUT)
        ask = situation.ask
        if not facts or (ask.purpose is Purpose.LEGAL_NOTICE and ask.channel is Channel.LETTER):
            return None
        wide = (fact for fact in facts if self._is_wide_enough(fact, ask))
        standing = (fact for fact in wide if not _is_taken_back(fact, situation))
        return NextKind.EVENT if any(not self._confirms(fact, situation) for fact in standing) else None

    def _is_wide_enough(self, fact: PastFact, ask: ContactAsk) -> bool:
        """The rule's scope is the least width; what the customer said may be wider."""
        if self.rule.scope == "all":
            return True
        on_channel = fact.channel is None or fact.channel is ask.channel
        if fact.address is None:
            return on_channel
        if fact.address == ask.address:
            return True
        return on_channel and (self.rule.scope == "channel" or ask.address is None)

    def _confirms(self, fact: PastFact, situation: Situation) -> bool:
        """The single confirmation: nothing has left for the address since."""
        ask = situation.ask
        if ask.purpose is not Purpose.CONFIRM_OPT_OUT or not self.rule.confirmations_allowed:
            return False
        address = ask.address or fact.address
        return not any(
            c.direction is Direction.OUT and c.at > fact.at and (c.address == address or None in (c.address, address))
            for c in situation.contacts
        )


def _is_taken_back(fact: PastFact, situation: Situation) -> bool:
    """Later, and with the same scope."""
    scope = (fact.channel, fact.address)
    return any(f.at > fact.at and (f.channel, f.address) == scope for f in situation.of(FactKind.OPT_IN))

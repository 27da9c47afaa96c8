"""Spared by a hold of the gate: from a person on whom one lies no money is taken, and nobody thanks them for any.

Stricter than contact: a hold may leave a service notice open, and never a debit or thanks. What closes collection from
the customer closes these, and so does a hold that nobody knows. Only that of the plan itself leaves them open, and what
says no more than how the customer is reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.compliance import compiling
from domain.compliance.clocks import lifted
from domain.compliance.holds import HoldJudge
from domain.compliance.judge import Judge
from domain.compliance.situation import Moment, situation_of
from domain.model.contact import Actor, ContactAsk, Party, Place, Record
from domain.model.pack import Pack
from domain.model.repayment import PLAN_SIGNED
from domain.model.strategy import Channel


def spared_by(account_id: str, record: Record, packs: Sequence[Pack], at: datetime) -> tuple[str, ...]:
    """Ids of the holds for which the customer is spared now; none: nothing stands against it.

    ``record`` is read up to ``CLOCKS_APART`` after the instant, and what a clock ahead has stored already counts.
    """
    judges = _judges(packs)
    instants = sorted({at, lifted(at, record)})
    return tuple(dict.fromkeys(name for now in instants for name in _refusing(judges, account_id, record, now)))


def _refusing(judges: Sequence[Judge], account_id: str, record: Record, at: datetime) -> list[str]:
    ask = ContactAsk(channel=Channel.LETTER, at=at, debts=(account_id,))
    situation = situation_of(ask, record)
    moment = Moment(situation.at, situation.zones)
    return [judge.id for judge in judges if not judge.allows(situation, moment)]


def _judges(packs: Sequence[Pack]) -> list[Judge]:
    question = (Actor.CREDITOR, Party.DEBTOR, Channel.LETTER, Place.HOME)
    binding = (pack for pack in packs if Actor.CREDITOR in pack.applies_to.actors)
    found = [judge for pack in binding for judge in compiling.holds(pack, question) if _is_about_money(judge)]
    return [*found, *compiling.unknown_holds(packs)]


def _is_about_money(judge: Judge) -> bool:
    """Not of the plan itself, nor of some ways or places only."""
    assert isinstance(judge, HoldJudge), "a pack's holds become judges of holds"
    hold = judge.hold
    return hold.opened_by != PLAN_SIGNED and hold.place is None and set(hold.channels) == set(Channel)

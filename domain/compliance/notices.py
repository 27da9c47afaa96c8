"""Notices: documents that must have been given before collection, and those that fell due."""

from __future__ import annotations

from dataclasses import dataclass

from domain.compliance.judge import Judge, Lift
from domain.compliance.situation import Moment, Situation, covers
from domain.model.contact import FactKind, NextKind, Purpose
from domain.model.pack import PackNotice


@dataclass(frozen=True, slots=True, eq=False)
class NoticeJudge(Judge):
    """A notice without which nothing is collected; the notice itself may leave, by a channel on which it is one."""

    notice: PackNotice
    may_leave: bool
    """Whether this channel is one by which it may go."""

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:  # noqa: ARG002 - every judge is asked so
        ask = situation.ask
        is_itself = self.may_leave and ask.notice == self.notice.id
        if ask.purpose is not Purpose.COLLECT or is_itself or is_given(self.notice, situation):
            return None
        return NextKind.EVENT


def is_given(notice: PackNotice, situation: Situation) -> bool:
    """For every debt that is asked about; a notice about some debts is none about all."""
    given = [fact for fact in situation.of(FactKind.NOTICE_GIVEN) if fact.name == notice.id]
    debts = situation.ask.debts
    if not debts:
        return any(not fact.debts for fact in given)
    return all(any(covers(fact, (debt,)) for fact in given) for debt in debts)


def is_due(notice: PackNotice, situation: Situation) -> bool:
    """Its clock has started, and it is not given yet."""
    if notice.due is None or notice.due.after is None or is_given(notice, situation):
        return False
    return any(fact.name == notice.due.after for fact in situation.of(FactKind.EVENT))

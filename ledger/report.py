"""Reads for reports and progress: how the cases stand, what was sent, how episodes ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.model.adjustments import AdjustmentState
from domain.model.bureau import ReportState
from domain.model.case import Outcome
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger.bureau_tables import bureau_reports
from ledger.plan_tables import adjustments
from ledger.tables import cases, messages, requests


@dataclass(frozen=True)
class Standing:
    """How all cases stand at one moment."""

    by_stage: dict[str, int]
    messages: int
    at_rest: int
    """Closed, or open with nothing left to wake for, and no message on its way."""
    wakes: tuple[datetime, ...]
    """When the others wake next."""
    steps: int
    """Decisions taken so far."""


@dataclass(frozen=True)
class Episode:
    """A case from its opening to its end, or open."""

    case_id: str
    account_id: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None


def standing(conn: Connection) -> Standing:
    """Count the cases by stage, the messages, and the cases that will not move by themselves."""
    by_stage = conn.execute(select(cases.c.stage, func.count().label("cases")).group_by(cases.c.stage))
    sent = select(func.count()).where(messages.c.state == MessageState.SENT)
    in_flight = select(messages.c.case_id).where(messages.c.state == MessageState.SENDING)
    asked = select(adjustments.c.case_id).where(adjustments.c.state == AdjustmentState.WANTED)
    told = select(bureau_reports.c.case_id).where(bureau_reports.c.state == ReportState.WANTED)
    resting = select(func.count()).where(
        cases.c.step_no > 0, cases.c.wake_at.is_(None), cases.c.case_id.not_in(in_flight.union(asked, told))
    )
    wakes = select(cases.c.wake_at).where(cases.c.wake_at.is_not(None), cases.c.closed_at.is_(None))
    return Standing(
        by_stage={row.stage: row.cases for row in by_stage},
        messages=conn.scalar(sent) or 0,
        at_rest=conn.scalar(resting) or 0,
        wakes=tuple(conn.scalars(wakes)),
        steps=conn.scalar(select(func.coalesce(func.sum(cases.c.step_no), 0))) or 0,
    )


def episodes(conn: Connection) -> list[Episode]:
    """Every case, in the order of their ids."""
    columns = (cases.c.case_id, cases.c.account_id, cases.c.opened_at, cases.c.closed_at, cases.c.outcome)
    rows = conn.execute(select(*columns).order_by(cases.c.case_id))
    return [Episode(a, b, c, d, Outcome(e) if e else None) for a, b, c, d, e in rows]


def accounts_that_asked(conn: Connection, message_id: str) -> set[str]:
    """Accounts whose case was asked something under this id, and answered."""
    rows = select(cases.c.account_id).join(requests, requests.c.case_id == cases.c.case_id)
    return set(conn.scalars(rows.where(requests.c.message_id == message_id)))


def sent_by_step(conn: Connection) -> list[tuple[str, Channel, int]]:
    """Notices sent: step, channel, how many."""
    rows = conn.execute(
        select(messages.c.step, messages.c.channel, func.count())
        .where(messages.c.state == MessageState.SENT)
        .group_by(messages.c.step, messages.c.channel)
        .order_by(messages.c.step, messages.c.channel)
    )
    return [(step, Channel(channel), count) for step, channel, count in rows]

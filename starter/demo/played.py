"""Counts how far the played customers came, from the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from domain.model.case import Outcome
from ledger import report as reports
from starter.demo.customers import CALL, PARTS, Cast, Part
from starter.demo.report import JourneyCount

_WELL = (Outcome.CURED, Outcome.PAID_IN_FULL, Outcome.PLAN_COMPLETED)


def journeys_of(connection: Connection, cast: Cast, episodes: Sequence[reports.Episode]) -> tuple[JourneyCount, ...]:
    """Each journey, the most frequent first."""
    last = {episode.account_id: episode for episode in episodes}
    return tuple(
        _count(connection, part, [account_id for account_id, journey in cast.items() if journey is part.journey], last)
        for part in sorted(PARTS, key=lambda part: -part.of_a_hundred)
    )


def _count(
    connection: Connection, part: Part, accounts: Sequence[str], last: dict[str, reports.Episode]
) -> JourneyCount:
    called = reports.accounts_that_asked(connection, part.journey.named(CALL))
    theirs = [last[account_id] for account_id in accounts if account_id in last]
    return JourneyCount(
        journey=part.journey,
        of_a_hundred=part.of_a_hundred,
        customers=len(accounts),
        called=len(called.intersection(accounts)),
        ended=sum(episode.outcome in _WELL for episode in theirs),
        open=sum(episode.closed_at is None for episode in theirs),
    )

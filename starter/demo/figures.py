"""Computes the report of a demo from the ledger and from what the histories cost."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.case import Outcome
from domain.model.money import Money
from ledger import report as reports
from ledger.arrears import positions
from policies import Policies
from starter.auditing import audit_ledger
from starter.demo.costs import Cost
from starter.demo.lawful import calls_of, kept_back_of, setting_of
from starter.demo.played import journeys_of
from starter.demo.portfolio import Portfolio
from starter.demo.report import (
    OPEN,
    AuditCount,
    CostPerCase,
    DaysToCure,
    NoticeCount,
    OutcomeCount,
    PastDue,
    Report,
    Spread,
)
from starter.demo.run import Run
from starter.demo.window import Window

BAND_STARTS = (0, 8, 15, 31, 61, 91)
"""First days of the bands of days to cure; each ends the day before the next."""
_BY_PAYMENT = (Outcome.CURED, Outcome.PAID_IN_FULL)


def make_report(run: Run, portfolio: Portfolio, policies: Policies, seed: int, wall_seconds: float) -> Report:
    """The report of a run that came to its end."""
    audited = audit_ledger(run.ledger)
    with run.ledger.read() as connection:
        episodes = reports.episodes(connection)
        return Report(
            portfolio=portfolio.name,
            strategy=f"{policies.strategy.name} v{policies.strategy.version}",
            rules=f"{policies.rules.name} v{policies.rules.version}",
            setting=setting_of(policies.rules, portfolio.currency, run.chosen),
            seed=seed,
            cases=len(episodes),
            first_day=run.window.first,
            last_day=run.window.last,
            wall_seconds=round(wall_seconds, 1),
            outcomes=_outcomes(episodes),
            days_to_cure=_days_to_cure(run, episodes),
            notices=_notices(connection, policies),
            kept_back=kept_back_of(connection, policies.rules, run.window.last),
            calls=calls_of(run.calls, policies.rules),
            journeys=journeys_of(connection, run.cast, episodes),
            past_due=_past_due(connection, run.window, portfolio.currency),
            cost=_cost(run.costs),
            audit=AuditCount(
                contacts=audited.contacts,
                breaches=len(audited.breaches),
                chains=audited.chains,
                tampered=len(audited.tampered),
            ),
        )


def _outcomes(episodes: Sequence[reports.Episode]) -> tuple[OutcomeCount, ...]:
    counts = Counter[str](episode.outcome or OPEN for episode in episodes)
    order: list[Outcome | str] = [*Outcome, OPEN]
    return tuple(OutcomeCount(outcome=outcome, cases=counts[outcome]) for outcome in order if counts[outcome])


def _days_to_cure(run: Run, episodes: Sequence[reports.Episode]) -> DaysToCure:
    chosen = {each.history.account_id: each for each in run.chosen}
    days = sorted(
        (local_day(episode.closed_at, account.history.zone) - account.opens_on).days
        for episode in episodes
        for account in (chosen[episode.account_id],)
        if episode.closed_at is not None and episode.outcome in _BY_PAYMENT
    )
    counts = Counter(bisect_right(BAND_STARTS, day) - 1 for day in days)
    ends = [start - 1 for start in BAND_STARTS[1:]]
    bands = tuple(
        (start, end, counts[i]) for i, (start, end) in enumerate(zip(BAND_STARTS, [*ends, None], strict=True))
    )
    return DaysToCure(
        cases=len(days),
        p25=nearest_rank(days, 25) if days else None,
        median=nearest_rank(days, 50) if days else None,
        p75=nearest_rank(days, 75) if days else None,
        bands=bands,
    )


def _notices(connection: Connection, policies: Policies) -> tuple[NoticeCount, ...]:
    position = {step.id: i for i, step in enumerate(policies.strategy.ladder)}
    behind = len(position)  # messages that are no step of the ladder
    sent = sorted(reports.sent_by_step(connection), key=lambda row: (position.get(row[0], behind), row[:2]))
    return tuple(NoticeCount(step=step, channel=channel, sent=count) for step, channel, count in sent)


def _past_due(connection: Connection, window: Window, currency: str) -> tuple[PastDue, ...]:
    series = []
    for offset in range(window.days):
        day = window.first + timedelta(days=offset)
        # All facts of a replayed history are recorded by the end of their value date, wherever the bank is.
        known_at = datetime.combine(day + timedelta(days=2), time(), UTC)
        late = list(positions(connection, day, known_at, currency))
        amount = Money.of_minor(sum(position.past_due_minor for position in late), currency)
        series.append(PastDue(on=day, amount=amount, accounts=len(late)))
    return tuple(series)


def _cost(costs: Sequence[Cost]) -> CostPerCase:
    return CostPerCase(
        actions=_spread([cost.actions for cost in costs]),
        events=_spread([cost.events for cost in costs]),
        history_bytes=_spread([cost.history_bytes for cost in costs]),
    )


def _spread(values: Sequence[int]) -> Spread:
    ordered = sorted(values)
    return Spread(p50=nearest_rank(ordered, 50), p95=nearest_rank(ordered, 95), max=ordered[-1])


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that at least so many percent of the values do not exceed."""
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]

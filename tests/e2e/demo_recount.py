"""Every figure of a demo's page, counted anew: plain SQL on the ledger, raw events of the server, nothing of ours."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest, ListWorkflowExecutionsRequest
from temporalio.client import Client

OUTCOMES = (
    "cured",
    "paid_in_full",
    "cleared_by_status",
    "plan_completed",
    "settled_for_less",
    "re_aged",
    "withdrawn",
    "open_at_the_end_of_the_data",
)
BANDS = {"0-7": (0, 7), "8-14": (8, 14), "15-30": (15, 30), "31-60": (31, 60), "61-90": (61, 90), "91+": (91, 9999)}
GRACE_DAYS = 3
"""Of the rules `cn`: within them nobody is late. Their tolerance is in another currency."""

# Rule 5 of the data's description: an obligation that fell due before, unmet, and something owed. Of who is played
# part of one may be met, part of what is owed may be given up, and a payment may be found later than it was made.
UNMET = """
    SELECT o.account_id, o.minimum_minor - COALESCE((
        SELECT SUM(m.amount_minor) FROM meetings m
        WHERE m.account_id = o.account_id AND m.due_on = o.due_on AND m.value_on <= :day AND m.recorded_at <= :known
    ), 0) AS minimum_minor
    FROM obligations o
    WHERE o.due_on < :late_after AND o.minimum_minor > 0 AND NOT EXISTS (
        SELECT * FROM meetings m WHERE m.amount_minor IS NULL
        AND m.account_id = o.account_id AND m.due_on = o.due_on AND m.value_on <= :day)
"""
OWED = """
    SELECT s.account_id, s.balance_minor + COALESCE((
        SELECT SUM(e.principal_minor + e.interest_minor + e.fee_minor) FROM entries e
        WHERE e.account_id = s.account_id AND e.kind IN ('payment', 'waiver')
        AND e.value_on > s.closed_on AND e.value_on <= :day AND e.recorded_at <= :known
    ), 0) AS minor
    FROM statements s
    WHERE s.closed_on = (
        SELECT MAX(closed_on) FROM statements WHERE account_id = s.account_id AND closed_on <= :day)
"""
PAST_DUE = f"""
    SELECT unmet.account_id, MIN(SUM(unmet.minimum_minor), owed.minor)
    FROM ({UNMET}) unmet JOIN ({OWED}) owed ON owed.account_id = unmet.account_id
    WHERE owed.minor > 0 AND unmet.minimum_minor > 0 GROUP BY unmet.account_id
"""
PLAYED = {"keeps-promise": 6, "mends-by-plan": 4, "falls-ill": 3, "has-paid": 3}
"""Journey of customers who answer → how many of a hundred."""
CALLED = """
    SELECT COUNT(DISTINCT account_id) FROM cases JOIN requests USING (case_id)
    WHERE account_id = ? AND message_id LIKE ? || '-%'
"""


@dataclass
class Spent:
    """What one case cost, all its runs together, and how it ended."""

    actions: int = 0
    events: int = 0
    history_bytes: int = 0
    outcomes: list[str] = field(default_factory=list)


def of_ledger(file: Path, first: date, days: int) -> dict[str, str]:
    """What the ledger says, by the name of the figure."""
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as ledger:
        window = [first + timedelta(days=n) for n in range(days)]
        cases = ledger.execute("SELECT account_id, outcome, closed_at FROM cases").fetchall()
        found = dict(_policies(ledger)) | {"cases": str(len(cases))}
        found |= dict(_outcomes(Counter(outcome or OUTCOMES[-1] for _, outcome, _ in cases)))
        found |= dict(_days_to_cure(_cured(ledger, window, cases)))
        found |= dict(_notices(ledger, len(cases)))
        found |= dict(_journeys(ledger, json.loads(file.with_name("customers.json").read_text(encoding="utf-8"))))
        found |= dict(_past_due(ledger, window))
    ledger.close()
    return found


def outcomes_of_ledger(file: Path) -> dict[str, list[str]]:
    """Account → how its case ended, nothing when it is open."""
    with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as ledger:
        rows = ledger.execute("SELECT account_id, outcome FROM cases").fetchall()
    ledger.close()
    return {account_id: [outcome] if outcome else [] for account_id, outcome in rows}


def of_costs(spent: Sequence[Spent]) -> dict[str, str]:
    """The figures of what the cases cost."""
    found = {}
    for part in ("actions", "events", "history_bytes"):
        values = sorted(getattr(one, part) for one in spent)
        found |= {f"cost.{part}.p50": rank(values, 50), f"cost.{part}.p95": rank(values, 95)}
        found[f"cost.{part}.max"] = str(values[-1])
    return found


def rank(ordered: Sequence[int], percent: int) -> str:
    """The value at the nearest rank."""
    return str(ordered[math.ceil(percent / 100 * len(ordered)) - 1]) if ordered else ""


def _share(part: int, whole: int) -> str:
    return str((Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _policies(ledger: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    for kind in ("strategy", "rules"):
        ((said,),) = ledger.execute(f"SELECT DISTINCT {kind}_name || ' v' || {kind}_version FROM cases")
        yield kind, said
    ((rules,),) = ledger.execute("SELECT body FROM policies WHERE kind = 'rules'")
    yield from (("rules.title", json.loads(rules)["title"]), ("rules.review", "not reviewed: not for production"))
    ((currency, zone),) = ledger.execute("SELECT DISTINCT currency, zone FROM accounts")
    yield from (("currency", currency), ("zones", zone))


def _outcomes(counts: Counter[str]) -> Iterator[tuple[str, str]]:
    cases, by_payment = counts.total(), counts["cured"] + counts["paid_in_full"]
    assert set(counts) <= set(OUTCOMES)
    for outcome in OUTCOMES:
        yield f"outcomes.{outcome}", str(counts[outcome])
        yield f"outcomes.{outcome}.percent", _share(counts[outcome], cases)
    yield "total.cured_by_payment", str(by_payment)
    yield "total.cured_by_payment.percent", _share(by_payment, cases)


def as_known_of(day: date) -> dict[str, str | int]:
    """The day, and the end of it wherever the bank is: what is found later is not known then."""
    known = datetime.combine(day + timedelta(days=2), time(), UTC)
    return {"day": day.isoformat(), "known": int(known.timestamp()) * 1_000_000}


def _cured(
    ledger: sqlite3.Connection, window: Sequence[date], cases: Sequence[tuple[str, str | None, int]]
) -> list[int]:
    """Days from the first day past due in the window to the cure, for each case that ended by payment."""
    opened_on: dict[str, date] = {}
    for day in window:
        late_after = (day - timedelta(days=GRACE_DAYS)).isoformat()
        for account_id, _ in ledger.execute(PAST_DUE, as_known_of(day) | {"late_after": late_after}):
            opened_on.setdefault(account_id, day)
    zones = {account_id: ZoneInfo(zone) for account_id, zone in ledger.execute("SELECT account_id, zone FROM accounts")}
    assert opened_on.keys() == {account_id for account_id, *_ in cases}
    return sorted(
        (datetime.fromtimestamp(closed_at // 1_000_000, UTC).astimezone(zones[it]).date() - opened_on[it]).days
        for it, outcome, closed_at in cases
        if outcome in ("cured", "paid_in_full")
    )


def _days_to_cure(days: Sequence[int]) -> Iterator[tuple[str, str]]:
    yield "days_to_cure.cases", str(len(days))
    yield from (("days_to_cure.p25", rank(days, 25)), ("days_to_cure.median", rank(days, 50)))
    yield "days_to_cure.p75", rank(days, 75)
    for band, (least, most) in BANDS.items():
        yield f"days_to_cure.band.{band}", str(sum(least <= day <= most for day in days))


def _notices(ledger: sqlite3.Connection, cases: int) -> Iterator[tuple[str, str]]:
    rows = ledger.execute("SELECT step, channel, COUNT(*) FROM messages WHERE state = 'sent' GROUP BY step, channel")
    sent = 0
    for step, channel, count in rows:
        sent += count
        yield f"notices.{step}.{channel}", str(count)
    yield "total.notices", str(sent)
    yield "total.notices_per_case", str((Decimal(sent) / cases).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _journeys(ledger: sqlite3.Connection, cast: dict[str, str]) -> Iterator[tuple[str, str]]:
    assert set(cast.values()) <= set(PLAYED)
    ended = dict(ledger.execute("SELECT account_id, outcome FROM cases ORDER BY episode_no"))
    for journey, of_a_hundred in PLAYED.items():
        theirs = [account_id for account_id, plays in cast.items() if plays == journey]
        called = sum(ledger.execute(CALLED, (account_id, journey)).fetchone()[0] for account_id in theirs)
        well = sum(ended.get(account_id) in ("cured", "paid_in_full", "plan_completed") for account_id in theirs)
        still_open = sum(account_id in ended and ended[account_id] is None for account_id in theirs)
        counts = {"of_a_hundred": of_a_hundred, "customers": len(theirs), "called": called}
        for name, count in (counts | {"ended": well, "open": still_open}).items():
            yield f"journeys.{journey}.{name}", str(count)


def _past_due(ledger: sqlite3.Connection, window: Sequence[date]) -> Iterator[tuple[str, str]]:
    amounts = {}
    for day in window:
        rows = ledger.execute(PAST_DUE, as_known_of(day) | {"late_after": day.isoformat()}).fetchall()
        amounts[day] = sum(minor for _, minor in rows)
        yield f"past_due.{day}.amount", f"{amounts[day] // 100}.{amounts[day] % 100:02}"
        yield f"past_due.{day}.accounts", str(len(rows))
    ((currency,),) = ledger.execute("SELECT DISTINCT currency FROM accounts")
    yield "past_due.currency", currency
    yield "past_due.highest_on", str(min(amounts, key=lambda day: (-amounts[day], day)))


async def of_temporal(client: Client) -> dict[str, Spent]:
    """Account → what its case cost, from every run that the server knows."""
    spent: dict[str, Spent] = {}
    token = b""
    while True:
        page = await client.workflow_service.list_workflow_executions(
            ListWorkflowExecutionsRequest(namespace=client.namespace, page_size=50, next_page_token=token)
        )
        for run in page.executions:
            case = spent.setdefault(run.execution.workflow_id.removeprefix("case/"), Spent())
            _add(case, [event async for event in _history(client, run.execution)])
        if not (token := page.next_page_token):
            return spent


async def _history(client: Client, run: WorkflowExecution) -> AsyncIterator[HistoryEvent]:
    token = b""
    while True:
        page = await client.workflow_service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(namespace=client.namespace, execution=run, next_page_token=token)
        )
        for event in page.history.events:
            yield event
        if not (token := page.next_page_token):
            return


def _is_of_the_clock(kind: str) -> bool:
    """Time that skips, or that somebody moved."""
    return "TIME_SKIPPING" in kind or kind.endswith("_EXECUTION_OPTIONS_UPDATED")


def _add(case: Spent, events: Sequence[HistoryEvent]) -> None:
    kinds = Counter(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events)
    own = [event for event in events if not _is_of_the_clock(EventType.Name(event.event_type))]
    case.events += len(own)
    case.history_bytes += sum(len(event.SerializeToString()) for event in own)
    case.actions += kinds["WORKFLOW_EXECUTION_STARTED"] + kinds["TIMER_STARTED"] + kinds["ACTIVITY_TASK_SCHEDULED"]
    case.actions += kinds["WORKFLOW_EXECUTION_SIGNALED"] + kinds["WORKFLOW_EXECUTION_UPDATE_ACCEPTED"]
    case.actions += kinds["UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"]
    # all local activities of one workflow task are one action: the markers name the task that wrote them
    local = (e.marker_recorded_event_attributes for e in events if e.HasField("marker_recorded_event_attributes"))
    case.actions += len({marker.workflow_task_completed_event_id for marker in local})
    started = (e.activity_task_started_event_attributes.attempt for e in events)
    case.actions += sum(attempt - 1 for attempt in started if attempt)
    for event in events:
        if event.HasField("workflow_execution_completed_event_attributes"):
            (result,) = event.workflow_execution_completed_event_attributes.result.payloads
            case.outcomes.append(json.loads(result.data)["outcome"])

"""Opening a case: one row and one run for each episode, however often and from wherever it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain.case.attributes import attributes_of
from domain.delinquency import assess
from domain.model.case import KEEP_LAST, Case, Closure, Next, Stage
from domain.model.errors import InputError, SurroundingsError
from domain.model.facts import Arrears
from domain.model.strategy import PolicyRef
from domain.model.thanks import thanks_key
from ledger import (
    accounts,
    cases,
    causes,
    complaints,
    concessions,
    disputes,
    hardships,
    holds,
    messages,
    negotiations,
    plans,
    policies,
    promises,
    re_ages,
)
from ledger.cases import CaseRow
from ledger.engine import Ledger
from ledger.exposures import Exposure, exposures
from policies import Policies
from starter.connection import WRITTEN_WITH
from starter.requests import look
from workflows import page
from workflows.case import CaseWorkflow
from workflows.names import CASES_QUEUE, case_workflow_id, first_search_attributes

MEMO_CASE = "case"
"""Memo field with the case id: tells the run of this episode from that of the one before."""
_ENDS_WITHIN_S = 60
_CALL = timedelta(seconds=10)
_Run = WorkflowHandle[CaseWorkflow, Closure]


@dataclass(frozen=True)
class Started:
    """A case that runs, and whether this call opened it or found it running."""

    case_id: str
    workflow_id: str
    run_id: str
    opened: bool


async def start_case(
    client: Client,
    ledger: Ledger,
    chosen: Policies,
    account_id: str,
    *,
    now: datetime | None = None,
    opens_at: datetime | None = None,
    history_bound: int = 1_000,
) -> Started:
    """Open the case of an overdue account and start its run; a case that is open already is left as it is.

    Args:
        now: business time of the opening (None: the clock).
        opens_at: start ahead of the first past-due day: the case sleeps until then.

    Raises:
        InputError: unknown account, or nothing past due beyond the days of grace.
    """
    at = now or datetime.now(UTC)

    def transaction() -> Begun:
        with ledger.write() as connection:
            begun = open_cases(connection, chosen, {account_id: opens_at}, at, history_bound)[account_id]
            if isinstance(begun, InputError):
                raise begun
            return begun

    return await start_run(client, await asyncio.to_thread(transaction))


@dataclass(frozen=True)
class Begun:
    """A case that is open in the ledger, as its run begins."""

    case: Case
    is_new: bool
    """Whether the ledger did not have it open until now."""

    @property
    def resumed(self) -> bool:
        """Whether it goes on with an episode that the ledger had closed until now."""
        return self.is_new and self.case.step_no > 0


def open_cases(
    connection: Connection,
    chosen: Policies,
    wanted: Mapping[str, datetime | None],
    at: datetime,
    history_bound: int = 1_000,
) -> dict[str, Begun | InputError]:
    """Open the cases of these accounts in the ledger; account → its case, or why it has none.

    Args:
        wanted: account → when its case begins to look; None: at once.
    """
    owed = exposures(connection, wanted.keys(), at)
    refs: tuple[PolicyRef, PolicyRef] | None = None
    found: dict[str, Begun | InputError] = {}
    for account_id, opens_at in sorted(wanted.items(), key=lambda item: item[0]):  # in one order for all writers
        try:
            owes = owed.get(account_id) or _unknown(connection, account_id)
            arrears = assess(owes.unmet, owes.balance, owes.today, chosen.rules)
            if arrears is None and opens_at is None and cases.open_row(connection, account_id) is None:
                raise InputError(f"account {account_id} is not past due on {owes.today}: no case was opened")
            refs = refs or _published(connection, chosen, at)
            row, is_new = cases.open_case(connection, account_id, *refs, at)
            case = _as_it_begins(connection, row, owes, arrears, at, opens_at, history_bound)
            found[account_id] = Begun(case, is_new)
        except InputError as refused:
            found[account_id] = refused
    return found


async def start_run(client: Client, begun: Begun) -> Started:
    """Start the run of a case that is open in the ledger, or find it; raises SurroundingsError when it cannot."""
    try:
        return await _started(client, begun.case, begun.resumed)
    except RPCError as error:
        raise SurroundingsError(f"Temporal did not start case {begun.case.case_id}: {error.message}") from error


async def _started(client: Client, case: Case, resumed: bool) -> Started:
    while True:
        try:
            handle = await _start(client, case)
        except WorkflowAlreadyStartedError as running:
            found: _Run = client.get_workflow_handle(running.workflow_id, run_id=running.run_id, result_type=Closure)
            if await _runs_for(client, found, case, resumed):
                return Started(case.case_id, running.workflow_id, running.run_id or "", opened=False)
            await _its_end(found, case)
        else:
            return Started(case.case_id, handle.id, handle.result_run_id or "", opened=True)


def _unknown(connection: Connection, account_id: str) -> Exposure:
    accounts.get_account(connection, account_id)
    raise InputError(f"account {account_id} came to the ledger just now: try again")


def _published(connection: Connection, chosen: Policies, at: datetime) -> tuple[PolicyRef, PolicyRef]:
    strategy = policies.publish_strategy(connection, chosen.strategy, at)
    return strategy, policies.publish_rules(connection, chosen.rules, at)


def _as_it_begins(
    connection: Connection,
    row: CaseRow,
    owes: Exposure,
    arrears: Arrears | None,
    at: datetime,
    opens_at: datetime | None,
    history_bound: int,
) -> Case:
    promised = promises.standing(connection, row.case_id, row.step_no) if row.step_no else promises.Standing()
    planned = plans.standing(connection, row.case_id, row.step_no) if row.step_no else plans.Standing()
    disputed = disputes.standing(connection, row.case_id) if row.step_no else disputes.Standing()
    return Case(
        case_id=row.case_id,
        account=owes.account,
        episode_no=row.episode_no,
        strategy=row.strategy,
        rules=row.rules,
        as_of=at,
        opens_at=opens_at,
        step_no=row.step_no,
        next=Next(wake_at=opens_at, what="opens", why="the account falls past due on that day") if opens_at else Next(),
        stage=Stage.WAITING if opens_at else Stage.REMINDING,
        balance=owes.balance,
        arrears=arrears,
        # an episode that goes on after a cure was undone, or whose run was lost, keeps what was agreed
        holds=holds.in_force(connection, row.case_id, owes.today),
        pauses_over=holds.pauses_over(connection, row.case_id, owes.today)[-KEEP_LAST:],
        cause=causes.last_of(connection, row.case_id),
        complaints=complaints.open_of(connection, row.case_id),
        disputes=disputed.going_on,
        dispute_answer=disputed.answer,
        resumes_on=disputed.resumes_on,
        negotiation=negotiations.standing(connection, row.case_id) if row.step_no else None,
        conceded=concessions.are_there(connection, row.case_id),
        hardship=hardships.standing(connection, row.case_id) if row.step_no else None,
        promise=promised.active,
        promise_judged=promised.judged,
        promises_made=promised.made,
        promises_broken=promised.broken,
        plan=planned.plan,
        plans_agreed=planned.agreed,
        re_age=re_ages.standing(connection, row.case_id, row.step_no) if row.step_no else None,
        thanked=bool(row.step_no) and messages.get(connection, thanks_key(row.case_id)) is not None,
        history_bound=history_bound,
        one_timer=True,
    )


async def _start(client: Client, case: Case) -> WorkflowHandle[CaseWorkflow, Closure]:
    # FAIL and a look at what runs has the effect of USE_EXISTING, and tells apart the run of an episode that just ends.
    return await client.start_workflow(
        CaseWorkflow.run,
        case,
        id=case_workflow_id(case.account.account_id),
        task_queue=CASES_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        memo={MEMO_CASE: case.case_id},
        search_attributes=first_search_attributes(attributes_of(case)),
        static_summary=page.title(case),
        rpc_timeout=_CALL,
    )


async def _runs_for(client: Client, found: _Run, case: Case, resumed: bool) -> bool:
    """Whether this run is that of the case, not the one of an end that is in the ledger and not yet at the server."""
    if await _case_of(found) != case.case_id:
        return False
    # An episode that goes on (a returned payment) has the id of the run that just closed it: only the run can tell.
    return not resumed or (await look(client, case.account.account_id)).closure is None


async def _case_of(found: _Run) -> str | None:
    described = await found.describe()
    try:
        case_id: str | None = await described.memo_value(MEMO_CASE, default=None, type_hint=str)
    except (KeyError, RuntimeError, ValueError) as error:  # what the payload converter raises
        raise SurroundingsError(f"the run {found.id} cannot be read: {WRITTEN_WITH}") from error
    return case_id


async def _its_end(found: _Run, case: Case) -> None:
    try:
        async with asyncio.timeout(_ENDS_WITHIN_S):
            await found.result()
    except WorkflowFailureError:
        return  # terminated or failed: ended all the same
    except TimeoutError as error:
        raise SurroundingsError(
            f"the run before case {case.case_id} is closed in the ledger and does not end: is a worker running? "
            "Start the case again"
        ) from error

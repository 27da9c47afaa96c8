"""`duecourse reconcile`: one pass of the reconciler by hand; only what is stuck in a channel needs a worker."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from domain.model.reconcile import Overdue, Part, Place, ReconcileAsk, Reconciled
from policies import Policies
from starter.cli.operators import opened
from starter.cli.options import JsonOption
from starter.connection import connect
from starter.reconcile.reconciler import Reconciler
from starter.reconcile.server import Server
from starter.settings import load_settings
from workflows.names import OPERATIONS_QUEUE, RECONCILE_SCHEDULE, RECONCILER

_A_DAY_S = 86_400
_WORKER_ANSWERS_WITHIN = timedelta(minutes=1)
_LATE = {
    "rings": ("unheard changes", "the feed goes on ringing: is a worker running?"),
    "postings": ("postings not taken", "the feed does not run: is a worker running, and are the schedules applied?"),
    "opt_outs": ("opt-outs not confirmed", "`duecourse task list` names them"),
    "adjustments": ("adjustments not answered", "`duecourse adjustment list` names them"),
    "messages": ("messages on their way that nobody sends", "start a worker: it asks their channels"),
}
_STRANGERS = (
    "the ledger does not know their accounts or policies or is older than they are, or they cannot be read; "
    "is it the right ledger and key?"
)


def reconcile(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; tell what would be mended.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Find cases that were forgotten or stopped, and let them go on. Exit code 1 when something could not be mended."""
    done = asyncio.run(_pass(dry_run))
    print(done.model_dump_json(indent=2) if as_json else _told(done, dry_run))
    return 1 if done.failed else 0


async def _pass(dry_run: bool) -> Reconciled:
    settings = load_settings()
    client = await connect(settings)
    ask = ReconcileAsk(as_of=datetime.now(UTC), dry_run=dry_run, seconds=_A_DAY_S)
    pass_ = Reconciler(opened(), Policies.named(settings.strategy), Server(client), settings.history_bound)
    done = await pass_.run(ask)
    return await _with_channels(client, done) if done.overdue.messages else done


async def _with_channels(client: Client, done: Reconciled) -> Reconciled:
    """Only a worker has the channels that know what became of a message: the rest of the pass is its work."""
    try:
        rest: Reconciled = await client.execute_workflow(
            RECONCILER,
            Place(part=Part.MESSAGES),
            id=f"{RECONCILE_SCHEDULE}-messages",
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_queue=OPERATIONS_QUEUE,
            execution_timeout=_WORKER_ANSWERS_WITHIN,
            result_type=Reconciled,
        )
    except (WorkflowFailureError, RPCError):
        return done
    overdue = rest.overdue.model_copy(update={"messages": 0})
    return (done.model_copy(update={"overdue": Overdue()}) + rest).model_copy(update={"overdue": overdue})


def _told(done: Reconciled, dry_run: bool) -> str:
    verb = "would be mended" if dry_run else "mended"
    lines = [f"looked at {done.accounts:,} accounts, {done.cases:,} open cases and {done.runs:,} runs"]
    lines += [f"  {kind.replace('_', ' ')}: {count:,} {verb}" for kind, count in sorted(done.repairs.items())]
    lines += [f"    {one.repair}: {one.account_id or ''} {one.of or ''}".rstrip() for one in done.found if dry_run]
    for name, count in done.overdue.model_dump().items():
        what, advice = _LATE[name]
        lines += [f"  {what}: {count:,} overdue; {advice}"] * bool(count)
    if done.strangers:
        lines.append(f"  runs left alone: {done.strangers:,}; {_STRANGERS}")
    if done.failed:
        lines.append(f"  not mended now: {done.failed:,}; the next pass tries again")
    return "\n".join(lines if len(lines) > 1 else [*lines, "nothing is apart"])

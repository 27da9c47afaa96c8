"""`duecourse reconcile`: one pass of the reconciler by hand; it needs the server and the ledger, and no worker."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.model.reconcile import ReconcileAsk, Reconciled
from policies import Policies
from starter.cli.operators import opened
from starter.cli.options import JsonOption
from starter.connection import connect
from starter.reconcile.reconciler import Reconciler
from starter.reconcile.server import Server
from starter.settings import load_settings

_A_DAY_S = 86_400


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
    ask = ReconcileAsk(as_of=datetime.now(UTC), dry_run=dry_run, seconds=_A_DAY_S)
    server = Server(await connect(settings))
    return await Reconciler(opened(), Policies.named(settings.strategy), server, settings.history_bound).run(ask)


def _told(done: Reconciled, dry_run: bool) -> str:
    verb = "would be mended" if dry_run else "mended"
    lines = [f"looked at {done.accounts:,} accounts, {done.cases:,} open cases and {done.runs:,} runs"]
    lines += [f"  {kind.replace('_', ' ')}: {count:,} {verb}" for kind, count in sorted(done.repairs.items())]
    lines += [f"    {one.repair}: {one.account_id or ''} {one.of or ''}".rstrip() for one in done.found if dry_run]
    late = {"rings": "unheard changes", "postings": "postings not taken", "opt_outs": "opt-outs not confirmed"}
    lines += [f"  overdue: {count:,} {late[name]}" for name, count in done.overdue.model_dump().items() if count]
    if done.failed:
        lines.append(f"  {done.failed:,} could not be mended now: the next pass tries again")
    return "\n".join(lines if len(lines) > 1 else [*lines, "nothing is apart"])

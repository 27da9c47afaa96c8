"""`duecourse feed …`: whether the bank's data is new enough, and what of it the cases do not know yet."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from domain.model.feed import FeedAsk, FeedPass
from ledger import changes, people
from ledger.engine import Ledger
from policies import Policies
from starter.cli.operators import an_instant, opened, tell_cases
from starter.cli.options import JsonOption
from starter.connection import connect
from starter.feed.delivery import Door
from starter.feed.freshness import Backlog, FeedStatus, backlog, say_complete
from starter.feed.freshness import status as feed_status
from starter.feed.relay import Relay
from starter.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True)
_WHOLE_PASS_S = 24 * 3600
_LATE = timedelta(minutes=2)
"""A change that waits for longer is more than the next pass's to take."""


@app.command()
def status(as_json: JsonOption = False) -> None:
    """How fresh the ledger is, which strategies keep silent because of it, and what waits to reach a case."""
    now = datetime.now(UTC)
    with opened().read() as conn:
        found = feed_status(conn, Policies.named(load_settings().strategy).strategy, now)
        waits = backlog(conn)
    if as_json:
        print(json.dumps({**_as_json(found), **_backlog_as_json(waits, now)}, indent=2))
    else:
        print("\n".join((*_told(found), *_waits(waits, now))))


@app.command()
def fresh(
    until: Annotated[
        str, typer.Option("--until", metavar="INSTANT", help="With its zone, like 2026-03-01T18:00+08:00.")
    ],
) -> None:
    """The bank says: every payment and entry until this instant is in the ledger. It never goes back."""
    now, ledger = datetime.now(UTC), opened()
    at, chosen = an_instant("--until", until), Policies.named(load_settings().strategy).strategy
    with ledger.write() as conn:
        silent_before = feed_status(conn, chosen, now).silent
        new = say_complete(conn, at, now)
        found = feed_status(conn, chosen, now)
        goes_on = new and bool(silent_before)
        if goes_on:
            changes.note_for_all(conn, now)
        waited = people.count_open(conn) if goes_on else 0
    print("" if new else "nothing changed: the feed was complete until then before; ", end="")
    print("\n".join(_told(found)))
    tell_cases(waited)


@app.command()
def run(as_json: JsonOption = False) -> None:
    """Make one pass now: open the cases that are needed, and let the others know of what changed.

    The schedule does this by itself; by hand it is for a server without a worker, and for the impatient.
    """
    done = asyncio.run(_run(load_settings(), opened()))
    if as_json:
        print(done.model_dump_json(indent=2))
        return
    print(f"{done.opened:,} cases opened, {done.rung:,} told, {done.watched:,} accounts need none today")
    if done.posted or done.postings_refused:
        print(f"postings: {done.posted:,} taken, {done.postings_refused:,} refused")
    if done.unheard:
        print(f"not told: {done.unheard:,}; they are tried again: `duecourse feed status`")


async def _run(settings: Settings, ledger: Ledger) -> FeedPass:
    policies = Policies.named(settings.strategy, datetime.now(UTC).date())
    door = Door(await connect(settings), ledger, policies, settings.history_bound)
    bar = Progress(
        TextColumn("relaying"),
        BarColumn(),
        TextColumn("{task.fields[did]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, did="")

        def tell(done: FeedPass) -> None:
            bar.update(task, did=f"{done.opened:,} opened, {done.rung:,} told, {done.watched:,} looked at")

        return await Relay(ledger, policies, door, told=tell).run(
            FeedAsk(as_of=datetime.now(UTC), seconds=_WHOLE_PASS_S)
        )


def _told(found: FeedStatus) -> Iterator[str]:
    if found.fresh_until is None or found.age is None:
        yield "no feed was ever told of: the ledger counts as complete, nothing keeps silent"
        return
    if found.complete_until is not None:
        yield f"complete until {_clock(found.complete_until)}, {_hours(found.at - found.complete_until)} ago"
    if found.relayed_until is not None:
        yield f"relayed to cases until {_clock(found.relayed_until)}, {_hours(found.at - found.relayed_until)} ago"
    for each in found.strategies:
        stands = "silent" if found.is_silent(each) else "contact goes on"
        yield f"  {each.name} v{each.version}: {stands} (at most {each.fresh_within_hours} h)"


def _waits(waits: Backlog, now: datetime) -> Iterator[str]:
    if waits.changes.since is not None:
        since = _hours(now - waits.changes.since)
        late = ": does the feed run?" if now - waits.changes.since > _LATE else ""
        yield f"{waits.changes.changes:,} changes wait to be relayed, the oldest for {since}{late}"
    if waits.rings.since is not None:
        refused = f", {waits.rings.refused:,} of them refused by their case" if waits.rings.refused else ""
        yield f"{waits.rings.rings:,} cases to be told{refused}, the oldest for {_hours(now - waits.rings.since)}"
    if waits.postings.waiting:
        yield f"{waits.postings.waiting:,} postings wait to become entries"
    if waits.postings.refused:
        yield f"{waits.postings.refused:,} postings were refused: their rows say why"
    if waits.watched:
        yield f"{waits.watched:,} accounts without a case are watched until they fall past due"


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _hours(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds())) // 60
    return f"{minutes // 60} h {minutes % 60} min"


def _as_json(found: FeedStatus) -> dict[str, object]:
    return {
        "fresh_until": found.fresh_until.isoformat() if found.fresh_until else None,
        "complete_until": found.complete_until.isoformat() if found.complete_until else None,
        "relayed_until": found.relayed_until.isoformat() if found.relayed_until else None,
        "age_seconds": int(found.age.total_seconds()) if found.age is not None else None,
        "strategies": [
            {
                "strategy": each.name,
                "version": each.version,
                "fresh_within_hours": each.fresh_within_hours,
                "silent": found.is_silent(each),
            }
            for each in found.strategies
        ],
    }


def _backlog_as_json(waits: Backlog, now: datetime) -> dict[str, object]:
    oldest = min((at for at in (waits.changes.since, waits.rings.since) if at is not None), default=None)
    return {
        "changes_waiting": waits.changes.changes,
        "cases_to_be_told": waits.rings.rings,
        "refused_by_their_case": waits.rings.refused,
        "oldest_waits_seconds": 0 if oldest is None else max(0, int((now - oldest).total_seconds())),
        "postings_waiting": waits.postings.waiting,
        "postings_refused": waits.postings.refused,
        "accounts_watched": waits.watched,
    }

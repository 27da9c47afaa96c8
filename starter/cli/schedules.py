"""`duecourse schedules …`: what the server runs again and again for us."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import typer

from starter import schedules
from starter.cli.operators import print_table
from starter.cli.options import JsonOption
from starter.connection import connect
from starter.schedules import Applied, Standing
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@app.command("apply")
def apply_command(as_json: JsonOption = False) -> None:
    """Create the schedules that are missing and change those that differ. Repeated, nothing changes.

    One that an operator paused stays paused.
    """
    found = asyncio.run(_apply())
    if as_json:
        print(json.dumps([{"schedule": one.schedule_id, "how": one.how} for one in found], indent=2))
        return
    for one in found:
        print(f"{one.schedule_id}: {one.how}")


@app.command("list")
def list_command(as_json: JsonOption = False) -> int:
    """The schedules as the server has them. Exit code 1 when one is missing or paused."""
    found = asyncio.run(_standing())
    if as_json:
        print(json.dumps([_as_json(one) for one in found], indent=2))
    else:
        rows = [_row(one) for one in found]
        print_table(("schedule", "runs every", "state", "last run", "next run", "what it does"), rows, "there is none")
    return 0 if all(one.every is not None and not one.paused for one in found) else 1


async def _apply() -> tuple[Applied, ...]:
    settings = load_settings()
    return await schedules.apply(await connect(settings), settings)


async def _standing() -> tuple[Standing, ...]:
    settings = load_settings()
    return await schedules.standing(await connect(settings), settings)


def _row(one: Standing) -> tuple[str, ...]:
    if one.every is None:
        return one.schedule_id, "", "missing: run `duecourse schedules apply`", "", "", ""
    state = "paused" if one.paused else "running now" if one.running else "waits"
    return one.schedule_id, _span(one.every), state, _clock(one.last_run_at), _clock(one.next_run_at), one.note


def _span(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"


def _clock(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _as_json(one: Standing) -> dict[str, object]:
    return {
        "schedule": one.schedule_id,
        "exists": one.every is not None,
        "every_seconds": None if one.every is None else int(one.every.total_seconds()),
        "paused": one.paused,
        "note": one.note,
        "running": one.running,
        "missed": one.missed,
        "last_run_at": None if one.last_run_at is None else one.last_run_at.isoformat(),
        "next_run_at": None if one.next_run_at is None else one.next_run_at.isoformat(),
    }

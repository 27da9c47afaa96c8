"""`duecourse feed …`: whether the bank's data is new enough to write to customers by it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from ledger import changes, people
from policies import Policies
from starter.cli.operators import an_instant, opened, tell_cases
from starter.cli.options import JsonOption
from starter.feed.freshness import FeedStatus, say_complete
from starter.feed.freshness import status as feed_status
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Until when the bank's data is complete, how old that is, and which strategies keep silent because of it."""
    now = datetime.now(UTC)
    with opened().read() as conn:
        found = feed_status(conn, Policies.named(load_settings().strategy).strategy, now)
    print(json.dumps(_as_json(found), indent=2) if as_json else _told(found))


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
    print(_told(found))
    tell_cases(waited)


def _told(found: FeedStatus) -> str:
    if found.fresh_until is None or found.age is None:
        return "no feed was ever told of: the ledger counts as complete, nothing keeps silent"
    lines = [f"complete until {found.fresh_until:%Y-%m-%d %H:%M} UTC, {_hours(found.age)} ago"]
    for each in found.strategies:
        stands = "silent" if found.is_silent(each) else "contact goes on"
        lines.append(f"  {each.name} v{each.version}: {stands} (at most {each.fresh_within_hours} h)")
    return "\n".join(lines)


def _hours(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60} min"


def _as_json(found: FeedStatus) -> dict[str, object]:
    return {
        "fresh_until": found.fresh_until.isoformat() if found.fresh_until else None,
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

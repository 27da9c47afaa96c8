"""`duecourse stop …`: stop contact at once, and let it go on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.model.errors import InputError
from domain.model.stops import StopKind
from ledger import stops
from ledger.stops import Stop
from starter.agencies import refuse_of_a_suspension
from starter.cli.operators import ByOption, ReasonOption, before, new_id, opened, print_table, tell_cases
from starter.cli.options import JsonOption
from starter.stops import check_value, let_go_on, stop_now

app = typer.Typer(no_args_is_help=True)


@app.command("set")
def set_command(
    kind: Annotated[StopKind, typer.Argument(help="What is stopped: all or bank (no VALUE), or one of a kind.")],
    by: ByOption,
    reason: ReasonOption,
    value: Annotated[
        str, typer.Argument(metavar="[VALUE]", help="Which rule pack, channel, agency or strategy.", show_default=False)
    ] = "",
    stop_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Name of the stop; repeated, it is one. Default: new.")
    ] = None,
) -> None:
    """Stop contact from this instant on: nothing leaves, permits are taken back. A second person lets it go on."""
    name, ledger = new_id("stop", stop_id), opened()
    with ledger.write() as conn:
        check_value(conn, kind, value)
        # The clock is read when nobody else writes any more: the stop holds from the instant that it tells.
        stop = Stop(name, kind, value, datetime.now(UTC), by, reason)
        new, concerned = stop_now(conn, stop)
        if not new and name not in {each.stop_id for each in stops.in_force(conn, stop.set_at)}:
            raise InputError(f"stop {name} was released, and nothing is stopped by it: give a new --id to stop again")
    print(f"stopped: {_what(stop)} (stop {stop.stop_id})" if new else before(f"stop {stop.stop_id}", "set"))
    tell_cases(concerned)


@app.command()
def release(
    stop_id: Annotated[str, typer.Argument(metavar="ID", help="The stop's name, as `stop list` shows it.")],
    by: ByOption,
) -> None:
    """Let contact go on. Another person than the one who set the stop must say so; open cases look again at once."""
    ledger = opened()
    with ledger.write() as conn:
        refuse_of_a_suspension(conn, stop_id)
        new, concerned = let_go_on(conn, stop_id, datetime.now(UTC), by)
    print(f"released: stop {stop_id}" if new else before(f"stop {stop_id}", "released"))
    tell_cases(concerned)


@app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """The stops in force, oldest first."""
    with opened().read() as conn:
        found = stops.in_force(conn, datetime.now(UTC))
    if as_json:
        print(json.dumps([_as_json(stop) for stop in found], indent=2))
        return
    rows = [(s.stop_id, _what(s), f"{s.set_at:%Y-%m-%d %H:%M} UTC", s.set_by, s.reason) for s in found]
    print_table(("stop", "closes", "since", "set by", "reason"), rows, "no stop is in force")


def _what(stop: Stop) -> str:
    match stop.kind:
        case StopKind.ALL:
            return "every contact"
        case StopKind.BANK:
            return "every contact by the bank"
        case StopKind.RULES:
            return f"contact under the rules {stop.value}"
        case _:
            return f"contact by {stop.kind} {stop.value}"


def _as_json(stop: Stop) -> dict[str, str]:
    return {
        "stop": stop.stop_id,
        "kind": stop.kind.value,
        "value": stop.value,
        "set_at": stop.set_at.isoformat(),
        "set_by": stop.set_by,
        "reason": stop.reason,
    }

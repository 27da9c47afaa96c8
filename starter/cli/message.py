"""`duecourse message …`: say what became of a message of which nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from domain.model.errors import InputError
from domain.model.facts import MessageState
from ledger import messages
from starter.cli.operators import ByOption, before, opened, tell_cases

app = typer.Typer(no_args_is_help=True)


class Settled(StrEnum):
    """What a person may say of it."""

    SENT = "sent"
    """It reached the customer, or the provider shows that it left."""
    FAILED = "failed"
    """It surely never left."""


@app.callback()
def message() -> None:
    """Commands of messages; a callback keeps ``settle`` a word of its own while it is the only one."""


@app.command()
def settle(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The message's key, as `case show` tells it.")],
    state: Annotated[Settled, typer.Argument(help="What became of it, as the provider's own records show.")],
    by: ByOption,
) -> None:
    """Say what became of a message whose fate is unknown. Its case, which waits for this, goes on."""
    ledger, settled = opened(), MessageState(state.value)
    with ledger.write() as conn:
        new = messages.resolve_unknown(conn, key, settled, datetime.now(UTC), by)
        row = messages.get(conn, key)
    if row is None:
        raise InputError(f"no message {key} in the ledger")
    print(f"settled: message {key} counts as {state}" if new else before(f"message {key}", "settled so"))
    tell_cases(ledger, [row.account_id])

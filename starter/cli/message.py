"""`duecourse message …`: what became of a message, as a person says it or its provider reports it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from domain.delivery_report import MOST_BYTES
from domain.model.delivery import DeliveryState
from domain.model.errors import InputError
from domain.model.facts import MessageState
from ledger import messages
from starter.cli.operators import ByOption, before, opened, tell_cases
from starter.cli.options import JsonOption
from starter.receipts import Received, receive, secrets_of
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)

_SAID = {
    DeliveryState.ACCEPTED: "is on its way",
    DeliveryState.DELIVERED: "reached the address",
    DeliveryState.FAILED: "did not reach the address",
}


class Settled(StrEnum):
    """What a person may say of it."""

    SENT = "sent"
    """It reached the customer, or the provider shows that it left."""
    FAILED = "failed"
    """It surely never left."""


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
    tell_cases(new)


@app.command()
def callback(
    signature: Annotated[
        str, typer.Option(metavar="HEADER", help="The value of its header Duecourse-Signature, t=…,v1=….")
    ],
    as_json: JsonOption = False,
) -> None:
    """Take a provider's delivery report, the raw body of its POST, from the standard input."""
    settings = load_settings()
    secrets = secrets_of(settings.callback_secrets)
    ledger, body = opened(), sys.stdin.buffer.read(MOST_BYTES + 1)
    received = receive(ledger, signature.strip(), body, secrets, datetime.now(UTC))
    if as_json:
        print(json.dumps(_as_json(received), indent=2))
        return
    print(_told(received))
    tell_cases(received.changed)


def _told(received: Received) -> str:
    report, was, state = received.report, received.was, received.state
    if not received.new:
        return before("this report", "taken")
    counts = f"counts as {state} now, before as {was}" if received.changed else f"counts as {state}, as before"
    return f"taken: message {report.key} {_SAID[report.state]}, by its provider; it {counts}"


def _as_json(received: Received) -> dict[str, object]:
    return {
        "message": received.report.key,
        "account": received.account_id,
        "case": received.case_id,
        "reported": received.report.state.value,
        "at": received.report.at.isoformat(),
        "new": received.new,
        "was": received.was.value,
        "state": received.state.value,
    }

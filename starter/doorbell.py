"""Ringing a case after the ledger changed: it looks by itself later in any case, so that a lost ring loses no money."""

from __future__ import annotations

from enum import StrEnum

from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import SurroundingsError
from ledger import cases
from ledger.engine import Ledger
from starter.connection import connect
from starter.settings import Settings
from workflows.names import DOORBELL, case_workflow_id


class Rung(StrEnum):
    """What became of a ring."""

    RUNG = "rung"
    """The case looks at the ledger now."""
    NO_CASE = "no_case"
    """The account has no open case."""
    NOT_REACHED = "not_reached"
    """No Temporal server, or no run, answers; the case looks at its next step."""


async def ring(settings: Settings, ledger: Ledger, account_id: str) -> Rung:
    """Ring the open case of an account."""
    with ledger.read() as connection:
        if cases.open_row(connection, account_id) is None:
            return Rung.NO_CASE
    try:
        client = await connect(settings)
        await client.get_workflow_handle(case_workflow_id(account_id)).signal(DOORBELL)
    except SurroundingsError:
        return Rung.NOT_REACHED
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED):
            return Rung.NOT_REACHED
        raise SurroundingsError(f"the case of account {account_id} cannot be rung: {error.message}") from error
    return Rung.RUNG

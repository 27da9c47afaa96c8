"""Ringing a case after the ledger changed: it looks by itself later in any case, so that a lost ring loses no money."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import SurroundingsError
from ledger import cases
from ledger.engine import Ledger
from starter.connection import connect
from starter.settings import Settings
from workflows.names import DOORBELL, case_workflow_id

_AT_ONCE = 50
"""Cases that are rung together."""


class Rung(StrEnum):
    """What became of a ring."""

    RUNG = "rung"
    """The case looks at the ledger now."""
    NO_CASE = "no_case"
    """The account has no open case."""
    NOT_REACHED = "not_reached"
    """No Temporal server, or no run, answers; the case looks at its next step."""


@dataclass(frozen=True)
class Pealed:
    """How many open cases there were to ring, and how many of them look at the ledger now."""

    open: int = 0
    told: int = 0

    @property
    def not_told(self) -> int:
        return self.open - self.told


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


async def ring_all(settings: Settings, ledger: Ledger, account_ids: Sequence[str]) -> Pealed:
    """Ring the open cases of these accounts over one connection; without an open case none is made."""
    with ledger.read() as connection:
        there = cases.with_open_case(connection, account_ids)
    if not there:
        return Pealed()
    try:
        client = await connect(settings)
    except SurroundingsError:
        return Pealed(len(there))
    told = 0
    for start in range(0, len(there), _AT_ONCE):
        answers = await asyncio.gather(*(_signal(client, one) for one in there[start : start + _AT_ONCE]))
        told += answers.count(None)
        if RPCStatusCode.UNAVAILABLE in answers:
            break
    return Pealed(len(there), told)


async def _signal(client: Client, account_id: str) -> RPCStatusCode | None:
    """Ring one case; what stood in the way, None: nothing."""
    try:
        await client.get_workflow_handle(case_workflow_id(account_id)).signal(DOORBELL)
    except RPCError as error:
        return error.status
    return None

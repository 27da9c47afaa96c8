"""Asking a case and looking at it: repeated until there is an answer, because runs follow each other."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import FailureError
from temporalio.service import RPCError, RPCStatusCode

from domain.model.case import Case
from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Answer, Request
from starter.connection import WRITTEN_WITH, raise_if_cancelled
from workflows.case import CaseWorkflow
from workflows.names import case_workflow_id

T = TypeVar("T")

PATIENCE = timedelta(minutes=10)
"""How long an answer is waited for in all."""
_TRIES = 20
_PAUSE_S = 0.25
_CALL = timedelta(seconds=30)
# What meets continue-as-new fails so, and the SDK does not repeat it. The same id has one effect, however often asked.
_AGAIN = (
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,  # the SDK's word for a time-out of its own
)


class NoRunError(InputError):
    """No case of the account runs."""


async def ask(client: Client, account_id: str, request: Request, *, within: timedelta = PATIENCE) -> Answer:
    """Ask the open case of an account; the answer says whether it was accepted, and why not.

    Raises InputError when there is no open case or the request is malformed, SurroundingsError when nobody answers.
    """
    handle = client.get_workflow_handle(case_workflow_id(account_id))

    async def once(timeout: timedelta) -> Answer:
        answer: Answer = await handle.execute_update(
            request.kind, request, id=_update_id(request), result_type=Answer, rpc_timeout=timeout
        )
        return answer

    try:
        return await _until_answered(once, account_id, within)
    except WorkflowUpdateFailedError as error:
        raise InputError(f"{request.kind} {request.id} was refused: {_reason(error)}") from error


async def look(client: Client, account_id: str, *, within: timedelta = PATIENCE) -> Case:
    """The state of the newest case of an account, as its run tells it.

    Raises InputError when the account never had a case, SurroundingsError when nobody answers.
    """
    handle = client.get_workflow_handle(case_workflow_id(account_id))
    return await _until_answered(
        lambda timeout: handle.query(CaseWorkflow.state, rpc_timeout=timeout), account_id, within
    )


def _update_id(request: Request) -> str:
    """The same for a repeated request only: the server answers a known id without asking the case."""
    content = hashlib.sha256(request.model_dump_json().encode()).hexdigest()[:16]
    return f"{request.kind}/{request.id}/{content}"


async def _until_answered(call: Callable[[timedelta], Awaitable[T]], account_id: str, within: timedelta) -> T:
    clock = asyncio.get_running_loop().time
    ends = clock() + within.total_seconds()
    for _ in range(_TRIES):
        try:
            return await call(min(_CALL, timedelta(seconds=max(ends - clock(), _PAUSE_S))))
        except RPCTimeoutOrCancelledError as error:
            raise_if_cancelled(error)
        except RPCError as error:
            _unless_again(error, account_id)
        except WorkflowQueryFailedError as error:
            raise SurroundingsError(f"the case of account {account_id} cannot tell: {error}") from error
        except (KeyError, RuntimeError) as error:  # what the payload converter raises
            raise _unreadable(account_id) from error
        if clock() >= ends:
            break
        await asyncio.sleep(_PAUSE_S)
    raise SurroundingsError(f"the case of account {account_id} does not answer: is a worker running? Ask again")


def _unless_again(error: RPCError, account_id: str) -> None:
    if error.status is RPCStatusCode.NOT_FOUND:
        raise NoRunError(f"account {account_id} has no open case") from error
    if error.status not in _AGAIN:
        raise SurroundingsError(f"Temporal refused: {error.message}") from error


def _unreadable(account_id: str) -> SurroundingsError:
    return SurroundingsError(f"the case of account {account_id} cannot be read: {WRITTEN_WITH}")


def _reason(error: WorkflowUpdateFailedError) -> str:
    cause = error.cause
    return cause.message if isinstance(cause, FailureError) else str(cause)

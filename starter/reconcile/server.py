"""The server's side: which cases run, by its list, which lags, and by looking at one, which does not."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.converter import WorkflowSerializationContext
from temporalio.service import RPCError, RPCStatusCode

from domain.model.case import Case
from domain.model.commands import SEND_NOTICE
from domain.model.errors import SurroundingsError
from starter.cases import MEMO_CASE
from starter.connection import WRITTEN_WITH
from workflows.names import DOORBELL, case_workflow_id

T = TypeVar("T")

PAGE = 100
"""Ids named in one list call."""
_PREFIX = case_workflow_id("")
_NUL = "\0"
"""The server takes it in ids and PostgreSQL in no text: it would end every pass at the run that somebody named so."""
_LIST_EVERY_S = 0.125
"""Eight list calls a second: the server allows a namespace ten, and people look too."""
_RUNNING = "WorkflowType = 'Case' AND ExecutionStatus = 'Running'"


class Unreadable(SurroundingsError):  # noqa: N818 a state of the run, not an error
    """The run was written with another key than the one here: nobody here knows what it is."""


@dataclass(frozen=True, slots=True)
class Run:
    """A case's workflow that runs."""

    workflow_id: str
    run_id: str
    case_id: str | None
    """By its memo; None: it has none."""
    started_at: datetime
    is_readable: bool = True
    """False: its memo was written with another key than the one here, or is none."""
    is_sending: bool = False
    """Whether a message of it is on its way; of a run that was looked at by itself."""

    @property
    def account_id(self) -> str | None:
        """None: it is no case of ours."""
        is_ours = self.workflow_id.startswith(_PREFIX) and _NUL not in self.workflow_id
        return self.workflow_id.removeprefix(_PREFIX) if is_ours else None


@dataclass
class Server:
    """Asks one server, never more often than it allows."""

    client: Client
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def running(self, account_ids: Collection[str]) -> dict[str, str | None]:
        """Account → case of its run, for those of the accounts whose case runs as far as the list knows."""
        named = [
            each for each in account_ids if "'" not in each and "\\" not in each
        ]  # others are looked at one by one
        if not named:
            return {}
        ids = ", ".join(f"'{case_workflow_id(each)}'" for each in named)
        found, _ = await self._list(f"{_RUNNING} AND WorkflowId IN ({ids})", len(named), None)
        return {run.account_id: run.case_id for run in found if run.account_id is not None}

    async def page(self, token: str, size: int) -> tuple[list[Run], str]:
        """The next page of all cases that run, and where the one after it begins ("": there is none)."""
        found, following = await self._list(_RUNNING, size, bytes.fromhex(token) or None)
        return found, (following or b"").hex()

    async def look(self, workflow_id: str, run_id: str | None = None) -> Run | None:
        """The run itself (the newest one without its id); None: it does not run."""
        try:
            found = await self.client.get_workflow_handle(workflow_id, run_id=run_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise SurroundingsError(f"the Temporal server does not tell of {workflow_id}: {error.message}") from error
        if found.status is not WorkflowExecutionStatus.RUNNING:
            return None
        pending = (each.activity_type.name for each in found.raw_description.pending_activities)
        return replace(await _run(found), is_sending=SEND_NOTICE in pending)

    async def begins_with(self, run: Run) -> Case | None:
        """The case as the run began with it, by its first event: told without a worker; None: it is none.

        Raises Unreadable.
        """
        context = WorkflowSerializationContext(self.client.namespace, run.workflow_id)  # what it is encrypted for
        converter = self.client.data_converter.with_context(context)
        events = self.client.get_workflow_handle(run.workflow_id, run_id=run.run_id).fetch_history_events(page_size=1)
        async for event in events:
            payloads = event.workflow_execution_started_event_attributes.input.payloads
            try:
                decoded = await converter.decode(payloads, [Case]) if payloads else []
            except KeyError as error:  # an encoding that nobody here knows, such as that of another key
                raise Unreadable(f"the run {run.workflow_id} cannot be read: {WRITTEN_WITH}") from error
            except (RuntimeError, ValueError):
                return None
            return decoded[0] if decoded and isinstance(decoded[0], Case) else None
        return None

    async def end(self, run: Run, why: str) -> None:
        """Terminate this very run; the reason stands in its history."""
        await self.client.get_workflow_handle(run.workflow_id, run_id=run.run_id).terminate(reason=why)

    async def ring(self, run: Run) -> None:
        """Let this very run look at the ledger."""
        await self.client.get_workflow_handle(run.workflow_id, run_id=run.run_id).signal(DOORBELL)

    async def _list(self, query: str, size: int, token: bytes | None) -> tuple[list[Run], bytes | None]:
        async with self._turn:
            await asyncio.sleep(_LIST_EVERY_S)
            listed = self.client.list_workflows(query, page_size=size, next_page_token=token)
            try:
                await listed.fetch_next_page()
            except RPCError as error:
                raise SurroundingsError(f"the Temporal server does not list its cases: {error.message}") from error
        return [await _run(each) for each in listed.current_page or ()], listed.next_page_token


async def _run(found: WorkflowExecution) -> Run:
    try:
        case_id = (await found.memo()).get(MEMO_CASE)
    except (KeyError, RuntimeError, ValueError):  # what the payload converter raises
        return Run(found.id, found.run_id, None, found.start_time, is_readable=False)
    is_id = isinstance(case_id, str) and _NUL not in case_id
    return Run(found.id, found.run_id, case_id if is_id else None, found.start_time)

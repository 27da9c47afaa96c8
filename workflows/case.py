"""The case: one account, one episode of delinquency, from the first reminder to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import assert_never

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from domain.model.adjustments import Adjust
from domain.model.blocker import Blocker
from domain.model.bureau import TellBureau
from domain.model.case import Advance, Case, Closure, Next, Remark, Step
from domain.model.commands import Command, SendNotice
from domain.model.debits import Debit
from domain.model.events import (
    AdjustmentAnswered,
    BureauUnheard,
    DebitAnswered,
    Event,
    NoticeNotSent,
    Opened,
)
from workflows import options, page
from workflows.alarm import Alarm
from workflows.doors import CaseDoors
from workflows.names import search_attribute_updates
from workflows.ports.case import (
    LEDGER_UNAVAILABLE,
    BureauPort,
    CardsPort,
    CasePort,
    DebitsPort,
    LedgerPort,
    MessagingPort,
)


@workflow.defn(name="Case")
class CaseWorkflow(CaseDoors):
    """Waits for facts, lets the recorded decision be made, and performs what it says."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        if workflow.info().continued_run_id is None and case.wake_at is None:
            self.inbox.append(Opened())

    @workflow.run
    async def run(self, case: Case) -> Closure:  # noqa: ARG002 the state is taken by __init__, before the first message
        workflow.set_current_details(page.render(self.case))
        while not (self.idle() and (self.case.outcome or self.long())):
            events = await self.next_events()
            if events:
                step = await self.advance(events)
                self.perform(step)
                self.publish(step)
        if not self.case.outcome:
            workflow.continue_as_new(self.case)
        return self.case.outcome

    # --- wait

    async def next_events(self) -> list[Event]:
        case = self.case
        alarm = Alarm(case.wake_at, case.next.what, kept=case.one_timer)
        return await self.wait(lambda: bool(self.case.outcome or self.long()), alarm)

    def long(self) -> bool:
        info = workflow.info()
        return info.get_current_history_length() > self.case.history_bound or info.is_continue_as_new_suggested()

    # --- advance

    async def advance(self, events: list[Event]) -> Step:
        deciding = asyncio.create_task(self._decide(events))
        await self.unless_cancelled(deciding)
        return deciding.result()

    async def _decide(self, events: list[Event]) -> Step:
        while True:
            as_of = max(workflow.now(), self.case.as_of)
            ask = Advance(case=self.case, events=tuple(events), as_of=as_of)
            try:
                return await workflow.execute_local_activity_method(
                    CasePort.advance, ask, summary=_heard(events), **options.DECISION
                )
            except FailureError as error:
                if not _ledger_is_away(error):
                    raise RuntimeError("the decision failed: a bug, mended by a deploy") from error
            await workflow.execute_activity_method(
                LedgerPort.await_ledger, summary="Wait until the ledger answers again", **options.LEDGER_WAIT
            )
            events += self.take()

    # --- perform

    def perform(self, step: Step) -> None:
        self.case = self.case.after(step)
        for command in step.commands:
            self.start(command.key, partial(_performed, command), _lost(command))
        self.reply(step.answers)

    # --- publish

    def publish(self, step: Step) -> None:
        if step.attributes is not None:
            workflow.upsert_search_attributes(search_attribute_updates(step.attributes))
        workflow.set_current_details(page.render(self.case))

    @workflow.query(name="case", description="The whole state of the case")
    def state(self) -> Case:
        return self.case

    @workflow.query(description="What the case does next, when, and why")
    def next_action(self) -> Next:
        return self.case.next

    @workflow.query(description="What happened last; the whole story is in the ledger")
    def timeline(self) -> Sequence[Remark]:
        return self.case.timeline


async def _performed(command: Command) -> Event | None:
    match command:
        case SendNotice():
            return await _send(command)
        case Adjust():
            return await _adjust(command)
        case Debit():
            return await _debit(command)
        case TellBureau():
            return await _report(command)
        case _:
            assert_never(command)


async def _send(command: SendNotice) -> Event | None:
    result = await workflow.execute_activity_method(
        MessagingPort.send_notice, command, summary=command.summary, **options.MESSAGE
    )
    return result.not_sent


async def _adjust(command: Adjust) -> Event | None:
    result = await workflow.execute_activity_method(
        CardsPort.adjust, command, summary=command.summary, **options.MESSAGE
    )
    return AdjustmentAnswered(key=command.key, states=result.states)


async def _debit(command: Debit) -> Event | None:
    result = await workflow.execute_activity_method(
        DebitsPort.debit, command, summary=command.summary, **options.MESSAGE
    )
    return None if result.state is None else DebitAnswered(key=command.key, state=result.state)


async def _report(command: TellBureau) -> Event | None:
    """What the bureau answers is in the ledger, and each report is a task until it has: the case needs no event."""
    await workflow.execute_activity_method(
        BureauPort.report_to_bureau, command, summary=command.summary, **options.MESSAGE
    )
    return None


def _heard(events: list[Event]) -> str:
    kinds = dict.fromkeys(event.kind.replace("_", " ") for event in events)
    return f"Decide what to do: {', '.join(kinds)}"


def _lost(command: Command) -> Event:
    match command:
        case SendNotice():
            return NoticeNotSent(key=command.key, step=command.step, blocker=Blocker.NO_ANSWER)
        case Adjust():
            return AdjustmentAnswered(key=command.key)
        case Debit():
            return DebitAnswered(key=command.key)
        case TellBureau():
            return BureauUnheard(key=command.key)
        case _:
            assert_never(command)


def _ledger_is_away(error: FailureError) -> bool:
    """An application failure of a local activity arrives bare, a time-out wrapped in an ActivityError."""
    cause = error.cause if isinstance(error, ActivityError) else error
    return not isinstance(cause, ApplicationError) or cause.type == LEDGER_UNAVAILABLE

"""The case: one account, one episode of delinquency, from the first reminder to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import assert_never

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from domain.model.adjustments import Adjust
from domain.model.blocker import Blocker
from domain.model.bureau import TellBureau
from domain.model.case import Advance, Case, Closure, Next, Remark, Step
from domain.model.commands import Command, SendNotice
from domain.model.complaints import AnswerComplaint, Complain, ExtendComplaint
from domain.model.disputes import ResolveDispute
from domain.model.events import (
    AdjustmentAnswered,
    Answer,
    BureauUnheard,
    Event,
    Hold,
    NoticeNotSent,
    Opened,
    Release,
    Request,
    Withdraw,
)
from domain.model.hardship import AssessHardship, FollowUp
from domain.model.permits import ReportContact, RequestContact, ReturnPermit
from domain.model.plan_requests import AgreePlan, EndPlan, MovePlan, SettlePlan, TellMiss
from domain.model.promise import MakePromise
from workflows import options, page
from workflows.entity import Entity
from workflows.names import search_attribute_updates
from workflows.ports.case import LEDGER_UNAVAILABLE, BureauPort, CardsPort, CasePort, LedgerPort, MessagingPort


@workflow.defn(name="Case")
class CaseWorkflow(Entity):
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
        wake_at = self.case.wake_at
        timeout = None if wake_at is None else max(wake_at - workflow.now(), timedelta())
        return await self.wait(lambda: bool(self.case.outcome or self.long()), timeout, self.case.next.what)

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
        self.case = step.case
        for command in step.commands:
            self.start(command.key, partial(_performed, command), _lost(command))
        self.reply(step.answers)

    # --- publish

    def publish(self, step: Step) -> None:
        if step.attributes is not None:
            workflow.upsert_search_attributes(search_attribute_updates(step.attributes))
        workflow.set_current_details(page.render(self.case))

    # --- doors

    @workflow.update(description="Hold contact: {id, reason, starts_on, ends_on, obligations_due_on}")
    async def hold(self, hold: Hold) -> Answer:
        return await self.ask(hold)

    @workflow.update(description="Release a hold: {id, hold_id}")
    async def release(self, release: Release) -> Answer:
        return await self.ask(release)

    @workflow.update(description="End the case because it should not go on: {id, reason}")
    async def withdraw(self, withdraw: Withdraw) -> Answer:
        return await self.ask(withdraw)

    @workflow.update(description="Ask for leave to make one contact: {id, channel, party, actor, collector, minutes}")
    async def request_contact(self, request_contact: RequestContact) -> Answer:
        return await self.ask(request_contact)

    @workflow.update(description="Tell what became of a contact: {id, permit_id, channel, party, outcome, made_at}")
    async def report_contact(self, report_contact: ReportContact) -> Answer:
        return await self.ask(report_contact)

    @workflow.update(description="Give a permit back unused: {id, permit_id}")
    async def return_permit(self, return_permit: ReturnPermit) -> Answer:
        return await self.ask(return_permit)

    @workflow.update(description="A customer complains: {id, received_on, about, reference}")
    async def complain(self, complain: Complain) -> Answer:
        return await self.ask(complain)

    @workflow.update(description="Put off the answer to a complaint: {id, complaint_id, reason, approved_by}")
    async def extend_complaint(self, extend_complaint: ExtendComplaint) -> Answer:
        return await self.ask(extend_complaint)

    @workflow.update(description="Answer a complaint: {id, complaint_id, outcome, by, reference}")
    async def answer_complaint(self, answer_complaint: AnswerComplaint) -> Answer:
        return await self.ask(answer_complaint)

    @workflow.update(description="Tell how a dispute was resolved: {id, dispute, outcome, by, reference, amount}")
    async def resolve_dispute(self, resolve_dispute: ResolveDispute) -> Answer:
        return await self.ask(resolve_dispute)

    @workflow.update(description="Assess a hardship: {id, outcome, programme, pause_until, review_on, by, evidence}")
    async def assess_hardship(self, assess_hardship: AssessHardship) -> Answer:
        return await self.ask(assess_hardship)

    @workflow.update(description="Tell whether the advice helped: {id, outcome, by}")
    async def follow_up(self, follow_up: FollowUp) -> Answer:
        return await self.ask(follow_up)

    @workflow.update(description="Tell what the customer promised to pay: {id, amount, due_on, by}")
    async def promise(self, promise: MakePromise) -> Answer:
        return await self.ask(promise)

    @workflow.update(description="Agree on a repayment plan: {id, instalments, first_on, accepted, reference, …}")
    async def agree_plan(self, agree_plan: AgreePlan) -> Answer:
        return await self.ask(agree_plan)

    @workflow.update(description="Move the next instalment, and the later ones with it: {id, plan_id, periods}")
    async def move_plan(self, move_plan: MovePlan) -> Answer:
        return await self.ask(move_plan)

    @workflow.update(description="What ends a plan on a day, and let it end so: {id, plan_id, on}")
    async def settle_plan(self, settle_plan: SettlePlan) -> Answer:
        return await self.ask(settle_plan)

    @workflow.update(description="A person told the customer of a missed instalment: {id, plan_id, on, reference, by}")
    async def tell_miss(self, tell_miss: TellMiss) -> Answer:
        return await self.ask(tell_miss)

    @workflow.update(description="End a plan by agreement: {id, plan_id, by}")
    async def end_plan(self, end_plan: EndPlan) -> Answer:
        return await self.ask(end_plan)

    @hold.validator
    def _hold_may_be_asked(self, hold: Hold) -> None:
        self._may_ask(hold)

    @release.validator
    def _release_may_be_asked(self, release: Release) -> None:
        self._may_ask(release)

    @withdraw.validator
    def _withdraw_may_be_asked(self, withdraw: Withdraw) -> None:
        self._may_ask(withdraw)

    @promise.validator
    def _promise_may_be_asked(self, promise: MakePromise) -> None:
        self._may_ask(promise)

    @agree_plan.validator
    def _plan_may_be_agreed(self, agree_plan: AgreePlan) -> None:
        self._may_ask(agree_plan)

    @move_plan.validator
    def _plan_may_be_moved(self, move_plan: MovePlan) -> None:
        self._may_ask(move_plan)

    @settle_plan.validator
    def _plan_may_be_settled(self, settle_plan: SettlePlan) -> None:
        self._may_ask(settle_plan)

    @tell_miss.validator
    def _miss_may_be_told(self, tell_miss: TellMiss) -> None:
        self._may_ask(tell_miss)

    @end_plan.validator
    def _plan_may_be_ended(self, end_plan: EndPlan) -> None:
        self._may_ask(end_plan)

    @request_contact.validator
    def _contact_may_be_asked(self, request_contact: RequestContact) -> None:
        self._may_ask(request_contact)

    @complain.validator
    def _complaint_may_be_made(self, complain: Complain) -> None:
        self._may_ask(complain)

    @extend_complaint.validator
    def _complaint_may_be_extended(self, extend_complaint: ExtendComplaint) -> None:
        self._may_ask(extend_complaint)

    @answer_complaint.validator
    def _complaint_may_be_answered(self, answer_complaint: AnswerComplaint) -> None:
        self._may_ask(answer_complaint)

    @resolve_dispute.validator
    def _dispute_may_be_resolved(self, resolve_dispute: ResolveDispute) -> None:
        self._may_ask(resolve_dispute)

    @assess_hardship.validator
    def _hardship_may_be_assessed(self, assess_hardship: AssessHardship) -> None:
        self._may_ask(assess_hardship)

    @follow_up.validator
    def _advice_may_be_followed_up(self, follow_up: FollowUp) -> None:
        self._may_ask(follow_up)

    @report_contact.validator
    def _contact_may_be_reported(self, report_contact: ReportContact) -> None:
        """Also after the case closed, of a call that was made before; without a validator a wrong number of arguments
        fails the workflow task, and everything else that the case does with it."""

    @return_permit.validator
    def _return_may_be_asked(self, return_permit: ReturnPermit) -> None:
        self._may_ask(return_permit)

    def _may_ask(self, request: Request) -> None:
        if self.case.outcome and request.id not in self.case.answers:
            raise ApplicationError(f"this case is closed: {self.case.outcome.outcome}", type="CaseClosed")

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
    if isinstance(command, TellBureau):
        return BureauUnheard(key=command.key)
    if isinstance(command, Adjust):
        return AdjustmentAnswered(key=command.key)
    return NoticeNotSent(key=command.key, step=command.step, blocker=Blocker.NO_ANSWER)


def _ledger_is_away(error: FailureError) -> bool:
    """An application failure of a local activity arrives bare, a time-out wrapped in an ActivityError."""
    cause = error.cause if isinstance(error, ActivityError) else error
    return not isinstance(cause, ApplicationError) or cause.type == LEDGER_UNAVAILABLE

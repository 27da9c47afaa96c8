"""The doors of a case: whatever can be asked of it is an update, with a validator that refuses what is malformed."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.model.case import Case
from domain.model.complaints import AnswerComplaint, Complain, ExtendComplaint
from domain.model.disputes import ResolveDispute
from domain.model.events import Answer, Hold, Release, Request, Withdraw
from domain.model.hardship import AssessHardship, FollowUp
from domain.model.negotiation import Approve, Decline, ProposeTerms
from domain.model.permits import ReportContact, RequestContact, ReturnPermit
from domain.model.plan_requests import AgreePlan, EndPlan, MovePlan, SettlePlan, TellMiss
from domain.model.promise import MakePromise
from domain.model.re_age import AskReAge
from workflows.entity import Entity


class CaseDoors(Entity):
    """Takes requests into the inbox and gives them the answer of the step that decides on them."""

    case: Case

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

    @workflow.update(description="Propose how the customer would pay: {id, proposal: {count|monthly|once|final}, by}")
    async def propose_terms(self, propose_terms: ProposeTerms) -> Answer:
        return await self.ask(propose_terms)

    @workflow.update(description="Ask that the account be made current without its arrears: {id, evidence, by}")
    async def re_age(self, re_age: AskReAge) -> Answer:
        return await self.ask(re_age)

    @workflow.update(description="Agree, for the bank, to what needs somebody else: {id, offer, by, role}")
    async def approve(self, approve: Approve) -> Answer:
        return await self.ask(approve)

    @workflow.update(description="Decline what needs somebody else: {id, offer, by, role, reason}")
    async def decline(self, decline: Decline) -> Answer:
        return await self.ask(decline)

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

    @propose_terms.validator
    def _terms_may_be_proposed(self, propose_terms: ProposeTerms) -> None:
        self._may_ask(propose_terms)

    @re_age.validator
    def _re_age_may_be_asked(self, re_age: AskReAge) -> None:
        self._may_ask(re_age)

    @approve.validator
    def _terms_may_be_approved(self, approve: Approve) -> None:
        self._may_ask(approve)

    @decline.validator
    def _terms_may_be_declined(self, decline: Decline) -> None:
        self._may_ask(decline)

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

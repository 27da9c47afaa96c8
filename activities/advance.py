"""One step of a case: facts from the ledger, the pure decision, and the step as evidence, in one transaction."""

import logging
from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from temporalio import activity
from temporalio.exceptions import CancelledError

from activities import evidence
from activities.errors import told
from domain.calendar import local_day
from domain.case.decide import decide
from domain.case.permits import permit_id
from domain.case.reports import contact_id, is_in_time
from domain.compliance.zones import evident
from domain.model.case import Advance, Step
from domain.model.contact import CLOCKS_APART, Record
from domain.model.events import Request
from domain.model.facts import Facts
from domain.model.negotiation import Approve, ProposeTerms
from domain.model.permits import ReportContact, RequestContact, ReturnPermit
from domain.model.plan_requests import AgreePlan
from domain.model.re_age import AskReAge
from domain.model.repayment import KnownAbility
from domain.model.strategy import Channel
from ledger import (
    ability_reports,
    accounts,
    audit,
    bureau_reports,
    cases,
    confirmations,
    contacts,
    facts,
    holds,
    keeping,
    permits,
    persons,
    plans,
    re_age_facts,
    requests,
    running_plans,
    stops,
    watermarks,
)
from ledger.engine import Ledger
from ledger.keeping import Kept
from ledger.record import record_with
from workflows.ports.case import CasePort

_log = logging.getLogger(__name__)


class CaseActivities(CasePort):
    """Decisions on the ledger's facts."""

    def __init__(self, ledger: Ledger, channels: Collection[Channel] | None = None, *, reports: bool = True) -> None:
        """``channels``: the ways out of this bank; None: every one. ``reports``: whether it has a credit bureau."""
        self._ledger = ledger
        self._reports = reports
        self._channels = None if channels is None else tuple(channels)

    @activity.defn(name="advance_case", no_thread_cancel_exception=True)
    def advance(self, ask: Advance) -> Step:
        """Read the facts as of the given instant, decide, store the step as evidence, return it.

        The result says what the step changed of the case, and nothing of what it kept in the ledger.

        The same step may run again, with a later ``as_of``, when its workflow task failed before the result was
        recorded. Every run starts from the case as it was, ignores what the runs before it under the same ``step_no``
        left, and replaces it: case row, holds and answers; permits, contacts and tasks stay as they were stored first,
        and the decision is told of its own permits and contacts. The audit gets one more row; of several rows with one
        ``step_no`` the last is the one that the case adopted. A run that comes after a newer step was stored, from a
        worker that stood still, fails and leaves nothing.
        """
        with told(), self._ledger.write() as conn:
            person_id = accounts.person_of(conn, ask.case.account.account_id)
            accounts.lock_person(conn, person_id)
            known = _known(conn, ask, person_id, self._channels)
            if self._reports and known.strategy.bureau is not None:
                told_so_far = bureau_reports.known(conn, ask.case.case_id, known.account.zone)
                known = known.model_copy(update={"bureau": told_so_far})
            step = decide(ask.case, ask.events, known, ask.as_of)
            _store(conn, ask, known, step)
            about = Kept(step.case.case_id, known.account.account_id, person_id, ask.as_of)
            keeping.keep(conn, step.entries, about)
            _give_up_if_nobody_waits()
        _log.info("case %s step %s: %s", step.case.case_id, step.case.step_no, step.case.stage.value)
        return step.since(ask.case)


def _known(conn: Connection, ask: Advance, person_id: str, channels: tuple[Channel, ...] | None) -> Facts:
    asking = [event.id for event in ask.events if isinstance(event, Request)]
    known = facts.read_facts(conn, ask.case, ask.as_of, asking)
    if any(isinstance(event, RequestContact) for event in ask.events):
        stops.keep_off(conn)
    # The step runs after its instant, and others' clocks differ: what is stored by now counts.
    by_now = ask.as_of + CLOCKS_APART
    about = {
        "record": _record(conn, known, person_id, by_now),
        "reach": accounts.reach(conn, person_id, local_day(ask.as_of, known.account.zone)),
        "channels": channels,
        "preferred_channel": persons.get(conn, person_id).preferred_channel,
        "stops": stops.known(conn, by_now),
        "stops_then": {told.id: stops.known(conn, told.made_at) for told in _reports(ask)},
        "permits": permits.known(conn, person_id, ask.case.case_id, _named_permits(ask)),
        "kept_contacts": contacts.there(conn, _unpermitted(ask)),
        "fresh_until": watermarks.fresh_until(conn),
        "ended": cases.ended_beyond(conn, ask.case.case_id, ask.case.step_no + 1),
        "to_confirm": confirmations.to_confirm(conn, person_id, ask.as_of),
    }
    if any(isinstance(event, AgreePlan | ProposeTerms | Approve | AskReAge) for event in ask.events):
        about |= _for_terms(conn, known, person_id)
    if ask.case.re_age is not None or any(isinstance(event, AskReAge) for event in ask.events):
        today = local_day(ask.as_of, known.account.zone)
        of_case = (ask.case.case_id, ask.case.re_age)
        about["re_age"] = re_age_facts.known(conn, known.account, *of_case, today, ask.as_of)
    return known.model_copy(update=about)


def _for_terms(conn: Connection, known: Facts, person_id: str) -> dict[str, object]:
    """What an agreement rests on: what the customer can pay beside which other plans, and which there were here."""
    signed_on, report = plans.signed_on(conn, known.account.account_id), ability_reports.last_of(conn, person_id)
    if report is None:
        return {"plans_signed": signed_on}
    said = {"report_id": report.report_id, "on": report.on, "shares": report.ability.shares}
    running = running_plans.of_person(conn, person_id)
    return {"ability": KnownAbility(**said, running=running), "plans_signed": signed_on}


def _record(conn: Connection, known: Facts, person_id: str, by_now: datetime) -> Record:
    points = accounts.contact_points(conn, person_id, local_day(known.as_of, known.account.zone))
    return record_with(conn, person_id, known.account, points, by_now, partial(evident, known.rules.packs))


def _reports(ask: Advance) -> list[ReportContact]:
    """Those of a contact that can have been made when it is said to be: others are refused."""
    reports = (event for event in ask.events if isinstance(event, ReportContact))
    return [told for told in reports if is_in_time(told.made_at, ask.as_of)]


def _named_permits(ask: Advance) -> list[str]:
    """Those that the inbox names, and those that a run of this step may have given already."""
    named = {event.permit_id for event in ask.events if isinstance(event, ReportContact | ReturnPermit)}
    asked = {permit_id(ask.case.case_id, event.id) for event in ask.events if isinstance(event, RequestContact)}
    return sorted(asked | {name for name in named if name is not None})


def _unpermitted(ask: Advance) -> list[str]:
    """Ids of the contacts without a permit that the inbox reports: a run of this step may have stored them already."""
    reports = (event for event in ask.events if isinstance(event, ReportContact) and event.permit_id is None)
    return [contact_id(ask.case.case_id, told) for told in reports]


def _store(conn: Connection, ask: Advance, known: Facts, step: Step) -> None:
    case = step.case
    cases.update_from(conn, case)  # first: it refuses a step that a newer one has outrun
    holds.save(conn, case, ask.as_of)
    requests.store(conn, case.case_id, case.step_no, step.answers, ask.as_of)
    audit.append(conn, case.case_id, evidence.STEP, ask.as_of, evidence.of_step(ask, known, step))


def _give_up_if_nobody_waits() -> None:
    """An attempt that timed out must not overwrite the one that took its place."""
    if activity.in_activity() and activity.is_cancelled():
        raise CancelledError("the step took too long and is taken anew")

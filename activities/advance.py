"""One step of a case: facts from the ledger, the pure decision, and the step as evidence, in one transaction."""

import logging
from functools import partial

from sqlalchemy import Connection
from temporalio import activity
from temporalio.exceptions import CancelledError

from activities import evidence
from activities.errors import told
from domain.case.decide import decide
from domain.compliance.zones import evident
from domain.model.case import Advance, Step
from domain.model.events import Hold, Release, Withdraw
from domain.model.facts import Facts
from ledger import accounts, audit, cases, facts, holds, requests
from ledger.engine import Ledger
from ledger.record import record_of
from workflows.ports.case import CasePort

_log = logging.getLogger(__name__)


class CaseActivities(CasePort):
    """Decisions on the ledger's facts."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @activity.defn(name="advance_case", no_thread_cancel_exception=True)
    def advance(self, ask: Advance) -> Step:
        """Read the facts as of the given instant, decide, store the step as evidence, return it.

        The same step may run again, with a later ``as_of``, when its workflow task failed before the result was
        recorded. Every run starts from the case as it was, ignores what the runs before it under the same ``step_no``
        left, and replaces it: case row, holds and answers. The audit gets one more row; of several rows with one
        ``step_no`` the last is the one that the case adopted. A run that comes after a newer step was stored, from a
        worker that stood still, fails and leaves nothing.
        """
        with told(), self._ledger.write() as conn:
            person_id = accounts.person_of(conn, ask.case.account.account_id)
            accounts.lock_person(conn, person_id)
            known = _known(conn, ask, person_id)
            step = decide(ask.case, ask.events, known, ask.as_of)
            _store(conn, ask, known, step)
            _give_up_if_nobody_waits()
        _log.info("case %s step %s: %s", step.case.case_id, step.case.step_no, step.case.stage.value)
        return step


def _known(conn: Connection, ask: Advance, person_id: str) -> Facts:
    asking = [event.id for event in ask.events if isinstance(event, Hold | Release | Withdraw)]
    known = facts.read_facts(conn, ask.case, ask.as_of, asking)
    record = record_of(conn, person_id, known.account.account_id, ask.as_of, partial(evident, known.rules.packs))
    return known.model_copy(update={"record": record})


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

"""Reports to a credit bureau: a last look, then each is told once under its key, and its answer is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection
from temporalio import activity

from activities.answers import Confirmed, Refused, Taken
from activities.bureaus.base import CreditBureau, Telling
from activities.errors import told
from activities.prereport import against
from activities.pulse import pulse
from domain.model.bureau import REPORT, BureauResult, ReportState, TellBureau
from domain.model.errors import InputError
from ledger import accounts, bureau_reports, keeping_bureau
from ledger.bureau_reports import ReportRow
from ledger.engine import Ledger
from workflows.ports.case import BureauPort

_log = logging.getLogger(__name__)


class Bureau(BureauPort):
    """Reports by way of the bureau that it was given; ``now`` is the worker's clock."""

    def __init__(self, ledger: Ledger, bureau: CreditBureau, *, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._bureau = bureau
        self._now = now

    @activity.defn(name=REPORT, no_thread_cancel_exception=True)
    def report_to_bureau(self, command: TellBureau) -> BureauResult:
        """Tell the bureau each under its own key, in order, and keep what it answers; what it answered before stays.

        What may have been given once is given again, whatever is known by now: the same key has no second effect, and
        what follows it must not come before it.
        """
        with told(), pulse():
            states = tuple(self._report(command, each.key) for each in command.reports)
        return BureauResult(states=states)

    def _report(self, command: TellBureau, key: str) -> ReportState:
        there = self._last_look(command, key)
        if there.state is ReportState.WANTED:
            answer = self._bureau.tell(Telling(command.account_id, there.report))
            with self._ledger.write() as conn:
                accounts.lock_person(conn, accounts.person_of(conn, command.account_id))
                at = self._at(command)
                match answer:
                    case Confirmed(reference):
                        keeping_bureau.end_report(conn, key, ReportState.CONFIRMED, at, reference=reference)
                    case Refused(reason):
                        keeping_bureau.end_report(conn, key, ReportState.REFUSED, at, reason=reason)
                    case Taken():
                        bureau_reports.mark_sent(conn, key, at)
                    case _:
                        assert_never(answer)
                there = _row(conn, key)
        _log.info("report %s: %s", key, there.state.value)
        return there.state

    def _last_look(self, command: TellBureau, key: str) -> ReportRow:
        """Store that it is about to be given, or why it is not: in one transaction with what is looked at."""
        with self._ledger.write() as conn:
            person_id = accounts.person_of(conn, command.account_id)
            accounts.lock_person(conn, person_id)
            row, at = _row(conn, key), self._at(command)
            if row.state is ReportState.WANTED and row.tried_at is None:
                why = against(conn, row, person_id, at)
                if why is None:
                    bureau_reports.mark_tried(conn, key, at)
                else:
                    keeping_bureau.end_report(conn, key, ReportState.DROPPED, at, reason=why)
            return _row(conn, key)

    def _at(self, command: TellBureau) -> datetime:
        return max(command.as_of, self._now())


def _row(conn: Connection, key: str) -> ReportRow:
    row = bureau_reports.get(conn, key)
    if row is None:
        raise InputError(f"no report {key} in the ledger")
    return row

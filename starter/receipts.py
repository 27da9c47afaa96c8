"""Delivery reports on their way in: whose they are, and what they change of the message, its contact and its case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.delivery_report import read_report
from domain.model.contact import Outcome, Purpose
from domain.model.delivery import DeliveryReport, DeliveryState
from domain.model.errors import InputError
from domain.model.facts import MessageState
from ledger import accounts, audit, confirmations, contacts, deliveries, messages, tasks
from ledger.engine import Ledger
from ledger.messages import MessageRow

BY = "provider"
"""Who closes the task of a message whose fate a report tells."""
_OUTCOMES = {MessageState.SENT: Outcome.DELIVERED, MessageState.FAILED: Outcome.FAILED}
_KINDS = {
    DeliveryState.ACCEPTED: "notice_accepted",
    DeliveryState.DELIVERED: "notice_delivered",
    DeliveryState.FAILED: "notice_bounced",
}


@dataclass(frozen=True)
class Received:
    """A report that was kept, and what it changed."""

    report: DeliveryReport
    account_id: str
    case_id: str
    new: bool
    """False: the same report came before."""
    was: MessageState
    state: MessageState
    """How far the message came, by all that is known now."""

    @property
    def changed(self) -> bool:
        """Whether the case has something to hear."""
        return self.state is not self.was


def secrets_of(files: Sequence[Path]) -> tuple[str, ...]:
    """The shared secrets, read anew each time: a new one counts at once. Raises InputError without their content."""
    if not files:
        raise InputError(
            "delivery reports have no shared secret: name a file that holds it in DUECOURSE_CALLBACK_SECRETS"
        )
    return tuple(_secret(file) for file in files)


def receive(ledger: Ledger, header: str, body: bytes, secrets: Sequence[str], now: datetime) -> Received:
    """Keep a signed report and let it change what it must, in one transaction; the same one again changes nothing.

    Whatever their order and number, the report that says most counts, and a bounce is the last word. Raises
    InputError, and keeps nothing, for one that is forged, stale or unreadable, or speaks of no message of this ledger.
    """
    report = read_report(header, body, secrets, now)
    with ledger.write() as conn:
        was = _locked(conn, report)
        before = deliveries.current(conn, report.key)
        new = deliveries.add(conn, report, now)
        counts = deliveries.current(conn, report.key)
        if counts is not None and (before is None or counts.state is not before.state):
            _apply(conn, was, counts, now)
        after = messages.get(conn, report.key) or was
    return Received(report, was.account_id, was.case_id, new, was.state, after.state)


def _secret(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text:
        raise InputError(
            f"DUECOURSE_CALLBACK_SECRETS: the file {file} cannot be read or is empty: put the secret into it"
        )
    return text


def _locked(conn: Connection, report: DeliveryReport) -> MessageRow:
    """The message, with all other writers of its person kept away."""
    accounts.lock_person(conn, deliveries.message_of(conn, report).person_id)
    return deliveries.message_of(conn, report)


def _apply(conn: Connection, was: MessageRow, counts: DeliveryReport, now: datetime) -> None:
    """What is known of the message from now on: in its row, in what follows from it, and in its case's chain."""
    settled = _settle(conn, was, counts, now)
    if settled:
        _follow(conn, was, settled, now)
    kind = _kind(was, counts)
    if settled or kind != _KINDS[DeliveryState.ACCEPTED]:
        audit.append(conn, was.case_id, kind, now, _body(was, counts, settled or was.state))


def _settle(conn: Connection, was: MessageRow, counts: DeliveryReport, now: datetime) -> MessageState | None:
    """The state that the message has now and had not before; None: it stays as it was."""
    if counts.state is DeliveryState.FAILED:
        return MessageState.FAILED if messages.bounced(conn, was.key, now) else None
    sent = messages.settle(conn, was.key, MessageState.SENT, now, counts.provider_ref)
    return MessageState.SENT if sent else None


def _follow(conn: Connection, was: MessageRow, state: MessageState, now: datetime) -> None:
    """Its contact, the notice of the law that it gives, and the tasks that ask what became of it."""
    if contacts.get(conn, was.key):
        contacts.settle(conn, was.key, _OUTCOMES[state], now)
    if state is MessageState.SENT:
        messages.given(conn, was, was.person_id, now)
    if was.purpose is Purpose.CONFIRM_OPT_OUT:
        confirmations.close(conn, was.key, now, state.value)
    if tasks.get(conn, tasks.unknown_outcome(was.key)):
        tasks.close(conn, tasks.unknown_outcome(was.key), now, BY, state.value)


def _kind(was: MessageRow, counts: DeliveryReport) -> str:
    refuted = was.state is MessageState.FAILED and counts.state is not DeliveryState.FAILED
    return "notice_contradicted" if refuted else _KINDS[counts.state]


def _body(was: MessageRow, counts: DeliveryReport, state: MessageState) -> dict[str, JsonValue]:
    message = {"key": was.key, "step": was.step, "notice": was.notice, "channel": was.channel.value}
    found = {"found": counts.state.value, "found_at": counts.at.isoformat()}
    return {**message, **found, "stored": was.state.value, "state": state.value}

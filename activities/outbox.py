"""How far a message came, in the ledger: its row and its audit, written together."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from activities import evidence
from activities.channels.base import Rejection
from activities.presend import Stop
from activities.writing import Written
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult, SendNotice
from domain.model.contact import Outcome, Purpose
from domain.model.events import NoticeNotSent
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import audit, confirmations, contacts, messages, tasks
from ledger.contacts import Contact
from ledger.messages import MessageRow
from ledger.tasks import Task


@dataclass(frozen=True)
class Settlement:
    """What became of a message."""

    state: MessageState
    receipt: str | None = None
    blocker: Blocker | None = None
    reason: Rejection | None = None
    """Why the channel refused it for good."""


_DEFERRING = (Blocker.CONTACT_WINDOW, Blocker.STOPPED, Blocker.STALE)
"""Nothing is wrong with the message: the same one leaves later, under the same key."""
_FOR_PEOPLE = (Blocker.BARRED, Blocker.WORDING)
"""Somebody in the bank must see it."""
_CLOSING = (MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN)
"""A confirmation that came so far needs nobody any more; an unknown one has a task of its own."""
_OUTCOMES = {MessageState.SENT: Outcome.DELIVERED, MessageState.FAILED: Outcome.FAILED}
# An unknown message stays pending: it holds its place in every cap until a person says what became of it.


def _task(
    command: SendNotice, person_id: str, task_id: str, kind: str, at: datetime, rules: tuple[str, ...] = ()
) -> Task:
    return Task(
        task_id=task_id,
        person_id=person_id,
        kind=kind,
        at=at,
        case_id=command.case_id,
        account_id=command.account_id,
        detail={"message": command.key, "rules": list(rules)},
    )


def makes_contact(command: SendNotice) -> bool:
    """A call on the agents' list reaches nobody: the call itself asks for a permit, and is the contact."""
    return command.channel is not Channel.CALL


def result(command: SendNotice, blocker: Blocker | None, retry_at: datetime | None = None) -> NoticeResult:
    """What the case is told; None of blockers: sent."""
    if blocker is None:
        return NoticeResult()
    return NoticeResult(not_sent=NoticeNotSent(key=command.key, step=command.step, blocker=blocker, retry_at=retry_at))


def record_intent(
    conn: Connection, command: SendNotice, person_id: str, row: MessageRow | None, written: Written, at: datetime
) -> None:
    """Store the intent before the provider is called; an intent that is stored stays as it is.

    The contact takes its place in every cap from here on.
    """
    if row is None:
        _intend(conn, command, person_id, written, at)
    elif makes_contact(command):
        contacts.try_again(conn, command.key, written.clear.ask.at)
    clear = written.clear
    kind = "notice_intended" if row is None else "notice_tried_again"
    body = evidence.of_notice(
        command,
        person_id=person_id,
        **evidence.of_contact(clear.ask),
        content=written.digest,
        rules=f"{clear.rules.name} v{clear.rules.version}",
        conditions=list(clear.conditions),
    )
    audit.append(conn, command.case_id, kind, at, body)


def _intend(conn: Connection, command: SendNotice, person_id: str, written: Written, at: datetime) -> None:
    clear = written.clear
    messages.intend(
        conn,
        command,
        person_id,
        clear.contact.contact_point_id,
        clear.on,
        at,
        content_digest=written.digest,
        locale=written.locale,
        party=clear.contact.party,
    )
    if makes_contact(command):
        contacts.add(conn, Contact.pending(command.key, person_id, clear.ask, case_id=command.case_id))


def record_stop(
    conn: Connection, command: SendNotice, person_id: str, row: MessageRow | None, stop: Stop, at: datetime
) -> NoticeResult:
    """Store that the message does not leave; a deferral keeps its key free, unless an earlier attempt used it up."""
    deferred = stop.blocker in _DEFERRING and row is None
    if row is not None:
        messages.settle(conn, command.key, MessageState.REFUSED, at, blocker=stop.blocker)
        if makes_contact(command):
            contacts.cancel(conn, command.key, at)
    elif not deferred:
        messages.intend(conn, command, person_id, None, stop.on, at, MessageState.REFUSED, stop.blocker)
    body = evidence.of_notice(
        command, blocker=stop.blocker.value, retry_at=stop.retry_at, refused_by=list(stop.refused_by)
    )
    audit.append(conn, command.case_id, "notice_deferred" if deferred else "notice_refused", at, body)
    if _is_for_people(command, stop.blocker):
        task_id, kind = f"{stop.blocker.value}/{command.key}", stop.blocker.value
        # The plan may have asked a person about this very notice before.
        tasks.add_first(conn, _task(command, person_id, task_id, kind, at, stop.refused_by))
    return result(command, stop.blocker, stop.retry_at)


def _is_for_people(command: SendNotice, blocker: Blocker) -> bool:
    """An opt-out that is not confirmed has its own task, which stays open; thanks that a rule bars nobody misses."""
    if blocker is Blocker.BARRED and command.thanked is not None:
        return False
    return blocker in _FOR_PEOPLE and command.purpose is not Purpose.CONFIRM_OPT_OUT


def record_settlement(
    conn: Connection, command: SendNotice, person_id: str, settlement: Settlement, at: datetime, *, paid_meanwhile: bool
) -> NoticeResult:
    """Store what the provider said, once; what was settled otherwise before stays, and the audit tells of both."""
    why = {} if settlement.reason is None else {"reason": settlement.reason.value}
    body = evidence.of_notice(command, receipt=settlement.receipt, paid_meanwhile=paid_meanwhile, **why)
    if messages.settle(conn, command.key, settlement.state, at, settlement.receipt, settlement.blocker):
        _follow(conn, command, person_id, settlement.state, at)
        audit.append(conn, command.case_id, f"notice_{settlement.state.value}", at, body)
        return result(command, settlement.blocker)
    row = messages.get(conn, command.key)
    assert row is not None
    if row.state is not settlement.state:
        both = {"stored": row.state.value, "found": settlement.state.value}
        audit.append(conn, command.case_id, "notice_contradicted", at, {**body, **both})
    return settled_before(conn, command, row, at)


def settled_before(conn: Connection, command: SendNotice, row: MessageRow, at: datetime) -> NoticeResult:
    """What the case is told of a message that needs nothing more: its provider's report can have come first."""
    _close_confirmation(conn, command, row.state, at)
    return result(command, row.blocker)


def _follow(conn: Connection, command: SendNotice, person_id: str, state: MessageState, at: datetime) -> None:
    """What else in the ledger follows from the state of a message: contact, notice of the law, tasks."""
    if state in _OUTCOMES and makes_contact(command):
        contacts.settle(conn, command.key, _OUTCOMES[state], at)
    if state is MessageState.SENT:
        messages.given(conn, command, person_id, at)
    if state is MessageState.UNKNOWN:
        tasks.add(conn, _task(command, person_id, tasks.unknown_outcome(command.key), "unknown_outcome", at))
    _close_confirmation(conn, command, state, at)


def _close_confirmation(conn: Connection, command: SendNotice, state: MessageState, at: datetime) -> None:
    if command.purpose is Purpose.CONFIRM_OPT_OUT and state in _CLOSING:
        confirmations.close(conn, command.key, at, state.value)

"""Messages that nobody sends any more and that nobody settled: their channel is asked once, and the ledger knows."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from activities import presend
from activities.channels.base import ChannelUnavailable
from activities.fate import Channels, look_up
from activities.outbox import Settlement, record_settlement, record_stop
from activities.presend import Stop
from domain.audit.matching import INTENTS
from domain.calendar import local_day
from domain.model.blocker import Blocker
from domain.model.commands import SendNotice
from domain.model.errors import InputError, SurroundingsError
from domain.model.facts import MessageState
from ledger import accounts, audit, cases, messages
from ledger.engine import Ledger
from ledger.messages import MessageRow
from ledger.suspects import OnItsWay

Tell = Callable[[Connection, MessageState], None]
"""Hears in the same transaction what a message was settled as."""


class StuckMessages:
    """Settles messages by way of the channels that it was given; it never sends one."""

    def __init__(self, ledger: Ledger, channels: Channels) -> None:
        self._ledger = ledger
        self._channels = channels

    def settle(self, seen: OnItsWay, at: datetime, tell: Tell) -> bool:
        """Let the channel say what became of the message: sent, unknown with a task for a person, or never left.

        What never left is refused when its case is closed; an open case may ask for it again under its key, and nobody
        needs to be asked first. False: there was nothing to settle, or an attempt has begun since the message was seen,
        whose business it is. Raises SurroundingsError when the channel does not answer.
        """
        with self._ledger.read() as conn:
            row = messages.get(conn, seen.key)
        if row is None:
            raise InputError(f"no message {seen.key} in the ledger")
        try:
            found = None if row.not_taken else look_up(self._channels, row.channel, seen.key)
        except ChannelUnavailable as away:
            raise SurroundingsError(f"message {seen.key} is stuck: {away}") from away
        with self._ledger.write() as conn:
            accounts.lock_person(conn, row.person_id)
            now = messages.get(conn, seen.key)
            if now is None or now.state is not MessageState.SENDING or _is_tried_since(conn, seen):
                return False
            state = _store(conn, now, found, at)
            if state is not None:
                tell(conn, state)
            return state is not None


def _is_tried_since(conn: Connection, seen: OnItsWay) -> bool:
    """What the channel said may be from before that attempt: marked by it, a crash in the attempt would not be seen."""
    return any(row.kind in INTENTS for row in audit.rows(conn, seen.case_id)[seen.case_seq :])


def _store(conn: Connection, row: MessageRow, found: Settlement | None, at: datetime) -> MessageState | None:
    """Store what became of the message; None: it was known already."""
    command, case = _command(row), cases.get(conn, row.case_id)
    if found is not None:
        late = presend.asks_for_too_much(conn, command, at)
        record_settlement(conn, command, row.person_id, found, at, paid_meanwhile=late)
        return found.state
    if case is not None and case.closed_at is None:
        return MessageState.SENDING if messages.mark_not_taken(conn, row.key) else None
    on = local_day(at, accounts.get_account(conn, row.account_id).zone)
    record_stop(conn, command, row.person_id, row, Stop(Blocker.CLOSED, on), at)
    return MessageState.REFUSED


def _command(row: MessageRow) -> SendNotice:
    """What its case had asked for."""
    return SendNotice(
        key=row.key,
        case_id=row.case_id,
        account_id=row.account_id,
        step=row.step,
        notice=row.notice,
        attempt=row.attempt,
        channel=row.channel,
        as_of=row.intent_at,
        oldest_due_on=row.oldest_due_on,
        past_due=row.past_due,
        purpose=row.purpose,
        legal_notice=row.legal_notice,
        address=row.contact_point_id,
    )

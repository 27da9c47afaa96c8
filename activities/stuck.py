"""Messages that nobody sends any more and that nobody settled: their channel is asked once, and the ledger knows."""

from datetime import datetime

from activities import presend
from activities.channels.base import ChannelUnavailable
from activities.fate import Channels, look_up
from activities.outbox import Settlement, record_settlement, record_stop
from activities.presend import Stop
from domain.calendar import local_day
from domain.model.blocker import Blocker
from domain.model.commands import SendNotice
from domain.model.errors import InputError, SurroundingsError
from domain.model.facts import MessageState
from ledger import accounts, cases, messages
from ledger.engine import Ledger
from ledger.messages import MessageRow


class StuckMessages:
    """Settles messages by way of the channels that it was given; it never sends one."""

    def __init__(self, ledger: Ledger, channels: Channels) -> None:
        self._ledger = ledger
        self._channels = channels

    def settle(self, key: str, at: datetime) -> None:
        """Let the channel say what became of the message: sent, unknown with a task for a person, or never left.

        What never left is refused when its case is closed; an open case may ask for it again under its key, and nobody
        needs to be asked first. Raises SurroundingsError when the channel does not answer.
        """
        with self._ledger.read() as conn:
            row = messages.get(conn, key)
        if row is None:
            raise InputError(f"no message {key} in the ledger")
        try:
            found = None if row.not_taken else look_up(self._channels, row.channel, key)
        except ChannelUnavailable as away:
            raise SurroundingsError(f"message {key} is stuck: {away}") from away
        self._store(row, found, at)

    def _store(self, seen: MessageRow, found: Settlement | None, at: datetime) -> None:
        command = _command(seen)
        with self._ledger.write() as conn:
            accounts.lock_person(conn, seen.person_id)
            row, case = messages.get(conn, seen.key), cases.get(conn, seen.case_id)
            if row is None or case is None or row.state is not MessageState.SENDING:
                return  # its own attempt was faster
            if found is not None:
                late = presend.asks_for_too_much(conn, command, at)
                record_settlement(conn, command, row.person_id, found, at, paid_meanwhile=late)
            elif case.closed_at is None:
                messages.mark_not_taken(conn, row.key)
            else:
                on = local_day(at, accounts.get_account(conn, row.account_id).zone)
                record_stop(conn, command, row.person_id, row, Stop(Blocker.CLOSED, on), at)


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

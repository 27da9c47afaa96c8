"""Sending a notice: intent, provider, receipt, so that a crash at any place neither loses nor doubles a message."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection
from temporalio import activity

from activities import presend
from activities.channels.base import ChannelAdapter, ChannelUnavailable, NotTaken, Outgoing, Rejected, Unsure
from activities.errors import UnderWay, told
from activities.fate import channel_of, look_up, sent
from activities.outbox import Settlement, record_intent, record_settlement, record_stop, result, settled_before
from activities.presend import Stop
from activities.pulse import pulse
from activities.writing import TextMaker, Written, write
from domain.model.blocker import Blocker
from domain.model.commands import SEND_NOTICE, NoticeResult, SendNotice
from domain.model.errors import InputError
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import accounts, messages, persons
from ledger.engine import Ledger
from ledger.messages import MessageRow
from workflows.ports.case import MessagingPort

_log = logging.getLogger(__name__)


class Messaging(MessagingPort):
    """Messages by way of the channels that it was given; ``now`` is the worker's clock.

    ``locale`` is the language of persons of whom none is known.
    """

    def __init__(
        self,
        ledger: Ledger,
        channels: Mapping[Channel, ChannelAdapter],
        texts: TextMaker,
        *,
        now: Callable[[], datetime],
        locale: str = "en",
    ) -> None:
        self._ledger = ledger
        self._channels = channels
        self._texts = texts
        self._now = now
        self._locale = locale

    # Not interrupted between the provider's yes and the receipt: a later attempt would have to ask for it.
    @activity.defn(name=SEND_NOTICE, no_thread_cancel_exception=True)
    def send_notice(self, command: SendNotice) -> NoticeResult:
        """Send at most once under the command's key; what keeps it from leaving is a result, not an error."""
        with told(), pulse():
            outcome = self._send(command)
        _log.info("notice %s: %s", command.key, outcome.not_sent.blocker.value if outcome.not_sent else "sent")
        return outcome

    def _send(self, command: SendNotice) -> NoticeResult:
        with self._ledger.read() as conn:
            row = messages.get(conn, command.key)
        if row is not None and _is_of_another_case(command, row):
            return result(command, row.blocker)
        # An earlier attempt stored its intent and never its end: only the provider knows the message's fate.
        tried_before = row is not None and row.state is MessageState.SENDING and not row.not_taken
        if tried_before and (found := look_up(self._channels, command.channel, command.key)):
            return self._settle(command, found)
        intent = self._intend(command, tried_before=tried_before)
        return self._settle(command, self._deliver(intent)) if isinstance(intent, Outgoing) else intent

    def _intend(self, command: SendNotice, *, tried_before: bool) -> Outgoing | NoticeResult:
        """Store that it is about to leave: what goes to the provider, or why it does not."""
        with self._ledger.write() as conn:
            person_id = _lock_person_of(conn, command)
            row = messages.get(conn, command.key)
            if row is not None and (row.state is not MessageState.SENDING or _is_of_another_case(command, row)):
                return settled_before(conn, command, row, self._at(command))
            left_nothing = row is not None and messages.take_again(conn, command.key)
            if row is not None and not (tried_before or left_nothing):
                raise UnderWay(f"another attempt at notice {command.key} has just begun; this one is tried again")
            at = self._at(command)
            look = self._look(conn, command, person_id, at, row)
            if isinstance(look, Stop):
                return record_stop(conn, command, person_id, row, look, at)
            channel_of(self._channels, command.channel)  # before the intent: without a way out nothing was tried
            record_intent(conn, command, person_id, row, look, at)
        return _outgoing(command, look)

    def _look(
        self, conn: Connection, command: SendNotice, person_id: str, at: datetime, row: MessageRow | None
    ) -> Written | Stop:
        """May it leave, and in which words?"""
        look = presend.check(conn, command, person_id, at, row)
        if isinstance(look, Stop):
            return look
        person, intended_on = persons.get(conn, person_id), None if row is None else row.on_date
        try:
            return write(self._texts, command, look, person, self._locale, intended_on)
        except InputError as refused:
            # The renderer names files and rules, never a value.
            _log.warning("notice %s: no text may leave: %s", command.key, " ".join(str(refused).split()))
            return Stop(Blocker.WORDING, look.on)

    def _deliver(self, message: Outgoing) -> Settlement:
        """Hand it to the provider: what is surely known of it then."""
        try:
            return sent(channel_of(self._channels, message.channel).deliver(message))
        except Rejected as refused:
            _log.warning("notice %s: channel %s refused it for good: %s", message.key, message.channel, refused.code)
            return Settlement(MessageState.FAILED, blocker=Blocker.PROVIDER, reason=refused.code)
        except NotTaken:
            with self._ledger.write() as conn:
                messages.mark_not_taken(conn, message.key)
            raise
        except Unsure:
            found = look_up(self._channels, message.channel, message.key)
        if found is None:
            raise ChannelUnavailable(f"channel {message.channel} did not take the notice; it is tried again")
        return found

    def _settle(self, command: SendNotice, settlement: Settlement) -> NoticeResult:
        """Store the receipt, or what else the provider said."""
        with self._ledger.write() as conn:
            person_id = _lock_person_of(conn, command)
            at = self._at(command)
            paid_meanwhile = presend.asks_for_too_much(conn, command, at)
            return record_settlement(conn, command, person_id, settlement, at, paid_meanwhile=paid_meanwhile)

    def _at(self, command: SendNotice) -> datetime:
        """Business time of the act: a retry at night sees the night, a run in virtual time stays in its own."""
        return max(command.as_of, self._now())


def _lock_person_of(conn: Connection, command: SendNotice) -> str:
    """Keep other writers away from the person until the transaction ends; returns the person's id."""
    person_id = accounts.person_of(conn, command.account_id)
    accounts.lock_person(conn, person_id)
    return person_id


def _is_of_another_case(command: SendNotice, row: MessageRow) -> bool:
    """The confirmation of an opt-out is one message for all cases of the person: who tries it first sees it through."""
    return row.case_id != command.case_id


def _outgoing(command: SendNotice, written: Written) -> Outgoing:
    return Outgoing(
        key=command.key,
        channel=command.channel,
        address=written.clear.contact.address,
        on=written.on,
        account_id=command.account_id,
        reference=written.reference,
        locale=written.locale,
        content=written.content,
        discreet=written.discreet,
        notice=command.notice,
        conditions=written.clear.conditions,
    )

"""Messages: the outbox. The intent is stored under a unique key before the provider is called; the receipt after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, select, update

from domain.model.blocker import Blocker
from domain.model.commands import SendNotice
from domain.model.contact import FactKind, Outcome, Party, PastFact, Purpose
from domain.model.errors import InputError
from domain.model.facts import MessageState, Notice
from domain.model.money import Money
from domain.model.strategy import BESIDE_THE_LADDER, Channel
from ledger import audit, contacts, person_facts, tasks
from ledger.codes import code
from ledger.inserts import insert_new
from ledger.person_facts import PersonFact
from ledger.tables import messages

_FROM: dict[MessageState, tuple[MessageState, ...]] = {
    MessageState.SENDING: (),
    # a receipt of the provider is the last word: it also corrects a stop that came while the message left
    MessageState.SENT: (MessageState.SENDING, MessageState.UNKNOWN, MessageState.REFUSED),
    MessageState.REFUSED: (MessageState.SENDING,),
    MessageState.FAILED: (MessageState.SENDING,),
    MessageState.UNKNOWN: (MessageState.SENDING,),
}
OF_THE_LADDER = (
    messages.c.purpose != Purpose.CONFIRM_OPT_OUT,
    messages.c.step.not_in(BESIDE_THE_LADDER),
)
"""Which messages are notices of the ladder."""
_RESOLVED = {
    MessageState.SENT: (None, Outcome.DELIVERED),
    MessageState.FAILED: (Blocker.PROVIDER, Outcome.FAILED),
}


@dataclass(frozen=True)
class MessageRow:
    """A message as the ledger has it."""

    key: str
    case_id: str
    account_id: str
    person_id: str
    step: str
    notice: str
    attempt: int
    channel: Channel
    contact_point_id: str | None
    state: MessageState
    on_date: date
    intent_at: datetime
    settled_at: datetime | None
    receipt: str | None
    blocker: Blocker | None
    oldest_due_on: date
    past_due: Money
    content_digest: str | None
    """SHA-256 of the rendered text."""
    locale: str | None
    party: Party
    not_taken: bool
    """An earlier attempt surely left nothing with the provider: the next one needs no look-up."""
    purpose: Purpose
    legal_notice: str | None
    """Id of the rule pack's notice that it gives, when the law asks for it."""


def intend(
    conn: Connection,
    command: SendNotice,
    person_id: str,
    contact_point_id: str | None,
    on: date,
    at: datetime,
    state: MessageState = MessageState.SENDING,
    blocker: Blocker | None = None,
    *,
    content_digest: str | None = None,
    locale: str | None = None,
    party: Party = Party.DEBTOR,
) -> bool:
    """Store that this message is about to be sent, or that it must not be; False when its key is there already.

    ``on`` is the local day. With another state than *sending* the message is settled at once, with its blocker.
    """
    return insert_new(
        conn,
        messages,
        {
            **command.model_dump(
                include={"key", "case_id", "account_id", "step", "notice", "attempt", "oldest_due_on", "legal_notice"}
            ),
            "channel": command.channel,
            "purpose": command.purpose,
            "person_id": person_id,
            "contact_point_id": contact_point_id,
            "state": state,
            "on_date": on,
            "intent_at": at,
            "settled_at": None if state is MessageState.SENDING else at,
            "blocker": blocker,
            "past_due_minor": command.past_due.minor,
            "currency": command.past_due.currency,
            "content_digest": content_digest,
            "locale": locale,
            "party": party,
        },
    )


def get(conn: Connection, key: str) -> MessageRow | None:
    """The message under this key."""
    row = conn.execute(select(messages).where(messages.c.key == key)).mappings().one_or_none()
    if row is None:
        return None
    values = dict(row)
    past_due = Money.of_minor(values.pop("past_due_minor"), values.pop("currency"))
    return MessageRow(
        **{
            **values,
            "past_due": past_due,
            "channel": Channel(row["channel"]),
            "state": MessageState(row["state"]),
            "blocker": Blocker(row["blocker"]) if row["blocker"] else None,
            "party": Party(row["party"]),
            "purpose": Purpose(row["purpose"]),
        }
    )


def settle(
    conn: Connection,
    key: str,
    state: MessageState,
    at: datetime,
    receipt: str | None = None,
    blocker: Blocker | None = None,
) -> bool:
    """Store what became of a message; False when it was settled before, and nothing changes.

    States only go forward: *sent* may follow *unknown* and *refused*, nothing follows *sent* or *failed*.
    """
    changed = {"state": state, "settled_at": at, "receipt": receipt, "blocker": blocker}
    statement = update(messages).where(messages.c.key == key, messages.c.state.in_(_FROM[state])).values(changed)
    if conn.execute(statement).rowcount == 1:
        return True
    _known(conn, key)
    return False


def given(conn: Connection, message: MessageRow | SendNotice, person_id: str, at: datetime) -> bool:
    """Record that a notice of the law was given by this message, once; False when there is nothing to record.

    A call on an agents' list gave nobody anything yet.
    """
    if message.legal_notice is None or not _gives_notice(message):
        return False
    fact = PastFact(at, FactKind.NOTICE_GIVEN, name=message.legal_notice, debts=(message.account_id,))
    return person_facts.add(conn, PersonFact(_notice_fact(message.key), person_id, fact, at))


def mark_not_taken(conn: Connection, key: str) -> bool:
    """The provider surely has nothing of this attempt; False when the message is settled, or marked already."""
    return _mark(conn, key, not_taken=True)


def take_again(conn: Connection, key: str) -> bool:
    """Begin an attempt after one that left nothing: True for one caller, which need not ask the provider first.

    The mark goes with it, so that a crash in this attempt is looked up like any other.
    """
    return _mark(conn, key, not_taken=False)


def resolve_unknown(conn: Connection, key: str, state: MessageState, at: datetime, by: str) -> bool:
    """A person says what became of an unknown message, *sent* or *failed*: message, contact and audit tell it.

    False when it was settled so before; raises InputError for another state, or when the message is not unknown.
    """
    if state not in _RESOLVED:
        raise InputError(f"a person resolves a message as sent or failed, not as {state}")
    body = {"key": key, "state": state.value, "by": code("by", by)}
    there = _known(conn, key)
    blocker, outcome = _RESOLVED[state]
    changed = {"state": state, "settled_at": at, "blocker": blocker}
    unknown = update(messages).where(messages.c.key == key, messages.c.state == MessageState.UNKNOWN)
    if conn.execute(unknown.values(changed)).rowcount != 1:
        if there.state is state:
            return False
        raise InputError(f"message {key} is {there.state}: only an unknown one is resolved by a person")
    if contacts.get(conn, key):
        contacts.settle(conn, key, outcome, at)
    if state is MessageState.SENT:
        given(conn, there, there.person_id, at)
    if tasks.get(conn, tasks.unknown_outcome(key)):
        tasks.close(conn, tasks.unknown_outcome(key), at, by, state.value)
    audit.append(conn, there.case_id, "notice_resolved", at, body)
    return True


def bounced(conn: Connection, key: str, at: datetime) -> bool:
    """The provider says that a message did not arrive, whatever was known of it; False when it had failed before.

    A notice of the law that it gave counts as not given.
    """
    there = _known(conn, key)
    changed = {"state": MessageState.FAILED, "settled_at": at, "blocker": Blocker.PROVIDER}
    statement = update(messages).where(messages.c.key == key, messages.c.state != MessageState.FAILED)
    if conn.execute(statement.values(changed)).rowcount != 1:
        return False
    if there.state is MessageState.SENT and _gives_notice(there):
        person_facts.withdraw(conn, _notice_fact(key), at, "provider", "bounced")
    return True


def notices(conn: Connection, case_id: str) -> tuple[Notice, ...]:
    """The messages of the ladder that were tried in this episode, oldest first.

    The confirmation of an opt-out answers the customer, and those of a promise, a plan or an end follow it: no steps.
    """
    return _noticed(conn, case_id, *OF_THE_LADDER)


def beside_the_ladder(conn: Connection, case_id: str, step: str) -> tuple[tuple[Notice, datetime | None], ...]:
    """The messages of this step, one that is none of the ladder, oldest first, and when each was settled."""
    found = _noticed(conn, case_id, messages.c.step == step)
    c = messages.c
    settled = conn.execute(select(c.key, c.settled_at).where(c.case_id == case_id, c.step == step))
    at = {row.key: row.settled_at for row in settled}
    return tuple((notice, at[notice.key]) for notice in found)


def _noticed(conn: Connection, case_id: str, *which: ColumnElement[bool]) -> tuple[Notice, ...]:
    c = messages.c
    statement = (
        select(c.key, c.step, c.attempt, c.channel, c.state, c.on_date.label("on"), c.blocker)
        .where(c.case_id == case_id, *which)
        .order_by(c.intent_at, c.attempt, c.key)
    )
    return tuple(Notice.model_validate(dict(row)) for row in conn.execute(statement).mappings())


def _gives_notice(message: MessageRow | SendNotice) -> bool:
    return message.legal_notice is not None and message.channel is not Channel.CALL


def _notice_fact(key: str) -> str:
    """Id of the fact that the message of this key gave a notice of the law."""
    return f"notice/{key}"


def _mark(conn: Connection, key: str, *, not_taken: bool) -> bool:
    c = messages.c
    here = (c.key == key, c.state == MessageState.SENDING, c.not_taken.is_(not not_taken))
    if conn.execute(update(messages).where(*here).values(not_taken=not_taken)).rowcount == 1:
        return True
    _known(conn, key)
    return False


def _known(conn: Connection, key: str) -> MessageRow:
    row = get(conn, key)
    if row is None:
        raise InputError(f"no message {key} in the ledger")
    return row

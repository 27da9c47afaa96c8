"""A call that an agent is to make, put into words: what must be said, and the guide for the talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.contact import Party
from domain.model.disputes import DisputeWord
from domain.model.errors import InputError
from domain.model.message import NoticeValues, Rendered, TextAsk, reference_of
from domain.model.money import Money
from ledger import accounts, audit, cases, disputes, entries, messages, policies
from ledger.accounts import ContactPoint
from ledger.messages import MessageRow
from ledger.tasks import Task
from policies.texts import Texts, blank_name


@dataclass(frozen=True)
class Script:
    """What an agent reads of a call; neither name nor number are in it: the agent's own system shows them."""

    notice: str
    locale: str
    party: Party
    party_id: str | None
    address_id: str | None
    """Id of the contact point to call; never the number."""
    words: Rendered
    less_is_owed: bool
    """Money came in since the call was planned: the amounts in its words are no longer so."""
    disputed_since: bool = False
    """The customer disputed something since: what its words ask for may be in dispute."""


def script(conn: Connection, task: Task, texts: Texts, locale: str, now: datetime) -> Script:
    """The words of a call task, in the person's language, with the values and under the conditions of its message.

    Raises InputError when the message is not there, or has no text that may be spoken.
    """
    row = messages.get(conn, str(task.detail.get("message")))
    if row is None:
        raise InputError(f"no message of task {task.task_id} in the ledger")
    case = cases.get(conn, row.case_id)
    if case is None:
        raise InputError(f"no case {row.case_id} in the ledger")
    spoken, then = row.locale or locale, _balance(conn, row, row.on_date, row.intent_at)
    point = _point(conn, row)
    ask = TextAsk(
        notice=row.notice,
        channel=row.channel,
        locale=spoken,
        values=_values(row, point, spoken, then, _disputed(conn, row)),
        conditions=task.must_say or (),
    )
    zone = accounts.get_account(conn, row.account_id).zone
    return Script(
        notice=row.notice,
        locale=spoken,
        party=row.party,
        party_id=None if point is None else point.party_id,
        address_id=row.contact_point_id,
        words=texts.message(ask, policies.rules(conn, case.rules).packs),
        less_is_owed=_balance(conn, row, local_day(now, zone), now) < then,
        disputed_since=any(step.recorded_at > row.intent_at for step in _opened(conn, row)),
    )


def _disputed(conn: Connection, row: MessageRow) -> tuple[DisputeWord, ...]:
    """What the decision had the call say of disputes, as the row of its intent tells."""
    intents = (link.content for link in audit.rows(conn, row.case_id) if link.kind == "notice_intended")
    words = next((body.get("disputed") for body in intents if body.get("key") == row.key), None)
    return tuple(DisputeWord(str(word)) for word in words) if isinstance(words, list) else ()


def _opened(conn: Connection, row: MessageRow) -> list[disputes.DisputeStep]:
    return [step for step in disputes.of_case(conn, row.case_id) if step.step == "opened"]


def _point(conn: Connection, row: MessageRow) -> ContactPoint | None:
    points = accounts.contact_points(conn, row.person_id, row.on_date)
    return next((point for point in points if point.contact_point_id == row.contact_point_id), None)


def _values(
    row: MessageRow, point: ContactPoint | None, locale: str, balance: Money, disputed: tuple[DisputeWord, ...]
) -> NoticeValues:
    return NoticeValues(
        customer_name=blank_name(locale),
        account_ref=row.account_id,
        past_due=row.past_due,
        balance=balance,
        oldest_due_on=row.oldest_due_on,
        disputed=disputed,
        on=row.on_date,
        reference=reference_of(row.account_id, row.on_date, row.step),
        verified=point is not None and point.verified and not point.shared,
        party=row.party,
    )


def _balance(conn: Connection, row: MessageRow, on: date, known_at: datetime) -> Money:
    return entries.balance(conn, row.account_id, on, known_at)

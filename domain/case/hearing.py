"""Hearing: what each event of the inbox does to the draft, before anything is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from domain.case import debiting, timing, wording
from domain.case.bureau_notice import notice_not_sent
from domain.case.draft import Draft
from domain.case.planning import plan_message_not_sent
from domain.case.promising import reminder_not_sent
from domain.case.requests import answer
from domain.model.blocker import Blocker
from domain.model.bureau import BUREAU_NOTICE
from domain.model.events import (
    AdjustmentAnswered,
    BureauUnheard,
    CancelRequested,
    DebitAnswered,
    Event,
    LedgerChanged,
    NoticeNotSent,
    Opened,
    Quarantined,
    WithdrawReason,
    Woken,
)
from domain.model.facts import OPT_OUT_KEYS, MessageState
from domain.model.promise import PROMISE_REMINDER
from domain.model.repayment import PLAN_NOTICES


def hear(draft: Draft, events: Sequence[Event]) -> None:
    """End the holds that are over, see which block a person settled, then take the events in order."""
    if not draft.is_closed:
        draft.end_holds()
        _settle_block(draft, events)
    for event in events:
        _take(draft, event)
    if not draft.is_closed:
        draft.end_holds()


def _take(draft: Draft, event: Event) -> None:
    match event:
        case Opened():
            draft.note(f"Opened with the strategy {draft.case.strategy} and the rules {draft.case.rules}.")
        case Woken():
            pass
        case LedgerChanged():
            # Whatever kept the notice back may be over, a stop or an old feed for one: it is looked at anew.
            draft.retry_at = None
        case CancelRequested():
            draft.withdrawn = draft.withdrawn or WithdrawReason.CANCELLED
        case Quarantined():
            draft.quarantined += 1
            draft.note(f"A message {event.name} could not be read and was set aside: {event.reason}.")
        case NoticeNotSent():
            _not_sent(draft, event)
        case AdjustmentAnswered() | BureauUnheard():
            pass  # the ledger has it
        case DebitAnswered():
            debiting.answered(draft, event)
        case _:  # every other event asks
            draft.answers.append(answer(draft, event))


def _not_sent(draft: Draft, event: NoticeNotSent) -> None:
    draft.note(wording.not_sent(event, draft.facts))
    if draft.is_closed:
        return
    if event.key.startswith(OPT_OUT_KEYS):
        # No step of the ladder: it neither blocks nor delays one.
        if event.retry_at is None or event.retry_at > draft.at:
            draft.unconfirmed[event.key] = event.retry_at
        return
    if event.step == PROMISE_REMINDER:
        reminder_not_sent(draft, event)
        return
    if event.step in PLAN_NOTICES:
        plan_message_not_sent(draft, event)
        return
    if event.step == BUREAU_NOTICE:
        notice_not_sent(draft, event)
        return
    match event.blocker:
        case Blocker.NO_CONTACT_POINT:
            draft.blocked = event.key
        case Blocker.PROVIDER | Blocker.NO_ANSWER:
            # Without an answer the ledger decides: unknown blocks (seen before), still on its way is asked again.
            pass
        case Blocker.CONTACT_WINDOW if event.retry_at is not None:
            draft.retry_at = max(event.retry_at, draft.at)
        case (
            Blocker.PAID
            | Blocker.HELD
            | Blocker.PROMISED
            | Blocker.PLAN_OVER
            | Blocker.PAST_DUE
            | Blocker.CLOSED
            | Blocker.CONTACT_WINDOW
            | Blocker.BARRED
            | Blocker.STOPPED
            | Blocker.STALE
            | Blocker.WORDING
        ):
            # Asking again at once would only be refused again: whatever changed, the customer hears nothing today.
            draft.retry_at = timing.slot(draft.today + timedelta(days=1), draft.facts)
        case _:
            assert_never(event.blocker)


def _settle_block(draft: Draft, events: Sequence[Event]) -> None:
    """A block ends when the notice's fate is known or can be asked for, or, without an address, when somebody rings.

    A notice whose fate nobody knows blocks also a case that has not heard of it.
    """
    states = {n.key: n.state for n in draft.facts.notices}
    rung = any(isinstance(event, LedgerChanged) for event in events)
    if draft.blocked is not None and _is_settled(states.get(draft.blocked), rung):
        draft.blocked = None
    unknown = (key for key, state in states.items() if state is MessageState.UNKNOWN)
    draft.blocked = draft.blocked or next(unknown, None)


def _is_settled(state: MessageState | None, rung: bool) -> bool:
    if state in (MessageState.SENT, MessageState.FAILED, MessageState.SENDING):
        return True
    return rung and state is not MessageState.UNKNOWN

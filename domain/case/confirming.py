"""Confirming: the one message that tells a customer that their opt-out was heard, whatever the ladder does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import stopping
from domain.calendar import local_day
from domain.case import timing
from domain.case.draft import Draft
from domain.model.commands import SendNotice
from domain.model.contact import ContactAsk, Party, Purpose
from domain.model.facts import Facts, OptOutToConfirm, Reach
from domain.model.money import Money

NOTICE = "opt-out-confirmation"
"""The text, and the step: it is none of the ladder."""


def confirmations(draft: Draft) -> tuple[tuple[SendNotice, ...], datetime | None]:
    """The confirmations that may leave now, and when to look again for those that only the clock keeps back.

    What has no address or no way out, and what a stop or a rule keeps back until something happens, waits as it is: the
    case is rung when that changes, and the open task shows it to people meanwhile. One that was not sent in this very
    step is not asked for again at once.
    """
    leaving: list[SendNotice] = []
    later: list[datetime] = []
    for opt_out in draft.facts.to_confirm:
        if opt_out.key in draft.unconfirmed:
            later += [at for at in (draft.unconfirmed[opt_out.key],) if at is not None]
        elif (point := _point(opt_out, draft.facts)) is not None:
            _plan(draft, opt_out, point, leaving, later)
    return tuple(leaving), _first(later, draft.facts)


def _point(opt_out: OptOutToConfirm, facts: Facts) -> Reach | None:
    """The address that wants no more messages itself; where none was named, the customer's own on that channel."""
    if facts.channels is not None and opt_out.channel not in facts.channels:
        return None
    points = (point for point in facts.reach if point.channel is opt_out.channel)
    if opt_out.address is None:
        return next((point for point in points if point.party is Party.DEBTOR), None)
    return next((point for point in points if point.address == opt_out.address), None)


def _plan(
    draft: Draft, opt_out: OptOutToConfirm, point: Reach, leaving: list[SendNotice], later: list[datetime]
) -> None:
    facts = draft.facts
    ask = ContactAsk(
        channel=opt_out.channel,
        at=draft.at,
        debts=(facts.account.account_id,),
        party=point.party,
        party_id=point.party_id,
        address=point.address,
        place=point.place,
        purpose=Purpose.CONFIRM_OPT_OUT,
    )
    if stopping.against(ask, facts.stops, facts.fresh_until, facts.strategy, facts.rules) is not None:
        return
    verdict = timing.asked(ask, draft.at, facts)
    if verdict.allowed:
        draft.note(f"Confirms by {opt_out.channel} that the customer wants no more messages there.")
        leaving.append(_command(draft, opt_out))
    elif verdict.next_at is not None:
        later.append(timing.spread_after(opt_out.key, verdict.next_at, ask, facts))


def _command(draft: Draft, opt_out: OptOutToConfirm) -> SendNotice:
    case, arrears = draft.case, draft.case.arrears
    nothing = Money.of_minor(0, case.account.currency)
    return SendNotice(
        key=opt_out.key,
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=NOTICE,
        notice=NOTICE,
        attempt=1,
        channel=opt_out.channel,
        as_of=draft.at,
        oldest_due_on=draft.today if arrears is None else arrears.oldest_due_on,
        past_due=nothing if arrears is None else arrears.past_due,
        purpose=Purpose.CONFIRM_OPT_OUT,
        address=opt_out.address,
    )


def _first(instants: Sequence[datetime], facts: Facts) -> datetime | None:
    """None too when a historical ledger ends before."""
    first, ends_on = min(instants, default=None), facts.world.ends_on
    if first is None or (ends_on is not None and local_day(first, facts.account.zone) > ends_on):
        return None
    return first

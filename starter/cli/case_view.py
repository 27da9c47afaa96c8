"""One case as people and programs see it: the ledger's row, the run's own state, and the notices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import JsonValue

from domain.calendar import local_day, zone_of
from domain.case import dispute_words, plan_words, promise_words, wording
from domain.model.case import Case, Closure, Stage
from domain.model.facts import Account, MessageState, Notice
from domain.model.money import Money
from domain.offers.negotiating import in_words
from ledger.cases import CaseRow

_STAGES = {
    Stage.WAITING: "waiting: nothing is asked of the customer yet",
    Stage.REMINDING: "reminding: notices leave by the ladder until the past-due amount is paid",
    Stage.PLANNING: "planning: a repayment plan is in force, and nobody is asked for money but by it",
    Stage.CLOSED: "closed",
}
_NOTICES = {
    MessageState.SENDING: "on its way since {on}",
    MessageState.SENT: "sent on {on}",
    MessageState.REFUSED: "stopped on {on}, planned anew",
    MessageState.FAILED: "could not be delivered on {on}",
    MessageState.UNKNOWN: "of {on}: nobody knows whether it left, a person must check",
}


@dataclass(frozen=True)
class CaseView:
    """Everything that is known of a case; ``state`` None: closed, or its run does not answer (``silence`` says why)."""

    account: Account
    row: CaseRow
    notices: Sequence[Notice]
    state: Case | None = None
    silence: str | None = None

    def as_json(self) -> dict[str, JsonValue]:
        state = self.state.model_dump(mode="json") if self.state else None
        notices: list[JsonValue] = [notice.model_dump(mode="json") for notice in self.notices]
        return {"ledger": self._ledger(), "state": state, "state_missing": self.silence, "notices": notices}

    def _ledger(self) -> dict[str, JsonValue]:
        row, past_due = self.row, self.past_due
        return {
            "case": row.case_id,
            "account": row.account_id,
            "stage": row.stage.value,
            "outcome": row.outcome.value if row.outcome else None,
            "strategy": str(row.strategy),
            "rules": str(row.rules),
            "opened_at": row.opened_at.isoformat(),
            "closed_at": _iso(row.closed_at),
            "oldest_due_on": _iso(row.oldest_due_on),
            "past_due": str(past_due.amount) if past_due else None,
            "currency": self.account.currency,
            "days_past_due": row.days_past_due,
            "notices_sent": self.notices_sent,
            "wakes_at": _iso(row.wake_at),
            "steps": row.step_no,
        }

    @property
    def notices_sent(self) -> int:
        """Those that left; what is on its way or was stopped does not count."""
        return sum(notice.state is MessageState.SENT for notice in self.notices)

    @property
    def past_due(self) -> Money | None:
        minor = self.row.past_due_minor
        return None if minor is None else Money.of_minor(minor, self.account.currency)

    @property
    def closure(self) -> Closure | None:
        """The end as the ledger has it."""
        row = self.row
        if row.closed_at is None or row.outcome is None:
            return None
        return Closure(
            case_id=row.case_id,
            outcome=row.outcome,
            closed_at=row.closed_at,
            days_past_due=row.days_past_due or 0,
            notices=self.notices_sent,
        )


def describe(view: CaseView, now: datetime | None = None) -> list[tuple[str, str]]:
    """The case for people: what a line is about, and the line; instants on the wall of the account's zone."""
    return list(_lines(view, now or datetime.now(UTC)))


def _lines(view: CaseView, now: datetime) -> Iterator[tuple[str, str]]:
    row, zone = view.row, view.account.zone
    yield "Stage", _STAGES[row.stage]
    yield "Opened", f"{_wall(row.opened_at, zone)}, episode {row.episode_no} of account {row.account_id}"
    if (closure := view.closure) is not None:
        yield (
            "Closed",
            f"{_wall(closure.closed_at, zone)}. {wording.closed(closure).removeprefix('Closed: ').capitalize()}",
        )
    elif (past_due := view.past_due) and row.oldest_due_on:
        days = (max(local_day(now, zone), row.oldest_due_on) - row.oldest_due_on).days
        yield "Past due", f"{past_due} since {row.oldest_due_on}: {wording.days(days)}"
    if view.silence:
        yield "Run", f"{view.silence}; what follows is the ledger's"
    yield from _of_run(view.state) if view.state else _without_run(view)
    for number, notice in enumerate(view.notices):
        yield "Notices" if not number else "", f"{notice.step} by {notice.channel}: {_told(notice)}"
    if view.state and view.state.ladder.to_come:
        yield "To come", ", ".join(view.state.ladder.to_come)
    yield "Policies", f"strategy {row.strategy}, rules {row.rules}"


def _of_run(case: Case) -> Iterator[tuple[str, str]]:
    if case.balance is not None:
        yield "Owed in all", str(case.balance)
    if case.cause is not None:
        yield "Why late", f"{case.cause.cause.replace('_', ' ')}, told on {case.cause.on}"
    if case.closure is None:
        yield "Next", _sentence(case.next.what)
        yield "Why", _sentence(case.next.why)
    yield from _plan(case)
    yield from _promises(case)
    yield from _offer(case)
    if (made := case.re_age) is not None:
        yield "Re-age", f"{made.id} {made.stands}"
    yield from _disputes(case)
    yield from _hardship(case)
    for number, hold in enumerate(case.holds):
        debts = ", ".join(str(day) for day in hold.obligations_due_on)
        left_out = f"; left out: what was due on {debts}" if debts else ""
        yield "Holds" if not number else "", f"{wording.hold_sentence(hold)}{left_out}"
    if case.blocked:
        yield "To check", f"a person must settle the notice {case.blocked}"
    if case.quarantined:
        yield "Quarantine", f"{case.quarantined} messages could not be read"


def _plan(case: Case) -> Iterator[tuple[str, str]]:
    if (plan := case.plan) is not None:
        met = f"{plan.met} of {plan.count} instalments, {plan.paid} of {plan.total} paid"
        until = f", to be made good by {plan.cure_ends_on}" if plan.cure_ends_on else ""
        yield "Plan", f"{plan.id} {plan_words.STATUSES[plan.status]}: {met}{until}"


def _offer(case: Case) -> Iterator[tuple[str, str]]:
    made = None if case.negotiation is None else case.negotiation.offer
    if made is not None:
        yield "Offer", f"{made.id} {made.stands}: {in_words(made.offer)}"


def _promises(case: Case) -> Iterator[tuple[str, str]]:
    if (running := case.promise) is not None:
        grace = f", grace until {running.grace_ends_on}" if running.grace_ends_on > running.due_on else ""
        yield "Promise", f"{running.amount} by {running.due_on}{grace}: runs (promise {running.id})"
    if (judged := case.promise_judged) is not None:
        was = judged.promise
        told = (
            f"{was.amount} by {was.due_on}: {promise_words.STATES[judged.state]}, {judged.paid} paid (promise {was.id})"
        )
        yield "Promise" if running is None else "Before", told


def _disputes(case: Case) -> Iterator[tuple[str, str]]:
    for number, dispute in enumerate(case.disputes):
        stands = f"to be resolved by {dispute.resolve_by}"
        if dispute.outcome is not None:
            said = dispute_words.OUTCOMES[dispute.outcome]
            stands = f"{said}; waits for the bank's correction of {dispute.correction} by {dispute.resolve_by}"
        escalated = ", with a supervisor" if dispute.escalated else ""
        what = f"{dispute_words.what(dispute)}, since {dispute.since}: {stands}{escalated} (dispute {dispute.id})"
        yield "Disputes" if not number else "", what
    if (last := case.dispute_answer) is not None:
        yield "Resolved", f"dispute {last.dispute} on {last.on}: {dispute_words.OUTCOMES[last.outcome]}"


def _hardship(case: Case) -> Iterator[tuple[str, str]]:
    if (hardship := case.hardship) is None:
        return
    assessed = "not assessed" if hardship.outcome is None else hardship.outcome.replace("_", " ")
    programme = f" ({hardship.programme})" if hardship.programme else ""
    review = f"; looked at again on {hardship.review_on}" if hardship.review_on else ""
    advice = f"; asked by {hardship.follow_up_on} whether the advice helped" if hardship.follow_up_on else ""
    yield (
        "Hardship",
        f"{hardship.cause.replace('_', ' ')} since {hardship.since}: {assessed}{programme}{review}{advice}",
    )


def _without_run(view: CaseView) -> Iterator[tuple[str, str]]:
    if view.row.wake_at and view.closure is None:
        yield "Next", f"The case looks again on {_wall(view.row.wake_at, view.account.zone)}."


def _told(notice: Notice) -> str:
    again = "" if notice.attempt == 1 else f" (attempt {notice.attempt})"
    return _NOTICES[notice.state].format(on=notice.on) + again


def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(zone_of(zone)):%Y-%m-%d at %H:%M}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None

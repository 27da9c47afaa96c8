"""A tiny world for the pure decisions: a ledger made of lists, a case that sleeps and wakes, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from domain.calendar import local_day, local_instant
from domain.case.decide import decide
from domain.model.adjustments import Adjust, AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.bureau import BUREAU_NOTICE, KnownReport, ReportKind, ReportState, TellBureau
from domain.model.case import Case, Stage, Step
from domain.model.commands import Command, SendNotice
from domain.model.contact import PastFact, Purpose, Record
from domain.model.debits import Debit, DebitState, KnownDebit, KnownMandate
from domain.model.entries import AskAdjustment, AskReport, KeepPlan
from domain.model.events import Event, LedgerChanged, Opened, Woken
from domain.model.facts import Account, BureauFacts, Facts, MessageState, Notice, Obligation, World
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.plan import Instalment
from domain.model.promise import PROMISE_REMINDER
from domain.model.repayment import PLAN_NOTICES, MinimumDue, PlanFacts, PlanNotice, PlanPayment
from domain.model.rules import (
    AllocationBand,
    AllocationOrder,
    Bucket,
    Buckets,
    Component,
    Lateness,
    Rules,
)
from domain.model.strategy import AfterPrevious, Channel, DaysPastDue, LadderStep, MonthEnd, PolicyRef, Strategy

TIMINGS = {"days": DaysPastDue, "month_end": MonthEnd, "after": AfterPrevious}


PACK = Pack.model_validate(
    {
        "pack": {"id": "cn", "version": 1, "title": "test", "valid_from": date(2000, 1, 1)},
        "sources": {"law": {"instrument": "Law", "citation": "art. 1", "status": "P", "force": "law"}},
        "windows": [{"id": "day", "open": "08:00", "close": "22:00", "source": "law"}],
        "parties": [{"id": "debtor", "reach": "free", "source": "law"}],
        "holds": [
            {
                "id": "cease",
                "opened_by": "ceased",
                "closed_by": ["on"],
                "blocks": ["collect_contact"],
                "allows": ["legal_notice"],
                "source": "law",
            }
        ],
        "opt_outs": [{"id": "stop", "channels": ["sms", "email", "letter"], "scope": "address", "source": "law"}],
    }
)
"""Contact from eight to ten at night, a hold that only an event ends, and opt-outs of messages."""


def money(amount: str | int, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def make_rules(
    *,
    grace: int = 0,
    treatment_grace: int = 0,
    tolerance: dict[str, str] | None = None,
    buckets: tuple = (("late", 1),),
) -> Rules:
    """Rules with these buckets, each a name and its first day."""
    ends = [first - 1 for _, first in buckets[1:]]
    return Rules(
        name="cn",
        version=1,
        title="test",
        lateness=Lateness(
            grace_days=grace,
            treatment_grace_days=treatment_grace,
            tolerance={c: Decimal(a) for c, a in (tolerance or {}).items()},
        ),
        classification=Buckets(
            bands=tuple(
                Bucket(name=name, dpd_min=first, dpd_max=end)
                for (name, first), end in zip(buckets, [*ends, None], strict=True)
            )
        ),
        allocation=AllocationOrder(
            bands=(AllocationBand(dpd_min=0, order=(Component.INTEREST, Component.FEE, Component.PRINCIPAL)),)
        ),
        packs=(PACK,),
    )


def make_strategy(
    steps: dict[str, int | tuple[str, int]],
    *,
    days_between: int = 0,
    most_attempts: int = 12,
    least: dict[str, str] | None = None,
    send_at: time = time(9, 30),
    channels: tuple[Channel, ...] = (Channel.FILE,),
    spread_minutes: int = 0,
) -> Strategy:
    """A strategy of these steps: days past due, or a rule (days, month_end, after) and its days; no spread."""
    timings = {name: due if isinstance(due, tuple) else ("days", due) for name, due in steps.items()}
    return Strategy(
        name="test",
        version=1,
        title="test",
        rules="cn",
        send_at=send_at,
        days_between=days_between,
        most_attempts=most_attempts,
        spread_minutes=spread_minutes,
        least_amount={c: Decimal(a) for c, a in (least or {}).items()},
        ladder=tuple(
            LadderStep(id=name, notice=f"notice-{name}", channels=channels, due=TIMINGS[rule](days=days))
            for name, (rule, days) in timings.items()
        ),
    )


@dataclass
class Payment:
    on: date
    met: dict[date, Decimal]
    taken_back_on: date | None = None

    def meets(self, due_on: date, today: date) -> Decimal:
        back = self.taken_back_on is not None and self.taken_back_on <= today
        return Decimal(0) if back or self.on > today else self.met.get(due_on, Decimal(0))


@dataclass
class Deposit:
    on: date
    amount: Decimal
    posted_on: date
    taken_back_on: date | None = None


@dataclass
class TinyWorld:
    """One account, its obligations and payments, and the case about it."""

    strategy: Strategy
    rules: Rules
    currency: str = "EUR"
    zone: str = "UTC"
    history: World = field(default_factory=World)
    not_yet_due: str = "1000"
    obligations: dict[date, Decimal] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    fates: dict[str, MessageState] = field(default_factory=dict)
    """What becomes of a notice, by its key; sent when not named."""
    by_payment: bool = True
    said: tuple[PastFact, ...] = ()
    """Facts about the person that bear on contact."""
    about: dict[str, object] = field(default_factory=dict)
    """Other fields of ``Facts``: how the person is reached, stops, the feed."""
    deposits: list[Deposit] = field(default_factory=list)
    """Money for a plan."""
    cards: dict[AdjustmentKind, AdjustmentState] = field(default_factory=dict)
    """What the card system answers; confirmed when not named."""
    adjusted: dict[str, KnownAdjustment] = field(default_factory=dict)
    planned: dict[str, PlanNotice] = field(default_factory=dict)
    """Messages of a plan, by key."""
    instalments: tuple[Instalment, ...] = ()
    minimums: tuple[MinimumDue, ...] = ()
    mandates: tuple[KnownMandate, ...] = ()
    declines: dict[str, tuple[DebitState, bool]] = field(default_factory=dict)
    """What becomes of a debit, by due date and attempt, and whether that is hard; collected when not named."""
    debits: dict[str, KnownDebit] = field(default_factory=dict)
    debited: list[Debit] = field(default_factory=list)
    """Debits that were asked for, each time."""
    bureau: dict[ReportKind, ReportState] = field(default_factory=dict)
    """What becomes of a report; confirmed when not named."""
    reports: dict[str, KnownReport] = field(default_factory=dict)
    warned: list[Notice] = field(default_factory=list)
    """Notices before a report."""
    case: Case | None = None
    steps: list[Step] = field(default_factory=list)
    sent: list[tuple[date, str]] = field(default_factory=list)
    confirmed: list[SendNotice] = field(default_factory=list)
    """Confirmations of opt-outs that were asked for."""
    reminded: list[SendNotice] = field(default_factory=list)
    """Messages of promises and plans that were asked for."""
    thanked: list[SendNotice] = field(default_factory=list)
    """Messages of thanks that were asked for."""

    @property
    def account(self) -> Account:
        return Account(account_id="a1", currency=self.currency, zone=self.zone)

    def owe(self, due_on: date, amount: str | int) -> None:
        self.obligations[due_on] = self.obligations.get(due_on, Decimal(0)) + Decimal(amount)

    def pay(self, on: date, **met: str) -> Payment:
        """A payment: ``pay(day, d20120531="249.95")`` meets so much of the obligation due on that day."""
        payment = Payment(on, {date(int(k[1:5]), int(k[5:7]), int(k[7:])): Decimal(v) for k, v in met.items()})
        self.payments.append(payment)
        return payment

    def unmet(self, today: date) -> tuple[Obligation, ...]:
        left = {d: m - sum(p.meets(d, today) for p in self.payments) for d, m in sorted(self.obligations.items())}
        return tuple(
            Obligation(due_on=d, minimum=money(self.obligations[d], self.currency), unmet=money(u, self.currency))
            for d, u in left.items()
            if d < today and u > 0
        )

    def facts(self, as_of: datetime) -> Facts:
        unmet = self.unmet(local_day(as_of, self.zone))
        owed = sum((o.unmet.amount for o in unmet), start=Decimal(self.not_yet_due)) - self._repaid(as_of)
        return Facts(
            as_of=as_of,
            account=self.account,
            balance=money(owed, self.currency),
            obligations=unmet,
            last_met_by_payment=self.by_payment,
            notices=tuple(self.notices),
            answered=self.answered,
            strategy=self.strategy,
            rules=self.rules,
            world=self.history,
            record=Record(zones=(self.zone,), facts=self.said),
            plan=self._plan(local_day(as_of, self.zone)),
            bureau=self._bureau(),
            **self.about,
        )

    def repay(self, on: date, amount: str | int, posted_on: date | None = None) -> Deposit:
        """Money for a plan; it meets the oldest obligations, as the ledger would have it."""
        deposit = Deposit(on, Decimal(amount), posted_on or on)
        self.deposits.append(deposit)
        return deposit

    def _repaid(self, as_of: datetime) -> Decimal:
        today = local_day(as_of, self.zone)
        there = (d for d in self.deposits if d.on <= today and d.posted_on <= today)
        kept = (d.amount for d in there if d.taken_back_on is None or d.taken_back_on > today)
        return sum(kept, start=Decimal(0))

    def _plan(self, today: date) -> PlanFacts | None:
        if self.case is None or self.case.plan is None:
            return None
        there = [d for d in self.deposits if d.on <= today and d.posted_on <= today]
        back = [d for d in there if d.taken_back_on is not None and d.taken_back_on <= today]
        return PlanFacts(
            instalments=self.instalments,
            payments=tuple(
                PlanPayment(value_on=d.on, amount=money(d.amount, self.currency)) for d in there if d not in back
            ),
            returned=len(back),
            minimums=tuple(each for each in self.minimums if each.due_on <= today + timedelta(days=20)),
            adjustments=tuple(self.adjusted.values()),
            notices=tuple(self.planned.values()),
            debits=tuple(self.debits.values()),
            mandates=self.mandates,
        )

    def _bureau(self) -> BureauFacts | None:
        if self.strategy.bureau is None:
            return None
        return BureauFacts(notices=tuple(self.warned), reports=tuple(self.reports.values()))

    def _keep_plan(self, step: Step) -> None:
        for entry in step.entries:
            if isinstance(entry, AskReport):
                on = local_day(step.case.as_of, self.zone)
                told = KnownReport(report=entry.report, state=ReportState.WANTED, wanted_on=on)
                self.reports[entry.report.key] = told
            if isinstance(entry, KeepPlan):
                self.instalments = entry.instalments
            if isinstance(entry, AskAdjustment):
                asked = KnownAdjustment(adjustment=entry.adjustment, state=AdjustmentState.WANTED)
                self.adjusted[entry.adjustment.key] = asked

    def instant(self, day: date, clock: str = "09:30") -> datetime:
        return local_instant(day, time.fromisoformat(clock), self.zone)

    def open(self, day: date, clock: str = "09:30", stage: Stage = Stage.REMINDING, **more: object) -> Step:
        at = self.instant(day, clock)
        ref = PolicyRef(name="test", version=1, digest="0" * 16)
        self.case = Case(
            case_id="a1/1", account=self.account, episode_no=1, strategy=ref, rules=ref, as_of=at, stage=stage, **more
        )
        return self.step(at, Opened())

    def step(self, at: datetime, *events: Event) -> Step:
        """One decision, and what becomes of its command."""
        assert self.case is not None
        step = decide(self.case, events, self.facts(at), at)
        assert step.case.wake_at is None or step.case.wake_at > at
        self.case = step.case
        self.steps.append(step)
        self._keep_plan(step)
        for command in step.commands:
            self._perform(command)
        return step

    def _perform(self, command: Command) -> None:
        match command:
            case Adjust():
                self._adjust(command)
            case Debit():
                self._debit(command)
            case TellBureau():
                self._tell(command)
            case _:
                self._send(command)

    def _tell(self, command: TellBureau) -> None:
        for each in command.reports:
            became = self.bureau.get(each.kind, ReportState.CONFIRMED)
            self.reports[each.key] = self.reports[each.key].model_copy(update={"state": became})

    def _debit(self, command: Debit) -> None:
        """As the ledger would have it: once under its key; what is collected is a payment of that day."""
        self.debited.append(command)
        if command.key in self.debits:
            return
        state, hard = self.declines.get(f"{command.due_on}/{command.attempt}", (DebitState.COLLECTED, False))
        said = command.model_dump(include={"key", "plan", "version", "due_on", "on", "attempt", "amount", "mandate"})
        arrived = state is DebitState.COLLECTED
        self.debits[command.key] = KnownDebit(**said, state=state, hard=hard, arrived=arrived)
        if arrived:
            self.repay(command.on, command.amount.amount)

    def settle_debit(self, key: str, **more: object) -> None:
        """The provider, or a person, says what became of it."""
        self.debits[key] = self.debits[key].model_copy(update=more)

    def _adjust(self, command: Adjust) -> None:
        for each in command.adjustments:
            answer = self.cards.get(each.kind, AdjustmentState.CONFIRMED)
            self.adjusted[each.key] = KnownAdjustment(adjustment=each, state=answer)

    def _send(self, command: SendNotice) -> None:
        if command.purpose is Purpose.CONFIRM_OPT_OUT:
            self._confirm(command)
            return
        if command.thanked is not None:
            self.thanked.append(command)
            return
        if command.step == PROMISE_REMINDER:
            self.reminded.append(command)
            return
        if command.step in PLAN_NOTICES:
            state = self.fates.get(command.key, MessageState.SENT)
            on = local_day(command.as_of, self.zone)
            self.planned[command.key] = PlanNotice(key=command.key, state=state, on=on)
            self.reminded.append(command)
            return
        on, state = local_day(command.as_of, self.zone), self.fates.get(command.key, MessageState.SENT)
        known = next((n for n in (*self.notices, *self.warned) if n.key == command.key), None)
        on = known.on if known else on  # the ledger keeps an intent as it was stored first
        notice = Notice(
            key=command.key, step=command.step, attempt=command.attempt, channel=command.channel, state=state, on=on
        )
        if command.step == BUREAU_NOTICE:
            self.warned = [n for n in self.warned if n.key != notice.key] + [notice]
            return
        self.notices = [n for n in self.notices if n.key != notice.key] + [notice]
        if state is MessageState.SENT:
            self.sent.append((on, command.step))

    def _confirm(self, command: SendNotice) -> None:
        """It is asked for once: what was tried waits no more."""
        self.confirmed.append(command)
        self.about["to_confirm"] = tuple(o for o in self.about["to_confirm"] if o.key != command.key)

    def ring(self, day: date, *events: Event, clock: str = "12:00") -> Step:
        """Sleep and wake until then, then ring the doorbell, or hear these events."""
        at = self.instant(day, clock)
        self.sleep_until(at)
        return self.step(at, *(events or (LedgerChanged(),)))

    def sleep_until(self, at: datetime) -> None:
        while self.case is not None and self.case.wake_at is not None and self.case.wake_at <= at:
            self.step(self.case.wake_at, Woken())

    def end_of(self, day: date) -> None:
        self.sleep_until(self.instant(day, "23:59"))

    def settle(self, key: str, state: MessageState) -> None:
        self.notices = [n.model_copy(update={"state": state}) if n.key == key else n for n in self.notices]

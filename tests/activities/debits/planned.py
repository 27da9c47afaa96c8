"""A case whose plan is in force and has an instalment due today, with a mandate."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from activities.debiting import Debits
from activities.debits.base import Answer, DebitProvider, Instruction
from domain.calendar import local_day
from domain.instalments import schedule_of
from domain.model.debits import Debit, DebitResult
from domain.model.entries import HoldPerson, KeepPlan, KeepPlanStep
from domain.model.events import Answer as Told
from domain.model.money import Money
from domain.model.plan import PlanTerms
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.repayment import Plan, PlanCovers, PlanStatus
from ledger import cases, debits, entries, keeping, mandates, requests
from ledger.debits import DebitRow
from ledger.entries import Entry, EntryKind
from ledger.keeping import Kept
from ledger.mandates import Mandate
from tests.activities.world import DECIDED_AT, World

TODAY = local_day(DECIDED_AT, "Asia/Taipei")
AGREED_AT = DECIDED_AT - timedelta(days=20)
KEY = f"A-1/1/plan/1/debit/1/{TODAY}/1"
AMOUNT = Money.of_minor(20_000, "TWD")
HOLD = {
    "id": "plan_in_force",
    "opened_by": "plan_signed",
    "closed_by": ["plan_broken"],
    "blocks": ["collect_contact"],
    "allows": ["service_notice"],
    "source": "law",
}
HOLDS = [
    HOLD,
    {"id": "deceased", "opened_by": "died", "closed_by": ["on"], "blocks": ["collect_contact"], "source": "law"},
]


def agree(world: World, first_on: date = TODAY, status: PlanStatus = PlanStatus.PERFORMING, version: int = 1) -> Plan:
    """Three instalments of 200, the first of them due on this day; in force since twenty days ago."""
    nothing = Money.zero("TWD")
    terms = PlanTerms(
        balance=Money.of_minor(60_000, "TWD"),
        count=3,
        fees=nothing,
        unit=Money.of_minor(100, "TWD"),
        signed_on=local_day(AGREED_AT, "Asia/Taipei"),
        first_on=first_on,
    )
    schedule = schedule_of(terms)
    days = {"agreed_at": AGREED_AT, "first_signed_on": terms.signed_on, "since": terms.signed_on}
    money = {"total": schedule.total, "paid": nothing}
    plan = Plan(
        id="plan-1",
        no=1,
        version=version,
        covers=PlanCovers.BALANCE,
        terms=terms,
        **days,
        **money,
        count=3,
        status=status,
    )
    asked = AgreePlan(id="plan-1", instalments=3, first_on=first_on, accepted=AcceptedHow.WRITTEN, reference="A-7")
    hold = HoldPerson(fact_id="A-1/1/plan_in_force/1.1", hold="plan_in_force", at=AGREED_AT, debts=("A-1",))
    kept = [KeepPlan(plan=plan, instalments=schedule.instalments, request=asked), KeepPlanStep.of(plan), hold]
    with world.ledger.write() as conn:
        row = cases.get(conn, "A-1/1")
        assert row is not None
        keeping.keep(conn, kept, Kept("A-1/1", "A-1", "P-1", AGREED_AT))
        requests.store(conn, "A-1/1", row.step_no, [Told(id="plan-1", accepted=True, text="")], AGREED_AT)
    return plan


def give_mandate(world: World, **more: object) -> None:
    signed_on = local_day(AGREED_AT, "Asia/Taipei")
    said = {"token": "tok-7", "signed_on": signed_on, "valid_from": signed_on, "evidence": "DOC-7", **more}
    with world.ledger.write() as conn:
        mandates.add(conn, Mandate("m-1", "A-1", given_by="op-1", recorded_at=AGREED_AT, **said))


def command(**more: object) -> Debit:
    said = {
        "key": KEY,
        "case_id": "A-1/1",
        "account_id": "A-1",
        "as_of": DECIDED_AT,
        "plan": "A-1/1/plan/1",
        "version": 1,
        "due_on": TODAY,
        "attempt": 1,
        "amount": AMOUNT,
        "mandate": "m-1",
        "on": TODAY,
        **more,
    }
    return Debit(**said)


class ScriptedProvider:
    """A provider with answers of its own, which counts what it is asked; an exception is raised."""

    def __init__(self, *answers: Answer | Exception | None) -> None:
        self.answers, self.asked, self.looked_up = list(answers), list[Instruction](), list[str]()

    def collect(self, instruction: Instruction) -> Answer:
        self.asked.append(instruction)
        found = self._next()
        assert found is not None
        return found

    def fate(self, key: str) -> Answer | None:
        self.looked_up.append(key)
        return self._next()

    def _next(self) -> Answer | None:
        found = self.answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


def ask(world: World, provider: DebitProvider, asked: Debit | None = None, at: datetime | None = None) -> DebitResult:
    now = at or DECIDED_AT + timedelta(minutes=1)
    return Debits(world.ledger, provider, now=lambda: now).debit(asked or command())


def row(world: World, key: str = KEY) -> DebitRow | None:
    with world.ledger.read() as conn:
        return debits.get(conn, key)


def pay(world: World, minor: int, kind: EntryKind = EntryKind.PAYMENT) -> None:
    with world.ledger.write() as conn:
        entries.append(conn, Entry("A-1", f"pay-{minor}", kind, TODAY, DECIDED_AT, principal_minor=-minor))

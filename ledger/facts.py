"""Reads what a decision may know about a case, as of one instant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, ScalarSelect, func, or_, select
from sqlalchemy import case as whichever

from domain.model.case import Case
from domain.model.concessions import KnownConcession
from domain.model.facts import Facts, World
from domain.model.money import Money
from domain.model.repayment import PlanFacts
from domain.model.strategy import Strategy
from ledger import accounts, concessions, debits, disputes, mandates, messages, plans, policies, promises, requests
from ledger.contact_tables import person_facts
from ledger.entries import component_balances
from ledger.info import REPLAYED_UNTIL
from ledger.obligations import last_met_by_payment, unmet
from ledger.tables import accounts as account_rows
from ledger.tables import entries, info, meetings, obligations


def read_facts(conn: Connection, case: Case, as_of: datetime, message_ids: Collection[str] = ()) -> Facts:
    """The facts of the case as of the instant: ten statements at most, none of a whole table; six more with a plan,
    two for its debits, three with a concession.

    ``message_ids`` are those of the inbox: the ones that were answered long ago come back with their answers.
    """
    account = accounts.get_account(conn, case.account.account_id)
    today = as_of.astimezone(ZoneInfo(account.zone)).date()
    strategy, rules = policies.pinned(conn, case.strategy, case.rules)
    judged = case.promise_judged
    made = [each for each in (case.promise, judged.promise if judged else None) if each is not None]
    answered = requests.find(conn, case.case_id, message_ids, until_step=case.step_no)
    owed = component_balances(conn, account.account_id, today, as_of)
    return Facts(
        as_of=as_of,
        account=account,
        balance=Money.total(owed.values(), account.currency),
        owed=owed,
        obligations=unmet(conn, account.account_id, today, as_of),
        last_met_by_payment=last_met_by_payment(conn, account.account_id, today, as_of),
        notices=messages.notices(conn, case.case_id),
        answered={message_id: answer.model_dump_json() for message_id, answer in answered.items()},
        strategy=strategy,
        rules=rules,
        world=_world(conn, account.account_id, today, as_of),
        promises_paid=promises.paid(conn, account.account_id, made, today, as_of),
        corrections=disputes.corrections(conn, account, case.disputes, today, as_of),
        plan=_plan(conn, case, strategy, today, as_of),
        concessions=_concessions(conn, case, today, as_of),
    )


def _plan(conn: Connection, case: Case, strategy: Strategy, today: date, as_of: datetime) -> PlanFacts | None:
    if case.plan is None:
        return None
    account_id = case.account.account_id
    known = plans.known(conn, case.case_id, account_id, case.plan, today, as_of)
    if strategy.plans is None or strategy.plans.debit is None:
        return known
    asked = debits.known(conn, account_id, case.plan.key(case.case_id), today, as_of)
    return known.model_copy(update={"debits": asked, "mandates": mandates.running(conn, account_id, as_of)})


def _concessions(conn: Connection, case: Case, today: date, as_of: datetime) -> tuple[KnownConcession, ...]:
    """None is asked for of a case that began without any: it says so when it grants one."""
    return concessions.known(conn, case.account.account_id, today, as_of) if case.conceded else ()


def _world(conn: Connection, account_id: str, today: date, as_of: datetime) -> World:
    """What the ledger already knows of the time after ``as_of``, and where a run in virtual time ends."""
    e, m, o = entries.c, meetings.c, obligations.c
    # The last date there is has no day after it.
    next_past_due = (o.account_id == account_id, o.due_on >= today, o.due_on < date.max, o.minimum_minor > 0)
    entry_of_today = (e.account_id == account_id, e.value_on <= today, e.recorded_at > as_of)
    met_of_today = (m.account_id == account_id, m.value_on <= today, m.recorded_at > as_of)
    statement = select(
        select(info.c.value).where(info.c.key == REPLAYED_UNTIL).scalar_subquery(),
        select(func.min(e.value_on)).where(e.account_id == account_id, e.value_on > today).scalar_subquery(),
        select(func.min(m.value_on)).where(m.account_id == account_id, m.value_on > today).scalar_subquery(),
        select(func.min(o.due_on)).where(*next_past_due).scalar_subquery(),
        select(func.min(e.recorded_at)).where(*entry_of_today).scalar_subquery(),
        select(func.min(m.recorded_at)).where(*met_of_today).scalar_subquery(),
        _next_told_at(account_id, as_of),
    )
    ends_on, entry_on, met_on, due_on, entry_at, met_at, told_at = conn.execute(statement).one()
    past_due_on = due_on + timedelta(days=1) if due_on else None
    changes = [on for on in (entry_on, met_on, past_due_on) if on]
    return World(
        next_change_on=min(changes, default=None),
        next_known_at=min((at for at in (entry_at, met_at, told_at) if at), default=None),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
    )


def _next_told_at(account_id: str, as_of: datetime) -> ScalarSelect[datetime]:
    """The first instant after ``as_of`` from which a fact about the person counts."""
    c = person_facts.c
    owner = select(account_rows.c.person_id).where(account_rows.c.account_id == account_id).scalar_subquery()
    counts_from = whichever((c.at > c.recorded_at, c.at), else_=c.recorded_at)
    later = or_(c.at > as_of, c.recorded_at > as_of)
    return select(func.min(counts_from)).where(c.person_id == owner, later).scalar_subquery()

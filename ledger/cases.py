"""Cases: one row for each episode of an account; the database allows one open one at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.model.case import Case, Outcome, Stage
from domain.model.errors import InputError, SurroundingsError
from domain.model.facts import Account, EpisodeEnd
from domain.model.money import Money
from domain.model.strategy import PolicyRef
from ledger import audit, entries, obligations, reversals
from ledger.accounts import get_account
from ledger.tables import cases

_MOST_RACES = 20
_AT_ONCE = 5_000
_BY_CURE = frozenset(
    (
        *(Outcome.CURED, Outcome.CLEARED_BY_STATUS, Outcome.PAID_IN_FULL, Outcome.PLAN_COMPLETED),
        *(Outcome.SETTLED_FOR_LESS, Outcome.RE_AGED),
    )
)


class StepOutrun(SurroundingsError):  # noqa: N818 a state of the case, not an error
    """A newer step of the case is stored: this one comes too late, and nothing of it may be kept."""


@dataclass(frozen=True)
class CaseRow:
    """A case as the ledger has it: written by each step, read by reports and by those who start cases."""

    case_id: str
    account_id: str
    episode_no: int
    strategy: PolicyRef
    rules: PolicyRef
    opened_at: datetime
    stage: Stage
    wake_at: datetime | None
    oldest_due_on: date | None
    past_due_minor: int | None
    step_no: int
    as_of: datetime | None
    """Business time of the last step; None before the first."""
    closed_at: datetime | None
    outcome: Outcome | None
    days_past_due: int | None
    notices: int


def open_case(
    conn: Connection, account_id: str, strategy: PolicyRef, rules: PolicyRef, at: datetime
) -> tuple[CaseRow, bool]:
    """The account's open case, and whether this call opened it.

    When what ended the last episode was taken back since (a returned payment), that episode goes on under its own
    number and policies; else a new episode begins. Raises InputError when the ledger has no such account.
    """
    account = get_account(conn, account_id)
    for _ in range(_MOST_RACES):
        if there := open_row(conn, account_id):
            return there, False
        if (last := _last(conn, account_id)) and _cure_was_undone(conn, account, last, at):
            opened = _resume(conn, last, at)
        else:
            opened = _begin(conn, account_id, last.episode_no + 1 if last else 1, strategy, rules, at)
        if opened:
            return opened, True
    raise InputError(f"the case of account {account_id} is opened and closed by others all the time: try again")


def adopt(conn: Connection, case: Case) -> bool:
    """Take in a case whose run goes on and whose row is lost, as its run began with it; its next step writes the rest.

    False when the account has an open case, or this one has a row. Raises InputError for a case that is none: its id,
    account and number do not fit together.
    """
    if case.case_id != _case_id(case.account.account_id, case.episode_no):
        raise InputError(f"{case.case_id} is no id of a case of its account")
    account_id, refs = case.account.account_id, (case.strategy, case.rules)
    return _begin(conn, account_id, case.episode_no, *refs, case.as_of) is not None


def get(conn: Connection, case_id: str) -> CaseRow | None:
    """The case of this id."""
    row = conn.execute(select(cases).where(cases.c.case_id == case_id)).mappings().one_or_none()
    return _case_row(row) if row else None


def ended_beyond(conn: Connection, case_id: str, step_no: int) -> EpisodeEnd | None:
    """How the case ended, when a step after this one ended it: another run went on with it; None: none did."""
    c = cases.c
    found = conn.execute(
        select(c.step_no, c.outcome, c.closed_at, c.days_past_due, c.notices).where(
            c.case_id == case_id, c.closed_at.is_not(None), c.step_no > step_no
        )
    ).one_or_none()
    if found is None:
        return None
    last, outcome, closed_at, days, notices = found
    return EpisodeEnd(step_no=last, outcome=outcome, closed_at=closed_at, days_past_due=days or 0, notices=notices)


def open_row(conn: Connection, account_id: str) -> CaseRow | None:
    """The account's open case."""
    statement = select(cases).where(cases.c.account_id == account_id, cases.c.closed_at.is_(None))
    row = conn.execute(statement).mappings().one_or_none()
    return _case_row(row) if row else None


def with_open_case(conn: Connection, account_ids: Collection[str]) -> list[str]:
    """Those of the accounts that have an open case, in their order."""
    c, ids, found = cases.c, list(account_ids), list[str]()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        there = set(conn.scalars(select(c.account_id).where(c.account_id.in_(some), c.closed_at.is_(None))))
        found += [account_id for account_id in some if account_id in there]
    return found


def episodes(conn: Connection, account_id: str) -> tuple[CaseRow, ...]:
    """The account's cases, oldest first."""
    statement = select(cases).where(cases.c.account_id == account_id).order_by(cases.c.episode_no)
    return tuple(_case_row(row) for row in conn.execute(statement).mappings())


def update_from(conn: Connection, case: Case) -> None:
    """Write what a step made of the case; a step that runs again with a later business time replaces its first run.

    Raises StepOutrun when a newer step is stored, and InputError when the ledger has no such case.
    """
    written = update(cases).where(cases.c.case_id == case.case_id, _not_outrun(case)).values(as_written(case))
    if conn.execute(written).rowcount == 1:
        return
    if get(conn, case.case_id) is None:
        raise InputError(f"no case {case.case_id} in the ledger")
    raise StepOutrun(f"step {case.step_no} of case {case.case_id} came after a newer one: nothing of it was stored")


def _not_outrun(case: Case) -> ColumnElement[bool]:
    # Business time first: a run that an operator reset goes back in its steps, never in time.
    c = cases.c
    same_time = and_(c.as_of == case.as_of, c.step_no <= case.step_no)
    return or_(c.as_of.is_(None), c.as_of < case.as_of, same_time)


def as_written(case: Case) -> Mapping[str, object]:
    """The columns that a step of the case writes."""
    arrears, closure = case.arrears, case.closure
    seen_late = closure or arrears
    return {
        "stage": case.stage,
        "wake_at": case.wake_at,
        "oldest_due_on": arrears.oldest_due_on if arrears else None,
        "past_due_minor": arrears.past_due.minor if arrears else None,
        "step_no": case.step_no,
        "as_of": case.as_of,
        "closed_at": closure.closed_at if closure else None,
        "outcome": closure.outcome if closure else None,
        "days_past_due": seen_late.days_past_due if seen_late else None,
        "notices": closure.notices if closure else case.ladder.total_given,
    }


def _last(conn: Connection, account_id: str) -> CaseRow | None:
    statement = select(cases).where(cases.c.account_id == account_id).order_by(cases.c.episode_no.desc()).limit(1)
    row = conn.execute(statement).mappings().one_or_none()
    return _case_row(row) if row else None


def _cure_was_undone(conn: Connection, account: Account, last: CaseRow, at: datetime) -> bool:
    if last.closed_at is None or last.outcome not in _BY_CURE:
        return False
    if last.outcome is Outcome.RE_AGED and reversals.of_payments(conn, account.account_id, last.closed_at, at):
        return True  # whatever its value date: the episode judges whether the re-age still rests on enough
    day = last.closed_at.astimezone(ZoneInfo(account.zone)).date()
    # More than was known at the closing, not more than zero: what the rules tolerate may have stayed open then.
    return _past_due(conn, account, day, at) > _past_due(conn, account, day, last.closed_at)


def _past_due(conn: Connection, account: Account, day: date, instant: datetime) -> Money:
    unmet = obligations.unmet(conn, account.account_id, day, instant)
    balance = entries.balance(conn, account.account_id, day, instant)
    return min(balance, Money.total((obligation.unmet for obligation in unmet), account.currency))


def _begin(
    conn: Connection, account_id: str, episode_no: int, strategy: PolicyRef, rules: PolicyRef, at: datetime
) -> CaseRow | None:
    row = {
        "case_id": _case_id(account_id, episode_no),
        "account_id": account_id,
        "episode_no": episode_no,
        **{f"strategy_{name}": value for name, value in strategy.model_dump().items()},
        **{f"rules_{name}": value for name, value in rules.model_dump().items()},
        "opened_at": at,
        "stage": Stage.WAITING,
        "step_no": 0,
        "notices": 0,
    }
    try:
        with conn.begin_nested():
            conn.execute(insert(cases).values(row))
    except IntegrityError:  # somebody else was faster: the unique rows decide
        return None
    return get(conn, _case_id(account_id, episode_no))


def _case_id(account_id: str, episode_no: int) -> str:
    return f"{account_id}/{episode_no}"


def _resume(conn: Connection, last: CaseRow, at: datetime) -> CaseRow | None:
    c = cases.c
    reopened = {"stage": Stage.WAITING, "as_of": at, "closed_at": None, "outcome": None}
    still_closed = update(cases).where(c.case_id == last.case_id, c.closed_at.is_not(None))
    try:
        with conn.begin_nested():
            if conn.execute(still_closed.values(reopened)).rowcount != 1:
                return None
    except IntegrityError:
        return None
    audit.append(conn, last.case_id, "episode_resumed", at, {"outcome_undone": last.outcome})
    return get(conn, last.case_id)


def _case_row(row: RowMapping) -> CaseRow:
    values = dict(row)
    for policy in ("strategy", "rules"):
        values[policy] = PolicyRef(**{part: values.pop(f"{policy}_{part}") for part in ("name", "version", "digest")})
    values["stage"] = Stage(row["stage"])
    values["outcome"] = Outcome(row["outcome"]) if row["outcome"] else None
    return CaseRow(**values)

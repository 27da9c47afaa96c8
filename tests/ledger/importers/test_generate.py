from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from ledger.importers import shape, uci
from ledger.importers.generate import account_ids, calendar, generate_portfolio
from ledger.importers.history import AccountHistory

MONTH_ENDS = [date(2005, m + 1, 1) - timedelta(days=1) for m in range(5, 12)][:6]
BALANCE_BANDS = (-1, 0, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000, 50_000, 80_000, 150_000, 300_000, 500_000)
PAST_DUE_BANDS = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000)


def shares(histories: Iterable[AccountHistory]) -> Counter[Hashable]:
    """Percent of accounts, by day and by: months late, past due, days past due, past-due amount, balance."""
    found, accounts = Counter[Hashable](), 0
    for history in histories:
        accounts += 1
        for day in MONTH_ENDS:
            found.update((day, *what) for what in _of(history, day))
    return Counter({what: 100 * count / accounts for what, count in found.items()})  # type: ignore[arg-type]


def _of(history: AccountHistory, day: date) -> Iterable[tuple[str, int]]:
    balance = sum(entry.amount_minor for entry in history.entries if entry.value_on <= day) // 100
    yield "balance up to band", bisect_left(BALANCE_BANDS, balance)
    stated = [s.months_late for s in history.stated if s.known_on <= day]
    yield "months late", stated[-1] if stated else 0
    met = {m.due_on for m in history.met if m.value_on <= day}
    unmet = [d for d in history.dues if d.due_on < day and d.minimum_minor and d.due_on not in met]
    if unmet and balance > 0:
        amount = min(balance, sum(due.minimum_minor for due in unmet) // 100)
        yield "past due", 1
        yield "days past due", (day - unmet[0].due_on).days // 30
        yield "past-due amount up to band", bisect_left(PAST_DUE_BANDS, amount)


@pytest.mark.parametrize("seed", [1, 2026])
def test_10_000_generated_accounts_have_the_shares_of_the_real_ones(real: list[AccountHistory], seed: int) -> None:
    wanted, made = shares(real), shares(generate_portfolio(10_000, seed, uci.LAST_DAY))
    apart = {what: (wanted[what], made[what]) for what in wanted | made if abs(wanted[what] - made[what]) > 2}
    assert not apart


def test_the_stated_shares_are_those_of_the_real_portfolio(real: list[AccountHistory]) -> None:
    found = shares(real)
    past_due = [f"{found[day, 'past due', 1]:.1f}" for day in MONTH_ENDS]
    last = MONTH_ENDS[-1]
    late = [found[last, "days past due", 0], found[last, "days past due", 1]]
    late.append(sum(found[last, "days past due", months] for months in range(2, 12)))
    described = " ".join((shape.__doc__ or "").split())
    assert ", ".join(past_due) in described
    assert "11 days {:.1f}, 41 days {:.1f}, 72 days and more {:.1f}".format(*late) in described


def test_the_same_seed_makes_the_same_accounts_and_another_seed_others() -> None:
    made = list(generate_portfolio(50, 7, uci.LAST_DAY))
    assert made == list(generate_portfolio(50, 7, uci.LAST_DAY))
    assert made != list(generate_portfolio(50, 8, uci.LAST_DAY))


def test_a_larger_portfolio_begins_with_the_smaller_one() -> None:
    assert list(generate_portfolio(50, 7, uci.LAST_DAY))[:20] == list(generate_portfolio(20, 7, uci.LAST_DAY))


def test_only_the_wanted_accounts_are_made() -> None:
    wanted = account_ids(50)[::10]
    made = list(generate_portfolio(50, 7, uci.LAST_DAY, only=set(wanted)))
    assert [history.account_id for history in made] == wanted
    assert made == list(generate_portfolio(50, 7, uci.LAST_DAY))[::10]


@pytest.mark.parametrize("months", [1, 3, 6, 7, 24])
def test_a_history_of_any_length_ends_on_the_last_day_and_adds_up(months: int) -> None:
    last_day = date(2026, 11, 23)
    assert calendar(last_day, months).last_day == last_day
    for history in generate_portfolio(60, 3, last_day, months):
        assert len(history.statements) == months
        assert history.cut_months == 0
        assert max(entry.value_on for entry in history.entries) <= last_day
        for closed_on, balance in history.statements:
            assert balance == sum(entry.amount_minor for entry in history.entries if entry.value_on <= closed_on)


def test_late_payers_of_a_generated_portfolio_cure_by_payment_as_well_as_by_status() -> None:
    late = Counter(
        met.entry_reference is None
        for history in generate_portfolio(1_000, 1, uci.LAST_DAY)
        for met in history.met
        if met.value_on > met.due_on
    )
    assert late[False] > 100
    assert late[True] > 100


def test_every_tenth_account_is_a_second_card_of_the_person_before_it() -> None:
    owners = {made.account_id: made.person_id for made in generate_portfolio(40, 1, uci.LAST_DAY)}
    ids = account_ids(40)
    assert {ids[n]: ids[n - 1] for n in range(9, 40, 10)} == {
        second: first for first, second in pairwise(ids) if owners[first] == owners[second]
    }
    assert len(set(owners.values())) == 36

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.errors import InputError
from domain.model.facts import Obligation
from domain.model.money import Money
from ledger import entries, obligations
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.importers import insertion, uci
from ledger.importers.history import AccountHistory, Due, Entry, Met, Statement
from ledger.importers.writer import store_histories
from policies import load_rules
from starter.allocation import PackAllocation
from starter.posting import Payment, Posted, parse_amount, post_payment, reverse_payment
from tests.activities.world import rules_with

NOW = datetime(2026, 5, 4, 4, tzinfo=UTC)
NUMBERS = count(1)
RULES = load_rules("cn")
DUES = (Due(date(2026, 1, 20), 100_00, date(2025, 12, 31)), Due(date(2026, 2, 20), 200_00, date(2026, 1, 31)))


def account(
    account_id: str = "a", met: tuple[Met, ...] = (), legs: tuple[int, int, int] = (1000_00, 0, 0)
) -> AccountHistory:
    """Owes 1,000.00 from the end of 2025; 100.00 fell due on 20 January, 200.00 on 20 February."""
    return AccountHistory(
        account_id=account_id,
        person_id=f"person-{account_id}",
        currency="CNY",
        zone="Asia/Shanghai",
        credit_limit_minor=None,
        statements=(Statement(date(2025, 12, 31), 1000_00),),
        dues=DUES,
        met=met,
        entries=(Entry(f"{account_id}/opening", "opening", date(2025, 12, 31), *legs),),
    )


def store(ledger: Ledger, *histories: AccountHistory) -> None:
    with ledger.write() as conn:
        insertion.insert(conn, histories)


def pay(ledger: Ledger, amount: str, value_on: date | None = None, reference: str = "p1", at: datetime = NOW) -> Posted:
    payment = Payment("a", Money(amount=amount, currency="CNY"), reference, value_on)
    return post_payment(ledger, RULES, payment, at)


def unmet(ledger: Ledger, day: date = date(2026, 5, 4), at: datetime = NOW, account_id: str = "a") -> list[int]:
    with ledger.read() as conn:
        return [obligation.unmet.minor for obligation in obligations.unmet(conn, account_id, day, at)]


def balance(ledger: Ledger, day: date = date(2026, 5, 4)) -> int:
    with ledger.read() as conn:
        return entries.balance(conn, "a", day, NOW).minor


def test_a_payment_meets_the_oldest_obligation_first(ledger: Ledger) -> None:
    store(ledger, account())
    posted = pay(ledger, "130")
    assert [(part.due_on, part.amount_minor) for part in posted.met] == [
        (DUES[0].due_on, 100_00),
        (DUES[1].due_on, 30_00),
    ]
    assert unmet(ledger) == [170_00]
    assert balance(ledger) == 870_00


def test_a_payment_without_a_value_date_takes_the_local_day_on_which_it_is_posted(ledger: Ledger) -> None:
    store(ledger, account())
    assert pay(ledger, "1", at=datetime(2026, 5, 3, 16, tzinfo=UTC)).entry.value_on == date(2026, 5, 4)


def test_a_payment_works_on_what_is_unmet_at_its_value_date(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "150", date(2026, 1, 25))
    assert unmet(ledger, date(2026, 1, 24)) == [100_00]
    assert unmet(ledger, date(2026, 1, 25)) == []
    assert unmet(ledger) == [200_00], "50.00 stays a credit: the second obligation was not billed yet"


def test_a_billed_obligation_is_met_before_it_falls_due(ledger: Ledger) -> None:
    store(ledger, account())
    assert len(pay(ledger, "250", date(2026, 2, 1)).met) == 2


def test_what_the_banks_status_meets_later_is_still_open_at_the_value_date(ledger: Ledger) -> None:
    store(ledger, account(met=(Met(DUES[0].due_on, date(2026, 2, 26), None),)))
    assert [part.due_on for part in pay(ledger, "50", date(2026, 1, 25)).met] == [DUES[0].due_on]
    assert pay(ledger, "50", date(2026, 2, 26), "p2").met[0].due_on == DUES[1].due_on


def test_a_payment_that_comes_late_does_not_spend_its_money_on_what_a_later_one_has_met(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "100", date(2026, 3, 10), "second")
    late = pay(ledger, "200", date(2026, 3, 5), "first")
    assert [(part.due_on, part.amount_minor) for part in late.met] == [(DUES[1].due_on, 200_00)]
    assert unmet(ledger) == []


def test_an_overpayment_stays_a_credit_balance(ledger: Ledger) -> None:
    store(ledger, account())
    assert sum(part.amount_minor for part in pay(ledger, "1200").met) == 300_00
    assert balance(ledger) == -200_00


@pytest.mark.parametrize(
    ("value_on", "amount", "legs"),
    [
        (date(2026, 4, 20), "100", (0, -60_00, -40_00)),  # day 90: fees and interest first
        (date(2026, 4, 21), "100", (-100_00, 0, 0)),  # day 91: principal first
        (date(2026, 4, 21), "950", (-900_00, -10_00, -40_00)),
        (date(2026, 1, 20), "1100", (-1000_00, -60_00, -40_00)),  # not late; what is overpaid is a credit of principal
    ],
)
def test_the_components_are_covered_in_the_order_of_the_days_past_due_at_the_value_date(
    new_sqlite: str, value_on: date, amount: str, legs: tuple[int, int, int]
) -> None:
    ledger = open_ledger(new_sqlite)
    store(ledger, account(legs=(900_00, 60_00, 40_00)))
    entry = pay(ledger, amount, value_on).entry
    ledger.close()
    assert (entry.principal_minor, entry.interest_minor, entry.fee_minor) == legs


def test_the_same_payment_twice_is_one_payment(ledger: Ledger) -> None:
    store(ledger, account())
    first = pay(ledger, "130")
    again = pay(ledger, "130", at=NOW + timedelta(days=3))
    assert (first.new, again.new) == (True, False)
    assert again.entry == first.entry
    assert again.met == first.met
    assert balance(ledger) == 870_00


@pytest.mark.parametrize(("amount", "value_on"), [("131", None), ("130", date(2026, 5, 3))])
def test_a_reference_used_for_something_else_is_refused(ledger: Ledger, amount: str, value_on: date | None) -> None:
    store(ledger, account())
    pay(ledger, "130")
    with pytest.raises(InputError, match="reference p1 was used for another entry"):
        pay(ledger, amount, value_on)
    assert balance(ledger) == 870_00


def test_a_reference_of_another_account_is_refused(ledger: Ledger) -> None:
    store(ledger, account(), account("b"))
    pay(ledger, "130")
    with pytest.raises(InputError, match="payment of account a"):
        post_payment(ledger, RULES, Payment("b", Money(amount="130", currency="CNY"), "p1"), NOW)


def test_a_payment_taken_back_leaves_the_account_as_if_it_had_never_come(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "20", reference="p0")
    pay(ledger, "130", date(2026, 3, 1))
    back = reverse_payment(ledger, "p1", NOW)
    assert back.new
    assert back.entry.value_on == date(2026, 3, 1)
    assert [part.amount_minor for part in back.met] == [-80_00, -50_00]
    assert sum(unmet(ledger)) == 280_00
    assert balance(ledger) == 980_00


def test_a_return_on_a_day_of_its_own_reopens_the_arrears_from_that_day(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "300", date(2026, 3, 1))
    reverse_payment(ledger, "p1", NOW, value_on=date(2026, 3, 10))
    assert unmet(ledger, date(2026, 3, 9)) == []
    assert unmet(ledger, date(2026, 3, 10)) == [100_00, 200_00]


def test_a_payment_is_taken_back_once(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "130")
    first, again = reverse_payment(ledger, "p1", NOW), reverse_payment(ledger, "p1", NOW + timedelta(days=1))
    assert (first.new, again.new) == (True, False)
    assert again.entry == first.entry
    assert balance(ledger) == 1000_00


def test_money_that_was_taken_back_can_be_paid_again_under_a_new_reference(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "300", date(2026, 3, 1))
    reverse_payment(ledger, "p1", NOW)
    pay(ledger, "300", date(2026, 3, 15), "p2")
    assert unmet(ledger) == []


@pytest.mark.parametrize("reference", ["nobody", "a/opening"])
def test_only_a_payment_can_be_taken_back(ledger: Ledger, reference: str) -> None:
    store(ledger, account())
    with pytest.raises(InputError, match=f"no payment {reference}"):
        reverse_payment(ledger, reference, NOW)


def test_a_reversal_is_not_a_payment_and_cannot_be_taken_back(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "130")
    reverse_payment(ledger, "p1", NOW)
    with pytest.raises(InputError, match="no payment p1/reversal"):
        reverse_payment(ledger, "p1/reversal", NOW)


def test_what_was_not_known_yet_is_not_seen(ledger: Ledger) -> None:
    store(ledger, account())
    pay(ledger, "300", date(2026, 3, 1))
    assert unmet(ledger, at=NOW - timedelta(seconds=1)) == [100_00, 200_00]


@pytest.mark.parametrize(
    ("payment", "message"),
    [
        (Payment("nobody", Money(amount="1", currency="CNY"), "p"), "no account nobody"),
        (Payment("a", Money(amount="1", currency="EUR"), "p"), "account a is kept in CNY, not in EUR"),
        (Payment("a", Money(amount="0", currency="CNY"), "p"), "give an amount above zero"),
        (Payment("a", Money(amount="-1", currency="CNY"), "p"), "give an amount above zero"),
        (Payment("a", Money(amount="1", currency="CNY"), " "), "needs a reference"),
        (Payment("a", Money(amount="1", currency="CNY"), "p", date(2025, 12, 30)), "no entry on or before 2025-12-30"),
    ],
)
def test_a_payment_that_cannot_be_right_is_refused_in_one_line(ledger: Ledger, payment: Payment, message: str) -> None:
    store(ledger, account())
    with pytest.raises(InputError, match=message) as refused:
        post_payment(ledger, RULES, payment, NOW)
    assert "\n" not in str(refused.value)
    assert balance(ledger) == 1000_00


@pytest.mark.parametrize(
    ("text", "currency", "message"),
    [
        ("-5", "CNY", "a payment is above zero"),
        ("five", "CNY", "write digits and a point"),
        ("1e3", "CNY", "write digits and a point"),
        ("NaN", "CNY", "write digits and a point"),
        ("1,000", "CNY", "write digits and a point"),
        ("", "CNY", "write digits and a point"),
        ("1.005", "CNY", "CNY has 2 decimal places"),
        ("1.5", "JPY", "JPY has 0 decimal places"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, currency: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_amount(text, currency)


def test_an_amount_may_be_written_with_or_without_decimals() -> None:
    assert parse_amount(" 1234.50 ", "CNY").minor == 1234_50
    assert parse_amount("7", "CNY").minor == 7_00
    assert parse_amount("1.500", "KWD").minor == 1_500


def test_a_payment_to_an_imported_account_and_its_reversal_leave_the_imported_months_alone(
    ledger: Ledger, shared: Path
) -> None:
    file = shared / "data" / "uci_credit_card.csv"
    store_histories(ledger, uci.histories(file, pytest.fail, accounts={"29604"}), uci.LAST_DAY)
    before = unmet(ledger, uci.LAST_DAY, account_id="29604")
    days = [date(2005, month, 28) for month in range(5, 10)]
    history = [unmet(ledger, day, account_id="29604") for day in days]
    payment = Payment("29604", Money.of_minor(before[0] + 1, "TWD"), "p", uci.LAST_DAY)
    post_payment(ledger, RULES, payment, NOW)
    assert unmet(ledger, uci.LAST_DAY, account_id="29604") == [before[1] - 1, *before[2:]]
    assert [unmet(ledger, day, account_id="29604") for day in days] == history
    reverse_payment(ledger, "p", NOW)
    assert unmet(ledger, uci.LAST_DAY, account_id="29604") == before


payments = st.lists(
    st.tuples(st.integers(1, 400_00), st.dates(date(2026, 1, 1), date(2026, 4, 30)), st.booleans()), max_size=6
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path_factory.mktemp('posting') / 'ledger.db'}"
    init_ledger(url)
    ledger = open_ledger(url)
    yield ledger
    ledger.close()


@given(made=payments)
@settings(deadline=None, max_examples=30)
def test_no_money_is_lost_or_spent_twice(shelf: Ledger, made: list[tuple[int, date, bool]]) -> None:
    case = next(NUMBERS)
    account_id = f"a-{case}"
    store(shelf, account(account_id, legs=(700_00, 200_00, 100_00)))
    kept = 0
    for number, (minor, value_on, returned) in enumerate(made):
        reference = f"{case}/{number}"
        posted = post_payment(shelf, RULES, Payment(account_id, Money.of_minor(minor, "CNY"), reference, value_on), NOW)
        assert posted.entry.total_minor == -minor
        assert 0 <= sum(part.amount_minor for part in posted.met) <= minor
        if returned:
            reverse_payment(shelf, reference, NOW)
        else:
            kept += minor
    with shelf.read() as conn:
        left = obligations.unmet(conn, account_id, date(2026, 5, 4), NOW)
        legs = entries.component_balances(conn, account_id, date(2026, 5, 4), NOW)
    met = 300_00 - sum(obligation.unmet.minor for obligation in left)
    assert 0 <= met <= kept
    assert sum(money.minor for money in legs.values()) == 1000_00 - kept


@pytest.mark.parametrize(("says", "first"), [({}, 1), ({"never_to_disputed": False}, 0)])
def test_what_is_disputed_is_met_last_unless_the_pack_says_otherwise(says, first) -> None:
    part = {"source": "law", "bands": [{"dpd_min": 0, "order": ["principal", "interest_and_fees"]}], **says}
    due = [date(2026, 1, 20), date(2026, 2, 20)]
    minimum = Money(amount=Decimal(100), currency="TWD")
    unmet = [Obligation(due_on=on, minimum=minimum, unmet=minimum) for on in due]
    allocation = PackAllocation(rules_with(allocation=part))
    assert allocation.met(minimum, unmet, {due[0]}) == ((due[first], minimum),)

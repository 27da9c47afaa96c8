"""What passes of the feed and of the reconciler come to: parts of one add up."""

from datetime import UTC, datetime

from domain.model.feed import FeedPass
from domain.model.reconcile import MOST_TOLD, Found, Overdue, Part, Place, Reconciled, Repair

AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_what_a_pass_did_adds_up_and_the_latest_instant_counts():
    first, second = FeedPass(changes=3, rung=1, fresh_until=AT), FeedPass(changes=2, opened=4)
    assert first + second == FeedPass(changes=5, rung=1, opened=4, fresh_until=AT)
    later = AT.replace(hour=1)
    assert (first + FeedPass(fresh_until=later)).fresh_until == later


def test_the_calls_of_one_pass_add_up_and_it_goes_on_where_the_last_one_ended():
    lost, late = (Found(repair=kind, account_id="a1") for kind in (Repair.LOST_RUN, Repair.LATE_RUN))
    first = Reconciled(accounts=5, place=Place(part=Part.RUNS)).with_found(lost, lost)
    second = Reconciled(runs=2, failed=1, overdue=Overdue(rings=3)).with_found(late)
    both = first + second
    assert (both.accounts, both.runs, both.failed, both.overdue.rings, both.place) == (5, 2, 1, 3, None)
    assert both.repairs == {Repair.LOST_RUN: 2, Repair.LATE_RUN: 1}
    assert both.found == (lost, lost, late)


def test_of_what_is_overdue_the_messages_add_up_and_the_rest_is_counted_at_the_end():
    first = Reconciled(strangers=1, overdue=Overdue(rings=9, messages=2))
    both = first + Reconciled(strangers=2, overdue=Overdue(rings=3, messages=4))
    assert (both.strangers, both.overdue) == (3, Overdue(rings=3, messages=6))


def test_all_findings_are_counted_and_the_first_of_them_named():
    one = Found(repair=Repair.MISSING_CASE, account_id="a1")
    many = Reconciled().with_found(*[one] * (MOST_TOLD + 5))
    assert (many.repairs[Repair.MISSING_CASE], len(many.found)) == (MOST_TOLD + 5, MOST_TOLD)

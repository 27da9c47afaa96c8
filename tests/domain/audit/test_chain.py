"""The chain names the row that was tampered with, and what happened to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.audit.chain import Link, Tampering, check, digest, gaps

AT = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
CASE = "a1/1"


def sealed(link: Link) -> Link:
    return replace(link, hash=digest(link))


def chain(n: int = 6) -> list[Link]:
    rows: list[Link] = []
    for i in range(1, n + 1):
        before = rows[-1].hash if rows else ""
        rows.append(sealed(Link(CASE, i, "notice", AT + timedelta(hours=i), f'{{"n":{i}}}', before, "")))
    return rows


def found(rows: list[Link]) -> list[tuple[int, str]]:
    return [(finding.case_seq, finding.what) for finding in check(CASE, rows)]


def test_the_digest_is_the_one_that_the_ledger_writes():
    at = datetime(2026, 3, 3, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    row = Link(CASE, 1, "notice", at, '{"text":"信"}', "", "")
    assert digest(row) == "369016b56c40b2f4009ee0c2a3783b02e4d57e1db0fa22534c205e6b7983bd77"


@pytest.mark.parametrize("n", [0, 1, 2, 6])
def test_a_chain_as_it_was_written_holds(n):
    assert found(chain(n)) == []


@pytest.mark.parametrize("number", [1, 3, 6])
@pytest.mark.parametrize(
    "change",
    [{"body": "{}"}, {"kind": "call"}, {"at": AT}, {"previous_hash": "0" * 64}, {"hash": "f" * 64}],
)
def test_a_row_that_was_changed_is_named(number, change):
    rows = chain()
    rows[number - 1] = replace(rows[number - 1], **change)
    assert found(rows) == [(number, Tampering.CHANGED)]


@pytest.mark.parametrize("number", [1, 3, 4])
def test_a_row_that_was_changed_and_hashed_anew_is_named(number):
    rows = chain()
    rows[number - 1] = sealed(replace(rows[number - 1], body="{}"))
    assert found(rows) == [(number, Tampering.CHANGED)]


def test_a_last_row_that_is_not_built_on_the_one_before_is_named():
    rows = chain()
    rows[4] = sealed(replace(rows[4], body="{}"))
    assert found(rows) == [(6, Tampering.INSERTED)]


@pytest.mark.parametrize("number", [1, 3])
def test_a_row_that_was_cut_off_on_both_sides_is_named(number):
    rows = chain()
    rows[number - 1] = sealed(replace(rows[number - 1], body="{}", previous_hash="0" * 64))
    assert found(rows) == [(number, Tampering.CHANGED)]


def test_a_first_row_that_is_built_on_something_is_named():
    assert found([sealed(replace(chain(1)[0], previous_hash="0" * 64))]) == [(1, Tampering.CHANGED)]


@pytest.mark.parametrize("gone", [(1,), (3,), (5,), (2, 3, 5)])
def test_rows_that_were_deleted_are_named(gone):
    rows = [row for row in chain() if row.case_seq not in gone]
    assert found(rows) == [(number, Tampering.DELETED) for number in gone]


def test_a_row_that_was_deleted_is_named_though_the_later_ones_got_new_numbers():
    rows = chain(4)
    shifted = [rows[0], replace(rows[2], case_seq=2), replace(rows[3], case_seq=3)]
    moved = [(2, Tampering.REORDERED), (3, Tampering.REORDERED)]
    assert sorted(found(shifted)) == sorted([*moved, (2, Tampering.DELETED)])


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_row_that_was_inserted_beside_another_is_named(number, first):
    rows = chain()
    planted = sealed(replace(rows[number - 1], body='{"planted":1}', previous_hash="0" * 64))
    rows.insert(number - 1 if first else number, planted)
    findings = check(CASE, rows)
    assert [(f.case_seq, f.what) for f in findings] == [(number, Tampering.INSERTED)]


def test_a_row_that_was_inserted_with_a_broken_hash_is_named():
    rows = chain()
    rows.insert(3, replace(rows[2], body='{"planted":1}', hash="0" * 64))
    assert found(rows) == [(3, Tampering.INSERTED)]


def test_a_row_that_was_added_at_the_end_is_named():
    rows = chain(3)
    rows.append(sealed(replace(rows[-1], case_seq=4, previous_hash="0" * 64)))
    assert found(rows) == [(4, Tampering.INSERTED)]


def test_a_row_of_another_case_is_named():
    rows = chain(3)
    rows.insert(1, sealed(replace(rows[0], case_id="b2/1", case_seq=9)))
    assert found(rows) == [(9, Tampering.INSERTED)]


def test_rows_that_stand_in_another_order_are_named():
    rows = chain(4)
    rows[1], rows[2] = rows[2], rows[1]
    assert found(rows) == [(2, Tampering.REORDERED)]


def test_two_rows_beside_each_other_that_were_hashed_anew_are_both_named():
    rows = chain()
    rows[2], rows[3] = (sealed(replace(row, body="{}", previous_hash=row.hash)) for row in rows[2:4])
    assert found(rows) == [(3, Tampering.CHANGED), (4, Tampering.CHANGED)]


def test_rows_that_swapped_their_numbers_are_named():
    rows = chain(4)
    rows[1], rows[2] = replace(rows[2], case_seq=2), replace(rows[1], case_seq=3)
    assert found(rows) == [(2, Tampering.REORDERED), (3, Tampering.REORDERED)]


def test_every_finding_says_why():
    assert all(finding.why for finding in check(CASE, chain()[2:]))


@pytest.mark.parametrize("number", [0, -3])
def test_a_row_before_the_first_is_named(number):
    planted = sealed(replace(chain(1)[0], case_seq=number, body='{"planted":1}'))
    assert found([planted, *chain(3)]) == [(number, Tampering.INSERTED)]


def test_a_row_that_was_moved_before_the_first_is_named():
    rows = chain(3)
    assert found([replace(rows[1], case_seq=0), rows[0], rows[2]]) == [(0, Tampering.REORDERED)]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_number_that_is_far_away_costs_nothing(is_sealed):
    far = replace(chain(1)[0], case_seq=10**12, previous_hash="0" * 64)
    rows = [*chain(3), sealed(far) if is_sealed else far]
    findings = check(CASE, rows)
    assert len(findings) == (101 if is_sealed else 102), "a hundred that are gone, the rest at once, and the row"
    assert findings[100].why.endswith(f"up to {10**12 - 1} is")


def test_a_row_is_known_again_under_a_number_that_is_far_away():
    rows = chain(3)
    rows[2] = replace(rows[2], case_seq=10**12)
    assert found(rows) == [(10**12, Tampering.REORDERED)]


def test_numbers_that_are_not_there_are_told_in_ranges():
    assert list(gaps([5, 1, 2, -7, 99], 9)) == [range(3, 5), range(6, 10)]
    assert list(gaps([], 0)) == list(gaps([1], 1)) == []

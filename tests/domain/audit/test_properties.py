"""What holds of every record and every chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.audit.chain import Link, Tampering, check, digest
from domain.audit.judge import breaches
from domain.audit.replay import Made, audit
from domain.model.contact import ContactAsk, Outcome, PastContact, Purpose, Record
from domain.model.strategy import Channel

START = datetime(2026, 3, 1, tzinfo=UTC)
ZONES = "Asia/Shanghai", "America/New_York"
TRIES = st.lists(st.tuples(st.integers(0, 10 * 24 * 60), st.sampled_from(sorted(Outcome))), max_size=25)


def pack(w):
    return w.pack(
        windows=[{"id": "day", "open": "08:00", "close": "22:00"}],
        caps=[
            {
                "id": "most",
                "max": 2,
                "unit": "attempt",
                "scope": ["person"],
                "actors_added": "all",
                "period": {"kind": "rolling_dates", "n": 3},
            }
        ],
        cooldowns=[
            {
                "id": "rest",
                "after": {"event": "conversation"},
                "days": 2,
                "blocks": {},
                "scope": ["person"],
                "actors_added": "all",
            }
        ],
    )


@given(tries=TRIES)
def test_contacts_that_were_judged_first_are_clean_afterwards_and_the_others_are_named(w, tries):
    stack, made, refused = (pack(w),), [], {}
    for n, (minute, outcome) in enumerate(sorted(tries)):
        at = START + timedelta(minutes=minute)
        record = Record(zones=ZONES, contacts=tuple(m.contact for m in made))
        refused[f"c{n}"] = breaches(ContactAsk(channel=Channel.CALL, at=at), record, stack)
        contact = PastContact(at=at, channel=Channel.CALL, outcome=Outcome(outcome))
        made.append(Made(contact, Purpose.COLLECT, None, None, f"c{n}"))
    found = audit(made, Record(zones=ZONES, contacts=tuple(m.contact for m in made)), stack)
    assert [(b.reference, b.rule) for b in found] == [(name, rule) for name, rules in refused.items() for rule in rules]


def chain(n: int) -> list[Link]:
    rows: list[Link] = []
    for i in range(1, n + 1):
        bare = Link("a1/1", i, "notice", START, f'{{"n":{i}}}', rows[-1].hash if rows else "", "")
        rows.append(replace(bare, hash=digest(bare)))
    return rows


@given(n=st.integers(2, 12), data=st.data())
def test_every_deleted_row_but_the_last_is_named_and_nothing_else(n, data):
    gone = data.draw(st.sets(st.integers(1, n - 1)))
    found = check("a1/1", [row for row in chain(n) if row.case_seq not in gone])
    assert [(f.case_seq, f.what) for f in found] == [(number, Tampering.DELETED) for number in sorted(gone)]


@given(n=st.integers(1, 12), data=st.data())
def test_every_row_whose_content_was_changed_is_named_and_nothing_else(n, data):
    changed = data.draw(st.sets(st.integers(1, n)))
    rows = [replace(row, body="{}") if row.case_seq in changed else row for row in chain(n)]
    assert [(f.case_seq, f.what) for f in check("a1/1", rows)] == [(k, Tampering.CHANGED) for k in sorted(changed)]


@given(n=st.integers(1, 9), order=st.randoms())
def test_rows_in_any_other_order_are_named_as_reordered(n, order):
    rows = chain(n)
    shuffled = order.sample(rows, n)
    found = check("a1/1", shuffled)
    assert bool(found) == (shuffled != rows)
    assert {finding.what for finding in found} <= {Tampering.REORDERED}

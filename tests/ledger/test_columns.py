"""Instants mean the same on both databases."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from ledger.engine import Ledger
from ledger.inserts import upsert
from ledger.tables import policies

ROW = {"kind": "k", "name": "n", "version": 1, "digest": "d", "body": "{}"}
AWARE = st.datetimes(
    min_value=datetime(1900, 1, 2),
    max_value=datetime(9999, 12, 30),
    timezones=st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=AWARE)
def test_an_instant_of_any_zone_comes_back_as_the_same_instant_in_utc(ledger: Ledger, at: datetime) -> None:
    with ledger.write() as conn:
        found = conn.scalar(policies.insert().values({**ROW, "published_at": at}).returning(policies.c.published_at))
        assert found == at
        assert found.utcoffset() == timedelta(0)
        conn.rollback()


def test_a_naive_instant_is_refused(ledger: Ledger) -> None:
    with pytest.raises(StatementError, match="has no zone"), ledger.write() as conn:
        upsert(conn, policies, {**ROW, "published_at": datetime(2005, 6, 1)})


def test_instants_order_by_time_whatever_zone_they_were_written_in(ledger: Ledger) -> None:
    east, west = timezone(timedelta(hours=8)), timezone(timedelta(hours=-8))
    first, second = datetime(2005, 6, 2, 1, tzinfo=east), datetime(2005, 6, 1, 23, tzinfo=west)
    with ledger.write() as conn:
        for version, at in enumerate((second, first)):
            conn.execute(policies.insert().values({**ROW, "version": version, "published_at": at}))
        ordered = conn.scalars(select(policies.c.published_at).order_by(policies.c.published_at)).all()
    assert ordered == [first, second]

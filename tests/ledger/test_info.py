"""What the ledger says about itself."""

from datetime import date

from ledger import info
from ledger.engine import Ledger


def test_a_live_ledger_has_no_end(ledger: Ledger) -> None:
    with ledger.read() as conn:
        assert info.history_ends_on(conn) is None


def test_the_last_value_under_a_key_counts(ledger: Ledger) -> None:
    with ledger.write() as conn:
        info.put(conn, info.HISTORY_ENDS_ON, "2005-09-30")
        info.put(conn, info.HISTORY_ENDS_ON, "2005-10-31")
    with ledger.read() as conn:
        assert info.history_ends_on(conn) == date(2005, 10, 31)

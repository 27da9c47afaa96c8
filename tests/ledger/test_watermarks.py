"""Watermarks: how far each feed is complete, never back."""

from datetime import UTC, datetime, timedelta

from ledger import watermarks

AT = datetime(2005, 6, 21, 1, tzinfo=UTC)


def test_a_feed_that_never_came_has_no_watermark(book) -> None:
    assert watermarks.get(book.conn, "card_system") is None


def test_a_watermark_only_goes_forward_for_each_feed_by_itself(book) -> None:
    assert watermarks.advance(book.conn, "card_system", AT, AT)
    assert watermarks.advance(book.conn, "card_system", AT + timedelta(hours=1), AT)
    assert not watermarks.advance(book.conn, "card_system", AT + timedelta(hours=1), AT)
    assert not watermarks.advance(book.conn, "card_system", AT, AT + timedelta(days=1))
    assert watermarks.advance(book.conn, "agency", AT, AT)
    assert watermarks.get(book.conn, "card_system") == AT + timedelta(hours=1)
    assert watermarks.get(book.conn, "agency") == AT

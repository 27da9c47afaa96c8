"""The chains of stops and of the feed tell of all that the ledger has of them, and of nothing else."""

from __future__ import annotations

import pytest

from domain.audit.system_ends import check_feed, check_stops, feed_told
from domain.audit.told import FeedTold, KeptStop
from domain.model.stops import StopKind
from tests.domain.audit.sealing import at, seal

STOP = KeptStop("s1", StopKind.CHANNEL, "sms", at(0), at(9))
SET = seal("stop_set", 1, 0, stop_id="s1", kind="channel", value="sms")
RELEASED = seal("stop_released", 2, 9, stop_id="s1")


def of_stops(*seals, stops=(STOP,), holds=True):
    return [(one.case_seq, str(one.what)) for one in check_stops("stops", len(seals), seals, stops, holds=holds)]


@pytest.mark.parametrize(
    ("seals", "stops", "found"),
    [
        ([SET, RELEASED], (STOP,), []),
        ([SET], (STOP,), [(2, "missing")]),
        ([], (STOP,), [(1, "missing")]),
        ([], (), []),
        ([SET, RELEASED], (), [(1, "alone"), (2, "alone")]),
        ([SET, RELEASED], (KeptStop("s1", StopKind.CHANNEL, "sms", at(0)),), [(2, "alone")]),
        ([SET, RELEASED], (KeptStop("s1", StopKind.CHANNEL, "sms", at(1), at(9)),), [(1, "alone")]),
        ([SET, RELEASED], (KeptStop("s1", StopKind.CHANNEL, "call", at(0), at(9)),), [(1, "alone")]),
        ([SET, RELEASED], (KeptStop("s1", StopKind.AGENCY, "sms", at(0), at(9)),), [(1, "alone")]),
        ([seal("stop_set")], (), [(1, "alone")]),
        ([seal("forged")], (), [(1, "inserted")]),
    ],
)
def test_every_stop_has_its_rows_and_every_row_its_stop(seals, stops, found):
    assert of_stops(*seals, stops=stops) == found


def test_where_the_chain_of_stops_does_not_hold_nothing_is_missed_at_its_end():
    assert of_stops(holds=False) == []


def complete(number, minutes, feed="ledger", kind="feed_complete", **more):
    return seal(kind, number, minutes + 1, feed=feed, **{"until": at(minutes).isoformat()} | more)


def of_feed(*seals, until=9, holds=True):
    mark = None if until is None else FeedTold(at(until + 1), at(until))
    found = check_feed("feeds", len(seals), seals, "ledger", mark, holds=holds)
    return [(one.case_seq, str(one.what)) for one in found]


@pytest.mark.parametrize(
    ("seals", "until", "found"),
    [
        ([], None, []),
        ([complete(1, 0), complete(2, 9)], 9, []),
        ([complete(1, 0)], 9, [(2, "missing")]),
        ([], 9, [(1, "missing")]),
        ([complete(1, 0), complete(2, 9)], 0, [(2, "alone")]),
        ([complete(1, 0), complete(2, 9)], 5, [(3, "missing"), (2, "alone")]),
        ([complete(1, 0)], None, [(1, "alone")]),
        ([complete(1, 0, feed="other")], None, []),
        ([complete(1, 0, until="soon")], None, []),
        ([complete(1, 0, kind="forged")], None, [(1, "inserted")]),
    ],
)
def test_the_watermark_is_the_last_that_was_told(seals, until, found):
    assert of_feed(*seals, until=until) == found


def test_where_the_chain_of_the_feed_does_not_hold_nothing_is_missed_at_its_end():
    assert of_feed(holds=False) == []


def test_all_that_was_told_of_the_feed_is_the_rows_and_the_watermark():
    mark = FeedTold(at(99), at(9))
    assert feed_told([complete(1, 0)], "ledger", mark) == (FeedTold(at(1), at(0)), mark)
    assert feed_told([complete(1, 0)], "ledger", None) == (FeedTold(at(1), at(0)),)


def test_when_the_feed_was_told_complete_is_what_its_row_says():
    early = FeedTold(at(-60), at(9))
    assert feed_told([complete(1, 9)], "ledger", early) == (FeedTold(at(10), at(9)),)
    (found,) = check_feed("feeds", 1, [complete(1, 9)], "ledger", early, holds=True)
    assert (found.case_seq, str(found.what)) == (1, "alone")

"""Rows of evidence are read with mistrust: what cannot be read, or was not written so, tells nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.audit.chain import ChainFinding, Link, Tampering
from domain.audit.seals import Seal, by, read
from tests.domain.audit.sealing import TEN, seal


def link(number: int, body: str = "{}") -> Link:
    return Link("a1/1", number, "step", TEN, body, "", "")


@pytest.mark.parametrize(
    ("body", "content"),
    [('{"a":1}', {"a": 1}), ("{", {}), ("[1]", {}), ("7", {}), ("", {}), ("[" * 200_000, {})],
    ids=lambda each: str(each)[:9],
)
def test_a_body_that_is_no_object_tells_nothing(body, content):
    assert read([link(1, body)], []) == (Seal("a1/1", 1, "step", TEN, content),)


@pytest.mark.parametrize(
    ("what", "tells"),
    [
        (Tampering.CHANGED, False),
        (Tampering.INSERTED, False),
        (Tampering.DELETED, True),
        (Tampering.REORDERED, True),
    ],
)
def test_a_row_that_was_changed_or_put_in_tells_nothing(what, tells):
    found = [ChainFinding("a1/1", 2, what, "why")]
    assert [row.number for row in read([link(1), link(2), link(3)], found)] == ([1, 2, 3] if tells else [1, 3])


@pytest.mark.parametrize(
    ("value", "text", "instant"),
    [
        ("2026-03-03T10:00:00+00:00", "2026-03-03T10:00:00+00:00", TEN),
        ("2026-03-03T10:00:00Z", "2026-03-03T10:00:00Z", datetime(2026, 3, 3, 10, tzinfo=UTC)),
        ("2026-03-03T10:00:00", "2026-03-03T10:00:00", None),
        ("soon", "soon", None),
        ("\ud800", None, None),
        ("\x1b[2J", None, None),
        ("a\x00", None, None),
        (7, None, None),
        (None, None, None),
    ],
)
def test_only_a_text_is_a_text_and_only_an_instant_with_its_zone_is_one(value, text, instant):
    told = seal("step", name=value)
    assert (told.text("name"), told.instant("name")) == (text, instant)
    assert (told.text("other"), told.instant("other")) == (None, None)


def test_rows_are_found_by_what_they_tell_of():
    first, second, other = seal("x", 1, key="k"), seal("y", 2, key="k"), seal("z", 3, permit="k")
    assert by("key", [first, second, other]) == {"k": [first, second]}

"""Hardships: every step is kept once, and the one that goes on is known again."""

from datetime import date, timedelta

import pytest

from domain.model.causes import Cause
from domain.model.entries import KeepHardship
from domain.model.hardship import FollowUpOutcome, Hardship, HardshipOutcome
from ledger import audit, hardships, keeping
from ledger.kept import Kept
from tests.ledger.conftest import instant

AT = instant("2005-06-23T01:00:00")
TOLD = Hardship(cause=Cause.LOST_INCOME, since=date(2005, 6, 23), reports=("0",), follow_up_on=date(2005, 7, 23))
GRANTED = TOLD.model_copy(
    update={"outcome": HardshipOutcome.GRANTED, "programme": "rate-relief", "review_on": date(2005, 8, 22)}
)
FOLLOWED = GRANTED.model_copy(update={"follow_up_on": None})


@pytest.fixture
def conn(book):
    book.open_case(AT)
    return book.conn


def keep(conn, entry: KeepHardship, minutes: int) -> list[str]:
    keeping.keep(conn, [entry], Kept("a1/1", "a1", "p1", AT + timedelta(minutes=minutes)))
    return [row.kind for row in audit.rows(conn, "a1/1")]


def test_every_step_is_kept_and_told_once_and_the_last_one_stands(conn) -> None:
    assert hardships.standing(conn, "a1/1") is None
    assessed = KeepHardship(
        id="a-1",
        step="assessed",
        hardship=GRANTED,
        outcome=HardshipOutcome.GRANTED,
        paused_until=date(2005, 8, 22),
        by="care-1",
        evidence="DOC-7",
    )
    followed = KeepHardship(
        id="f-1", step="followed_up", hardship=FOLLOWED, outcome=FollowUpOutcome.HELPED, by="care-2"
    )
    for minutes, entry in enumerate((KeepHardship(id="c-1", step="told", hardship=TOLD), assessed, followed)):
        for _ in range(2):
            kinds = keep(conn, entry, minutes)
        assert hardships.standing(conn, "a1/1") == entry.hardship
    assert kinds == ["hardship_told", "hardship_assessed", "hardship_followed_up"]
    steps = hardships.of_case(conn, "a1/1")
    assert [(step.step, step.outcome, step.paused_until, step.by, step.evidence) for step in steps] == [
        ("told", None, None, None, None),
        ("assessed", "granted", date(2005, 8, 22), "care-1", "DOC-7"),
        ("followed_up", "helped", None, "care-2", None),
    ]
    said = audit.rows(conn, "a1/1")[1].content
    assert (said["programme"], said["review_on"], said["paused_until"]) == ("rate-relief", "2005-08-22", "2005-08-22")


def test_one_that_is_over_does_not_come_back(conn) -> None:
    keep(conn, KeepHardship(id="c-1", step="told", hardship=TOLD), 0)
    over = TOLD.model_copy(update={"outcome": HardshipOutcome.NO_HARDSHIP, "follow_up_on": None})
    keep(conn, KeepHardship(id="a-1", step="assessed", hardship=over, is_over=True, by="care-1"), 1)
    assert hardships.standing(conn, "a1/1") is None

"""Holds: the ledger's are those of the case, and those of the day are read at the moment of sending."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from domain.model.case import HeldBy
from domain.model.events import HoldReason
from ledger import holds
from ledger.tables import holds as table

AT, LATER = datetime(2005, 6, 21, 1, tzinfo=UTC), datetime(2005, 6, 25, 1, tzinfo=UTC)
DAY = date(2005, 6, 25)
OPEN_END = HeldBy(id="h-1", reason=HoldReason.OPERATOR, starts_on=date(2005, 6, 21))
PAUSE = HeldBy(id="h-2", reason=HoldReason.PAUSE, starts_on=date(2005, 6, 22), ends_on=date(2005, 6, 30))
LEFT_OUT = HeldBy(
    id="h-3",
    reason=HoldReason.LEFT_OUT,
    starts_on=date(2005, 6, 22),
    obligations_due_on=(date(2005, 5, 20), date(2005, 6, 20)),
)


@pytest.fixture
def save(book):
    """Saves these holds as those of the one case."""
    row, _ = book.open_case(AT)

    def save_holds(*in_force: HeldBy, at: datetime = AT, over: tuple[HeldBy, ...] = ()) -> None:
        holds.save(book.conn, book.case_of(row, holds=in_force, pauses_over=over), at)

    return save_holds


def in_force(book, day: date = DAY) -> tuple[HeldBy, ...]:
    return holds.in_force(book.conn, "a1/1", day)


def test_holds_come_back_as_they_were_set(book, save) -> None:
    save(OPEN_END, PAUSE, LEFT_OUT)
    save(OPEN_END, PAUSE, LEFT_OUT, at=LATER)
    assert in_force(book) == (OPEN_END, PAUSE, LEFT_OUT)
    assert set(book.conn.scalars(select(table.c.set_at))) == {AT}


@pytest.mark.parametrize(
    ("day", "held"), [(21, False), (22, True), (29, True), (30, False)], ids=["before", "first", "last", "over"]
)
def test_a_hold_holds_from_its_first_day_until_the_day_on_which_contact_goes_on(book, save, day, held) -> None:
    save(PAUSE)
    assert bool(in_force(book, date(2005, 6, day))) is held


def test_a_hold_that_vanished_from_the_case_is_released(book, save) -> None:
    save(OPEN_END, PAUSE)
    save(PAUSE, at=LATER)
    save(PAUSE, at=datetime(2005, 6, 26, tzinfo=UTC))
    assert in_force(book) == (PAUSE,)
    assert book.conn.scalar(select(table.c.released_at).where(table.c.hold_id == "h-1")) == LATER


def test_a_pause_that_ended_early_keeps_the_day_on_which_it_did(book, save) -> None:
    save(PAUSE)
    ended = PAUSE.model_copy(update={"ends_on": DAY})
    save(at=LATER, over=(ended,))
    assert in_force(book) == ()
    assert book.conn.execute(select(table.c.ends_on, table.c.released_at)).one() == (DAY, LATER)


def test_a_hold_that_was_changed_or_set_again_is_in_force_as_it_is_now(book, save) -> None:
    longer = PAUSE.model_copy(update={"ends_on": date(2005, 7, 31)})
    save(PAUSE)
    save(longer)
    assert in_force(book) == (longer,)
    save()
    save(longer)
    assert in_force(book) == (longer,)


def test_a_hold_that_is_released_ends_on_that_day_at_the_latest(book, save) -> None:
    save(OPEN_END, PAUSE)
    save(at=LATER)
    assert set(book.conn.scalars(select(table.c.ends_on))) == {DAY}
    assert [held.ends_on for held in holds.pauses_over(book.conn, "a1/1", DAY)] == [DAY]


def test_a_pause_that_was_released_before_it_began_never_was(book, save) -> None:
    save(PAUSE)
    save(at=AT)
    assert holds.pauses_over(book.conn, "a1/1", date(2005, 7, 31)) == ()

"""Representatives in the ledger: each authority once, each step once, and both in the audit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.errors import InputError
from domain.model.representative import MayDo, Representative, RepresentativeKind, RepresentativeState
from domain.model.strategy import Channel
from ledger import representatives, system_audit
from ledger.representatives import CHAIN

AT = datetime(2005, 6, 26, 2, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ASKED = Representative(
    representative_id="auth-1",
    person_id="p1",
    kind=RepresentativeKind.ATTORNEY,
    party_id="adv-7",
    accounts=("a1",),
    may_do=(MayDo.CONTACT, MayDo.PROPOSALS),
    evidence="DOC-1",
    evidence_channel=Channel.LETTER,
    from_on=date(2005, 6, 26),
    until_on=date(2005, 12, 1),
)


def told(book) -> list[tuple[str, object]]:
    assert system_audit.verify(book.conn, CHAIN) is None
    return [(row.kind, row.content) for row in system_audit.rows(book.conn, CHAIN)]


def test_an_authority_comes_back_as_it_was_entered(book) -> None:
    assert representatives.add(book.conn, ASKED, "op-1", AT)
    (known,) = representatives.of_person(book.conn, "p1")
    assert (known.representative, known.asked_by, known.asked_at) == (ASKED, "op-1", AT)
    assert known.state is RepresentativeState.ASKED
    assert representatives.get(book.conn, "auth-1") == known


def test_the_same_entry_twice_is_one_whoever_makes_it(book) -> None:
    representatives.add(book.conn, ASKED, "op-1", AT)
    assert not representatives.add(book.conn, ASKED, "op-2", LATER)
    assert representatives.found(book.conn, "auth-1").asked_by == "op-1"
    with pytest.raises(InputError, match="representative auth-1 is in the ledger with other content"):
        representatives.add(book.conn, ASKED.model_copy(update={"party_id": "adv-8"}), "op-1", LATER)


def test_each_step_is_kept_once_and_told_in_the_audit(book) -> None:
    representatives.add(book.conn, ASKED, "op-1", AT)
    assert representatives.check(book.conn, "auth-1", "op-2", LATER)
    assert not representatives.check(book.conn, "auth-1", "op-3", LATER)
    assert representatives.end(book.conn, "auth-1", "op-3", LATER, "revoked")
    assert not representatives.end(book.conn, "auth-1", "op-4", LATER, "other")
    known = representatives.found(book.conn, "auth-1")
    assert (known.checked_by, known.checked_at) == ("op-2", LATER)
    assert (known.ended_by, known.ended_at, known.reason) == ("op-3", LATER, "revoked")
    assert known.state is RepresentativeState.ENDED
    assert told(book) == [
        ("representative_asked", {"representative": "auth-1", "by": "op-1", "kind": "attorney"}),
        ("representative_checked", {"representative": "auth-1", "by": "op-2"}),
        ("representative_ended", {"representative": "auth-1", "by": "op-3", "reason": "revoked"}),
    ]


def test_who_entered_it_never_checks_it(book) -> None:
    representatives.add(book.conn, ASKED, "op-1", AT)
    with pytest.raises(InputError, match="a second person must check auth-1: op-1 entered it"):
        representatives.check(book.conn, "auth-1", "op-1", LATER)
    assert representatives.found(book.conn, "auth-1").state is RepresentativeState.ASKED


def test_the_oldest_comes_first_and_each_has_its_own_steps(book) -> None:
    for name, at in (("auth-b", AT), ("auth-a", LATER)):
        representatives.add(book.conn, ASKED.model_copy(update={"representative_id": name}), "op-1", at)
    representatives.check(book.conn, "auth-a", "op-2", LATER)
    found = representatives.of_person(book.conn, "p1")
    assert [(known.representative.representative_id, known.state.value) for known in found] == [
        ("auth-b", "asked"),
        ("auth-a", "checked"),
    ]


def test_what_nobody_entered_is_refused_by_name(book) -> None:
    assert representatives.get(book.conn, "auth-9") is None
    assert representatives.of_person(book.conn, "p1") == ()
    with pytest.raises(InputError, match="no representative auth-9 in the ledger"):
        representatives.found(book.conn, "auth-9")


@pytest.mark.parametrize(("by", "reason"), [("Anna Example", "revoked"), ("op-1", "she said so")])
def test_who_and_why_are_codes(book, by, reason) -> None:
    representatives.add(book.conn, ASKED, "op-1", AT)
    with pytest.raises(InputError, match="is no code"):
        representatives.end(book.conn, "auth-1", by, LATER, reason)


def test_evidence_that_no_fact_could_name_is_refused_at_once(book) -> None:
    too_long = ASKED.model_copy(update={"evidence": "D" * 101})
    with pytest.raises(InputError, match="--evidence is no code"):
        representatives.add(book.conn, too_long, "op-1", AT)
    assert representatives.of_person(book.conn, "p1") == ()


def test_a_fact_tells_of_which_authority_it_is(book) -> None:
    odd = ASKED.model_copy(update={"representative_id": "auth/1"})
    representatives.add(book.conn, odd, "op-1", AT)
    assert representatives.of_fact(book.conn, representatives.fact_id("auth/1", "authority")) == "auth/1"
    for other in ("auth/1", "representative/auth-9/authority", "representative/", "f-1"):
        assert representatives.of_fact(book.conn, other) is None


def test_an_authority_without_an_end_or_accounts_is_for_all_and_for_good(book) -> None:
    wide = ASKED.model_copy(update={"accounts": (), "until_on": None})
    representatives.add(book.conn, wide, "op-1", AT)
    assert representatives.found(book.conn, "auth-1").representative == wide

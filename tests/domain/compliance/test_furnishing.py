"""What forbids a negative report: holds of the packs that say so, and every hold that nobody knows."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.compliance.furnishing import denied_by, notice_before
from domain.model.contact import FactKind, Party, PastFact, Record
from policies import load_stack, pack_names

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
HELD_AT = NOW - timedelta(days=3)


def held(name: str, **more: object) -> PastFact:
    return PastFact(HELD_AT, FactKind.HOLD, name=name, **more)  # type: ignore[arg-type]  # by name


def found(*facts: PastFact, pack: str = "cn") -> set[str]:
    record = Record(zones=("Asia/Shanghai",), facts=facts)
    return set(denied_by(load_stack((pack,)), record, "a1", NOW))


@pytest.mark.parametrize("pack", pack_names())
@pytest.mark.parametrize("name", ["deceased", "bankruptcy", "incapacity", "dispute", "identity_theft"])
def test_under_every_pack_the_dead_the_insolvent_and_who_disputes_are_not_reported(pack, name) -> None:
    assert f"base.{name}" in found(held(name), pack=pack)


def test_without_a_hold_nothing_forbids_it() -> None:
    assert found() == set()
    assert found(held("cease_communication")) == set(), "who wants no contact is late all the same"


def test_an_objection_forbids_it_in_china() -> None:
    assert found(held("objection")) == {"cn.objection"}


def test_a_hold_that_no_pack_knows_forbids_it() -> None:
    assert found(held("something_new")) == {"gate.unknown_hold"}


@pytest.mark.parametrize(
    ("fact", "denied"),
    [
        (held("dispute", debts=("a1",)), True),
        (held("dispute", debts=("a2",)), False),
        (held("deceased", debts=("a2",)), True),
        (held("deceased", party=Party.GUARANTOR), False),
    ],
    ids=["this debt", "another debt", "a hold of the person", "somebody else"],
)
def test_it_counts_whom_and_what_the_hold_is_about(fact, denied) -> None:
    assert bool(found(fact)) is denied


@pytest.mark.parametrize("kind", [FactKind.RELEASE, FactKind.EVENT])
def test_what_ends_the_hold_opens_the_way(kind) -> None:
    name = "dispute" if kind is FactKind.RELEASE else "dispute_resolved"
    assert found(held("dispute"), PastFact(NOW - timedelta(days=1), kind, name=name)) == set()


@pytest.mark.parametrize("pack", pack_names())
def test_every_pack_has_the_customer_told_before(pack) -> None:
    notice = notice_before(load_stack((pack,)))
    assert notice is not None
    assert notice.items == ("what_is_reported",)


def test_without_packs_nobody_is_told() -> None:
    assert notice_before(()) is None

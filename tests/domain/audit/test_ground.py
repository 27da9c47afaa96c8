"""What every rule stands on: whom a pack binds, in which zone, until when."""

from __future__ import annotations

import pytest

from domain.model.contact import Actor, Party

NIGHT = [{"id": "day", "open": "08:00", "close": "09:00"}]


def test_without_a_zone_nothing_is_allowed(w):
    assert w.judged(w.ask(), w.pack(windows=NIGHT), zones=()) == ("gate.zone_evidence",)


def test_without_a_zone_a_hold_is_named_too(w):
    pack = w.pack(holds=[{"id": "stay", "opened_by": "filed", "max_days": 3, "blocks": ["collect_contact"]}])
    held = w.fact("2026-03-03T09:00", "hold", "stay"), w.fact("2026-03-03T09:00", "hold", "other")
    assert w.judged(w.ask(), pack, *held, zones=()) == ("gate.zone_evidence", "gate.unknown_hold", "cn.stay")


@pytest.mark.parametrize(
    ("last", "zones", "broken"),
    [
        ("2026-03-02", ("Asia/Shanghai",), True),
        ("2026-03-03", ("Asia/Shanghai",), False),
        ("2026-03-02", ("America/New_York",), False),
        ("2026-03-02", ("America/New_York", "Asia/Shanghai"), True),
        (None, ("Asia/Shanghai",), False),
    ],
)
def test_a_pack_that_expired_allows_nothing(w, last, zones, broken):
    pack = w.pack(head={"valid_to": last})
    assert w.judged(w.ask("2026-03-03T10:00"), pack, zones=zones) == (("cn.expired",) if broken else ())


def test_a_pack_does_not_bind_other_actors(w):
    reg_f = w.pack("us.reg_f", head={"valid_to": "2021-01-01"}, windows=NIGHT, applies_to={"actors": ["agency"]})
    assert w.judged(w.ask(), (w.pack(), reg_f)) == ()
    assert w.judged(w.ask(actor=Actor.AGENCY), (w.pack(), reg_f)) == ("us.reg_f.expired", "us.reg_f.day")


@pytest.mark.parametrize(
    ("party", "actor", "named"),
    [
        ("debtor", "creditor", True),
        ("spouse", "creditor", False),
        ("spouse", "agency", False),
        ("relative", "creditor", False),
        ("relative", "agency", True),
    ],
)
def test_a_party_that_no_pack_names_for_this_actor_is_not_reached(w, party, actor, named):
    """Regulation F names relatives, for a location call (1006.10), and binds no bank that collects for itself."""
    reg_f = w.pack("us.reg_f", parties=[{"id": "relative", "reach": "free"}], applies_to={"actors": ["agency"]})
    found = w.judged(w.ask(party=Party(party), actor=Actor(actor)), (w.pack(), reg_f))
    assert found == (() if named else ("gate.party",))


def test_where_no_pack_binds_the_actor_nobody_is_reached(w):
    assert w.judged(w.ask(), w.pack(applies_to={"actors": ["agency"]})) == ("gate.party",)


def test_a_clean_contact_breaks_nothing(w):
    assert w.judged(w.ask(), w.pack(windows=[NIGHT[0] | {"close": "22:00"}])) == ()

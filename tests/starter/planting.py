"""Breaches, one of each kind of rule: each with a neighbour that keeps the same rule."""

from __future__ import annotations

from domain.model.contact import Actor, Direction, FactKind, Outcome, Party
from domain.model.strategy import Channel
from tests.starter.portfolio import AGENCY, BERLIN, CALL, NEW_YORK, SYDNEY, Portfolio, own_rules


def outside_of_hours(book: Portfolio) -> tuple[str, str]:
    book.person("hours")
    book.reach("hours", "2026-03-03T08:00")
    return book.reach("hours", "2026-03-03T22:00"), "cn.day"


def on_a_holiday(book: Portfolio) -> tuple[str, str]:
    book.person("holiday", "au", SYDNEY, point_zone=SYDNEY)
    book.reach("holiday", "2026-12-24T10:00", **CALL)
    return book.reach("holiday", "2026-12-25T10:00", **CALL), "au.telephone"


def above_a_cap(book: Portfolio) -> tuple[str, str]:
    book.person("cap", "us.reg_f", NEW_YORK, point_zone=NEW_YORK)
    for day in range(1, 8):
        book.reach("cap", f"2026-03-{day:02d}T10:00", **CALL, **AGENCY)
    return book.reach("cap", "2026-03-07T12:00", **CALL, **AGENCY), "us.reg_f.seven_in_seven"


def in_a_cool_down(book: Portfolio) -> tuple[str, str]:
    book.person("rest", "us.reg_f", NEW_YORK, point_zone=NEW_YORK)
    book.reach("rest", "2026-03-02T10:00", **CALL | {"outcome": Outcome.CONVERSATION, "direction": Direction.IN})
    book.reach("rest", "2026-03-09T10:00", **CALL, **AGENCY)
    return book.reach("rest", "2026-03-08T10:00", **CALL, **AGENCY), "us.reg_f.after_conversation"


def after_an_opt_out(book: Portfolio) -> tuple[str, str]:
    book.person("stop")
    book.tell("stop", FactKind.OPT_OUT, channel=Channel.EMAIL, address="stop-mail")
    book.reach("stop", "2026-03-03T09:00", **CALL)
    return book.reach("stop", address="stop-mail"), "base.keyword"


def under_a_hold(book: Portfolio) -> tuple[str, str]:
    book.person("hold")
    book.tell("hold", FactKind.HOLD, name="cease_communication")
    book.reach("hold", "2026-02-28T10:00")
    return book.reach("hold"), "base.cease_communication"


def to_a_party_never_reached(book: Portfolio) -> tuple[str, str]:
    book.person("never")
    book.reach("never", "2026-03-03T09:00", party=Party.GUARANTOR)
    return book.reach("never", party=Party.EMPLOYER), "cn.employer"


def to_a_party_before_its_condition(book: Portfolio) -> tuple[str, str]:
    book.person("spouse")
    book.tell("spouse", FactKind.LOST_CONTACT, "2026-03-04T10:00")
    book.reach("spouse", "2026-03-04T11:00", party=Party.SPOUSE)
    return book.reach("spouse", party=Party.SPOUSE), "cn.spouse"


def before_a_required_notice(book: Portfolio) -> tuple[str, str]:
    book.person("sold", "eu", BERLIN, point_zone=BERLIN)
    book.tell("sold", FactKind.NOTICE_GIVEN, "2026-03-04T10:00", name="transfer_communication")
    book.reach("sold", "2026-03-04T11:00", actor=Actor.PURCHASER, permitted=True)
    return book.reach("sold", actor=Actor.PURCHASER, permitted=True), "eu.transfer_communication"


def without_consent_to_the_channel(book: Portfolio) -> tuple[str, str]:
    texts = {"id": "texts", "grants": "channel", "channels": ["sms"], "source": "law"}
    book.person("texts", own_rules("xx.consent", consents=[texts]))
    book.reach("texts", "2026-03-03T09:00")
    return book.reach("texts", channel=Channel.SMS), "xx.test.texts"


def without_evidence_of_a_zone(book: Portfolio) -> tuple[str, str]:
    book.person("nowhere", "hk")
    book.tell("nowhere", FactKind.ZONE, "2026-03-04T10:00", name="Asia/Hong_Kong")
    book.reach("nowhere", "2026-03-04T11:00")
    return book.reach("nowhere"), "gate.zone_evidence"


def without_a_permit(book: Portfolio) -> tuple[str, str]:
    book.person("unpermitted")
    book.reach("unpermitted", "2026-03-03T09:00", **AGENCY)
    return book.reach("unpermitted", **AGENCY | {"permitted": False}), "gate.no_permit"


PLANTED = (
    outside_of_hours,
    on_a_holiday,
    above_a_cap,
    in_a_cool_down,
    after_an_opt_out,
    under_a_hold,
    to_a_party_never_reached,
    to_a_party_before_its_condition,
    before_a_required_notice,
    without_consent_to_the_channel,
    without_evidence_of_a_zone,
    without_a_permit,
)

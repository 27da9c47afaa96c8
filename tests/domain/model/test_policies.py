"""Strategies and rules refuse what cannot be followed."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.model.pack import Header, PackHold, PartyRule, Window
from domain.model.rules import AllocationBand, AllocationOrder, Bucket, Buckets, Component
from domain.model.strategy import Channel

EVERY = tuple(Component)


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ((("a", 1, None), ("b", 2, None)), "no end but is not the last"),
        ((("a", 5, 4),), "ends before it starts"),
        ((("a", 1, 30),), "must have no end"),
    ],
)
def test_buckets_cover_every_day_once(bands, fault):
    with pytest.raises(ValidationError, match=fault):
        Buckets(bands=tuple(Bucket(name=name, dpd_min=first, dpd_max=last) for name, first, last in bands))


@pytest.mark.parametrize(
    ("bands", "fault"),
    [(((0, 90), (92, None)), "gap or overlap"), (((0, None), (1, None)), "gap"), (((0, 90),), "must have no end")],
)
def test_allocation_bands_cover_every_day_once(bands, fault):
    with pytest.raises(ValidationError, match=fault):
        AllocationOrder(bands=tuple(AllocationBand(dpd_min=a, dpd_max=b, order=EVERY) for a, b in bands))


def test_an_allocation_order_names_every_component_once():
    with pytest.raises(ValidationError, match="every component once"):
        AllocationBand(dpd_min=0, order=(Component.FEE, Component.FEE, Component.PRINCIPAL))


@pytest.mark.parametrize(("opens", "closes"), [("22:00", "08:00"), ("08:00", "08:00")])
def test_a_window_opens_before_it_closes(opens, closes):
    with pytest.raises(ValidationError, match="opens before it closes"):
        Window(id="day", source="law", open=opens, close=closes)


@pytest.mark.parametrize("clock", ["8:00", "24:01", "12:60", 480, "noon"])
def test_a_time_of_day_has_hours_and_minutes(clock):
    with pytest.raises(ValidationError, match="no time of day"):
        Window(id="day", source="law", open=clock, close="24:00")


def test_a_time_of_day_is_written_as_it_was_read():
    window = Window(id="day", source="law", open="08:05", close="24:00")
    assert (window.open, window.close) == (485, 1440)
    assert (window.model_dump()["open"], window.model_dump()["close"]) == ("08:05", "24:00")


def test_a_hold_has_an_end():
    with pytest.raises(ValidationError, match="has no end"):
        PackHold(id="cease", source="law", opened_by="ceased", blocks=("collect_contact",))


@pytest.mark.parametrize(("reach", "condition"), [("conditional", None), ("free", "lost")])
def test_a_party_has_a_condition_exactly_when_its_reach_is_conditional(reach, condition):
    with pytest.raises(ValidationError, match="exactly when its reach is conditional"):
        PartyRule(id="spouse", source="law", reach=reach, condition=condition)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [({"production": True}, "nobody reviewed"), ({"valid_to": date(2025, 1, 1)}, "lies before valid_from")],
)
def test_a_pack_for_production_is_reviewed_and_a_validity_ends_after_it_begins(fields, fault):
    with pytest.raises(ValidationError, match=fault):
        Header(id="xx", version=1, title="Test", valid_from=date(2026, 1, 1), **fields)


def test_the_days_of_a_ladder_never_fall(new_strategy):
    with pytest.raises(ValidationError, match="must not fall"):
        new_strategy({"late": 20, "early": 10})


def test_the_steps_of_a_ladder_have_names_of_their_own(new_strategy):
    step = new_strategy({"first": 5}).ladder[0]
    with pytest.raises(ValidationError, match="the same id"):
        type(new_strategy({"first": 5})).model_validate(
            {**new_strategy({"first": 5}).model_dump(), "ladder": [step.model_dump(), step.model_dump()]}
        )


def test_a_step_names_each_channel_once_and_at_least_one(new_strategy):
    with pytest.raises(ValidationError, match="the step first names a channel twice"):
        new_strategy({"first": 5}, channels=(Channel.SMS, Channel.SMS))
    with pytest.raises(ValidationError, match="at least 1 item"):
        new_strategy({"first": 5}, channels=())

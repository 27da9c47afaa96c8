"""Strategies and rules refuse what cannot be followed."""

from datetime import time

import pytest
from pydantic import ValidationError

from domain.model.rules import AllocationBand, AllocationOrder, Bucket, Buckets, Component, ContactWindow

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


def test_a_window_opens_before_it_closes():
    with pytest.raises(ValidationError, match="opens before it closes"):
        ContactWindow(open=time(22), close=time(8))


def test_the_days_of_a_ladder_never_fall(new_strategy):
    with pytest.raises(ValidationError, match="must not fall"):
        new_strategy({"late": 20, "early": 10})


def test_the_steps_of_a_ladder_have_names_of_their_own(new_strategy):
    step = new_strategy({"first": 5}).ladder[0]
    with pytest.raises(ValidationError, match="the same id"):
        type(new_strategy({"first": 5})).model_validate(
            {**new_strategy({"first": 5}).model_dump(), "ladder": [step.model_dump(), step.model_dump()]}
        )

"""A case with a plan, for the tests of plans."""

from __future__ import annotations

from datetime import date

from domain.model.entries import AddTask
from domain.model.facts import Reach
from domain.model.pack import Pack
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.repayment import PlanStatus
from domain.model.rules import Rules
from domain.model.strategy import Channel, Plans

SIGNED, FIRST, SECOND, THIRD = date(2026, 6, 2), date(2026, 6, 15), date(2026, 7, 15), date(2026, 8, 17)
"""A Tuesday; a Monday, a Wednesday, and the Monday after a Saturday."""
REMINDED, GRACE_ENDS, NOTICE_ON, CURE_ENDS = date(2026, 6, 13), date(2026, 6, 18), date(2026, 6, 19), date(2026, 6, 26)
"""A Saturday two days before the first instalment; Thursday; Friday; the Friday after."""
KEY = "a1/1/plan/1"
TERMS = Plans(most=2, first_within_days=45, remind_days_before=2, channels=(Channel.SMS, Channel.FILE))
HOLD = {
    "id": "plan_in_force",
    "opened_by": "plan_signed",
    "closed_by": ["plan_broken", "plan_completed", "plan_cancelled"],
    "scope": "debt",
    "blocks": ["collect_contact"],
    "allows": ["service_notice"],
    "source": "law",
}
RULE = {
    "source": "law",
    "max_term_months": 60,
    "required_terms": [],
    "oral_ok_if_recorded": {"allowed": True},
    "broken_by": {"missed_instalments": 1, "grace_days": 3, "cure_days": 7},
}


def under_rules(rules: Rules, **plan: object) -> Rules:
    """Rules whose pack knows of plans."""
    written = rules.packs[0].model_dump(mode="json")
    pack = Pack.model_validate({**written, "holds": [*written["holds"], HOLD], "plan": {**RULE, **plan}})
    return rules.model_copy(update={"packs": (pack,)})


def agree(message_id: str = "plan-1", instalments: int = 3, first_on: date = FIRST, **more: object) -> AgreePlan:
    """600 in three instalments, accepted in writing."""
    said = {"accepted": AcceptedHow.WRITTEN, "reference": "AGR-7", "by": "op-1", **more}
    return AgreePlan(id=message_id, instalments=instalments, first_on=first_on, **said)


def with_a_plan(new_world):
    """Three instalments of 200 are agreed for all that is owed, of which 200 are past due."""
    made = new_world({"first": 5, "second": 12, "third": 40}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    made.about["reach"] = (Reach(address="C-1", channel=Channel.SMS), Reach(address="C-2", channel=Channel.FILE))
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree())
    made.ring(SIGNED, clock="13:00")
    return made


def told(world) -> list[tuple[str, date, str]]:
    """What was said of the plan: the notice, its day, and the amount."""
    return [(each.step, each.as_of.date(), str(each.planned.amount)) for each in world.reminded]


def status(world) -> PlanStatus:
    """How the plan stands."""
    return world.case.plan.status


def tasks(world) -> list[str]:
    """What people were asked to do."""
    return [entry.task for step in world.steps for entry in step.entries if isinstance(entry, AddTask)]

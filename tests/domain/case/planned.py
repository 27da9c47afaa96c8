"""A case with a plan, for the tests of plans."""

from __future__ import annotations

from datetime import date

from domain.model.pack import Pack
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.rules import Rules
from domain.model.strategy import Channel, Plans

SIGNED, FIRST, SECOND, THIRD = date(2026, 6, 2), date(2026, 6, 15), date(2026, 7, 15), date(2026, 8, 17)
"""A Tuesday; a Monday, a Wednesday, and the Monday after a Saturday."""
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

"""A case whose strategy reports to a credit bureau, for the tests of that."""

from __future__ import annotations

from datetime import date, timedelta

from domain.model.entries import AddTask
from domain.model.facts import Reach
from domain.model.pack import Pack
from domain.model.strategy import BureauTerms, Channel

DUE = date(2026, 3, 2)
TERMS = BureauTerms(report_from_dpd=30, notice_days=10, answer_within_days=5, channels=(Channel.LETTER, Channel.EMAIL))
WARNED, REPORTED = DUE + timedelta(days=19), DUE + timedelta(days=30)
"""Ten whole days lie between."""
NOTICE = {
    "id": "negative_report_notice",
    "required_before": "furnish_negative",
    "items": ["what_is_reported"],
    "source": "law",
}
HOLD = {"id": "dead", "opened_by": "died", "closed_by": ["lives"], "blocks": ["furnish_negative"], "source": "law"}
POST, MAIL = Reach(address="c-1", channel=Channel.LETTER), Reach(address="c-2", channel=Channel.EMAIL)


def reporting_world(new_world, section: BureauTerms | None = TERMS, **says: object):
    """500 that fell due on 2 March; the ladder says nothing before it is over."""
    made = new_world({"first": 300})
    made.strategy = made.strategy.model_copy(update={"bureau": section})
    written = {**made.rules.packs[0].model_dump(mode="json"), "notices": [NOTICE], **says}
    written["holds"] = [*written["holds"], HOLD]
    made.rules = made.rules.model_copy(update={"packs": (Pack.model_validate(written),)})
    made.about["reach"] = (POST, MAIL)
    made.owe(DUE, "500")
    made.open(DUE + timedelta(days=2))
    return made


def told(world) -> list[tuple[str, str]]:
    return [(each.report.kind.value, each.report.status.value) for each in world.reports.values()]


def tasks(world) -> list[str]:
    return [entry.task for step in world.steps for entry in step.entries if isinstance(entry, AddTask)]


def commands(world, kind) -> list:
    return [each for step in world.steps for each in step.commands if isinstance(each, kind)]


def warnings(world) -> list:
    return [each for step in world.steps for each in step.commands if each.kind == "send_notice"]

"""The audit does not rest on the gate: what leaves past it, or past one of its judges, is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.compliance.caps import CapJudge
from domain.compliance.consents import ChannelConsentJudge
from domain.compliance.cooldowns import CooldownJudge
from domain.compliance.holds import HoldJudge
from domain.compliance.judge import Judge
from domain.compliance.notices import NoticeJudge
from domain.compliance.optouts import OptOutJudge
from domain.compliance.parties import PartyJudge
from domain.compliance.windows import WindowJudge
from domain.model.contact import Direction, Outcome, PastContact
from domain.model.strategy import Channel
from ledger.contacts import Contact
from ledger.engine import Ledger
from starter.auditing import audit_ledger
from tests.activities.sending import CEASE, KEY, SENT, STOP_MESSAGES, once_in_seven_days, send
from tests.activities.world import DECIDED_AT, NIGHT, World, rules_with, world_of
from tests.starter.portfolio import (
    found,
    unguarded,
)


def sends_at_night(world: World) -> dict[str, object]:
    world.now = NIGHT
    return {}


def sends_twice(world: World) -> dict[str, object]:
    world.add_account("A-2")
    assert send(world) == SENT
    return {"account_id": "A-2"}


def after_a_conversation(world: World) -> dict[str, object]:
    made = PastContact(DECIDED_AT - timedelta(days=1), Channel.CALL, Outcome.CONVERSATION, Direction.IN)
    world.reach(Contact("call-1", "P-1", made))
    return {}


def after_a_stop(world: World) -> dict[str, object]:
    world.tell(STOP_MESSAGES)
    return {}


def after_a_cease(world: World) -> dict[str, object]:
    world.tell(CEASE)
    return {}


def at_once(_world: World) -> dict[str, object]:
    return {}


REST = {
    "id": "rest",
    "after": {"event": "conversation"},
    "days": 7,
    "blocks": {"channels": ["file"]},
    "scope": ["person"],
    "actors_added": "all",
    "source": "law",
}
NEVER = {"parties": [{"id": "debtor", "reach": "never", "source": "law"}]}
LETTER = {"notices": [{"id": "letter", "required_before": "collect_contact", "source": "law"}]}
TEXTS = {"consents": [{"id": "texts", "grants": "channel", "channels": ["file"], "source": "law"}]}


@pytest.mark.parametrize(
    ("judge", "parts", "prepare", "rule"),
    [
        (WindowJudge, {}, sends_at_night, "xx.test.window"),
        (CapJudge, {"caps": [once_in_seven_days()]}, sends_twice, "xx.test.week"),
        (CooldownJudge, {"cooldowns": [REST]}, after_a_conversation, "xx.test.rest"),
        (OptOutJudge, {}, after_a_stop, "xx.test.stop"),
        (HoldJudge, {}, after_a_cease, "xx.test.cease"),
        (PartyJudge, NEVER, at_once, "xx.test.debtor"),
        (NoticeJudge, LETTER, at_once, "xx.test.letter"),
        (ChannelConsentJudge, TEXTS, at_once, "xx.test.texts"),
    ],
    ids=["windows", "caps", "cool-downs", "opt-outs", "holds", "parties", "notices", "consents"],
)
def test_a_gate_that_lost_one_kind_of_judge_makes_the_audit_red(
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    judge: type[Judge],
    parts: dict[str, object],
    prepare: Callable[[World], dict[str, object]],
    rule: str,
) -> None:
    world = world_of(ledger, tmp_path / "outbox", rules=rules_with(**parts))
    asked = prepare(world)
    assert send(world, **asked).not_sent is not None
    assert audit_ledger(ledger).is_clean

    monkeypatch.setattr(judge, "judge", lambda *_: None)
    assert send(world, **asked, attempt=2) == SENT
    key = f"{asked.get('account_id', 'A-1')}/1/first/2"
    assert found(audit_ledger(ledger)) == [(key, rule)]


def test_a_message_that_left_without_a_contact_on_record_was_not_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    world = world_of(ledger, tmp_path / "outbox")
    assert send(world) == SENT
    assert audit_ledger(ledger).is_clean
    with unguarded(ledger, "contacts") as conn:
        conn.execute(text("DELETE FROM contacts"))
    (breach,) = audit_ledger(ledger).breaches
    assert (breach.reference, breach.rule, breach.at) == (KEY, "gate.unasked", DECIDED_AT)
    assert audit_ledger(ledger, since=DECIDED_AT + timedelta(seconds=1)).is_clean

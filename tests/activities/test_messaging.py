"""A message leaves at most once, and what keeps it from leaving is a result that the audit tells of."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.channels.base import CannotTell, ChannelAdapter, Rejected, Rejection, Unsure
from activities.channels.file import FileChannel
from activities.messaging import Messaging
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult
from domain.model.events import HoldReason
from domain.model.facts import MessageState
from domain.model.message import Rendered, TextAsk
from domain.model.pack import Pack
from ledger.engine import Ledger
from tests.activities.world import (
    ADDRESS,
    DECIDED_AT,
    FIRST_DUE,
    MINIMUM,
    MORNING,
    NIGHT,
    SECOND_DUE,
    ScriptedChannel,
    ScriptedLedger,
    World,
    away,
    nothing,
    plain_text,
    raising,
    world_of,
)

KEY = "A-1/1/first/1"
SENT = NoticeResult()


def send(world: World, channel: ChannelAdapter | None = None, ledger: Ledger | None = None) -> NoticeResult:
    return world.messaging(channel, ledger).send_notice(world.command())


def fails(world: World, channel: ChannelAdapter | None = None, ledger: Ledger | None = None) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught:
        send(world, channel, ledger)
    assert not caught.value.non_retryable
    assert "Canary" not in str(caught.value)
    return caught.value


def scripted(
    world: World,
    *,
    before: Callable[[], None] = nothing,
    after: Callable[[], None] = nothing,
    on_lookup: Callable[[], None] = nothing,
) -> ScriptedChannel:
    return ScriptedChannel(FileChannel(world.outbox), before, after, on_lookup)


def blocker_of(result: NoticeResult) -> Blocker | None:
    return result.not_sent.blocker if result.not_sent else None


# --- once


def test_a_notice_is_one_file_one_row_and_two_lines_of_audit(world: World) -> None:
    assert send(world) == SENT
    (written,) = world.files()
    text = written.read_text(encoding="utf-8")
    assert f"To: {ADDRESS}" in text
    assert "Amount past due: 2,000.00 TWD" in text
    assert "Unpaid since: 2026-02-02" in text
    assert world.message_states() == {KEY: MessageState.SENT}
    assert world.receipt(KEY) == written.relative_to(world.outbox).as_posix()
    assert world.audit_kinds() == ["notice_intended", "notice_sent"]
    assert world.audit()[-1][1]["paid_meanwhile"] is False


def test_the_same_command_again_has_the_same_result_and_no_second_effect(world: World) -> None:
    channel = scripted(world)
    assert [send(world, channel) for _ in range(3)] == [SENT, SENT, SENT]
    assert channel.delivered == 1
    assert len(world.files()) == 1
    assert world.audit_kinds() == ["notice_intended", "notice_sent"]


def test_a_crash_after_the_effect_is_resolved_by_asking_and_not_by_sending_again(world: World) -> None:
    channel = scripted(world, after=raising(RuntimeError("Ms-Canary")))
    assert fails(world, channel).type == "Unexpected"
    assert world.message_states() == {KEY: MessageState.SENDING}
    assert send(world, channel) == SENT
    assert (channel.looked_up, channel.delivered) == (1, 1)
    assert len(world.files()) == 1
    assert world.audit_kinds() == ["notice_intended", "notice_sent"]


def test_a_crash_before_the_effect_is_followed_by_one_message(world: World) -> None:
    channel = scripted(world, before=raising(RuntimeError("Ms-Canary")))
    fails(world, channel)
    assert world.files() == []
    assert send(world, channel) == SENT
    assert len(world.files()) == 1
    assert world.audit_kinds() == ["notice_intended", "notice_tried_again", "notice_sent"]


def test_a_message_tried_again_on_another_day_keeps_the_day_of_its_intent(world: World) -> None:
    fails(world, scripted(world, before=raising(RuntimeError())))
    world.now = MORNING
    assert send(world) == SENT
    (written,) = world.files()
    assert written.parent.name == "2026-03-20"
    assert "Reference: A-1/2026-03-20/first\n" in written.read_text(encoding="utf-8")


def test_the_words_name_the_message_as_its_channel_does(world: World) -> None:
    asked: list[TextAsk] = []

    def texts(ask: TextAsk, packs: Sequence[Pack]) -> Rendered:
        asked.append(ask)
        return plain_text(ask, packs)

    assert world.messaging(texts=texts).send_notice(world.command()) == SENT
    assert [ask.values.reference for ask in asked] == ["A-1/2026-03-20/first"]
    assert "Reference: A-1/2026-03-20/first\n" in world.files()[0].read_text(encoding="utf-8")


def test_a_ledger_that_goes_away_after_the_effect_is_settled_when_it_is_back(world: World) -> None:
    channel, ledger = scripted(world), ScriptedLedger(world.ledger, nothing, away)
    assert fails(world, channel, ledger).type == "LedgerUnavailable"
    assert world.message_states() == {KEY: MessageState.SENDING}
    assert send(world, channel, ledger) == SENT
    assert channel.delivered == 1
    assert len(world.files()) == 1


def test_without_a_ledger_nothing_is_sent(world: World) -> None:
    channel = scripted(world)
    failure = fails(world, channel, ScriptedLedger(world.ledger, away))
    assert failure.type == "LedgerUnavailable"
    assert "SELECT" not in failure.message
    assert "BEGIN" not in failure.message
    assert channel.delivered == 0
    assert world.message_states() == {}


def test_an_outbox_that_cannot_be_written_is_one_clear_failure_and_is_tried_again(world: World) -> None:
    world.outbox.write_text("a file where the folder should be")
    failure = fails(world)
    assert failure.type == "ChannelUnavailable"
    assert "the outbox folder" in failure.message
    assert "make it a writable folder" in failure.message
    assert "\n" not in failure.message
    assert fails(world).type == "ChannelUnavailable"
    world.outbox.unlink()
    assert send(world) == SENT
    assert len(world.files()) == 1


def test_a_channel_without_adapter_says_where_to_add_it(world: World) -> None:
    messaging = Messaging(world.ledger, {}, plain_text, now=lambda: DECIDED_AT)
    with pytest.raises(ApplicationError, match=r"no adapter for channel file: add it in worker\.py"):
        messaging.send_notice(world.command())
    assert world.audit() == [], "nothing was tried: it is no attempt, however often it is asked"


# --- what the provider says


def test_a_message_that_the_provider_refuses_for_good_has_failed(world: World) -> None:
    channel = scripted(world, before=raising(Rejected(ADDRESS)))
    result = send(world, channel)
    assert blocker_of(result) is Blocker.PROVIDER
    assert send(world, channel) == result
    assert world.files() == []
    assert world.message_states() == {KEY: MessageState.FAILED}
    assert world.audit_kinds() == ["notice_intended", "notice_failed"]


@pytest.mark.parametrize("code", Rejection)
def test_why_a_channel_refused_for_good_is_in_the_log_and_in_the_audit_by_its_code(
    world: World, caplog: pytest.LogCaptureFixture, code: Rejection
) -> None:
    send(world, scripted(world, before=raising(Rejected(ADDRESS, code))))
    assert f"notice {KEY}: channel file refused it for good: {code.value}\n" in caplog.text
    assert "Canary" not in caplog.text
    assert world.audit()[-1][1]["reason"] == code.value


def test_a_message_that_left_has_no_reason_in_the_audit(world: World) -> None:
    assert send(world) == SENT
    assert "reason" not in world.audit()[-1][1]


def test_an_unsure_provider_that_has_the_key_has_sent_it(world: World) -> None:
    assert send(world, scripted(world, after=raising(Unsure()))) == SENT
    assert len(world.files()) == 1


def test_an_unsure_provider_that_does_not_have_the_key_is_tried_again(world: World) -> None:
    channel = scripted(world, before=raising(Unsure()))
    assert fails(world, channel).type == "ChannelUnavailable"
    assert send(world, channel) == SENT
    assert len(world.files()) == 1


@pytest.mark.parametrize("stumbles", [Unsure(), RuntimeError("killed")], ids=["unsure", "killed"])
def test_where_the_provider_cannot_tell_a_person_decides_and_nothing_is_sent_again(
    world: World, stumbles: Exception
) -> None:
    channel = scripted(world, before=raising(stumbles), on_lookup=raising(CannotTell()))
    if not isinstance(stumbles, Unsure):
        fails(world, channel)
    assert blocker_of(send(world, channel)) is Blocker.NO_ANSWER
    assert blocker_of(send(world, channel)) is Blocker.NO_ANSWER
    assert (channel.delivered, channel.looked_up) == (0, 1)
    assert world.message_states() == {KEY: MessageState.UNKNOWN}
    assert world.audit_kinds() == ["notice_intended", "notice_unknown"]


# --- what keeps it from leaving


def test_each_fact_against_the_message_is_told_and_stored(world: World) -> None:
    world.pay(2 * MINIMUM)
    result = send(world)
    assert result.not_sent is not None
    assert (result.not_sent.key, result.not_sent.step, result.not_sent.blocker) == (KEY, "first", Blocker.PAID)
    assert world.files() == []
    assert world.message_states() == {KEY: MessageState.REFUSED}
    ((kind, body),) = world.audit()
    assert kind == "notice_refused"
    assert body["blocker"] == "paid"
    assert send(world) == result
    assert world.audit_kinds() == ["notice_refused"]


@pytest.mark.parametrize(
    ("happens", "blocker"),
    [
        (lambda world: world.pay(1), Blocker.PAID),
        (lambda world: world.pay(MINIMUM, to=FIRST_DUE), Blocker.PAID),
        (lambda world: world.hold(HoldReason.OPERATOR), Blocker.HELD),
        (lambda world: world.hold(HoldReason.PAUSE), Blocker.HELD),
        (lambda world: world.hold(HoldReason.LEFT_OUT, SECOND_DUE), Blocker.HELD),
        (lambda world: world.close(), Blocker.CLOSED),
    ],
    ids=["part payment", "older one paid", "hold", "pause", "one left out since", "closed"],
)
def test_a_change_since_the_decision_stops_the_message(
    world: World, happens: Callable[[World], None], blocker: Blocker
) -> None:
    happens(world)
    assert blocker_of(send(world)) is blocker
    assert world.files() == []
    assert world.message_states() == {KEY: MessageState.REFUSED}
    assert world.audit_kinds() == ["notice_refused"]


def test_a_later_due_date_stops_the_message_even_when_as_much_is_past_due(world: World) -> None:
    world.pay(MINIMUM, to=FIRST_DUE)
    result = world.messaging().send_notice(world.command(past_due=MINIMUM))
    assert blocker_of(result) is Blocker.PAID


def test_a_message_that_leaves_an_obligation_out_asks_for_the_rest_and_leaves(world: World) -> None:
    world.hold(HoldReason.LEFT_OUT, FIRST_DUE)
    command = world.command(past_due=MINIMUM, oldest_due_on=SECOND_DUE)
    assert world.messaging().send_notice(command) == SENT


def test_a_person_without_address_is_told_to_the_case(ledger: Ledger, tmp_path: Path) -> None:
    world = world_of(ledger, tmp_path / "outbox", with_contact=False)
    assert blocker_of(send(world)) is Blocker.NO_CONTACT_POINT
    assert world.message_states() == {KEY: MessageState.REFUSED}
    assert world.audit_kinds() == ["notice_refused"]


def test_outside_the_hours_of_contact_the_same_notice_waits_for_the_morning(world: World) -> None:
    world.now = NIGHT
    result = send(world)
    assert result.not_sent is not None
    assert (result.not_sent.blocker, result.not_sent.retry_at) == (Blocker.CONTACT_WINDOW, MORNING)
    assert world.message_states() == {}
    ((kind, body),) = world.audit()
    assert (kind, body["refused_by"]) == ("notice_deferred", ["xx.test.window"])
    world.now = MORNING
    assert send(world) == SENT


def test_a_night_after_a_crash_uses_the_key_up_as_nobody_would_send_it_otherwise(world: World) -> None:
    fails(world, scripted(world, before=raising(RuntimeError())))
    world.now = NIGHT
    result = send(world)
    assert result.not_sent is not None
    assert (result.not_sent.blocker, result.not_sent.retry_at) == (Blocker.CONTACT_WINDOW, MORNING)
    assert world.message_states() == {KEY: MessageState.REFUSED}
    assert world.audit_kinds() == ["notice_intended", "notice_refused"]


@pytest.mark.parametrize("now", [DECIDED_AT - timedelta(days=400), DECIDED_AT], ids=["virtual", "live"])
def test_a_run_in_virtual_time_stays_in_its_own_time(world: World, now: datetime) -> None:
    world.now = now
    assert send(world) == SENT
    assert world.files()[0].parent.name == "2026-03-20"


def test_money_after_a_crash_before_the_effect_stops_the_next_attempt(world: World) -> None:
    fails(world, scripted(world, before=raising(RuntimeError())))
    world.pay(2 * MINIMUM)
    assert blocker_of(send(world)) is Blocker.PAID
    assert world.files() == []
    assert world.message_states() == {KEY: MessageState.REFUSED}
    assert world.audit_kinds() == ["notice_intended", "notice_refused"]


def test_more_owed_than_at_the_decision_does_not_stop_the_message(world: World) -> None:
    assert world.messaging().send_notice(world.command(past_due=MINIMUM)) == SENT


# --- what it leaves behind


def test_logs_hold_ids_and_no_personal_data(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(world)
    assert f"notice {KEY}: sent" in caplog.text
    assert "Canary" not in caplog.text

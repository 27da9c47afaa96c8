"""What a message says depends on who may read it; without words that may leave nothing is sent."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from activities.channels.base import CannotTell, Outgoing, Receipt
from activities.presend import Clear
from activities.writing import write
from domain.model.blocker import Blocker
from domain.model.commands import SendNotice
from domain.model.contact import ContactAsk, Party, Purpose
from domain.model.errors import InputError
from domain.model.facts import MessageState
from domain.model.message import Rendered, TextAsk
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.strategy import Channel
from ledger import persons
from ledger.accounts import ContactPoint
from ledger.persons import Person
from policies.texts import texts_of
from tests.activities.sending import (
    KEY,
    SENT,
    WorldOf,
    blocker_of,
    send,
)
from tests.activities.world import (
    ADDRESS,
    DECIDED_AT,
    RULES,
    World,
    rules_with,
)


class KeepingChannel:
    """Takes every message, and keeps it as it came."""

    def __init__(self) -> None:
        self.got: list[Outgoing] = []

    def deliver(self, message: Outgoing) -> Receipt:
        self.got.append(message)
        return Receipt(reference="kept")

    def lookup(self, key: str) -> Receipt | None:
        raise CannotTell


PHONE = ContactPoint("C-1", "P-1", Channel.SMS, "+886912345678")
REAL_TEXTS = texts_of().message


def by_sms(world: World) -> SendNotice:
    return world.command().model_copy(update={"channel": Channel.SMS, "notice": "friendly-reminder"})


def name(world: World, person_name: str, locale: str | None = None) -> None:
    with world.ledger.write() as conn:
        persons.save(conn, Person("P-1", person_name, locale))


def test_a_text_that_the_rules_refuse_is_not_sent_and_nobody_reads_it_but_people_are_told(
    place: WorldOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ban = {"id": "soft", "lint": {"any_words": {"en": ["friendly"]}}, "source": "law"}
    world, channel = place(rules=rules_with(content_bans=[ban]), point=PHONE), KeepingChannel()
    name(world, "Ms Canary")
    results = [world.messaging(channel, texts=REAL_TEXTS).send_notice(by_sms(world)) for _ in range(2)]
    assert [blocker_of(result) for result in results] == [Blocker.WORDING] * 2
    assert channel.got == []
    assert world.contact() is None
    assert world.message_states() == {KEY: MessageState.REFUSED}
    ((kind, body),) = world.audit()
    assert (kind, body["blocker"]) == ("notice_refused", "wording")
    assert [(task.kind, dict(task.detail)) for task in world.tasks()] == [("wording", {"message": KEY, "rules": []})]
    told = f"{caplog.text} {world.audit()} {world.tasks()}"
    assert not any(words in told for words in ("Canary", PHONE.address, "Dear", "is past due", "Questions"))


def test_a_notice_of_the_law_without_its_items_is_not_given(place: WorldOf) -> None:
    notice = {"id": "right_to_cure", "items": ["amount", "last_day"], "source": "law"}
    world, channel = place(rules=rules_with(notices=[notice]), point=PHONE), KeepingChannel()
    command = by_sms(world).model_copy(update={"purpose": Purpose.LEGAL_NOTICE, "legal_notice": "right_to_cure"})
    assert blocker_of(world.messaging(channel, texts=REAL_TEXTS).send_notice(command)) is Blocker.WORDING
    assert channel.got == []
    assert [task.kind for task in world.tasks()] == ["wording"]
    other = command.model_copy(update={"key": f"{KEY}-other", "purpose": Purpose.COLLECT, "legal_notice": None})
    assert world.messaging(channel, texts=REAL_TEXTS).send_notice(other) == SENT


def test_a_missing_text_is_told_like_a_refused_one(world: World) -> None:
    def no_text(ask: TextAsk, packs: Sequence[Pack]) -> Rendered:
        raise InputError("no text for this notice")

    assert blocker_of(world.messaging(texts=no_text).send_notice(world.command())) is Blocker.WORDING
    assert [task.task_id for task in world.tasks()] == [f"wording/{KEY}"]


def test_the_debtor_reads_the_debt_in_their_own_language(place: WorldOf) -> None:
    world, channel = place(point=PHONE), KeepingChannel()
    name(world, "Ms Canary", "zh-CN")
    assert world.messaging(channel, texts=REAL_TEXTS).send_notice(by_sms(world)) == SENT
    (message,) = channel.got
    assert message.locale == "zh-CN"
    assert "2,000" in message.content.text
    assert not message.discreet
    assert message.address == PHONE.address


@pytest.mark.parametrize(
    "point", [replace(PHONE, verified=False), replace(PHONE, shared=True)], ids=["unverified", "shared"]
)
def test_where_others_may_read_the_text_names_no_debt_and_no_account(place: WorldOf, point: ContactPoint) -> None:
    world, channel = place(point=point), KeepingChannel()
    asked: list[TextAsk] = []

    def texts(ask: TextAsk, packs: Sequence[Pack]) -> Rendered:
        asked.append(ask)
        return REAL_TEXTS(ask, packs)

    assert world.messaging(channel, texts=texts).send_notice(by_sms(world)) == SENT
    assert [(ask.values.verified, ask.values.party) for ask in asked] == [(False, Party.DEBTOR)]
    (message,) = channel.got
    assert message.discreet
    assert tells_nothing(message.content)


def tells_nothing(content: Rendered) -> bool:
    told = content.model_dump_json()
    return "call" in told and not any(words in told for words in ("2,000", "50,000", "TWD", "A-1", "2026", "February"))


@pytest.mark.parametrize("party", [party for party in Party if party not in (Party.DEBTOR, Party.GUARANTOR)])
def test_a_third_person_is_asked_to_pass_a_call_on_and_told_no_debt(party: Party) -> None:
    point = ContactPoint("C-2", "P-1", Channel.SMS, PHONE.address, party=party)
    ask = ContactAsk(channel=Channel.SMS, at=DECIDED_AT, party=party)
    clear = Clear(point, date(2026, 3, 20), ask, RULES, Money.of_minor(5_000_000, "TWD"))
    command = SendNotice(
        key=KEY,
        case_id="A-1/1",
        account_id="A-1",
        step="first",
        notice="friendly-reminder",
        attempt=1,
        channel=Channel.SMS,
        as_of=DECIDED_AT,
        oldest_due_on=date(2026, 2, 2),
        past_due=Money.of_minor(200_000, "TWD"),
    )
    written = write(REAL_TEXTS, command, clear, Person("P-1", "Ms Canary"), "en")
    assert written.discreet
    assert tells_nothing(written.content)


def test_a_message_for_the_debtor_never_goes_to_the_number_of_somebody_else(place: WorldOf) -> None:
    world = place(point=ContactPoint("C-1", "P-1", Channel.FILE, ADDRESS, party=Party.SPOUSE))
    assert blocker_of(send(world)) is Blocker.NO_CONTACT_POINT
    assert world.files() == []

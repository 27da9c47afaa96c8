"""Reports: what is kept of a contact that somebody made, what of it was a breach, and what cannot be so."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.contact import Actor, Direction, Outcome, Party, Place
from domain.model.events import Withdraw
from domain.model.facts import Reach
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from tests.domain.case.desk import MINUTE, packs_of
from tests.domain.compliance.small_packs import fact, local, rule

REPORTED = PermitState.REPORTED
POINTS = (
    Reach(address="mobile", channel=Channel.CALL),
    Reach(address="office", channel=Channel.CALL, place=Place.WORKPLACE),
    Reach(address="bob", channel=Channel.CALL, party=Party.GUARANTOR, party_id="bob"),
)


@pytest.fixture
def name(desk) -> str:
    """A permit for a call from ten to twelve."""
    return desk.request("r-1").permit.permit_id


def kept(desk):
    return [(entry.contact_id, entry.breach) for entry in desk.steps[-1].entries if entry.kind == "keep_contact"]


def test_a_permitted_contact_is_recorded_under_its_permit(desk, name) -> None:
    answer = desk.report("busy", at="2026-03-03T10:30", made="2026-03-03T10:29", permit_id=name)
    assert (answer.accepted, answer.text) == (True, "recorded: call, debtor, out, busy")
    assert (kept(desk), desk.state(name), desk.tasks) == ([(name, None)], REPORTED, [])
    assert desk.world.case.timeline[-1].text == "Contact reported: call, debtor, out, busy."


def test_a_contact_without_a_permit_is_recorded_as_a_breach_and_a_task(desk) -> None:
    answer = desk.report("conversation", id="c-1")
    assert (answer.accepted, answer.text) == (True, "recorded as a breach (no_permit): call, debtor, out, conversation")
    ((contact_id, breach),) = kept(desk)
    assert (contact_id, breach) == (f"{desk.world.case.case_id}/report/c-1/{answer.asked}", "no_permit")
    (task,) = desk.tasks
    assert (task.task_id, task.task) == (f"breach/{contact_id}", "breach")
    assert task.detail == {"breach": "no_permit", "channel": "call", "party": "debtor", "outcome": "conversation"}
    assert desk.world.case.timeline[-1].text.startswith("Contact reported as a breach (no_permit): ")


def test_a_call_of_the_customer_needs_no_permit(desk) -> None:
    desk.stops_then = (StopInForce(stop_id="s", kind=StopKind.ALL),)
    answer = desk.report("conversation", direction=Direction.IN)
    assert answer.text == "recorded: call, debtor, in, conversation"
    assert (kept(desk)[0][1], desk.tasks) == (None, [])
    (contact,) = desk.contacts
    assert (contact.direction, contact.consented, contact.debts) == (Direction.IN, None, ("a1",))


@pytest.mark.parametrize(
    ("made", "breach"),
    [
        ("2026-03-03T10:00", None),
        ("2026-03-03T11:59", None),
        ("2026-03-03T12:00", "outside_permit"),
        ("2026-03-03T12:30", "outside_permit"),
    ],
)
def test_a_contact_outside_of_the_time_of_its_permit_is_a_breach(desk, name, made, breach) -> None:
    answer = desk.report(at="2026-03-03T13:00", made=made, permit_id=name)
    assert answer.accepted
    assert (kept(desk), len(desk.tasks)) == ([(name, breach)], 0 if breach is None else 1)


def test_before_its_time_a_permit_of_a_list_permits_nothing(desk) -> None:
    name = desk.request(day=date(2026, 3, 4)).permit.permit_id
    desk.report(permit_id=name)
    assert kept(desk) == [(name, "outside_permit")]


def test_the_minute_in_which_a_permit_was_given_is_within_its_time(desk) -> None:
    desk.now += timedelta(seconds=40)
    name = desk.request().permit.permit_id
    assert desk.report(permit_id=name, made="2026-03-03T10:00").accepted
    assert kept(desk) == [(name, None)]


@pytest.mark.parametrize(("minute", "breach"), [(19, None), (20, "permit_cancelled"), (21, "permit_cancelled")])
def test_a_contact_after_its_permit_was_given_back_is_a_breach(desk, name, minute, breach) -> None:
    desk.step(ReturnPermit(id="b-1", permit_id=name), at="2026-03-03T10:20")
    made = f"2026-03-03T10:{minute}"
    assert desk.report("conversation", at="2026-03-03T10:30", made=made, permit_id=name).accepted
    assert (kept(desk), desk.state(name)) == ([(name, breach)], REPORTED)


@pytest.mark.parametrize(("minute", "breach"), [(5, None), (6, "permit_cancelled"), (20, "permit_cancelled")])
def test_a_contact_after_its_permit_was_taken_back_within_its_time_is_a_breach(desk, name, minute, breach) -> None:
    desk.stops = (StopInForce(stop_id="s", kind=StopKind.ALL),)
    desk.step(at="2026-03-03T10:06")
    assert desk.report(
        "conversation", at="2026-03-03T10:30", made=f"2026-03-03T10:{minute:02}", permit_id=name
    ).accepted
    assert (kept(desk), desk.state(name)) == ([(name, breach)], REPORTED)


@pytest.mark.parametrize(("kind", "breach"), [(StopKind.ALL, "stopped"), (StopKind.AGENCY, None)])
def test_a_contact_made_while_a_stop_closed_it_is_a_breach(desk, name, kind, breach) -> None:
    desk.stops_then = (StopInForce(stop_id="s", kind=kind, value="" if kind is StopKind.ALL else "north"),)
    desk.report(permit_id=name)
    assert kept(desk) == [(name, breach)]


def test_an_expired_permit_may_still_be_reported(desk, name) -> None:
    desk.step(at="2026-03-03T12:00")
    assert desk.report(made="2026-03-03T11:30", permit_id=name).accepted
    assert (kept(desk), desk.state(name)) == ([(name, None)], REPORTED)


def test_a_report_that_comes_with_the_end_of_its_permit_goes_before(desk, name) -> None:
    desk.report(at="2026-03-03T12:00", made="2026-03-03T11:59", permit_id=name)
    assert [entry.kind for entry in desk.steps[-1].entries] == ["keep_contact"]
    assert desk.state(name) is REPORTED


def test_a_contact_is_reported_once_under_its_permit(desk, name) -> None:
    desk.report("busy", permit_id=name)
    again = desk.report("busy", permit_id=name)
    assert (again.accepted, again.text) == (True, f"the permit {name} was reported so before")
    assert kept(desk) == []
    other = desk.report("conversation", permit_id=name)
    assert (other.accepted, other.text) == (False, f"the permit {name} was reported before, as busy")


def test_a_step_that_runs_again_says_the_breach_that_its_first_run_recorded(desk, name) -> None:
    told = ReportContact(id="c-1", permit_id=name, outcome=Outcome.BUSY, made_at=local("2026-03-03T12:30"))
    desk.step(told, at="2026-03-03T12:30", adopted=False)
    answer = desk.step(told).answers[0]
    assert answer.accepted
    assert answer.text == f"the permit {name} was reported so before, as a breach (outside_permit)"


def test_a_report_that_is_told_twice_in_one_inbox_says_the_breach_twice(desk, name) -> None:
    first = ReportContact(id="c-1", permit_id=name, outcome=Outcome.BUSY, made_at=local("2026-03-03T12:30"))
    again = first.model_copy(update={"id": "c-2"})
    answers = desk.step(first, again, at="2026-03-03T12:30").answers
    assert all("as a breach (outside_permit)" in answer.text for answer in answers)


def test_a_message_that_bounced_follows_the_one_that_was_delivered(desk) -> None:
    name = desk.request(channel=Channel.LETTER).permit.permit_id
    desk.report("delivered", permit_id=name, channel=Channel.LETTER)
    assert desk.report("failed", at="2026-03-03T13:00", permit_id=name, channel=Channel.LETTER).accepted
    assert kept(desk) == [(name, None)]


def test_a_contact_is_asked_for_and_reported_in_one_inbox(desk) -> None:
    asked = RequestContact(id="r-1")
    told = ReportContact(id="c-1", permit_id="a1/1/permit/r-1", outcome=Outcome.BUSY, made_at=desk.now)
    step = desk.step(asked, told)
    assert [answer.accepted for answer in step.answers] == [True, True]
    assert desk.state("a1/1/permit/r-1") is REPORTED


def test_a_closed_case_hears_of_a_call_made_before(desk, name) -> None:
    desk.step(Withdraw(id="w-1"), at="2026-03-03T10:20")
    answer = desk.report(at="2026-03-03T10:30", made="2026-03-03T10:19", permit_id=name)
    assert (answer.accepted, kept(desk)) == (True, [(name, None)])


# --- what cannot be so


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.UNREPORTED])
def test_a_report_tells_what_became_of_the_contact(desk, name, outcome) -> None:
    answer = desk.report(outcome, permit_id=name)
    assert answer.text == f"{outcome} is not the outcome of a contact that was made: report what became of it"


@pytest.mark.parametrize(
    ("made", "accepted"),
    [
        (local("2026-03-03T10:05"), True),
        (local("2026-03-03T10:06"), False),
        (local("2026-03-03T10:00") - timedelta(days=400), True),
        (local("2026-03-03T10:00") - timedelta(days=400) - MINUTE, False),
        (datetime.min.replace(tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_a_contact_of_the_future_or_of_long_ago_is_refused(desk, made, accepted) -> None:
    told = ReportContact(id="c-1", outcome=Outcome.BUSY, made_at=made)
    answer = desk.step(told).answers[0]
    assert answer.accepted is accepted
    assert accepted or answer.text.startswith("made_at lies in the future, or more than 400 days ago")


def test_the_customer_needs_no_permit(desk, name) -> None:
    answer = desk.report(permit_id=name, direction=Direction.IN)
    assert answer.text == "a contact that the customer made needs no permit: report it without one"


def test_a_permit_that_nobody_gave_is_refused(desk) -> None:
    answer = desk.report(permit_id="a1/1/permit/none")
    assert answer.text == ("no permit a1/1/permit/none was given for this account: report the contact without a permit")


def test_a_contact_before_its_permit_was_given_is_refused(desk, name) -> None:
    answer = desk.report(made="2026-03-03T09:59", permit_id=name)
    assert answer.text == f"the permit {name} was given after the contact: report the contact without a permit"


@pytest.mark.parametrize(
    ("told", "other"),
    [
        ({"channel": Channel.VISIT}, "channel"),
        ({"party": Party.GUARANTOR}, "party"),
        ({"actor": Actor.AGENCY, "collector": "north"}, "actor"),
        ({"address": "office"}, "place"),
        ({"place": Place.WORKPLACE}, "place"),
    ],
)
def test_a_permit_is_for_the_contact_that_was_asked_for(desk, name, told, other) -> None:
    desk.reach = POINTS
    answer = desk.report(permit_id=name, **told)
    assert answer.text == f"the permit {name} is for another {other}: report the contact without a permit"


@pytest.mark.parametrize(
    ("asked", "told", "other"),
    [
        ({"address": "mobile"}, {"address": "office"}, "place"),
        ({"address": "mobile"}, {"address": "second"}, "address"),
        ({"party": Party.GUARANTOR, "party_id": "bob"}, {"party": Party.GUARANTOR, "party_id": "eve"}, "party_id"),
        ({"address": "mobile"}, {}, None),
        ({}, {"address": "mobile"}, None),
        ({"party": Party.GUARANTOR}, {"party": Party.GUARANTOR, "address": "bob"}, None),
        ({"party": Party.GUARANTOR, "party_id": "bob"}, {"party": Party.GUARANTOR}, None),
        ({"actor": Actor.AGENCY, "collector": "north"}, {"actor": Actor.AGENCY, "collector": "south"}, "collector"),
        ({"place": Place.WORKPLACE}, {}, None),
        ({"place": Place.WORKPLACE}, {"place": Place.WORKPLACE}, None),
        ({"place": Place.WORKPLACE}, {"place": Place.HOME}, "place"),
        ({"address": "office"}, {"place": Place.HOME}, "place"),
    ],
)
def test_what_a_report_leaves_out_is_as_it_was_asked_for(desk, asked, told, other) -> None:
    desk.reach = (*POINTS, Reach(address="second", channel=Channel.CALL))
    name = desk.request(**asked).permit.permit_id
    answer = desk.report(permit_id=name, **told)
    assert answer.accepted is (other is None)
    assert other is None or answer.text == (
        f"the permit {name} is for another {other}: report the contact without a permit"
    )


@pytest.mark.parametrize(
    ("asked", "told", "kept_as"),
    [
        ({"address": "bob"}, {}, ("bob", "bob", Place.HOME)),
        ({"party_id": "bob", "place": Place.WORKPLACE}, {}, ("bob", None, Place.WORKPLACE)),
        ({}, {"address": "bob"}, ("bob", "bob", Place.HOME)),
        ({}, {"party_id": "eve"}, ("eve", None, Place.HOME)),
        ({}, {}, (None, None, Place.HOME)),
    ],
)
def test_whom_and_where_a_report_names_or_the_permit_named_is_kept(desk, asked, told, kept_as) -> None:
    desk.reach = POINTS
    name = desk.request(party=Party.GUARANTOR, **asked).permit.permit_id
    desk.report(permit_id=name, party=Party.GUARANTOR, **told)
    made = desk.steps[-1].entries[0].report
    assert (made.party_id, made.address, made.place) == kept_as


# --- consents: what takes a contact out of caps is on file

MORE_CALLS = rule("more_calls", grants="extra_calls", ends_on=["conversation"])


@pytest.mark.parametrize(
    ("said", "told", "accepted"),
    [
        ({"name": "more_calls"}, {}, True),
        ({"name": "more_calls"}, {"made": "2026-03-03T09:30"}, True),
        ({"name": "more_calls"}, {"made": "2026-03-03T08:59"}, False),
        ({"name": "more_calls", "until": "2026-03-03T09:30"}, {}, False),
        ({"name": "more_calls"}, {"party": Party.GUARANTOR}, False),
        ({"name": "more_calls", "channel": Channel.VISIT}, {}, False),
        ({"name": "other"}, {}, False),
        (None, {}, False),
        ({"name": "more_calls"}, {"consented": "nobodys_rule"}, False),
    ],
)
def test_a_consent_that_a_report_names_must_be_on_file_for_this_contact(desk_of, said, told, accepted) -> None:
    desk = desk_of(packs_of(consents=[MORE_CALLS]))
    desk.said = [] if said is None else [fact("2026-03-03T09:00", "consent", **said)]
    told = {"consented": "more_calls", **told}
    answer = desk.report("no_answer", **told)
    assert (answer.accepted, kept(desk) != []) == (accepted, accepted)
    assert accepted or answer.text == (
        f"no consent {told['consented']} to this contact was in force when it was made: report it without one"
    )


def test_the_conversation_that_uses_a_consent_up_was_made_under_it_and_the_next_one_was_not(desk_of) -> None:
    desk = desk_of(packs_of(consents=[MORE_CALLS]))
    desk.said = [fact("2026-03-03T09:00", "consent", "more_calls")]
    first, second = desk.request().permit.permit_id, desk.request().permit.permit_id
    assert desk.report("conversation", permit_id=first, consented="more_calls").accepted
    late = {"at": "2026-03-03T10:10", "made": "2026-03-03T10:05"}
    assert not desk.report("conversation", permit_id=second, consented="more_calls", **late).accepted


def test_an_address_of_nobody_is_refused(desk) -> None:
    assert "no contact point none today" in desk.report(address="none").text


def test_a_contact_point_tells_where_a_contact_without_a_permit_was_made(desk) -> None:
    desk.reach = POINTS
    desk.report(address="office")
    assert (desk.contacts[-1].address, desk.contacts[-1].place) == ("office", Place.WORKPLACE)

"""What customers want and where they are reached, by command: recorded once, counted at once, never an address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.contact import Outcome, PastContact
from domain.model.strategy import Channel
from ledger import accounts, confirmations, contacts, person_facts, persons
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.persons import Person
from tests.starter.cli.conftest import NUMBER, Office


def facts(office: Office, person: str = "P-1") -> dict[str, dict[str, object]]:
    return {fact["fact"]: fact for fact in office.json("person", "show", person)["facts"]}


def test_a_person_is_shown_by_ids_and_codes_only(office: Office) -> None:
    now = datetime.now(UTC)
    with office.ledger.write() as conn:
        persons.save(conn, Person("P-1", "Anna Example", "zh-CN", Channel.SMS))
        for number, (days, cancelled) in enumerate(((1, False), (2, False), (3, True), (40, False))):
            made = PastContact(now - timedelta(days=days), Channel.CALL, Outcome.NO_ANSWER)
            contacts.add(conn, Contact(f"c-{number}", "P-1", made, cancelled_at=now if cancelled else None))
    office.done("person", "fact", "A-1", "hold", "--name", "dispute", "--id", "f-1")
    shown = office.json("person", "show", "P-1")
    assert (shown["person"], shown["accounts"], shown["locale"], shown["preferred_channel"]) == (
        *("P-1", ["A-1", "A-2"]),
        *("zh-CN", "sms"),
    )
    assert shown["contacts_of_30_days"] == [{"channel": "call", "direction": "out", "outcome": "no_answer", "count": 2}]
    points = {point["contact_point"]: (point["channel"], point["verified"]) for point in shown["contact_points"]}
    assert points == {"P-1-mobile": ("sms", True), "P-1-mail": ("email", True)}
    told = office("person", "show", "A-1")
    assert "f-1: hold dispute, since " in told.out
    assert "call out, no answer: 2" in told.out
    for secret in (NUMBER, "anna@bank.example", "Anna Example"):
        assert secret not in told.out
        assert secret not in str(shown)


def test_a_person_of_whom_nothing_is_known_is_shown_as_such(office: Office) -> None:
    assert office.done("person", "show", "A-3") == [
        *("Person P-2, account A-3", "Language not known, preferred channel not known"),
        *("Facts on record:", "  none", "Contact points:", "  none", "Contacts of the last 30 days:", "  none"),
    ]
    assert "no account and no person X in the ledger" in office.refused("person", "show", "X")


def test_a_fact_is_recorded_once_with_all_that_it_says(office: Office) -> None:
    told = (
        *("person", "fact", "A-1", "preferred_window", "--id", "f-1", "--channel", "sms", "--address-id", "P-1-mobile"),
        *("--opens", "14:00", "--closes", "24:00", "--days", "9", "--until", "2099-03-01", "--debts", "A-2"),
        *("--evidence", "rec-7"),
    )
    assert office.done(*told) == ["recorded: preferred_window of person P-1 (fact f-1)"]
    assert office.done(*told) == ["nothing changed: fact f-1 was recorded before"]
    shown = facts(office)["f-1"]
    assert {
        name: shown[name] for name in ("channel", "address_id", "opens", "closes", "days", "debts", "evidence")
    } == {
        **{"channel": "sms", "address_id": "P-1-mobile", "opens": "14:00", "closes": "24:00", "days": 9},
        **{"debts": ["A-2"], "evidence": "rec-7"},
    }
    assert shown["until"] == "2099-02-28T16:00:00+00:00"
    assert "14:00 to 24:00, by sms, at P-1-mobile, for A-2" in office("person", "show", "P-1").out
    assert "with other content" in office.refused("person", "fact", "A-1", "hold", "--name", "x", "--id", "f-1")


def test_a_fact_about_another_party_names_it(office: Office) -> None:
    office.done("person", "fact", "A-1", "refusal", "--party", "relative", "--party-id", "r-1", "--id", "f-1")
    assert "f-1: refusal, of relative r-1, since" in office("person", "show", "P-1").out


def test_facts_that_ended_or_were_taken_back_are_not_shown(office: Office) -> None:
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    office.done("person", "fact", "A-1", "hold", "--name", "over", "--until", past, "--id", "f-over")
    office.done("person", "fact", "A-1", "hold", "--name", "dispute", "--id", "f-1")
    office.done("person", "fact", "A-1", "hold", "--name", "illness", "--id", "f-2")
    office.done("person", "fact", "A-1", "release", "--name", "dispute", "--id", "f-3")
    office.done("person", "fact", "A-1", "opt_out", "--channel", "sms", "--id", "f-4")
    office.done("person", "fact", "A-1", "opt_out", "--channel", "email", "--id", "f-5")
    office.done("person", "fact", "A-1", "opt_in", "--channel", "email", "--id", "f-6")
    assert set(facts(office)) == {"f-2", "f-4"}


def test_a_withdrawn_fact_counts_as_never_told(office: Office) -> None:
    tell = ("person", "fact", "A-1", "hold", "--name", "dispute", "--id", "f-1")
    office.done(*tell)
    take_back = ("person", "withdraw", "f-1", "--by", "op-1", "--reason", "mistake")
    assert office.done(*take_back) == ["withdrawn: fact f-1"]
    assert office.done(*take_back) == ["nothing changed: fact f-1 was withdrawn before"]
    assert facts(office) == {}
    assert "fact f-1 was withdrawn: record it again under another id" in office.refused(*tell)


def test_every_open_case_of_the_person_hears_of_a_fact_or_later(office: Office) -> None:
    office.open_cases(["A-1", "A-2", "A-3"])
    lines = office.done("person", "fact", "A-1", "lost_contact", "--id", "f-1")
    assert lines[-1] == "2 open cases hear of it from the feed"
    assert "f-1" in facts(office)
    withdrawn = office.done("person", "withdraw", "f-1", "--by", "o", "--reason", "mistake")
    assert withdrawn[-1] == "2 open cases hear of it from the feed"
    alone = office.done("person", "fact", "A-3", "lost_contact", "--id", "f-2")
    assert alone[-1] == "its case hears of it from the feed"


@pytest.mark.parametrize(
    ("words", "noted"),
    [
        (("hold", "--name", "dispute"), []),
        (("lost_contact",), []),
        (("event", "--name", "anything"), []),
        (("hold", "--name", "disputed"), ["note: the rules cn know no hold disputed: see `duecourse rules show cn`"]),
        (("consent", "--name", "calls"), ["note: the rules cn know no consent calls: see `duecourse rules show cn`"]),
    ],
)
def test_a_name_that_no_rule_knows_is_recorded_and_noted(
    office: Office, words: tuple[str, ...], noted: list[str]
) -> None:
    assert office.done("person", "fact", "A-1", *words, "--id", "f-1")[1:] == noted
    assert set(facts(office)) == {"f-1"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("A-9", "lost_contact"), "no account A-9 in the ledger"),
        (("A-1", "gossip"), "'gossip' is not one of"),
        (("A-1", "hold"), "name of a fact is no code"),
        (("A-1", "hold", "--name", "in her own words"), "name of a fact is no code"),
        (("A-1", "hold", "--name", "x", "--opens", "14:00"), "--opens and --closes go with"),
        (("A-1", "agreed_window", "--opens", "25:00", "--closes", "18:00"), "--opens: write a time of day like 14:00"),
        (("A-1", "agreed_window", "--opens", "14:00"), "hours open and close at minutes"),
        (("A-1", "lost_contact", "--debts", "A-3"), "--debts: A-3 is no account of this person"),
        (("A-1", "lost_contact", "--until", "soon"), "--until: write an instant with its zone"),
        (("A-1", "lost_contact", "--until", "9999-12-31"), "--until: 9999-12-31 is out of range"),
        (("A-1", "lost_contact", "--days", "0"), "--days"),
        (("A-1", "lost_contact", "--party-id", "his aunt"), "--party-id is no code"),
        (("A-1", "lost_contact", "--evidence", "two words"), "evidence of a fact is no code"),
        (("A-1", "zone", "--name", "Mars/Base"), "is not the name of a time zone"),
    ],
)
def test_a_bad_fact_is_one_line(office: Office, words: tuple[str, ...], message: str) -> None:
    assert message in office.refused("person", "fact", *words, "--id", "f-1")
    assert facts(office) == {}


def test_a_number_instead_of_its_id_is_refused_without_repeating_it(office: Office) -> None:
    refused = office.refused("person", "fact", "A-1", "opt_out", "--address-id", NUMBER, "--id", "f-1")
    assert "person P-1 has no such contact point" in refused
    assert NUMBER not in refused


def test_an_unknown_fact_cannot_be_withdrawn(office: Office) -> None:
    assert "no fact none" in office.refused("person", "withdraw", "none", "--by", "o", "--reason", "mistake")


@pytest.mark.parametrize(
    ("channel", "typed", "stored"),
    [
        ("sms", " +886 912-000-222 \n", "+886912000222"),
        ("call", "+44 20 7946 0958", "+442079460958"),
        ("email", "Bo@bank.example\n", "Bo@bank.example"),
        ("letter", "Bo Example\n\n 1  Main Street \n12345 Town\n", "Bo Example\n1 Main Street\n12345 Town"),
        ("im", "bo.example\n", "bo.example"),
    ],
)
def test_an_address_comes_from_the_standard_input_and_is_never_shown(
    office: Office, channel: str, typed: str, stored: str
) -> None:
    add = ("person", "point", "A-1", "--channel", channel, "--id", "new", "--unverified", "--shared")
    added, again = office(*add, stdin=typed), office(*add, stdin=typed)
    assert (added.code, added.out) == (0, f"added: {channel} new of person P-1\n")
    assert (again.code, again.out) == (0, "nothing changed: contact point new was added before\n")
    assert stored not in added.out + added.err + office("person", "show", "A-1").out
    with office.ledger.read() as conn:
        (point,) = [each for each in accounts.contact_points(conn, "P-1", date.max) if each.contact_point_id == "new"]
    assert (point.address, point.verified, point.shared) == (stored, False, True)


def test_the_newest_address_is_used(office: Office) -> None:
    place = ("--place", "workplace", "--zone", "Asia/Tokyo")
    office.done("person", "point", "A-1", "--channel", "sms", "--id", "new", *place, stdin="+81312345678")
    with office.ledger.read() as conn:
        point = accounts.contact_point(conn, "P-1", Channel.SMS, date(2150, 1, 1))
    assert point is not None
    assert (point.contact_point_id, point.place, point.zone) == ("new", "workplace", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("channel", "typed", "message"),
    [
        ("sms", "", "no address was given"),
        ("sms", "0912000222", "begins with + and the country's code"),
        ("sms", "+what", "is no telephone number"),
        ("call", "+88691234", "too few or too many digits"),
        ("call", "+886912000222 ext. 7", "or an extension"),
        ("sms", "+886912000222\n+886912000333", "an address for sms has one line: 2 were given"),
        ("email", "bo", "is no e-mail address"),
        ("email", "@other.example", "is no e-mail address"),
        ("email", "bo@localhost", "is no e-mail address"),
        ("email", "Bo <bo@bank.example>", "is no e-mail address"),
        ("letter", "secret\x07street", "signs that do not print"),
        ("letter", "x" * 501, "longer than 500 characters"),
        ("im", "x" * 70_000, "more than 64,000 bytes came"),
        ("im", b"\xff\xfe\xfa", "no UTF-8 text"),
    ],
)
def test_a_bad_address_is_one_line_that_does_not_repeat_it(
    office: Office, channel: str, typed: str | bytes, message: str
) -> None:
    refused = office.refused("person", "point", "A-1", "--channel", channel, "--id", "new", stdin=typed)
    assert message in refused
    for line in typed.splitlines() if isinstance(typed, str) else ():
        assert line not in refused


def test_an_id_stands_for_one_contact_point_and_is_not_the_address(office: Office) -> None:
    add = ("person", "point", "A-1", "--channel", "sms", "--id")
    other = office.refused(*add, "P-1-mobile", stdin="+886912000222")
    assert "contact point P-1-mobile is in the ledger with other content" in other
    for telling in ("0912000222", "886912000222", "mobile-912000222"):
        assert "the address itself cannot be the id" in office.refused(*add, telling, stdin="+886912000222")
    theirs = office.refused("person", "point", "A-3", "--channel", "sms", "--id", "P-1-mobile", stdin=NUMBER)
    assert "with other content" in theirs
    assert "is no id" in office.refused(*add, "bo@bank.example", stdin="+886912000222")
    assert "is no id" in office.refused(*add, "mail#1", stdin="+886912000222")
    assert "is not the name of a time zone" in office.refused(*add, "new", "--zone", "X/Y", stdin="+886912000222")


def test_the_same_address_has_no_second_id_so_that_an_opt_out_holds(office: Office) -> None:
    with office.ledger.write() as conn:
        accounts.add_contact_point(conn, ContactPoint("P-1-old", "P-1", Channel.SMS, "0912 as it was imported"))
    add = ("person", "point", "A-1", "--id", "new", "--channel")
    assert "person P-1 has this address already, as P-1-mobile" in office.refused(*add, "sms", stdin="+886 912 000 111")
    assert "already, as P-1-mail" in office.refused(*add, "email", stdin="ANNA@bank.example")
    office.done(*add, "call", stdin=NUMBER)
    office.done("person", "point", "A-1", "--id", "wife", "--channel", "sms", "--party", "spouse", stdin=NUMBER)


SAID = ("person", "said", "A-1", "--channel", "sms", "--address-id", "P-1-mobile", "--id")


@pytest.mark.parametrize(
    "words", ["STOP", " stop! ", "S.T.O.P", "stop by tomorrow and I'll pay", "Please stop", "退订", "回复TD", "拒收"]
)
def test_an_opt_out_counts_at_once_and_is_confirmed_once(office: Office, words: str) -> None:
    (line,) = office.done(*SAID, "in-1", stdin=words)
    assert line == (
        "opt-out: no more messages by sms to P-1-mobile, fact in-1; "
        "there is no open case, so a person must confirm it once (task opt_out_confirmation/in-1)"
    )
    shown = facts(office)["in-1"]
    assert (shown["kind"], shown["channel"], shown["address_id"]) == ("opt_out", "sms", "P-1-mobile")
    (task,) = office.json("task", "list")
    assert (task["kind"], task["account"]) == ("opt_out_confirmation", "A-1")
    assert task["detail"] == {"channel": "sms", "address_id": "P-1-mobile"}
    assert "(recorded before)" in office.done(*SAID, "in-1", stdin=words)[0]
    assert "no confirmation is due" in office.done(*SAID, "in-2", stdin=words)[0]
    assert len(office.json("task", "list")) == 1


def test_an_opt_out_after_an_opt_in_is_confirmed_again(office: Office) -> None:
    office.done(*SAID, "in-1", stdin="stop")
    scope = ("--channel", "sms", "--address-id", "P-1-mobile")
    office.done("person", "fact", "A-1", "opt_in", *scope, "--id", "in-2")
    assert "confirm it once (task opt_out_confirmation/in-3)" in office.done(*SAID, "in-3", stdin="stop")[0]


@pytest.mark.parametrize("words", ["START", "回复Y", "请恢复短信，谢谢"])
def test_an_opt_out_is_taken_back_by_the_words_that_its_confirmation_tells(office: Office, words: str) -> None:
    office.done(*SAID, "in-1", stdin="stop")
    told = "opt-in: the opt-out by sms is taken back, fact in-2"
    assert office.done(*SAID, "in-2", stdin=words) == [told]
    assert facts(office) == {}
    assert office.done(*SAID, "in-2", stdin=words) == [f"{told} (recorded before)"]
    assert office.done(*SAID, "in-3", stdin=words) == ["no opt-out word: nothing was recorded"]
    with office.ledger.read() as conn:
        (_, back) = person_facts.of_person(conn, "P-1", datetime.now(UTC))
    assert (back.fact.kind, back.fact.channel, back.fact.address) == ("opt_in", "sms", "P-1-mobile")


def test_what_was_taken_back_is_as_wide_as_the_opt_out_was(office: Office) -> None:
    whole = ("person", "said", "A-1", "--channel", "sms", "--id")
    office.done(*whole, "in-1", stdin="stop")
    office.done(*SAID, "in-2", stdin="stop")
    assert set(facts(office)) == {"in-1", "in-2"}
    assert office.done(*SAID, "in-3", stdin="start") == ["opt-in: the opt-out by sms is taken back, fact in-3"]
    assert facts(office) == {}
    assert "(recorded before)" in office.done(*SAID, "in-3", stdin="start")[0]
    office.done(*whole, "in-4", stdin="stop")
    assert office.done(*whole, "in-5", stdin="start") == ["opt-in: the opt-out by sms is taken back, fact in-5"]
    assert facts(office) == {}


def test_without_an_opt_out_words_of_coming_back_mean_nothing(office: Office) -> None:
    office.done("person", "said", "A-1", "--channel", "email", "--id", "in-1", stdin="stop")
    office.done("person", "fact", "A-1", "opt_out", "--channel", "sms", "--party", "spouse", "--id", "in-2")
    for number, words in enumerate(("START", "Y", "I start work on Monday")):
        assert office.done(*SAID, f"in-{number}-b", stdin=words) == ["no opt-out word: nothing was recorded"]
    assert {task["kind"] for task in office.json("task", "list")} == {"opt_out_confirmation"}


@pytest.mark.parametrize("words", ["I start work on Monday", "Y区的网点还开吗"])
def test_a_word_of_coming_back_among_others_goes_to_a_person(office: Office, words: str) -> None:
    office.done(*SAID, "in-1", stdin="stop")
    assert office.done(*SAID, "in-2", stdin=words) == ["not clear: a person must read it (task customer_wish/in-2)"]
    assert set(facts(office)) == {"in-1"}


def test_an_opt_out_that_reaches_further_than_the_message_is_taken_back_by_a_person(office: Office) -> None:
    office.done("person", "fact", "A-1", "opt_out", "--id", "f-1")
    assert "a person must read it" in office.done(*SAID, "in-1", stdin="start")[0]
    assert set(facts(office)) == {"f-1"}


def test_one_of_several_addresses_is_opened_by_a_person_when_nobody_knows_which(office: Office) -> None:
    office.done(*SAID, "in-1", stdin="stop")
    whole = ("person", "said", "A-1", "--channel", "sms", "--id")
    assert "a person must read it" in office.done(*whole, "in-2", stdin="start")[0]
    assert set(facts(office)) == {"in-1"}


def test_an_opt_out_from_an_unknown_address_closes_the_channel(office: Office) -> None:
    (line,) = office.done("person", "said", "A-1", "--channel", "email", "--id", "in-1", stdin="Unsubscribe")
    assert "no more messages by email to any address" in line
    assert facts(office)["in-1"]["address_id"] is None


def test_the_open_cases_hear_of_an_opt_out_or_later(office: Office) -> None:
    office.open_cases(["A-1", "A-2"])
    said, heard = office.done(*SAID, "in-1", stdin="stop")
    assert said.endswith(" where the bank has this channel, else a person (task opt_out_confirmation/in-1)")
    assert heard == "2 open cases hear of it from the feed"


def test_an_opt_out_waits_for_the_case_and_no_longer_once_it_was_taken_back(office: Office) -> None:
    office.done(*SAID, "in-1", stdin="stop")
    at = datetime.now(UTC)
    with office.ledger.read() as conn:
        (waiting,) = confirmations.to_confirm(conn, "P-1", at)
    assert (waiting.key, waiting.channel, waiting.address) == ("opt-out/in-1", Channel.SMS, "P-1-mobile")
    scope = ("--channel", "sms", "--address-id", "P-1-mobile")
    office.done("person", "fact", "A-1", "opt_in", *scope, "--id", "in-2")
    with office.ledger.read() as conn:
        assert confirmations.to_confirm(conn, "P-1", at) == ()


def test_a_word_in_the_middle_and_one_that_no_rule_honours_go_to_a_person(office: Office) -> None:
    assert office.done(*SAID, "in-1", stdin="can I stop the instalments?") == [
        "not clear: a person must read it (task customer_wish/in-1)"
    ]
    call = ("person", "said", "A-1", "--channel", "call", "--id", "in-2")
    assert office.done(*call, stdin="stop") == ["not clear: a person must read it (task customer_wish/in-2)"]
    assert facts(office) == {}
    assert [task["kind"] for task in office.json("task", "list")] == ["customer_wish", "customer_wish"]


def test_other_words_leave_nothing_behind(office: Office) -> None:
    assert office.done(*SAID, "in-1", stdin="I paid yesterday") == ["no opt-out word: nothing was recorded"]
    assert (facts(office), office.json("task", "list")) == ({}, [])


def test_the_words_of_a_customer_are_kept_nowhere(office: Office) -> None:
    secret = "my card is 4000 0000 0000 0002"
    for number, words in enumerate((f"stop {secret}", f"please stop {secret}", secret)):
        told = office(*SAID, f"in-{number}", stdin=words)
        assert secret not in told.out + told.err
    with office.ledger.read() as conn:
        kept = str(person_facts.of_person(conn, "P-1", datetime.now(UTC))) + str(office.json("task", "list"))
        assert "4000" not in kept


def test_a_withdrawn_opt_out_is_not_taken_for_one_that_holds(office: Office) -> None:
    office.done(*SAID, "in-1", stdin="stop")
    office.done("person", "withdraw", "in-1", "--by", "op-1", "--reason", "mistake")
    assert "fact in-1 was withdrawn" in office.refused(*SAID, "in-1", stdin="stop")


@pytest.mark.parametrize(
    ("words", "stdin", "message"),
    [
        (("A-9", "--channel", "sms"), "stop", "no account A-9"),
        (("A-1", "--channel", "pigeon"), "stop", "'pigeon' is not one of"),
        (("A-1", "--channel", "sms", "--address-id", "P-1-mail"), "stop", "no such contact point for sms"),
        (("A-1", "--channel", "sms", "--id", "a b"), "stop", "id is no code"),
        (("A-1", "--channel", "sms"), b"\xff", "the customer's words: what came is no UTF-8 text"),
    ],
)
def test_bad_input_about_what_was_said_is_one_line(
    office: Office, words: tuple[str, ...], stdin: str | bytes, message: str
) -> None:
    assert message in office.refused("person", "said", *words, stdin=stdin)

"""Strategies and rule packs: what comes with the package, and what is said about broken files."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from domain.model.errors import InputError
from domain.model.strategy import AfterPrevious, MonthEnd
from policies import Policies, load_pack, load_rules, load_strategy, strategy_names

HERE = Path(__file__).parent
BROKEN = {
    "alias_and_tag": [
        "3:8: the tag tag:yaml.org,2002:python/name:os.system is not allowed",
        "14:10: anchors and aliases are not allowed: write the value out",
    ],
    "causes": ['21:20: cn has no hold "objections": its holds are attorney_represented, bankruptcy, '],
    "causes_misread": [
        "21:19: days: input should be greater than or equal to 1",
        "23:5: a cause pauses the case or traces a payment, not both",
        "25:3: bored: input should be 'forgot', 'temporary_shortage', 'lost_income', ",
    ],
    "days_fall": ["18:38: the days of the ladder's steps must not fall"],
    "duplicate_key": ['8:1: the key "version" stands here a second time: remove one of them'],
    "first_after_previous": ["14:10: the first step has no notice before it"],
    "not_yaml": ["15:7: not readable as YAML: expected ',' or '}'"],
    "outside_the_hours": ["5:10: send_at: 23:30 is outside the hours of contact of cn (08:00 to 22:00)"],
    "same_step_twice": ["15:9: two steps of the ladder have the same id"],
    "several_faults": [
        '1:1: "rules" is missing',
        '8:8: CNY: "-50" is no amount: write digits only, as "50.00"',
        "9:3: cny: string should match pattern",
        "14:16: channels: input should be 'call',",
        "18:16: channels: input should be 'call',",
    ],
    "too_many_decimals": ["9:3: 50.50 JPY has more decimal places than the currency"],
    "unknown_key": ['1:1: "days_between" is missing', '6:1: unknown key "days_betwen": did you mean "days_between"?'],
    "unknown_rules": ['4:8: no rule pack "atlantis": there are au, base, cn'],
    "unquoted": ['5:10: send_at: write it in quotes: "09:30"', '9:8: CNY: write it in quotes: "50.00"'],
}


def test_every_broken_example_is_expected_here():
    assert {file.stem for file in (HERE / "broken").glob("*.yaml")} == set(BROKEN)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_each_fault_of_a_broken_strategy_is_one_line_with_file_line_and_column(name):
    file = HERE / "broken" / f"{name}.yaml"
    with pytest.raises(InputError) as refused:
        Policies.named(str(file))
    lines = str(refused.value).splitlines()
    assert len(lines) == len(BROKEN[name]), str(refused.value)
    for line, expected in zip(lines, BROKEN[name], strict=True):
        assert line.startswith(f"{file}:{expected}"), line


LEGAL = """\
name: legal
version: 1
title: Notices that the law requires
rules: us.reg_f
send_at: "09:30"
days_between: 4
most_attempts: 12
ladder:
  - id: first
    notice: overdue-notice
    channels: [sms]
    due: {rule: days_past_due, days: 5}
    legal_notice: validation_notice
  - id: second
    notice: second-reminder
    channels: [letter, sms, email]
    due: {rule: days_past_due, days: 15}
    legal_notice: validation_notice
"""


def legal(tmp_path: Path, **replaced: str) -> Path:
    text = LEGAL
    for old, new in replaced.items():
        text = text.replace(old, new)
    (tmp_path / "legal.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "legal.yaml"


def test_a_notice_of_the_packs_may_be_given_on_the_channels_of_its_rule(tmp_path):
    strategy = Policies.named(
        str(legal(tmp_path, sms="letter", **{"[letter, letter, email]": "[letter, email]"}))
    ).strategy
    assert [step.legal_notice for step in strategy.ladder] == ["validation_notice"] * 2


def test_a_notice_of_the_law_by_another_channel_is_refused_where_it_is_written(tmp_path):
    with pytest.raises(InputError) as refused:
        Policies.named(str(legal(tmp_path)))
    what = "us.reg_f.validation_notice may not go by sms: its channels are letter, email"
    file = tmp_path / "legal.yaml"
    assert str(refused.value).splitlines() == [f"{file}:11:16: {what}", f"{file}:16:24: {what}"]


@pytest.mark.parametrize(
    ("rules", "known"),
    [
        ("us.reg_f", "negative_report_notice, validation_notice"),
        ("uk", "negative_report_notice"),
        ("eu", "negative_report_notice, transfer_communication"),
    ],
)
def test_a_notice_that_no_pack_of_the_stack_knows_is_refused_with_those_that_exist(tmp_path, rules, known):
    file = legal(tmp_path, validation_notice="right_to_cure", **{"rules: us.reg_f": f"rules: {rules}"})
    with pytest.raises(InputError) as refused:
        Policies.named(str(file))
    what = f'{rules} has no notice "right_to_cure": its notices are {known}'
    assert str(refused.value).splitlines() == [f"{file}:13:19: {what}", f"{file}:18:19: {what}"]


def test_the_notice_before_a_report_goes_as_the_packs_say(tmp_path):
    text = legal(tmp_path, sms="letter", **{"[letter, letter, email]": "[letter, email]"}).read_text("utf-8")
    file = tmp_path / "bureau.yaml"
    file.write_text(f"{text}bureau:\n  report_from_dpd: 60\n  channels: [letter, im]\n", "utf-8")
    assert Policies.named(str(file)).strategy.bureau is not None
    file.write_text(
        file.read_text("utf-8").replace("rules: us.reg_f", "rules: in").replace("validation", "negative_report")
    )
    with pytest.raises(InputError) as refused:
        Policies.named(str(file))
    what = "in.negative_report_notice may not go by im: its channels are sms, email, letter, file"
    assert str(refused.value).splitlines() == [f"{file}:21:22: {what}"]


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ("bureau: {report_from_dpd: 60, channels: [call]}", "a call or a visit gives nobody a notice of a report"),
        ("re_age: {expires_days: 0}", "greater than or equal to 1"),
        ("re_age: {level: boss}", "'agent' or 'supervisor'"),
        ("re_age: {most: 2}", "unknown key"),
        ("bureau: {report_from_dpd: 0}", "greater than or equal to 1"),
        ("bureau: {report_from_dpd: 60, notice_days: 0}", "greater than or equal to 1"),
        ("thanks: {after: [withdrawn]}", "after: input should be 'cured', 'plan_completed' or 'paid_in_full'"),
        ("thanks: {after: [cured], within_days: 8}", "less than or equal to 7"),
    ],
)
def test_a_section_that_cannot_be_is_refused(tmp_path, section, why):
    text = legal(tmp_path, sms="letter", **{"[letter, letter, email]": "[letter, email]"}).read_text("utf-8")
    (tmp_path / "own.yaml").write_text(f"{text}{section}\n", "utf-8")
    with pytest.raises(InputError) as refused:
        Policies.named(str(tmp_path / "own.yaml"))
    assert why in str(refused.value)


def test_the_standard_strategy_has_six_notices_and_its_own_rule_pack():
    strategy = load_strategy("card-standard")
    assert (strategy.name, strategy.rules, strategy.send_at) == ("card-standard", "cn", time(9, 30))
    assert (len(strategy.ladder), strategy.days_between, strategy.most_attempts) == (6, 6, 12)
    assert strategy.least_amount == {"CNY": Decimal("50.00"), "TWD": Decimal("100.00")}
    assert [type(step.due) for step in strategy.ladder][2:5:2] == [MonthEnd, AfterPrevious]


@pytest.mark.parametrize("name", strategy_names())
def test_a_strategy_is_found_under_its_own_name(name):
    assert load_strategy(name).name == name


@pytest.mark.parametrize("load", [load_strategy, load_rules, load_pack])
@pytest.mark.parametrize("name", ["nothing", "../rules/cn", "Card-Standard", ""])
def test_an_unknown_name_is_refused_with_those_that_exist(load, name):
    with pytest.raises(InputError, match="there are"):
        load(name)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        Policies.named(str(tmp_path / "none.yaml"))
    (tmp_path / "image.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no UTF-8 text"):
        Policies.named(str(tmp_path / "image.yaml"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file is empty"),
        ("- a\n- b\n", "1:1: the file: input should be"),
        ("a: b\n" * 250_000, "this is no policy file"),
        ("a: b\nc: d\x00", "2:5: U+0000 is a control character: remove it"),
        ("a: \ufffe", "not readable as YAML: special characters are not allowed"),
        ('"\\e[31m": b', "1:1: U+001B is a control character: remove it"),
        (f"version: {'1' * 16}", "1:10: a number of 16 digits: write at most 15"),
        ("[" * 5_000, "not readable as YAML"),
        ("? [a]\n: b\n", "unknown key"),
    ],
    ids=["empty", "a list", "too large", "control", "no character", "escaped", "long number", "deep", "a list as key"],
)
def test_a_file_of_another_kind_is_refused(tmp_path, text, fault):
    (tmp_path / "odd.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        Policies.named(str(tmp_path / "odd.yaml"))
    assert fault in str(refused.value)
    assert all(line.startswith(str(tmp_path)) for line in str(refused.value).splitlines())

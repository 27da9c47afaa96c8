"""The bank's own file: what it may say, and what is said about faults in it."""

from pathlib import Path

import pytest

from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import TextAsk
from domain.model.strategy import Channel
from policies.texts import BankFile, check, example_bank, load_bank, sample, texts_of
from policies.texts.templates import package_folder

FILE = package_folder() / "bank.yaml"


def changed(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "bank.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_bank_speaks_for_itself(tmp_path):
    bank = load_bank(changed(tmp_path, "Example Bank", "River Bank"))
    text = texts_of(bank=bank).render("firm-notice", Channel.SMS, "en", sample("firm-notice", "en")).text
    assert text.startswith("River Bank: ")


def test_where_a_complaint_may_go_next_is_said_when_the_bank_names_it(tmp_path):
    bank = load_bank(
        changed(
            tmp_path,
            "    opt_out_sms: Reply",
            '    complaint_elsewhere: "After us, the ombudsman"\n    opt_out_sms: Reply',
        )
    )
    text = texts_of(bank=bank).render("firm-notice", Channel.EMAIL, "en", sample("firm-notice", "en")).text
    assert "please call our complaints team on +86 400 000 0199. After us, the ombudsman." in text


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("    seal: 示例", "    sael: 示例", 'unknown key "sael": did you mean "seal"?'),
        ('"+86 400 000 0100"', '"call us"', "phone: string should match pattern"),
        (
            "institution_name: Example Bank",
            'institution_name: "Example\\nBank"',
            "write one line of visible characters",
        ),
        ("institution_name: Example Bank", 'institution_name: "\\u202eBank"', "write one line of visible characters"),
        ("institution_name: Example Bank", 'institution_name: "\\ue000Bank"', "write one line of visible characters"),
        ("institution_name: Example Bank", 'institution_name: " "', "write one line of visible characters"),
        ("hosts: [bank.example]", 'hosts: ["https://bank.example"]', "string should match pattern"),
        ("hosts: [bank.example]", "hosts: []", "hosts: tuple should have at least 1 item"),
        ("  zh-CN:", "  zh_CN:", "should match pattern"),
    ],
)
def test_each_fault_of_the_file_is_told_at_its_line(tmp_path, old, new, fault):
    path = changed(tmp_path, old, new)
    with pytest.raises(InputError) as refused:
        load_bank(path)
    assert any(line.startswith(f"{path}:") and fault in line for line in str(refused.value).splitlines()), refused.value


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"the bank's profile .* cannot be read"):
        load_bank(tmp_path / "none.yaml")


def test_a_locale_of_which_there_is_no_profile_is_refused():
    with pytest.raises(InputError, match="the bank's profile has no locale 'fr': there are zh-CN, en"):
        example_bank().profile("fr")


def told(tmp_path: Path, packs, old: str, new: str) -> list[str]:
    """What the lint says of a bank's file with this change."""
    return check(texts_of(bank=load_bank(changed(tmp_path, old, new))), packs)


OUT, IN = "opt_out_sms: Reply STOP to end texts.", "opt_in_sms: Reply START to get them again."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OUT, "opt_out_sms: Have a nice day."),
        (OUT, "opt_out_sms: Reply BYE."),
        (OUT, "opt_out_sms: To stop, reply BYE."),
        (OUT, "opt_out_sms: Reply STOPP to end texts."),
        (IN, "opt_in_sms: Reply HELLO to get them again."),
        ("opt_out_sms: 拒收请回复TD", "opt_out_sms: 拒收请回复R"),
        ("opt_out_sms: 拒收请回复TD", "opt_out_sms: 如不需要，请告诉我们"),
        ("opt_in_sms: 如需恢复，请回复Y", "opt_in_sms: 如需恢复，请回复N"),
        ("直接回复“退订”即可", "直接回复“再见”即可"),
        ("如需恢复，请回复“订阅”", "如需恢复，请回复“你好”"),
    ],
)
def test_an_answer_that_nobody_would_hear_is_refused_at_its_line(tmp_path, packs, old, new):
    (fault,) = told(tmp_path, packs, old, new)
    text = (tmp_path / "bank.yaml").read_text(encoding="utf-8")
    line = 1 + text[: text.index(new)].count("\n")
    assert fault.startswith(f"{tmp_path / 'bank.yaml'}:{line}: opt_")
    assert "asks for no answer that the rules hear; they hear " in fault


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OUT, 'opt_out_sms: "Reply to this message with the word \\"stop\\"."'),
        (OUT, "opt_out_sms: Text STOP or END to stop."),
        (OUT, "opt_out_sms: STOP to end"),
        (OUT, "opt_out_sms: Répondez STOP pour ne plus recevoir de messages."),
        ("opt_out_sms: 拒收请回复TD", "opt_out_sms: 回T退订"),
        ("opt_out_sms: 拒收请回复TD", "opt_out_sms: 退订发送“退订”"),
        ("opt_out_sms: 拒收请回复TD", "opt_out_sms: TD退订"),
    ],
)
def test_an_answer_that_is_heard_may_be_asked_for_in_many_words(tmp_path, packs, old, new):
    assert told(tmp_path, packs, old, new) == []


def test_where_no_rule_lists_words_nothing_is_asked_of_the_lines(tmp_path, packs):
    silent = [
        pack.model_copy(update={"opt_outs": tuple(r.model_copy(update={"keywords": {}}) for r in pack.opt_outs)})
        for pack in packs
    ]
    assert told(tmp_path, silent, OUT, "opt_out_sms: Have a nice day.") == []


def test_a_text_with_an_answer_that_nobody_would_hear_does_not_leave(tmp_path, packs):
    texts = texts_of(bank=load_bank(changed(tmp_path, OUT, "opt_out_sms: Reply BYE to end texts.")))
    with pytest.raises(InputError, match='the answer that its "opt_out" asks for is one that the rules do not hear'):
        texts.render("firm-notice", Channel.SMS, "en", sample("firm-notice", "en"), (), packs)
    assert texts.render("firm-notice", Channel.SMS, "en", sample("firm-notice", "en")).text


@pytest.mark.parametrize(
    ("locale", "own", "instead"),
    [
        ("en", "with your own name as payee", "with the cardholder's name as payee"),
        ("zh-CN", "收款人填写您本人姓名", "收款人填写持卡人姓名"),
    ],
)
def test_a_guarantor_pays_to_the_card_of_somebody_else(texts, packs, locale, own, instead):
    for party, said, unsaid in ((Party.DEBTOR, own, instead), (Party.GUARANTOR, instead, own)):
        values = sample("firm-notice", locale).model_copy(update={"party": party})
        ask = TextAsk(notice="firm-notice", channel=Channel.EMAIL, locale=locale, values=values)
        text = texts.message(ask, packs).text
        assert said in text
        assert unsaid not in text


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "call us on +86 400 000 0100, and we will tell you how."),
        ("zh-CN", "请致电400-000-0100，我们会告诉您如何办理。"),
    ],
)
def test_without_words_for_a_guarantor_the_bank_asks_for_a_call(packs, locale, told):
    unsaid = {"pay_online_guarantor": None, "pay_transfer_guarantor": None}
    profiles = {name: each.model_copy(update=unsaid) for name, each in example_bank().profiles.items()}
    texts = texts_of(bank=example_bank().model_copy(update={"profiles": profiles}))
    values = sample("firm-notice", locale).model_copy(update={"party": Party.GUARANTOR})
    ask = TextAsk(notice="firm-notice", channel=Channel.LETTER, locale=locale, values=values)
    assert texts.message(ask, packs).text.count(told) == 2
    assert check(texts, packs) == []


def test_a_bank_that_no_file_made_has_a_place_too():
    bank = BankFile(hosts=("bank.example",), profiles=example_bank().profiles)
    assert bank.place_of("en", "opt_out_sms") == "bank.yaml:1"


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("bank.example", True),
        ("PAY.bank.example", True),
        ("notbank.example", False),
        ("bank.example.evil.example", False),
        ("example", False),
    ],
)
def test_only_the_banks_hosts_and_their_subdomains_are_its_own(host, own):
    assert example_bank().owns(host) is own


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_the_bank_of_the_package_does_not_exist(locale):
    profile = example_bank().profile(locale)
    assert profile.website.endswith(".example")
    assert profile.email.endswith(".example")

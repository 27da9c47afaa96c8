"""The bank's own file: what it may say, and what is said about faults in it."""

from pathlib import Path

import pytest

from domain.model.errors import InputError
from domain.model.strategy import Channel
from policies.texts import example_bank, load_bank, sample, texts_of
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
    assert "our complaints team listens on +86 400 000 0199. After us, the ombudsman." in text


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

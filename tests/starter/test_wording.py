"""A strategy finds its words before the first case starts, not when a notice should leave."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from domain.model.errors import InputError
from domain.model.strategy import Channel, DaysPastDue, LadderStep
from policies import Policies
from policies.texts.templates import package_folder
from starter.processes import worker_process
from starter.settings import Settings
from starter.wording import check_words, texts_for

STANDARD = Policies.named("card-standard")


def saying(notice: str, *channels: Channel) -> Policies:
    """A strategy of one step: this notice on these channels."""
    step = LadderStep(id="only", notice=notice, channels=channels, due=DaysPastDue(days=5))
    return replace(STANDARD, strategy=STANDARD.strategy.model_copy(update={"name": "own", "ladder": (step,)}))


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings with a folder of texts of the bank's own."""
    folder = Path(shutil.copytree(package_folder(), tmp_path / "wording"))
    return Settings(wording=folder, data_dir=tmp_path)


def test_the_standard_strategy_has_all_its_words() -> None:
    check_words(STANDARD, Settings())


@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.FILE, Channel.IM])
def test_a_channel_may_share_the_text_of_another(channel: Channel) -> None:
    check_words(saying("firm-notice", channel), Settings())


def test_a_bank_without_texts_in_its_own_language_does_not_start() -> None:
    with pytest.raises(InputError, match=r"^DUECOURSE_LOCALE: no texts in fr: there are en, zh-CN$"):
        texts_for(Settings(locale="fr"))


def test_the_line_names_strategy_notice_channel_and_locale() -> None:
    with pytest.raises(InputError) as refused:
        check_words(saying("our-own", Channel.SMS), Settings())
    line = str(refused.value)
    assert line.startswith("strategy own: no text for the notice our-own by sms in en: en/our-own.sms.txt ")
    assert line.endswith(", and 1 more")
    assert "\n" not in line


def test_every_channel_of_a_step_needs_its_text_in_every_locale(own: Settings) -> None:
    assert own.wording is not None
    (own.wording / "zh-CN" / "firm-notice.sms.txt").unlink()
    check_words(saying("firm-notice", Channel.EMAIL), own)
    with pytest.raises(
        InputError, match=r"firm-notice by sms in zh-CN: zh-CN/firm-notice\.sms\.txt is missing in .*ng$"
    ):
        check_words(saying("firm-notice", Channel.EMAIL, Channel.SMS), own)


def test_whoever_may_not_read_of_the_debt_needs_words_too(own: Settings) -> None:
    assert own.wording is not None
    (own.wording / "en" / "please-call.sms.txt").unlink()
    with pytest.raises(InputError, match="no text for the notice please-call by sms in en"):
        check_words(saying("firm-notice", Channel.SMS), own)


def write(settings: Settings, file: str, old: str, new: str) -> None:
    """Change the words of one file of the bank's own."""
    assert settings.wording is not None
    path = settings.wording / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_words_that_the_rules_ban_are_refused_before_any_message(own: Settings) -> None:
    write(
        own, "en/firm-notice.sms.txt", "{% endblock %}", " We will call the police: the police will come.{% endblock %}"
    )
    with pytest.raises(
        InputError, match=r'^en/firm-notice\.sms\.txt:\d+: ".*police.*" must not be said \([\w.]+\)(; and \d+ more)?: `'
    ) as refused:
        check_words(STANDARD, own)
    assert str(refused.value).endswith(f": `duecourse wording lint --strategy card-standard --wording {own.wording}`")
    assert "\n" not in str(refused.value)


async def test_a_worker_whose_words_the_rules_ban_ends_with_code_2_and_one_line(own: Settings, tmp_path: Path) -> None:
    write(
        own, "en/firm-notice.sms.txt", "{% endblock %}", " We will call the police: the police will come.{% endblock %}"
    )
    async with worker_process(own, "127.0.0.1:1", tmp_path / "log") as worker:
        assert await worker.wait() == 2
    (line,) = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert line.startswith("en/firm-notice.sms.txt:")


def test_a_disclosure_that_a_shared_part_no_longer_makes_is_refused(own: Settings) -> None:
    write(own, "zh-CN/_parts.jinja", 'says("complaint_route")', 'says("reference")')
    with pytest.raises(
        InputError, match=r'^zh-CN/.*:\d+: the token "complaint_route" is required and not said.*; and \d+ more: `'
    ):
        check_words(STANDARD, own)


def test_a_broken_template_is_refused_with_its_line(own: Settings) -> None:
    write(own, "en/final-notice.email.txt", "{% block", "{% blok")
    with pytest.raises(InputError, match=r"^en/final-notice\.email\.txt:\d+: .*blok"):
        check_words(STANDARD, own)


@pytest.mark.parametrize("file", ["en/opt-out-confirmation.sms.txt", "en/please-call.email.txt"])
def test_what_leaves_besides_the_ladder_is_read_too(own: Settings, file: str) -> None:
    assert own.wording is not None
    (own.wording / file).write_text("{% broken", encoding="utf-8")
    with pytest.raises(InputError, match=rf"^{file}:1: "):
        check_words(STANDARD, own)


def test_a_text_that_no_step_of_the_ladder_sends_is_no_hindrance(own: Settings) -> None:
    assert own.wording is not None
    (own.wording / "en" / "firm-notice.sms.txt").write_text("{% broken", encoding="utf-8")
    (own.wording / "en" / "of-another-strategy.email.txt").write_text("the police", encoding="utf-8")
    check_words(saying("firm-notice", Channel.EMAIL), own)
    with pytest.raises(InputError, match=r"^en/firm-notice\.sms\.txt:1: "):
        check_words(saying("firm-notice", Channel.SMS), own)


def test_a_profile_of_the_banks_own_is_read_with_its_texts(own: Settings) -> None:
    bank = own.data_dir / "bank.yaml"
    given = (package_folder() / "bank.yaml").read_text(encoding="utf-8")
    bank.write_text(
        given.replace("hours: every day", "hours: or we call the police, the police will come, every day"),
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=rf"^en/\S+:\d+: .*police.* --bank {bank}`$"):
        check_words(STANDARD, own.model_copy(update={"bank_file": bank}))


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are no texts in"):
        check_words(STANDARD, Settings(wording=tmp_path))


def test_a_bank_of_its_own_speaks_in_its_texts(tmp_path: Path) -> None:
    bank = tmp_path / "bank.yaml"
    given = (package_folder() / "bank.yaml").read_text(encoding="utf-8")
    bank.write_text(given.replace("Example Bank", "Our Own Bank"), encoding="utf-8")
    assert texts_for(Settings(bank_file=bank)).bank.profile("en").institution_name == "Our Own Bank"
    assert texts_for(Settings()).bank.profile("en").institution_name == "Example Bank"


def test_a_ladder_with_a_notice_of_the_law_does_not_start_before_its_text_says_the_items() -> None:
    ladder = (
        saying("firm-notice", Channel.EMAIL)
        .strategy.ladder[0]
        .model_copy(update={"legal_notice": "negative_report_notice"})
    )
    legal = replace(STANDARD, strategy=STANDARD.strategy.model_copy(update={"ladder": (ladder,)}))
    what = "legal notice negative_report_notice by email must say and mark what_is_reported: the bank writes the text"
    with pytest.raises(InputError, match=rf"^en/firm-notice\.email\.txt:1: the {what}"):
        check_words(legal, Settings())


def test_a_bank_that_asks_for_an_answer_that_nobody_hears_does_not_start(tmp_path: Path) -> None:
    bank = tmp_path / "bank.yaml"
    given = (package_folder() / "bank.yaml").read_text(encoding="utf-8")
    bank.write_text(given.replace("Reply STOP to end texts.", "Reply BYE to end texts."), encoding="utf-8")
    with pytest.raises(InputError, match=r"bank\.yaml:\d+: opt_out_sms asks for no answer that the rules hear"):
        check_words(STANDARD, Settings(bank_file=bank))

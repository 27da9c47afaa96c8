"""The lint: every kind of fault, planted in a copy of the texts, is found at its file and line."""

from itertools import product

import pytest

from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import TextAsk
from domain.model.strategy import Channel, Strategy
from policies import load_strategy
from policies.texts import check, checked, required, sample, texts_of
from policies.texts.lint import findings
from tests.policies.wording.planting import append

EMAIL = "firm-notice.email.txt"


@pytest.mark.parametrize(
    ("locale", "file", "line", "what"),
    [
        ("en", EMAIL, "See https://bit.ly/x1.", "a link leads to a host that is not the bank's"),
        ("en", EMAIL, "See www.other.example.", "a link leads to a host that is not the bank's"),
        ("en", EMAIL, "See bank.example.evil.example/pay.", "a link leads to a host that is not the bank's"),
        ("en", EMAIL, "See https://bank.example@evil.example.", "a link leads to a host that is not the bank's"),
        ("en", EMAIL, "See http://10.0.0.1/pay.", "a link leads to a host that is not the bank's"),
        ("zh-CN", EMAIL, "请访问t.cn/abc还款。", "a link leads to a host that is not the bank's"),
        ("en", EMAIL, "Pay to 4111 1111 1111 1111.", "digits that look like a card number never leave"),
        ("zh-CN", EMAIL, "请转入4111-1111-1111-1111。", "digits that look like a card number never leave"),
        ("en", EMAIL, '{% filter says("blessing") %}Bless you.{% endfilter %}', 'unknown token "blessing"'),
        ("en", EMAIL, "{{ customer_number }}", "cannot be rendered: 'customer_number' is undefined"),
        ("en", EMAIL, "{{ past_due.amount }}", "cannot be rendered: 'str object' has no attribute 'amount'"),
        ("en", EMAIL, "{{ past_due.__class__ }}", "cannot be rendered: access to attribute '__class__'"),
        ("en", EMAIL, "{{ 1 // 0 }}", "cannot be rendered: ZeroDivisionError"),
        ("en", EMAIL, "{{ past_due | }}", "expected token 'name'"),
        ("en", EMAIL, "{% include 'nothing.jinja' %}", "cannot be rendered: there is no nothing.jinja"),
        ("en", "firm-notice.sms.txt", "word " * 120, "the text message takes"),
        ("zh-CN", "firm-notice.sms.txt", "字" * 140, "the text message takes"),
    ],
)
def test_a_planted_fault_is_found(folder, faults, locale, file, line, what):
    block = "words" if ".sms." in file else "ask"
    path = folder / locale / file
    if block == "words":
        path.write_text(path.read_text(encoding="utf-8").replace("{% endblock %}", f"{line}{{% endblock %}}"), "utf-8")
        number = 1
    else:
        number = append(path, line)
    found = [fault for fault in faults() if what in fault]
    assert found, faults()
    # Words over several blanks and what is only seen in the finished text are told at the first line of the file.
    assert found[0].startswith((f"{locale}/{file}:{number}: ", f"{locale}/{file}:1: ")), found


def test_a_word_that_only_others_must_not_read_may_be_said_to_who_owes(texts, packs):
    assert any(ban.parties == "third_party" for pack in packs for ban in pack.content_bans)
    assert texts.render("firm-notice", Channel.EMAIL, "en", sample("firm-notice", "en"), (), packs)


@pytest.mark.parametrize(
    ("line", "number"),
    [("See https://bit.ly/x1.", 8), ("{{ nobody }}", 8), ("{{ broken | }}", 8)],
)
def test_a_fault_is_told_at_its_line(folder, faults, line, number):
    assert append(folder / "en" / "friendly-reminder.email.txt", line) == number
    assert {fault.split(":")[:2][1] for fault in faults()} == {str(number)}


def test_a_fault_in_shared_words_is_told_where_they_stand(folder, faults):
    path = folder / "en" / "_parts.jinja"
    path.write_text(path.read_text().replace("Asking costs nothing.", "See https://bit.ly/x1."), encoding="utf-8")
    line = 1 + path.read_text().splitlines().index(next(t for t in path.read_text().splitlines() if "bit.ly" in t))
    assert set(faults()) == {f"en/_parts.jinja:{line}: a link leads to a host that is not the bank's"}


@pytest.mark.parametrize(
    ("locale", "text", "what"),
    [
        ("en", "It is past due.", '"past due" shows a debt to whoever reads this'),
        ("en", "It is about an unpaid thing.", '"unpaid" shows a debt to whoever reads this'),
        ("en", "It is about CNY 5.", "digits of an amount or account show a debt"),
        ("en", "Account {{ account_ref }}.", "digits of an amount or account show a debt"),
        ("en", "Case {{ reference }}.", "digits of an amount or account show a debt"),
        ("en", "It is {{ past_due }}.", "digits of an amount or account show a debt"),
        ("zh-CN", "关于逾期。", '"逾期" shows a debt to whoever reads this'),
        ("zh-CN", "我们是贷后管理部。", '"贷后" shows a debt to whoever reads this'),
        ("zh-CN", "共5元。", "digits of an amount or account show a debt"),
    ],
)
@pytest.mark.parametrize("channel", ["sms", "email", "call"])
def test_a_message_for_others_that_shows_a_debt_is_found(folder, faults, channel, locale, text, what):
    path = folder / locale / f"please-call.{channel}.txt"
    body = path.read_text(encoding="utf-8")
    at = body.rindex("{% endblock %}", 0, body.find("{% block pay") if channel == "sms" else None)
    if channel == "call":
        at = body.index("{% endblock %}", body.index("block offer"))
    path.write_text(f"{body[:at]}{text}{body[at:]}", encoding="utf-8")
    if channel == "email":
        path.write_text(body.replace("{% block words %}\n", f"{{% block words %}}\n{text}\n"), encoding="utf-8")
    assert any(f"{locale}/please-call.{channel}.txt" in fault and what in fault for fault in faults()), faults()


def test_a_required_token_whose_words_are_gone_is_found(folder, faults):
    path = folder / "zh-CN" / "_parts.jinja"
    text = path.read_text(encoding="utf-8")
    begin = text.index('{% filter says("legal_basis") %}\n') + len('{% filter says("legal_basis") %}\n')
    path.write_text(text[:begin] + text[text.index("{% endfilter %}", begin) :], encoding="utf-8")
    missing = 'the token "legal_basis" is required and not said: on which agreement and law the claim rests'
    assert f"zh-CN/firm-notice.email.txt:1: {missing}" in faults()


WAYS = ("how_to_pay_counter", "how_to_pay_online", "how_to_pay_transfer")


def test_a_text_that_says_please_pay_does_not_say_how(folder, faults):
    path = folder / "en" / "_parts.jinja"
    text = path.read_text()
    begin, end = text.index("{% macro how_to_pay() %}\n"), text.index("{% macro pay_short() %}")
    mark = '{% macro how_to_pay() %}{% filter says("how_to_pay") %}Please pay.{% endfilter %}{% endmacro %}\n\n'
    path.write_text(f"{text[:begin]}{mark}{text[end:]}", encoding="utf-8")
    found = faults()
    assert any('the token "how_to_pay" is not said in the words of the bank\'s file (pay_short or' in f for f in found)
    for token in WAYS:
        assert any(f.startswith("en/firm-notice.email.txt:1: ") and f'token "{token}" is required' in f for f in found)
    assert not [fault for fault in found if ".sms." in fault or ".call." in fault]


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.LETTER, Channel.FILE])
def test_what_is_written_names_every_way_to_pay_and_the_complaints_team(packs, channel):
    assert required(packs, "firm-notice", channel, Party.DEBTOR) >= {*WAYS, "how_to_pay", "complaint_route"}


@pytest.mark.parametrize(("channel", "tokens"), [(Channel.SMS, {"how_to_pay"}), (Channel.CALL, set())])
def test_what_is_short_names_them_in_short(packs, channel, tokens):
    assert required(packs, "firm-notice", channel, Party.DEBTOR) & {*WAYS, "how_to_pay", "complaint_route"} == tokens


@pytest.mark.parametrize(
    ("token", "line", "faulty"),
    [
        ("institution_name", "Some Bank", True),
        ("complaint_route", "Complain wherever you like.", True),
        ("opt_out", "Do not answer.", True),
        ("bank_contact", "+86 400 000 0100", False),
        ("rights", "Whatever words there are.", False),
    ],
)
def test_a_mark_alone_proves_nothing_that_only_the_bank_can_say(folder, packs, token, line, faulty):
    (folder / "en" / "own.email.txt").write_text(
        f'{{{{ part("subject") }}}}Hello{{{{ part("text") }}}}{{% filter says("{token}") %}}{line}{{% endfilter %}}'
    )
    _, draft = texts_of(folder).draft("own", Channel.EMAIL, "en", sample("firm-notice", "en"))
    found = [finding.what for finding in findings(draft, (), packs, texts_of().bank)]
    assert [f'the token "{token}" is not said in the words' in what for what in found] == [True] * faulty


LEGAL = {"notice": "own", "legal_notice": "negative_report_notice"}


def giving(*channels: Channel) -> Strategy:
    """The ladder of one step that gives a notice of the law."""
    standard = load_strategy("card-standard")
    step = standard.ladder[0].model_copy(update={**LEGAL, "channels": channels})
    return standard.model_copy(update={"ladder": (step,)})


def test_a_notice_of_the_law_says_its_items_or_is_no_such_notice(folder, packs):
    for locale in ("en", "zh-CN"):
        for channel in ("email", "sms", "call"):
            text = (folder / locale / f"firm-notice.{channel}.txt").read_text(encoding="utf-8")
            (folder / locale / f"own.{channel}.txt").write_text(text, encoding="utf-8")
    append(folder / "zh-CN" / "own.email.txt", '{% filter says("what_is_reported") %}我们将报送……{% endfilter %}')
    found = check(texts_of(folder), packs, [giving(Channel.EMAIL, Channel.SMS, Channel.CALL)])
    what = "must say and mark what_is_reported: the bank writes the text of a notice of the law itself"
    assert found == [
        f"en/own.email.txt:1: the legal notice negative_report_notice by email {what}",
        f"en/own.sms.txt:1: the legal notice negative_report_notice by sms {what}",
        f"zh-CN/own.sms.txt:1: the legal notice negative_report_notice by sms {what}",
    ]


def test_a_notice_of_the_law_whose_text_is_missing_or_broken_is_told_as_that(folder, packs):
    (folder / "en" / "own.email.txt").write_text("{{ broken | }}", encoding="utf-8")
    found = check(texts_of(folder), packs, [giving(Channel.EMAIL)])
    assert {"en/own.email.txt:1", "zh-CN/own.email.txt:1"} <= {fault.split(": ")[0] for fault in found}
    assert not any("must say and mark" in fault for fault in found)


@pytest.mark.parametrize("change", [{}, {"verified": False}, {"party": Party.SPOUSE}])
def test_what_does_not_say_the_items_never_leaves_as_a_notice_of_the_law(texts, packs, change):
    values = sample("firm-notice", "en").model_copy(update=change)
    ask = TextAsk(notice="firm-notice", channel=Channel.EMAIL, locale="en", values=values)
    assert texts.message(ask, packs).text
    legal = ask.model_copy(update={"legal_notice": "negative_report_notice"})
    with pytest.raises(InputError, match='the token "what_is_reported" is required and not said'):
        texts.message(legal, packs)
    assert texts.message(legal.model_copy(update={"channel": Channel.CALL}), packs).must_say


def test_a_token_that_is_rendered_but_does_not_reach_the_reader_does_not_count(folder, faults):
    path = folder / "en" / "_sms.jinja"
    hidden = "{% set unseen = p.opt_out_sms() %}"
    path.write_text(path.read_text().replace("{{ p.opt_out_sms() }}", hidden), encoding="utf-8")
    assert any(f.startswith("en/firm-notice.sms.txt:1: ") and 'token "opt_out"' in f for f in faults())


def test_what_only_the_guide_of_a_call_says_is_not_said(folder, faults):
    path = folder / "en" / "_call.jinja"
    text = path.read_text()
    says = '{% filter says("institution_name") %}\n'
    sentence = text[text.index(says) : text.index("{% block identify %}")]
    path.write_text(text.replace(sentence, "") + sentence, encoding="utf-8")
    assert any(f.startswith("en/firm-notice.call.txt:1: ") and 'token "institution_name"' in f for f in faults())


def test_a_subject_of_several_lines_and_an_e_mail_without_one_are_found(folder, faults):
    path = folder / "en" / EMAIL
    text = path.read_text()
    subject = "Important: please pay or talk to us about {{ p.your() }} card account"
    path.write_text(text.replace(subject, "a\nb"), encoding="utf-8")
    assert f"en/{EMAIL}:1: the subject is not one line of at most 120 characters" in faults()
    path.write_text(text.replace(subject, ""), encoding="utf-8")
    assert f"en/{EMAIL}:1: an e-mail needs a subject" in faults()


@pytest.mark.parametrize(
    ("file", "part", "what"), [("_sms.jinja", "text", "it has no text"), ("_call.jinja", "must_say", "sentences that")]
)
def test_a_text_without_its_parts_is_found(folder, faults, file, part, what):
    path = folder / "en" / file
    path.write_text(path.read_text().replace(f'part("{part}")', 'part("other")'), encoding="utf-8")
    assert any(what in fault for fault in faults())


def test_a_text_that_the_ladder_or_another_locale_has_and_is_missing_is_found(folder, faults):
    for notice, channel in product(("firm-notice", "please-call"), ("email", "call")):
        (folder / "en" / f"{notice}.{channel}.txt").unlink()
    found = faults()
    for notice in ("firm-notice", "please-call"):
        for channel in ("email", "letter", "file"):
            assert f"en/{notice}.{channel}.txt:1: is missing: the ladder of card-standard needs it" in found
        assert f"en/{notice}.call.txt:1: is missing: the locale zh-CN has it" in found


def test_a_file_that_is_named_after_no_channel_is_found(folder, faults):
    (folder / "en" / "firm-notice.fax.txt").write_text("hello", encoding="utf-8")
    assert 'en/firm-notice.fax.txt:1: "fax" is no channel: name the file <notice>.<channel>.txt' in faults()


def test_a_locale_of_which_the_bank_has_no_profile_is_found(folder, faults):
    (folder / "en").rename(folder / "fr")
    assert "bank.yaml:1: no profile for the locale fr" in faults()


def test_a_token_that_no_text_knows_is_told_with_the_rule_that_asks_for_it(texts, packs):
    wish = packs[-1].disclosures[0].model_copy(update={"tokens": ("blessing",), "channels": (Channel.SMS,)})
    odd = packs[-1].model_copy(update={"disclosures": (wish,)})
    with pytest.raises(
        InputError, match=r'rules/cn.yaml:1: the token "blessing" of cn.institution is known to no text'
    ):
        checked(texts, (odd,))


def test_a_folder_without_texts_is_refused(tmp_path, packs):
    with pytest.raises(InputError, match="there are no texts in"):
        checked(texts_of(tmp_path), packs)


def test_faults_of_the_first_contact_count_only_when_it_is_the_first(texts, packs):
    institution = packs[-1].disclosures[0]
    late = packs[-1].model_copy(
        update={"disclosures": (institution.model_copy(update={"tokens": ("seal",), "channels": (Channel.SMS,)}),)}
    )
    ask = TextAsk(notice="firm-notice", channel=Channel.SMS, locale="en", values=sample("firm-notice", "en"))
    assert texts.message(ask, (late,)).text
    with pytest.raises(InputError, match='the token "seal" is required and not said'):
        texts.message(ask.model_copy(update={"conditions": ("cn.institution",)}), (late,))

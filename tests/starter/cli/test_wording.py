"""The words on the command line: checked and shown."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from domain.model.errors import InputError
from policies.texts.templates import package_folder
from starter.cli.wording import app

RUNNER = CliRunner()


def run(*words: str):
    return RUNNER.invoke(app, words)


def test_the_texts_of_the_package_pass():
    done = run("lint")
    assert done.exit_code == 0, done.output
    assert done.output == "All texts in en and zh-CN keep the rules of cn.\n"


def test_the_rules_may_be_those_of_a_strategy():
    done = run("lint", "--strategy", "card-standard")
    assert (done.exit_code, done.output) == (0, "All texts in en and zh-CN keep the rules of cn.\n")


def test_a_fault_is_one_line_and_exit_code_1(tmp_path):
    folder = shutil.copytree(package_folder(), tmp_path / "wording")
    file = folder / "en" / "firm-notice.email.txt"
    file.write_text(file.read_text().replace("We take this", "See https://bit.ly/x1.\nWe take this"), encoding="utf-8")
    done = run("lint", "--wording", str(folder))
    assert done.exit_code == 1
    assert done.output == "en/firm-notice.email.txt:4: a link leads to a host that is not the bank's\n"


def test_a_preview_shows_the_subject_and_the_text():
    done = run("preview", "firm-notice", "--channel", "email", "--locale", "zh-CN")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Subject: 重要通知：请还款或与我们联系\n\n尊敬的王小明：\n")


def test_a_preview_of_a_call_shows_what_must_be_said():
    lines = run("preview", "please-call", "--channel", "call").output.splitlines()
    assert lines[0] == "Must be said:"
    assert lines[2] == "- Could you please ask Anna Example to call us?"


def test_a_preview_as_json_has_all_parts():
    shown = json.loads(run("preview", "friendly-reminder", "--channel", "sms", "--json").output)
    assert set(shown) == {"subject", "text", "html", "must_say"}
    assert shown["text"].startswith("Example Bank: Dear Anna Example, ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("preview", "nothing"), "no text for the notice 'nothing' by email: en/nothing.email.txt is missing"),
        (("preview", "Firm Notice"), "'Firm Notice' is no name of a notice"),
        (("preview", "firm-notice", "--locale", "fr"), "no texts in the locale 'fr': there are en, zh-CN"),
        (("preview", "firm-notice", "--locale", "../en"), "'../en' is no locale: there are en, zh-CN"),
        (("preview", "firm-notice", "--locale", "EN"), "'EN' is no locale: there are en, zh-CN"),
        (("preview", "firm-notice", "--channel", "visit"), "en/firm-notice.visit.txt is missing"),
        (("lint", "--rules", "atlantis"), "no rule pack 'atlantis'"),
        (("lint", "--bank", "/nowhere.yaml"), "the bank's profile /nowhere.yaml cannot be read"),
    ],
)
def test_what_is_not_there_is_refused(words, message):
    done = run(*words)
    assert isinstance(done.exception, InputError)
    assert message in str(done.exception)

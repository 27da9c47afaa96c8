"""The terminal: the same figures as the page, in 80 columns of any encoding."""

import io
import re

import pytest
from rich.console import Console

from starter.demo.hooks import figures_of
from starter.demo.report import Report
from starter.demo.terminal import print_report


def printed(report: Report, width: int = 80, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    print_report(report, Console(file=stream, width=width, color_system=None, force_terminal=False))
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("name", ["normal", "extreme"])
def test_every_figure_of_the_page_but_single_days_is_printed(name: str, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(name)
    figures = figures_of(report)
    words = " ".join(printed(report).split())
    single_days = {key for key in figures if re.fullmatch(r"past_due\.\d{4}-\d\d-\d\d\..*", key)}
    left_out = single_days | {"total.cured_by_payment.percent"}

    assert [key for key, figure in figures.items() if key not in left_out and figure.text not in words] == []


@pytest.mark.parametrize(
    "row",
    [
        r"Cases +1,300",
        r"Cured by payment +780",
        r"Cleared by the bank's status +238 +18\.3%",
        r"Open at the end of the data +280 +21\.5%",
        r"Median days to cure +22",
        r"15-30 days +232",
        r"91\+ days +16",
        r"Second reminder \(file\) +1,022",
        r"5 May 2005 +1,400,000\.00 TWD +150",
        r"31 May 2005 +2,329,403\.13 TWD +158",
        r"3 Jul 2005 +2,660,727\.07 TWD +169 +highest",
        r"31 Oct 2005 +1,851,432\.64 TWD +209",
        r"base\.customer_hours +1,161 +98 +0",
        r"stop\.an-operators-own-name-of-some-forty-sign +2 +1 +0",
        r"All, each notice once +1,161 +98 +37",
        r"cn\.effective_calls: at most 3 conversations in a day +1,040",
        r"stop\.agency-north: an <operator> stopped contact +26",
        r"All, each call once +1,065",
        r"Bytes of history +18,412 +44,870 +81,003",
    ],
)
def test_each_figure_stands_in_its_row(normal: Report, row: str) -> None:
    assert re.search(rf"^ *{row}\b|^ *{row} *(━|$)", printed(normal), re.MULTILINE)


@pytest.mark.parametrize("name", ["normal", "extreme"])
def test_no_line_is_wider_than_80_columns_and_no_figure_is_cut(name: str, request: pytest.FixtureRequest) -> None:
    text = printed(request.getfixturevalue(name))

    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


def test_a_terminal_that_knows_only_ascii_shows_everything(normal: Report) -> None:
    assert "1,851,432.64 TWD" in printed(normal, encoding="ascii")


def test_hostile_names_are_printed_as_they_are(extreme: Report) -> None:
    text = printed(extreme, width=200)

    assert """<script>alert("1")</script> & 'co' [bold]x[/bold]""" in text
    assert "Unheard <of>" in text


def test_no_cures_have_no_median(extreme: Report) -> None:
    assert re.search(r"Median days to cure +none", printed(extreme))


def test_it_says_under_which_rules_and_what_they_kept_back(normal: Report, extreme: Report) -> None:
    text, nothing = (" ".join(printed(report).split()) for report in (normal, extreme))

    assert "Rules cn v1 (China, credit cards; not reviewed: not for production) on accounts in TWD" in text
    assert "1,161 notices were deferred (98 left later), 37 were barred until something happens." in text
    assert "Contacts deferred or barred, by rule" in text
    assert "Calls refused at the end, by rule" in text
    assert "1 call about 1 open case: 1 permitted (1 conversation), 0 refused." in nothing
    assert "by rule " not in nothing
    assert "Contacts deferred or barred by rules: none; every notice left at its own time." in nothing
    assert text.count("is made up for the demo.") == nothing.count("is made up for the demo.") == 1

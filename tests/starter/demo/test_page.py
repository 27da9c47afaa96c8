"""The page: every figure under its hook, nothing from outside, nothing unescaped, good at every width."""

import re
import shutil
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, async_playwright

from domain.model.errors import SurroundingsError
from starter.demo.page import render_page, write_page
from starter.demo.report import OPEN, Calls, CostPerCase, DaysToCure, JourneyCount, KeptBack, Report

VOID = {"meta", "br", "link", "img", "hr", "input", "wbr"}
AS_WRITTEN = {"portfolio", "strategy", "rules", "rules.title", "rules.review", "seed"} | {
    *("currency", "zones", "past_due.currency")
}
OUTCOMES = (
    "cured",
    "paid_in_full",
    "cleared_by_status",
    "plan_completed",
    "settled_for_less",
    "re_aged",
    "withdrawn",
    OPEN,
)
SMALLEST_TEXT = """() => Math.min(...[...document.querySelectorAll('body *')]
    .filter(e => !['title', 'desc'].includes(e.tagName))
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
CLIPPED = """() => [...document.querySelectorAll('svg text')].filter(e => e.checkVisibility())
    .map(e => [e.getBoundingClientRect(), e.textContent])
    .filter(([at]) => at.left < 0 || at.right > document.documentElement.clientWidth)
    .map(([, text]) => text)"""


class Parsed(HTMLParser):
    """A page whose tags must be balanced, its hooks collected."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled_by: list[str] = []
        self.tags: Counter[str] = Counter()
        self.hooks: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.reading: tuple[str, str, str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._see(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)
            values = dict(attrs)
            if name := values.get("data-figure"):
                self.reading = (tag, name, values["data-value"] or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._see(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()} closes something else"

    def handle_data(self, data: str) -> None:
        if self.reading is not None:
            tag, name, value = self.reading
            assert self.open[-1] == tag
            self.hooks[name].add((value, data))
            self.reading = None

    def _see(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert len(values) == len(attrs), f"<{tag}> names an attribute twice"
        self.tags[tag] += 1
        self.ids += [values["id"] or ""] if "id" in values else []
        self.labelled_by += (values.get("aria-labelledby") or "").split()


def percent(part: int, whole: int) -> str:
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def of_fields(report: Report) -> dict[str, str]:
    """What the hooks of the report's own fields must say, written down independently of the page."""
    days, cost = report.days_to_cure, report.cost
    plain = ("portfolio", "strategy", "rules", "seed", "cases", "first_day", "last_day", "wall_seconds")
    said = {name: str(getattr(report, name)) for name in plain}
    said |= {f"outcomes.{row.outcome}": str(row.cases) for row in report.outcomes}
    said |= {f"days_to_cure.{name}": str(getattr(days, name) or "") for name in ("p25", "median", "p75")}
    said["days_to_cure.cases"] = str(days.cases)
    for first, last, cases in days.bands:
        said[f"days_to_cure.band.{first}+" if last is None else f"days_to_cure.band.{first}-{last}"] = str(cases)
    said |= {f"notices.{row.step}.{row.channel.value}": str(row.sent) for row in report.notices}
    for day in report.past_due:
        said[f"past_due.{day.on}.amount"] = str(day.amount.amount)
        said[f"past_due.{day.on}.accounts"] = str(day.accounts)
    for part in CostPerCase.model_fields:
        said |= {f"cost.{part}.{name}": str(value) for name, value in getattr(cost, part).model_dump().items()}
    setting, kept = report.setting, report.kept_back
    reviewed, production = ("" if yes else "not " for yes in (setting.reviewed, setting.production))
    said |= {"rules.title": setting.rules_title, "rules.review": f"{reviewed}reviewed: {production}for production"}
    said |= {"currency": setting.currency, "zones": ", ".join(setting.zones)}
    said |= {f"kept_back.{name}": str(value) for name, value in kept.model_dump(exclude={"rules"}).items()}
    for row in kept.rules:
        counts = row.model_dump(include={"deferred", "left_later", "barred"})
        said |= {f"kept_back.{row.rule}.{name}": str(value) for name, value in counts.items()}
    said |= {f"calls.{name}": str(value) for name, value in report.calls.model_dump(exclude={"rules"}).items()}
    said |= {f"calls.{row.rule}.refused": str(row.refused) for row in report.calls.rules}
    for row in report.journeys:
        counts = row.model_dump(exclude={"journey"})
        said |= {f"journeys.{row.journey}.{name}": str(value) for name, value in counts.items()}
    said |= {f"audit.{name}": str(value) for name, value in report.audit.model_dump().items()}
    return said


def computed(report: Report) -> dict[str, str]:
    """What the hooks of sums and shares must say."""
    cases = dict.fromkeys(OUTCOMES, 0) | {str(row.outcome): row.cases for row in report.outcomes}
    cured = cases["cured"] + cases["paid_in_full"]
    sent = sum(row.sent for row in report.notices)
    highest = max(day.amount.amount for day in report.past_due)
    said = {f"outcomes.{outcome}": str(count) for outcome, count in cases.items()}
    said |= {f"outcomes.{outcome}.percent": percent(count, report.cases) for outcome, count in cases.items()}
    return said | {
        "total.cured_by_payment": str(cured),
        "total.cured_by_payment.percent": percent(cured, report.cases),
        "total.notices": str(sent),
        "total.notices_per_case": str((Decimal(sent) / report.cases).quantize(Decimal("0.1"), ROUND_HALF_UP)),
        "past_due.currency": report.past_due[0].amount.currency,
        "past_due.highest_on": str(next(day.on for day in report.past_due if day.amount.amount == highest)),
    }


@pytest.fixture(params=["normal", "extreme"])
def report(request: pytest.FixtureRequest) -> Report:
    chosen: Report = request.getfixturevalue(request.param)
    return chosen


def test_every_field_of_the_report_and_every_sum_stands_under_its_hook_with_one_value(report: Report) -> None:
    found = {name: {value for value, _ in said} for name, said in Parsed(render_page(report)).hooks.items()}

    assert found == {name: {value} for name, value in (of_fields(report) | computed(report)).items()}


def test_people_read_the_raw_value_with_separators(report: Report) -> None:
    for name, said in Parsed(render_page(report)).hooks.items():
        for value, text in said:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                day = date.fromisoformat(value)
                assert text == f"{day.day} {day:%b} {day.year}"
            elif name in AS_WRITTEN:
                assert text == value
            elif not value:
                assert text == "none"
            else:
                shown = Decimal(re.sub(r"[^0-9.-]", "", text))
                assert shown == (round(Decimal(value), 1) if name == "wall_seconds" else Decimal(value)), name
                assert not re.search(r"\d{4}", text), f"{name} has no thousands separator: {text}"


def test_amounts_carry_their_currency(normal: Report) -> None:
    assert Parsed(render_page(normal)).hooks["past_due.2005-05-05.amount"] == {("1400000.00", "1,400,000.00 TWD")}


def test_a_new_field_of_the_report_needs_a_hook() -> None:
    about = {"portfolio", "strategy", "rules", "seed", "cases", "first_day", "last_day", "wall_seconds"}
    counted = {"outcomes", "days_to_cure", "notices", "kept_back", "calls", "journeys", "past_due", "cost", "audit"}
    assert set(Report.model_fields) == about | {"setting"} | counted
    assert set(KeptBack.model_fields) == {"persons", "deferred", "left_later", "barred", "rules"}
    assert set(JourneyCount.model_fields) == {"journey", "of_a_hundred", "customers", "called", "ended", "open"}
    assert set(Calls.model_fields) == {"cases", "asked", "permitted", "conversations", "refused", "rules"}
    assert set(DaysToCure.model_fields) == {"cases", "p25", "median", "p75", "bands"}


def test_tags_are_balanced_and_every_drawing_has_a_text_and_a_table(report: Report) -> None:
    page = Parsed(render_page(report))

    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.labelled_by) == set(page.ids)
    drawings = len(page.labelled_by) // 2
    assert page.tags["desc"] == drawings == (4 if report.days_to_cure.cases else 3)
    assert page.tags["details"] == 4
    parts = (report.journeys, report.kept_back.rules, report.calls.rules)
    assert page.tags["table"] == 5 + sum(map(bool, parts))


def test_the_page_names_no_address_and_runs_no_script(report: Report) -> None:
    text = render_page(report)
    tags = Parsed(text).tags

    assert not re.search(r"//|url\(|@import|\bsrc=|\bhref=", text)
    assert not tags.keys() & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}


def test_hostile_names_are_shown_as_text(extreme: Report) -> None:
    text = render_page(extreme)

    assert "<script" not in text
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; &#39;co&#39;" in text
    assert Parsed(text).hooks["rules"] == {('"onload="x', '"onload="x')}


def test_what_is_open_at_the_end_is_never_called_unpaid(report: Report) -> None:
    text = render_page(report).lower()

    assert "open at the end of the data" in text
    assert not re.search(r"unpaid|not paid|defaulter|debtor", text)


def test_a_report_without_days_notices_and_cures_says_so(extreme: Report) -> None:
    bare = DaysToCure(cases=0, p25=None, median=None, p75=None, bands=())
    text = render_page(extreme.model_copy(update={"past_due": (), "notices": (), "days_to_cure": bare, "cases": 0}))

    assert Parsed(text).open == []
    for said in ("The report has no day.", "No message was sent.", "No case was cured by payment"):
        assert said in text


def test_a_page_that_cannot_be_written_is_told_in_one_line(normal: Report, tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match=r"^the page was not written: .*missing.*; name another place$"):
        write_page(normal, tmp_path / "missing" / "report.html")


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
async def test_the_page_opens_offline_without_scrolling_sideways(
    report: Report, tmp_path: Path, width: int, scheme: str
) -> None:
    file = tmp_path / "report.html"
    write_page(report, file)
    asked: list[str] = []
    complaints: list[str] = []
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = await browser.new_context(
            offline=True, viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
        )
        page = await context.new_page()
        _listen(page, asked, complaints)
        await page.goto(file.as_uri())
        closed = await _widths(page)
        await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        opened = await _widths(page)
        smallest, clipped = await page.evaluate(SMALLEST_TEXT), await page.evaluate(CLIPPED)
        await browser.close()

    assert closed[0] <= closed[1] == width
    assert opened[0] <= opened[1] == width
    assert smallest >= 13
    assert clipped == []
    assert asked == [file.as_uri()]
    assert complaints == []


def _listen(page: Page, asked: list[str], complaints: list[str]) -> None:
    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))


async def _widths(page: Page) -> tuple[int, int]:
    root = "document.documentElement"
    return await page.evaluate(f"{root}.scrollWidth"), await page.evaluate(f"{root}.clientWidth")

"""Writes the report of a demo as one HTML page that needs nothing else: no script, no address, no other file.

Every figure stands in the page as text, in an element with ``data-figure`` (its name) and ``data-value`` (raw value).
Raw are integers without separators, amounts as decimals without the currency, days as YYYY-MM-DD; empty: there is none.
A name may occur more than once and always has the same value. The names:

- ``portfolio`` ``strategy`` ``rules`` ``seed`` ``cases`` ``first_day`` ``last_day`` ``wall_seconds``
- ``rules.title`` ``rules.review`` (whether they were reviewed and are for production) ``currency`` ``zones``
- ``outcomes.OUTCOME`` cases that ended so (``cured``, ``paid_in_full``, ``cleared_by_status``, ``withdrawn``,
  ``open_at_the_end_of_the_data``); ``outcomes.OUTCOME.percent`` of all cases, rounded half up to one decimal place
- ``total.cured_by_payment`` cured and paid in full together; ``total.cured_by_payment.percent`` of all cases;
  ``total.notices`` sent; ``total.notices_per_case`` to one decimal place
- ``days_to_cure.cases`` ``days_to_cure.p25`` ``days_to_cure.median`` ``days_to_cure.p75``;
  ``days_to_cure.band.FIRST-LAST`` cases cured within these days, ``days_to_cure.band.FIRST+`` in the last band
- ``notices.STEP.CHANNEL`` messages sent: notices of the ladder by step, then the others by kind
- ``kept_back.deferred`` notices planned for a later time than their own, ``kept_back.left_later`` those that left,
  ``kept_back.barred`` notices due and not sent; ``kept_back.RULE.deferred`` and so on by rule; ``kept_back.persons``
  with a wish, an opt-out or a hold
- ``calls.asked`` calls that leave was asked for at the end, ``calls.cases`` that they were about; of them
  ``calls.permitted``, ``calls.conversations``, ``calls.refused``; ``calls.RULE.refused`` by rule
- ``journeys.JOURNEY.of_a_hundred`` the stated share of customers who are played so, ``journeys.JOURNEY.customers`` how
  many are; of them ``journeys.JOURNEY.called`` the bank, ``journeys.JOURNEY.ended`` by payment or by a kept plan,
  ``journeys.JOURNEY.open`` have a case that is still open
- ``past_due.DAY.amount`` ``past_due.DAY.accounts`` at the end of that day (``DAY``: YYYY-MM-DD); ``past_due.currency``;
  ``past_due.highest_on`` the first day with the highest amount
- ``audit.contacts`` judged again at the end of the run, ``audit.breaches`` of a rule, ``audit.chains`` of evidence,
  ``audit.tampered`` rows of them that are not as they were written
- ``cost.PART.p50`` ``cost.PART.p95`` ``cost.PART.max`` of ``actions``, ``events``, ``history_bytes``
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from domain.model.errors import SurroundingsError
from starter.demo import charts, wording
from starter.demo.headline import calling, ground, headline, keeping
from starter.demo.hooks import figures_of, highest_past_due
from starter.demo.report import Report

_TEMPLATE = "page.html.j2"


def write_page(report: Report, path: Path) -> None:
    """Write the page, in UTF-8."""
    text = render_page(report)
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or "the file cannot be written"
        raise SurroundingsError(f"the page was not written: {path}: {reason}; name another place") from error


def render_page(report: Report) -> str:
    """The page as text."""
    figures = figures_of(report)
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            report=report,
            figures=figures,
            headline=headline(figures),
            ground=ground(report, figures),
            keeping=keeping(figures),
            calling=calling(figures),
            highest=highest_past_due(report),
            outcomes=charts.outcome_bars(report, figures),
            columns=charts.cure_columns(report, figures),
            notices=charts.notice_bars(report, figures),
            curve=charts.past_due_curve(report.past_due),
            wording=wording,
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _read(name: str) -> str:
    return resources.files("starter.demo").joinpath(name).read_text(encoding="utf-8")

"""Next: the first instant at which nothing refuses, if nothing else happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.compliance.judge import Judge, Lift, worst_of
from domain.compliance.situation import Moment, Situation
from domain.compliance.windows import WindowJudge, opening


def settled(judges: Sequence[Judge], situation: Situation, at: datetime) -> Lift:
    """The least instant from ``at`` on at which all judges allow, or what must happen first.

    Each step goes to an instant before which a judge refuses throughout, so none that is allowed is passed over.
    """
    windows = [judge for judge in judges if isinstance(judge, WindowJudge)]
    others = [judge for judge in judges if not isinstance(judge, WindowJudge)]
    while True:
        opens = opening(windows, situation, at)
        if not isinstance(opens, datetime):
            return opens
        moment = Moment(opens, situation.zones)
        lift = worst_of(judge.judge(situation, moment) for judge in others)
        if not isinstance(lift, datetime):
            return lift or opens
        at = lift

"""A run that was started beside another one, which ended the episode."""

from datetime import date

from domain.model.case import Closure, Outcome, Stage
from domain.model.facts import EpisodeEnd

DUE = date(2024, 5, 20)


def test_a_run_of_an_episode_that_another_run_ended_ends_with_its_outcome_and_does_nothing(world, hold):
    world.owe(DUE, "100")
    closed_at = world.instant(date(2024, 5, 22))
    end = EpisodeEnd(step_no=7, outcome="withdrawn", closed_at=closed_at, days_past_due=1, notices=2)
    world.about["ended"] = end
    step = world.open(date(2024, 5, 25))
    assert (step.commands, step.case.stage, step.case.step_no) == ((), Stage.CLOSED, 8)
    assert step.case.outcome == Closure(
        case_id="a1/1", outcome=Outcome.WITHDRAWN, closed_at=closed_at, days_past_due=1, notices=2
    )
    (answer,) = world.ring(date(2024, 5, 26), hold("h1")).answers
    assert not answer.accepted

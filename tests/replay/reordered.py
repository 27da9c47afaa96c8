"""The case workflow as a copy, and as a copy with one line planted: effects begin before the attributes are written."""

from __future__ import annotations

import asyncio

from temporalio import workflow

from domain.model.case import Case, Closure
from workflows import page
from workflows.case import CaseWorkflow


async def _run(case: CaseWorkflow, *, planted: bool) -> Closure:
    workflow.set_current_details(page.render(case.case))
    while not (case.idle() and (case.case.outcome or case.long())):
        events = await case.next_events()
        if events:
            step = await case.advance(events)
            case.perform(step)
            if planted:
                await asyncio.sleep(0)
            case.publish(step)
    if not case.case.outcome:
        workflow.continue_as_new(case.case)
    return case.case.outcome


@workflow.defn(name="Case")
class Copied(CaseWorkflow):
    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: Case) -> Closure:
        return await _run(self, planted=False)


@workflow.defn(name="Case")
class Reordered(CaseWorkflow):
    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: Case) -> Closure:
        return await _run(self, planted=True)

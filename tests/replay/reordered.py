"""The case workflow with one line planted: effects begin before the search attributes are written, not after."""

from __future__ import annotations

import asyncio

from temporalio import workflow

from domain.model.case import Case, Closure
from workflows import page
from workflows.case import CaseWorkflow


@workflow.defn(name="Case")
class Reordered(CaseWorkflow):
    @workflow.init
    def __init__(self, case: Case) -> None:
        super().__init__(case)

    @workflow.run
    async def run(self, case: Case) -> Closure:
        workflow.set_current_details(page.render(self.case))
        while not (self.idle() and (self.case.outcome or self.long())):
            events = await self.next_events()
            if events:
                step = await self.advance(events)
                self.perform(step)
                await asyncio.sleep(0)  # the planted change
                self.publish(step)
        if not self.case.outcome:
            workflow.continue_as_new(self.case)
        return self.case.outcome

"""Plays one scenario on its stage and reports what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from services.domain.message import Actor
from services.rehearsal.performance import Performance, Progress
from services.rehearsal.report import Report, report_of
from services.rehearsal.scenario import Scenario
from services.rehearsal.stage import Stage

OpenStage = Callable[[Scenario], AbstractAsyncContextManager[Stage]]


async def rehearse(scenario: Scenario, open_stage: OpenStage, progress: Progress = lambda _at: None) -> Report:
    """
    Play a scenario from its start to its end.

    Raises:
        PolicyError: it waits for what never comes.
        NotSeated: somebody cannot have the seat that the scenario gives them.
    """
    async with open_stage(scenario) as stage:
        performance = Performance(scenario=scenario, stage=stage, progress=progress)
        await performance.play()
        return await report_of(performance)


async def take_seats(scenario: Scenario, stage: Stage) -> Mapping[str, Actor]:
    """
    Give everybody at a scenario's table their seat, and play nothing.

    Raises:
        NotSeated: somebody cannot have it.
    """
    performance = Performance(scenario=scenario, stage=stage)
    async with performance.playing():
        return performance.people.actors

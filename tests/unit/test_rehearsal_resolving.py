"""Names of a scenario become streams, ids and instants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.rehearsal.reading import read_scenario
from services.rehearsal.resolving import CycleSeen, NotYet, Resolver, Thing

START = datetime(2040, 3, 6, 8, tzinfo=UTC)
HEAD = "scenario: x\nstarts: 2040-03-06T08:00:00Z\nbodies: [BODIES]\ntimeline:\n"


@dataclass
class KnownFacts:
    """Facts that are given."""

    instants: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    seen: tuple[CycleSeen, ...] = ()

    async def instant(self, thing: Thing, field: str) -> datetime | None:
        """Return what was given."""
        return self.instants.get((thing.stream, field))

    async def cycles(self, body: str) -> tuple[CycleSeen, ...]:
        """Return what was given."""
        return self.seen


def resolver(folder: Path, *steps: str, facts: KnownFacts | None = None, bodies: str = "dialogue") -> Resolver:
    """Return a resolver of a scenario with these steps, each ``who do {with} as``."""
    lines = []
    for step in steps:
        who, do, given, *alias = step.split(" ", 2)[:2] + step.split(" ", 2)[2].split(" as ")
        line = f"  - {{at: 2040-03-06T08:00:00Z, by: {who}, do: {do}, with: {given}"
        lines.append(line + (f", as: {alias[0]}}}" if alias else "}"))
    path = folder / "s.yaml"
    path.write_text(HEAD.replace("BODIES", bodies) + "\n".join(lines), encoding="utf-8")
    scenario = read_scenario(path, policies_dir(), now=START - timedelta(days=1))
    return Resolver(scenario=scenario, facts=facts or KnownFacts())


TABLE = "INTERPOL/chair table_text {cycle: 9, title: t, kind: minutes, paragraphs: {'1': a}} as t1"
OPEN = "INTERPOL/chair open_silence {text: t1, period: PT72H} as s1"


async def made(resolver: Resolver, index: int, facts: Mapping[str, object]) -> str:
    """Address a step, let it make something, and return where it went."""
    step = resolver.scenario.steps[index]
    addressed = await resolver.address(step, at=START)
    resolver.made(step, addressed, [(7, "happened", facts)])
    return addressed.stream


async def test_a_text_is_put_to_silence_where_it_was_tabled(tmp_path: Path) -> None:
    """Whoever names a text need not say its cycle."""
    names = resolver(tmp_path, TABLE, OPEN, "FRONTEX/alternate object {silence: s1}")

    assert await made(names, 0, {"text": "t-1"}) == "cycle/dialogue/9"
    assert await made(names, 1, {"procedure": "s-1"}) == "cycle/dialogue/9"
    objected = await names.address(names.scenario.steps[2], at=START)

    assert names.things["t1"] == Thing(noun="text", id="t-1", stream="cycle/dialogue/9", version=7)
    assert names.things["s1"] == Thing(noun="silence", id="s-1", stream="silence/s-1", version=7)
    assert (objected.stream, objected.kind, objected.arguments) == ("silence/s-1", "object", {})


async def test_the_one_live_cycle_need_not_be_named(tmp_path: Path) -> None:
    """Where several could be meant it has to be."""
    step = "AIMC/alternate respond {answer: accepted}"
    live, proposed = CycleSeen(number=9, is_live=True), CycleSeen(number=10, is_live=False)
    names = resolver(tmp_path, step, facts=KnownFacts(seen=(live, proposed)))
    assert (await names.address(names.scenario.steps[0], at=START)).stream == "cycle/dialogue/9"

    for facts, bodies in (
        (KnownFacts(seen=()), "dialogue"),
        (KnownFacts(seen=(live, CycleSeen(number=11, is_live=True))), "dialogue"),
        (KnownFacts(seen=(live,)), "dialogue, wg-sc"),
    ):
        names = resolver(tmp_path, step, facts=facts, bodies=bodies)
        with pytest.raises(PolicyError, match="add "):
            await names.address(names.scenario.steps[0], at=START)


async def test_an_instant_that_never_comes_is_an_error(tmp_path: Path) -> None:
    """Nothing waits for ever."""
    expires = START + timedelta(hours=72)
    facts = KnownFacts(instants={("silence/s-1", "expires"): expires})
    names = resolver(tmp_path, TABLE, OPEN, facts=facts)
    await made(names, 0, {"text": "t-1"})
    await made(names, 1, {"procedure": "s-1"})

    from services.rehearsal.anchor import read_anchor

    at = await names.instant(read_anchor("s1.expires -PT1S"), after=START, line=1)
    assert at == expires - timedelta(seconds=1)
    with pytest.raises(NotYet, match=r"s1.broken_at has not come; wait for it, or name an instant that comes"):
        await names.instant(read_anchor("s1.broken_at"), after=START, line=1)
    facts.instants = {("silence/s-1", "expires"): datetime(2199, 12, 31, tzinfo=UTC)}
    with pytest.raises(PolicyError, match=r"s1.expires \+P1D lies outside the years 1900 to 2199"):
        await names.instant(read_anchor("s1.expires +P1D"), after=START, line=1)
    with pytest.raises(PolicyError, match="nothing was made"):
        await names.instant(read_anchor("s2.expires"), after=START, line=1)


async def test_arguments_are_resolved_too(tmp_path: Path) -> None:
    """Names in lists and mappings become ids, instants counted from one become instants, an event its version."""
    facts = KnownFacts(instants={("action/a-1", "due"): START})
    names = resolver(
        tmp_path,
        "AIMC/alternate propose_item {cycle: 9, title: t, purpose: decision} as i1",
        "INTERPOL/chair annotate_agenda {cycle: 9, items: [{item: i1, minutes: 5}]}",
        "INTERPOL/chair adopt_agenda {cycle: 9, items: [i1]}",
        "INTERPOL/chair assign {cycle: 9, owner: AIMC, title: t, due: 2040-05-01T00:00:00Z} as a1",
        "INTERPOL/chair change_due {action: a1, due: a1.due +P7D, reason: r}",
        "INTERPOL/coordinator correct {cycle: 9, event: i1, data: {answer: declined}, reason: r}",
        facts=facts,
    )
    await made(names, 0, {"item": "i-1"})
    await made(names, 3, {"action": "a-1"})
    annotated, adopted, moved, corrected = [
        await names.address(names.scenario.steps[index], at=START) for index in (1, 2, 4, 5)
    ]

    assert annotated.arguments["items"] == [{"item": "i-1", "minutes": 5}]
    assert adopted.arguments["items"] == ["i-1"]
    assert (moved.stream, moved.arguments["due"]) == ("action/a-1", "2040-03-13T08:00:00Z")
    assert corrected.arguments["event"] == 7


async def test_a_series_stands_for_the_cycle_it_proposes(tmp_path: Path) -> None:
    """The cycle that a series proposes at once can be named."""
    names = resolver(tmp_path, "INTERPOL/coordinator schedule_series {body: wg-sc} as c1")

    await made(names, 0, {"number": 1})

    assert names.things["c1"] == Thing(noun="cycle", id="1", stream="cycle/wg-sc/1", version=7)

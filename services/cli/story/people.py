"""Act 1: seats are taken and keys issued; each entity by its own people from the second step on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from services.cli.story.stage import CHAIR, CONVENOR, COORDINATOR, DELEGATE, Stage, check

HEAD = "head_of_entity"
FOCAL_POINT = "focal_point"
SCOPES = ["read", "act", "administer"]
KEY_LIFE = timedelta(days=30)
ONE_SEAT = "SCO"
STRANGER = "EUROPOL"


async def take_seats(stage: Stage, first_key: str) -> None:
    """Play the act: from one key to everybody's."""
    stage.narrator.act(
        "Seats are taken and keys issued",
        "The first key is made once, on an empty register, for the convenor's coordinator. Everything else goes over "
        "the HTTP API, each entity under keys of its own; a name stands in the register alone and can be erased there.",
    )
    await stage.admit(COORDINATOR, first_key)
    entities = [entity async for entity in stage.seats[COORDINATOR].client.entities()]
    for entity in entities:
        stage.zones[entity.code] = entity.seat_zone
        stage.zones |= {each.code: each.seat_zone for each in entity.delegations}
    await stage.admit(COORDINATOR, first_key)
    members = tuple(entity.code for entity in entities if entity.status == "member")
    observers = tuple(entity.code for entity in entities if entity.status == "observer")
    stage.facts |= {"members": members, "observers": observers}
    stage.tell(COORDINATOR, datetime.now(UTC), f"finds {len(members)} members and {len(observers)} observers")
    everybody = (*members, *observers)
    seated = await asyncio.gather(*(_seat(stage, f"{code}/{HEAD}", by=COORDINATOR, entity=code) for code in everybody))
    stage.tell(
        COORDINATOR, max(seated), f"seats the heads of {len(seated)} entities, each with the first key of its entity"
    )
    codes = tuple(each.code for entity in entities if entity.code == ONE_SEAT for each in entity.delegations)
    stage.facts["delegations"] = codes
    for code, at in zip(everybody, await asyncio.gather(*(_seat_own(stage, code) for code in everybody)), strict=True):
        whom = "two heads of delegation, one for each of its bodies," if code == ONE_SEAT else "its head of delegation"
        stage.tell(f"{code}/{HEAD}", at, f"appoints {whom} and its focal point")
    await _seat(stage, CHAIR, by=f"{CONVENOR}/{HEAD}", entity=CONVENOR)
    await _count(stage, everybody)


async def _seat_own(stage: Stage, entity: str) -> datetime:
    """Let an entity's head seat its head of delegation, or one for each delegation of its seat, and its focal point."""
    head = f"{entity}/{HEAD}"
    for place in stage.facts["delegations"] if entity == ONE_SEAT else (None,):
        await _seat(stage, f"{place or entity}/{DELEGATE}", by=head, entity=entity, delegation=place)
    return await _seat(stage, f"{entity}/{FOCAL_POINT}", by=head, entity=entity)


async def _seat(stage: Stage, name: str, *, by: str, entity: str, delegation: str | None = None) -> datetime:
    """Enrol and appoint somebody and issue a key; return when the key was issued."""
    role = name.partition("/")[2]
    called = f"{role.replace('_', ' ').capitalize()} of {delegation or entity}"
    address = f"{role}@{(delegation or entity).lower().replace('_', '-')}.example"
    enrolled = await stage.act(by, "/v1/persons", {"name": called, "address": address, "entity": entity})
    place = {"delegation": delegation} if delegation else {}
    appointed = await stage.act(
        by, "/v1/appointments", {"person": enrolled.fact("person"), "seat": entity, "role": role, **place}
    )
    expires = (datetime.now(UTC) + KEY_LIFE).isoformat(timespec="seconds").replace("+00:00", "Z")
    issued = await stage.act(
        by, "/v1/keys", {"appointment": appointed.fact("appointment"), "scopes": SCOPES, "expires": expires}
    )
    check(issued.issued_key is not None, f"no key was issued to the {role} of {entity}")
    await stage.admit(name, issued.issued_key or "", delegation=delegation)
    return issued.received_at


async def _count(stage: Stage, entities: Iterable[str]) -> None:
    people = [p for entity in entities for p in await stage.listed(COORDINATOR, "/v1/persons", entity=entity)]
    check(len(people) == len(stage.seats), f"the register has {len(people)} persons, and {len(stage.seats)} have a key")
    stage.narrator.note(f"The register has {len(people)} persons, each with a key of their own.")
    stranger = {"name": "A stranger", "address": "stranger@example.org", "entity": STRANGER}
    refused = await stage.refusal(COORDINATOR, "/v1/persons", stranger)
    check(refused.reason == "NotPermitted", f"the coordinator was refused with {refused.reason}")
    stage.tell(COORDINATOR, datetime.now(UTC), f"tries to enrol somebody in {STRANGER}, and is refused")
    stage.narrator.note(f"“{refused.sentence}”")

"""The rows of notices: what an event queues, and what became of it; queued, delivered and failed are never one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.domain.catalogue import decider_of
from services.domain.message import Event, Notify
from services.domain.notice import NoticeDelivered, NoticeFailed


def queued_by(stream: str, version: int, state: Any, event: Event) -> tuple[dict[str, Any], ...]:
    """Return the rows of the notices that an event queues, given the state after it; one for each addressee."""
    if state is None:
        return ()
    rows = [
        {
            "stream": stream,
            "cause": version,
            "notice": effect.notice,
            "entity": addressee.entity,
            "role": addressee.role,
            "state": "queued",
            "queued_at": event.at,
        }
        for effect in decider_of(stream).effects(state, event)
        if isinstance(effect, Notify)
        for addressee in effect.to
    ]
    return tuple({(row["notice"], row["entity"], row["role"]): row for row in rows}.values())


def told_by(event: Event) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Return which notice of the stream an event tells of, by its columns, and what became of it; else ``None``."""
    if not isinstance(event, NoticeDelivered | NoticeFailed):
        return None
    is_told = isinstance(event, NoticeDelivered)
    return (
        {"cause": event.cause, "notice": event.notice, "entity": event.entity, "role": event.role},
        {
            "state": "delivered" if is_told else "failed",
            "channel": event.channel,
            "person": getattr(event, "person", None),
            "reason": getattr(event, "reason", None),
            "told_at": event.at if is_told else None,
        },
    )

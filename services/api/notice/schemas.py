"""How notices are told: queued, delivered and failed are never one badge."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Answer, Instant, Read


class NoticeRead(Read):
    """A notice to the holder of a role of an entity."""

    notice: str = Field(examples=["silence_opened"])
    entity: str
    role: str
    body: str = Field(description="Empty for the register.")
    stream: str
    queued_at: Instant


class DeliveredNoticeRead(NoticeRead):
    """A notice that reached its addressee."""

    channel: str | None
    told_at: Instant | None


class FailedNoticeRead(NoticeRead):
    """A notice that did not reach its addressee yet; it is tried again, alone."""

    channel: str | None
    reason: str | None


class NoticesRead(Answer):
    """Notices, the latest first, by what became of them; `next` is the cursor of the rest of all three lists."""

    queued: tuple[NoticeRead, ...]
    delivered: tuple[DeliveredNoticeRead, ...]
    failed: tuple[FailedNoticeRead, ...]
    next: str | None

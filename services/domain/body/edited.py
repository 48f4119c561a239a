"""What several people edit of a body: its series, with what is skipped and paused of them."""

from __future__ import annotations

from services.domain.body.commands import AmendSeries, PauseSeries, ResumeSeries, ScheduleSeries, SkipCycle
from services.domain.body.state import Body
from services.domain.edition import changed_since, edition_of
from services.domain.message import Command, Context, Refusal


def edition_of_series(body: Body) -> str:
    """Return the edition of a body's series, as people made them: sessions that go by change nothing."""
    return edition_of(
        (
            *(
                (s.id, s.kind, s.rrule, s.zone, s.local_start, s.session, s.procedure.reference, s.since, s.skipped)
                for s in body.series
            ),
            *((pause.kind, pause.since) for pause in body.paused),
        )
    )


def changed(body: Body, command: Command, context: Context) -> Refusal | None:
    """Refuse an edit of series that have changed since they were read."""
    if isinstance(command, ScheduleSeries | AmendSeries | PauseSeries | ResumeSeries | SkipCycle):
        return changed_since("series", edition_of_series(body), context)
    return None

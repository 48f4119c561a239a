"""Routes of commands to a meeting cycle."""

from __future__ import annotations

from services.api.command_route import CommandRoute, command_router
from services.api.cycle.sight import look_at_cycle
from services.api.editing import AGENDA
from services.domain.cycle import commands as asked
from services.domain.message import Command

CYCLE = "/cycles/{body}/{number}"
#: What follows the cycle in the address, by command.
PLACES: dict[str, type[Command]] = {
    "convening": asked.Convene,
    "responses": asked.Respond,
    "credentials": asked.RegisterCredentials,
    "items": asked.ProposeItem,
    "agenda/publication": asked.PublishAgenda,
    "agenda/annotation": asked.AnnotateAgenda,
    "agenda/adoption": asked.AdoptAgenda,
    "papers": asked.AddPaper,
    "contributions": asked.Contribute,
    "presences": asked.RecordPresence,
    "session/opening": asked.OpenSession,
    "session/closing": asked.CloseSession,
    "texts": asked.TableText,
    "actions": asked.Assign,
    "deadlines": asked.ChangeDue,
    "reports": asked.ReportTo,
    "postponement": asked.Postpone,
    "conversion": asked.ConvertToVirtual,
    "cancellation": asked.Cancel,
    "closing": asked.CloseCycle,
    "corrections": asked.Correct,
    "contests": asked.Contest,
}

EDITING = frozenset({asked.PublishAgenda, asked.AnnotateAgenda, asked.AdoptAgenda})
#: What puts an agenda in the place of one that may be somebody else's.
REPLACING = frozenset({asked.AnnotateAgenda})

router = command_router(
    "cycle",
    [
        CommandRoute(
            command=command,
            path=f"{CYCLE}/{place}",
            stream="cycle/{body}/{number}",
            look=look_at_cycle,
            edits=AGENDA if command in EDITING else None,
            needs_match=command in REPLACING,
        )
        for place, command in PLACES.items()
    ],
)

"""How the moments of an action are told."""

from __future__ import annotations

from services.api.action.telling import moment_told
from services.domain.action.moments import Moment, MomentKind
from services.domain.register_change import WouldMove
from tests.unit.calendar_setting import utc

RUNG = Moment(
    kind=MomentKind.RUNG,
    number=4,
    to="chair",
    due_at=utc("2026-09-30 22:00"),
    planned_at=utc("2026-10-14 22:00"),
    at=utc("2026-10-14 22:00"),
)


def test_a_rung_tells_where_a_calendar_loaded_afterwards_would_put_it() -> None:
    """It stands, and is listed (domain.md DD-7, scenario 11)."""
    moved = WouldMove(
        label=RUNG.label,
        entity="AMERIPOL",
        due_at=RUNG.at,
        would_be_at=utc("2026-10-15 22:00"),
        reason="passed over Mon 12 Oct (Feast in Bogota)",
    )

    told = moment_told(RUNG, has_gone=False, moved=moved)

    assert (told["at"], told["would_be_at"]) == (utc("2026-10-14 22:00"), utc("2026-10-15 22:00"))
    assert told["would_be_reason"] == "passed over Mon 12 Oct (Feast in Bogota)"
    assert moment_told(RUNG, has_gone=True)["would_be_at"] is None

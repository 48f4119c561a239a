"""How one's own account is told."""

from __future__ import annotations

from pydantic import Field

from services.api.appointment.schemas import AppointmentRead
from services.api.showing import Answer, Words


class AccountRead(Answer):
    """Who the caller is to the engine: a person under the appointment of the key in use."""

    person: str
    name: Words
    entity: str = Field(description="Empty for an auditor.")
    status: str | None = Field(description="The status of the entity now.")
    role: str
    appointment: str
    delegation: str | None
    body: str | None
    key: str = Field(description="The id of the key in use.")
    scopes: tuple[str, ...]
    appointments: tuple[AppointmentRead, ...] = Field(description="All that the person holds now.")

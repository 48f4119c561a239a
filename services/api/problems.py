"""The only place that knows HTTP statuses: from refusals by name to problems (RFC 9457)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from services.api.faults import Wrong, wrongs_of, wrongs_of_request
from services.api.refused import Refused, not_found
from services.commands.principal import NotAuthenticated
from services.commands.register_view import RegisterMissing
from services.commands.submit import KeyUsedOtherwise
from services.storage.unit_of_work import DatabaseAway
from services.wire.message import Malformed

MEDIA_TYPE = "application/problem+json"
#: Seconds after which asking again makes sense.
RETRY_AFTER = "2"
STANDARD = frozenset({"type", "title", "status", "detail", "instance", "refusal", "command_id"})
UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CONFLICT = HTTPStatus.CONFLICT

log = logging.getLogger(__name__)

#: Every refusal there is, by name, with the status and the title of its problem.
STATUSES: Mapping[str, tuple[HTTPStatus, str]] = {
    # whoever asks
    "NotAuthenticated": (HTTPStatus.UNAUTHORIZED, "No valid key"),
    "NotPermitted": (HTTPStatus.FORBIDDEN, "Not permitted"),
    "NotFound": (HTTPStatus.NOT_FOUND, "Not found"),
    "UnknownCommand": (HTTPStatus.NOT_FOUND, "No such command"),
    "MethodNotAllowed": (HTTPStatus.METHOD_NOT_ALLOWED, "Not done this way"),
    # what was sent
    "Malformed": (WRONG, "Malformed request"),
    "BadArgument": (WRONG, "Wrong argument"),
    "KeyUsedOtherwise": (WRONG, "Idempotency key used for another request"),
    "TooLarge": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too large"),
    "CannotReckon": (WRONG, "Deadlines cannot be reckoned"),
    "NoOccurrence": (WRONG, "The rule gives no session"),
    "OwnerNotMember": (WRONG, "Owner is no member"),
    "PeriodTooShort": (WRONG, "Period too short"),
    "TooFewWorkingDays": (WRONG, "Too few common working days"),
    "RungNotHoldable": (WRONG, "Rung cannot be held"),
    # how things stand
    "WrongState": (CONFLICT, "Not in this state"),
    "NotFounded": (CONFLICT, "Register not founded"),
    "AlreadyFounded": (CONFLICT, "Founded already"),
    "AlreadyProposed": (CONFLICT, "Proposed already"),
    "NoSeries": (CONFLICT, "No such series"),
    "AlreadyConvened": (CONFLICT, "Convened already"),
    "AlreadyPaused": (CONFLICT, "Paused already"),
    "NotPaused": (CONFLICT, "Not paused"),
    "AnotherCycleLive": (CONFLICT, "Another cycle is live"),
    "ReportsToNobody": (CONFLICT, "Reports to nobody"),
    "ReportsElsewhere": (CONFLICT, "Reports to another body"),
    "NoReconciler": (CONFLICT, "Nobody to reconcile them"),
    "ReconciliationNeeded": (CONFLICT, "Reconciliation needed"),
    "AdoptedAlready": (CONFLICT, "Adopted already"),
    "OverlapsLiveCycle": (CONFLICT, "Overlaps a live cycle"),
    "AlreadyVirtual": (CONFLICT, "Held at a distance already"),
    "ShortNotice": (CONFLICT, "Short notice"),
    "SessionNotDue": (CONFLICT, "Session not due yet"),
    "AgendaEmpty": (CONFLICT, "Agenda empty"),
    "NoQuorum": (CONFLICT, "No quorum"),
    "VersionMoved": (CONFLICT, "Another version is before the members"),
    "StaleVersion": (CONFLICT, "Another version is before the members"),
    "TextUnderSilence": (CONFLICT, "Text is in a procedure"),
    "RedraftNeeded": (CONFLICT, "Redraft needed"),
    "AlreadyDissociated": (CONFLICT, "Dissociated already"),
    "NoCorrectionToRefuse": (CONFLICT, "No correction to refuse"),
    "NoSuchCorrection": (CONFLICT, "No such correction"),
    "CorrectionStopped": (CONFLICT, "Too late to correct"),
    "ProcedureRunning": (CONFLICT, "A procedure still runs"),
    "AlreadyCorrected": (CONFLICT, "Corrected already"),
    "SilenceNotOpen": (CONFLICT, "Procedure not open"),
    "EmptyElectorate": (CONFLICT, "Nobody to decide"),
    "RedraftBegun": (CONFLICT, "A redraft is before the members"),
    "RoundsExhausted": (CONFLICT, "No round left"),
    "AlreadyObjected": (CONFLICT, "Objected already"),
    "AnsweredSince": (CONFLICT, "Answered since"),
    "NoObjectionToLift": (CONFLICT, "No objection to lift"),
    "ObjectionsStand": (CONFLICT, "Objections stand"),
    "TooLateForMeeting": (CONFLICT, "Too late to ask for a meeting"),
    "ExtensionsExhausted": (CONFLICT, "No extension left"),
    "TimeAlreadyAsked": (CONFLICT, "Time asked for already"),
    "NoTimeAsked": (CONFLICT, "Nobody asked for time"),
    "ServiceTooEarly": (CONFLICT, "Too early to serve by hand"),
    "AlreadyTold": (CONFLICT, "Told already"),
    "NotFinal": (CONFLICT, "Procedure still runs"),
    "OwnConfirmation": (CONFLICT, "Nobody confirms its own work"),
    "RungNotPending": (CONFLICT, "Rung not pending"),
    "ActionRecordClosed": (CONFLICT, "Record closed"),
    "NothingDue": (CONFLICT, "Nothing due"),
    "BootstrapClosed": (CONFLICT, "First key issued already"),
    "StatusUnchanged": (CONFLICT, "Status unchanged"),
    "AlreadyAppointed": (CONFLICT, "Appointed already"),
    "SeatHeld": (CONFLICT, "Seat held"),
    "SeatAndAudit": (CONFLICT, "Seat and audit exclude one another"),
    "StillAppointed": (CONFLICT, "Still appointed"),
    "SecretAlreadyUsed": (CONFLICT, "Secret used already"),
    "KeyAlreadyRevoked": (CONFLICT, "Key revoked already"),
    "VersionTaken": (CONFLICT, "Version taken"),
    # the engine itself
    "DatabaseAway": (UNAVAILABLE, "Database away"),
    "RegisterMissing": (UNAVAILABLE, "Register not founded yet"),
    "Unexpected": (HTTPStatus.INTERNAL_SERVER_ERROR, "Unexpected error"),
}
#: What says no in a query.
SAYING_NO = frozenset({"false", "0", "no", "off", "n", "f"})
_KEBAB = re.compile(r"(?<!^)(?=[A-Z])")


class Problem(BaseModel):
    """A problem (RFC 9457); the facts of the refusal stand beside these members, each under its own name."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/silence-not-open"], description="Stable; one for each refusal.")
    title: str
    status: int
    detail: str = Field(description="One sentence saying why, and what to do.")
    instance: str
    refusal: str = Field(examples=["SilenceNotOpen"])
    command_id: str | None = Field(default=None, description="The command, where it was taken in.")
    faults: list[Wrong] | None = Field(default=None, description="For `Malformed`: what is wrong where.")


def describe(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return what an operation documents of its problems."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        int(status): {
            "description": ", ".join(sorted({t for s, t in STATUSES.values() if s is status})[:6]),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status in statuses
    }


def problem(
    request: Request,
    name: str,
    sentence: str,
    facts: Mapping[str, Any] | None = None,
    *,
    command_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the problem of a refusal; a fact named like a member of every problem is told as ``refusal_<name>``."""
    status, title = STATUSES[name]
    told = {f"refusal_{key}" if key in STANDARD else key: value for key, value in (facts or {}).items()}
    body = {
        "type": f"/problems/{_KEBAB.sub('-', name).lower()}",
        "title": title,
        "status": int(status),
        "detail": sentence,
        "instance": request.url.path,
        "refusal": name,
        **({"command_id": command_id} if command_id else {}),
        **told,
    }
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def unexpected(request: Request, error: BaseException) -> JSONResponse:
    """Return the problem of an error nobody foresaw; what happened is in the log under its trace, and nothing here."""
    trace = uuid4().hex
    log.error("trace %s: %s %s failed", trace, request.method, request.url.path, exc_info=error)
    return problem(
        request, "Unexpected", f"Something went wrong here, not with you; tell the operator {trace}.", {"trace": trace}
    )


def too_large(request: Request, most: int) -> JSONResponse:
    """Return the problem of a body with more bytes than are taken."""
    sentence = f"The body is larger than {most} bytes; send less, or in parts."
    return problem(request, "TooLarge", sentence, {"most": most})


def too_deep(request: Request, most: int) -> JSONResponse:
    """Return the problem of a body with more levels of brackets than are taken."""
    rule = f"has more than {most} levels of brackets within one another"
    return _malformed(request, [Wrong(field="body", rule=rule, remedy="no command here needs as many; send it flat")])


def handle_problems(app: FastAPI) -> None:
    """Have an application answer every error it can foresee with a problem."""
    for error, handler in HANDLERS.items():
        app.add_exception_handler(error, handler)


async def _refused(request: Request, error: Any) -> JSONResponse:
    return problem(request, error.name, error.sentence, _facts(error), command_id=error.command_id)


def _facts(error: Refused) -> Mapping[str, Any]:
    if error.name != "Malformed":
        return error.facts
    return {**error.facts, "faults": [wrong.model_dump() for wrong in wrongs_of(error.facts.get("faults", ()))]}


async def _not_authenticated(request: Request, error: Exception) -> JSONResponse:
    return problem(request, "NotAuthenticated", f"{error}.", headers={"WWW-Authenticate": 'Bearer realm="dialogue"'})


async def _key_used_otherwise(request: Request, error: Exception) -> JSONResponse:
    sentence = "This Idempotency-Key was sent with another body before; take a new one, or send that body again."
    return problem(request, "KeyUsedOtherwise", sentence, command_id=str(error))


async def _away(request: Request, _error: Exception) -> JSONResponse:
    sentence = "The database does not answer, and nothing was done; send the same request again."
    return problem(request, "DatabaseAway", sentence, headers={"Retry-After": RETRY_AFTER})


async def _not_founded(request: Request, _error: Exception) -> JSONResponse:
    sentence = "The register has not been founded; the first worker that serves does it, so try again in a moment."
    return problem(request, "RegisterMissing", sentence, headers={"Retry-After": RETRY_AFTER})


async def _invalid(request: Request, error: Any) -> JSONResponse:
    wrongs = wrongs_of_request(error.errors())
    if all(wrong.field.startswith("path.") for wrong in wrongs):
        return await _refused(request, not_found("such address", request.url.path))
    return _malformed(request, wrongs, await _noted(request, wrongs))


async def _noted(request: Request, wrongs: list[Wrong]) -> str | None:
    """Put a malformed command of a known caller on record; one of nobody, for reading or for a preview leaves none."""
    desk = None if _is_preview(request) else getattr(request.state, "desk", None)
    described = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    if desk is None or "x-commands" not in described:
        return None
    kind = str(described["x-commands"][0]).rpartition("/")[2]
    noted: str = await desk.note_malformed(kind, request.url.path, [wrong.model_dump() for wrong in wrongs])
    return noted


def _is_preview(request: Request) -> bool:
    return request.query_params.get("preview", "false").lower() not in SAYING_NO


async def _malformed_here(request: Request, error: Any) -> JSONResponse:
    faults = [{"field": f.field, "rule": f.rule, "remedy": "put it right and ask again"} for f in error.faults]
    return _malformed(request, wrongs_of(faults))


def _malformed(request: Request, wrongs: list[Wrong], command_id: str | None = None) -> JSONResponse:
    sentence = "; ".join(f"{wrong.field}: {wrong.rule}" for wrong in wrongs)[:1000] + "."
    facts = {"faults": [wrong.model_dump() for wrong in wrongs]}
    return problem(request, "Malformed", sentence, facts, command_id=command_id)


async def _http(request: Request, error: Any) -> JSONResponse:
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        sentence = f"{request.method} is not done on this address; see the Allow header."
        return problem(request, "MethodNotAllowed", sentence, headers=error.headers)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return await _refused(request, not_found("such address", request.url.path))
    return _malformed(request, [Wrong(field="body", rule=str(error.detail), remedy="send JSON, encoded as UTF-8")])


HANDLERS: Mapping[type[Exception], Any] = {
    Refused: _refused,
    NotAuthenticated: _not_authenticated,
    KeyUsedOtherwise: _key_used_otherwise,
    DatabaseAway: _away,
    RegisterMissing: _not_founded,
    Malformed: _malformed_here,
    RequestValidationError: _invalid,
    HTTPException: _http,
}

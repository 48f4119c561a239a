"""From refusals and errors to problems (RFC 9457); the kinds there are stand in `problem/`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.api.faults import ASK_AGAIN, Wrong, wrongs_of, wrongs_of_request
from services.api.pace import keep_pace
from services.api.problem.catalogue import KINDS, type_of
from services.api.problem.describing import MEDIA_TYPE
from services.api.problem.language import language_of
from services.api.refused import Refused, not_found
from services.api.showing import with_local
from services.api.trace import trace_of
from services.commands.principal import NotAuthenticated
from services.commands.register_view import RegisterMissing
from services.commands.submit import DatabaseOlder, KeyUsedOtherwise
from services.storage.unit_of_work import DatabaseAway
from services.telemetry.trace import note
from services.wire.message import Malformed

#: Seconds after which asking again makes sense.
RETRY_AFTER = "2"
#: The same where a person has to act first.
RETRY_LATER = "60"
STANDARD = frozenset({"type", "title", "status", "detail", "instance", "refusal", "trace_id", "command_id"})

NOTHING_THERE = "NotFound"

log = logging.getLogger(__name__)

#: What says no in a query.
SAYING_NO = frozenset({"false", "0", "no", "off", "n", "f"})


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
    note(problem=name)
    kind, language = KINDS[name], language_of(request.headers.get("accept-language"))
    zone: ZoneInfo | None = getattr(request.state, "zone", None)
    shown = with_local(facts or {}, zone) if zone else facts or {}
    told = {f"refusal_{key}" if key in STANDARD else key: value for key, value in shown.items()}
    body = {
        "type": type_of(name),
        "title": kind.titles[language],
        "status": int(kind.status),
        "detail": sentence,
        "instance": request.url.path,
        "refusal": name,
        "trace_id": trace_of(request.scope),
        **({"command_id": command_id} if command_id else {}),
        **told,
    }
    said = {"Content-Language": language, "Vary": "Accept-Language", **(headers or {})}
    return JSONResponse(body, status_code=kind.status, media_type=MEDIA_TYPE, headers=said)


def unexpected(request: Request, error: BaseException) -> JSONResponse:
    """Return the problem of an error nobody foresaw; what happened is in the log under its trace, and nothing here."""
    trace = trace_of(request.scope)
    log.error("trace %s: %s failed", trace, request.method, exc_info=error)
    return problem(request, "Unexpected", f"Something went wrong here, not with you; tell the operator {trace}.")


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
    if error.name == NOTHING_THERE:
        await keep_pace(request.scope)
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


async def _older(request: Request, _error: Exception) -> JSONResponse:
    sentence = (
        "The database was restored to an earlier state, and nothing was done; the operator has to settle which state "
        "holds. Send the same request again later."
    )
    return problem(request, "DatabaseOlder", sentence, headers={"Retry-After": RETRY_LATER})


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
    faults = [{"field": f.field, "rule": f.rule, "remedy": f.remedy or ASK_AGAIN} for f in error.faults]
    return _malformed(request, wrongs_of(faults))


def _malformed(request: Request, wrongs: list[Wrong], command_id: str | None = None) -> JSONResponse:
    said = "; ".join(wrong.sentence for wrong in wrongs)[:1000]
    sentence = said if said.endswith(("?", "!", ".")) else f"{said}."
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
    DatabaseOlder: _older,
    RegisterMissing: _not_founded,
    Malformed: _malformed_here,
    RequestValidationError: _invalid,
    HTTPException: _http,
}

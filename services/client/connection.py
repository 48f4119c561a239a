"""A connection to the Dialogue's HTTP API: reads, pages, and commands sent as often as needed, that count once."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from services.client.patience import Patience
from services.client.preview import CommandPreview
from services.client.reading import read_as
from services.client.refusal import Refused, Undecided, Unreachable, Unreadable
from services.client.result import CommandResult

#: Answers of a gateway or of an API whose database is away; the same request may be sent again.
AWAY = frozenset({502, 503, 504})
TOO_MANY = 429
TAKEN_IN = 202
FIRST_ERROR = 400
#: What every problem has; the rest of its members are the facts of the refusal.
MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "refusal", "trace_id", "command_id"})
TIMEOUT = httpx.Timeout(30.0, connect=5.0)


class Connection:
    """
    Speaks to one API under one key; use it as an async context manager.

    ``patience`` bounds asking again when the API does not answer, ``verdict`` waiting for a command taken in while the
    engine was away.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        patience: Patience | None = None,
        verdict: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {"Accept": "application/json", "User-Agent": "dialogue-client"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=TIMEOUT, transport=transport)
        self._patience = patience or Patience()
        self._verdict = verdict or Patience(first=0.2, longest=5.0, total=120.0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    def feed_address(self, key: str) -> str:
        """Return the whole address of the calendar feed that a key opens, for whatever shows calendars."""
        return str(self._http.base_url.join(f"/v1/feeds/{key}.ics"))

    async def get(self, path: str, **query: Any) -> Any:
        """
        Return the JSON of a resource; a parameter that is ``None`` is left out.

        Raises:
            Refused: it may not be read, or is not there.
            Unreachable: the API did not answer.
            Unreadable: what answered is not the API.
        """
        response = await self._send("GET", path, params={n: v for n, v in query.items() if v is not None})
        return _json(response)

    async def edition(self, path: str) -> str | None:
        """
        Return the edition (ETag) of what several people edit, to be sent with an edit of it; ``None`` if it has none.

        Raises:
            Refused: it may not be read, or is not there.
            Unreachable: the API did not answer.
        """
        etag: str | None = (await self._send("GET", path)).headers.get("ETag")
        return etag

    async def pages(self, path: str, **query: Any) -> AsyncIterator[Mapping[str, Any]]:
        """
        Give the items of a list, page by page.

        Raises:
            Refused: it may not be read.
            Unreachable: the API did not answer.
        """
        cursor: str | None = None
        while True:
            page = await self.get(path, **query, cursor=cursor)
            for item in page["items"]:
                yield item
            cursor = page.get("next")
            if cursor is None:
                return

    async def command(
        self,
        path: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        on_behalf: Mapping[str, Any] | None = None,
        waive: str | None = None,
        if_match: str | None = None,
    ) -> CommandResult:
        """
        Send a command until it has been taken in, and return what became of it.

        ``key`` is the caller's own name for this act: sent again under the same one, however late, it is answered and
        not done twice. ``on_behalf`` holds ``entity``, ``received_at`` and ``evidence`` of a paper act, ``waive`` the
        reason for which a rule is waived. ``if_match`` is the edition that an edit builds on, as ``edition`` gave it,
        or ``*`` for whatever stands.

        Raises:
            Refused: the command was refused, and why.
            Undecided: it is taken in, and the engine has not decided it in time.
            Unreachable: the API did not answer; send it again under the same key.
        """
        body = _body(arguments, on_behalf, waive)
        headers = {"Idempotency-Key": key or secrets.token_urlsafe(24)}
        if if_match is not None:
            headers["If-Match"] = if_match
        response = await self._send("POST", path, json=body, headers=headers)
        if response.status_code == TAKEN_IN:
            return await self._verdict_at(response)
        return _result(_json(response), response.status_code)

    async def preview(
        self,
        path: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        on_behalf: Mapping[str, Any] | None = None,
        waive: str | None = None,
    ) -> CommandPreview:
        """
        Return what a command would do if it were sent now, with the letters that would go; nothing is done.

        Raises:
            Refused: the caller may not even ask, or there is nothing that it could be sent to.
            Unreachable: the API did not answer.
        """
        headers = {"Idempotency-Key": key} if key else {}
        body = _body(arguments, on_behalf, waive)
        response = await self._send("POST", path, json=body, params={"preview": "true"}, headers=headers)
        return read_as(CommandPreview, _json(response))

    async def outcome(self, command_id: str) -> CommandResult | None:
        """
        Return what became of a command of one's own; ``None`` while it is undecided.

        Raises:
            Refused: it was refused, and why; or it is not the caller's.
            Unreachable: the API did not answer.
        """
        response = await self._send("GET", f"/v1/commands/{command_id}")
        return _decided(response)

    async def _verdict_at(self, taken: httpx.Response) -> CommandResult:
        command_id, location = _json(taken)["command_id"], taken.headers["Location"]
        async for _attempt in self._verdict.attempts():
            result = _decided(await self._send("GET", location))
            if result is not None:
                return result
        raise Undecided(command_id, location)

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        why = "no answer"
        async for attempt in self._patience.attempts():
            try:
                response = await self._http.request(method, path, **request)
            except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
                raise Unreachable(str(self._http.base_url), str(error)) from error
            except httpx.TransportError as error:
                why = str(error) or type(error).__name__
                continue
            if response.status_code not in AWAY | {TOO_MANY}:
                return _checked(response)
            why = f"status {response.status_code}"
            attempt.retry_after = _seconds(response.headers.get("Retry-After", ""))
        raise Unreachable(str(self._http.base_url), why)


def _body(
    arguments: Mapping[str, Any] | None, on_behalf: Mapping[str, Any] | None, waive: str | None
) -> dict[str, Any]:
    beside = {"on_behalf": dict(on_behalf) if on_behalf else None, "waive": waive}
    return {**(arguments or {}), **{name: value for name, value in beside.items() if value is not None}}


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise Unreadable(response.url.path) from error


def _decided(response: httpx.Response) -> CommandResult | None:
    data = _json(response)
    return None if data["status"] == "taken" else _result(data, response.status_code)


def _result(data: Mapping[str, Any], status: int) -> CommandResult:
    refusal = data.get("refusal")
    if refusal:
        raise Refused(
            reason=refusal["refusal"],
            sentence=refusal["sentence"],
            facts=refusal.get("facts") or {},
            status=status,
            command_id=data.get("command_id"),
        )
    return read_as(CommandResult, data)


def _checked(response: httpx.Response) -> httpx.Response:
    if response.status_code < FIRST_ERROR:
        return response
    problem = _problem(response)
    raise Refused(
        reason=str(problem.get("refusal") or problem.get("title") or response.reason_phrase),
        sentence=str(problem.get("detail") or problem.get("title") or f"the API answered {response.status_code}"),
        facts={name: fact for name, fact in problem.items() if name not in MEMBERS},
        status=response.status_code,
        command_id=problem.get("command_id"),
    )


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _seconds(header: str) -> float:
    return float(header) if header.isdecimal() else 0.0

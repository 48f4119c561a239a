"""
List queries: frozen rows in keyset order, one statement each.

They narrow by what is asked; who may see a row is decided above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, case, false, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import Content
from services.storage import tables
from services.storage.order import Order
from services.storage.rows import (
    ActionRow,
    CommandRow,
    CycleRow,
    DeadlineRow,
    NoticeRow,
    ProcedureRow,
    TextHead,
    TextRow,
    WaitRow,
)
from services.wire.message import from_json

#: Where a page begins: the key of the last row of the one before.
After = tuple[Any, ...] | None
OwnerAndBody = tuple[str, str]
STATE = tables.snapshot.c.state
#: The orders lists have unless another is asked for.
LATEST_SESSION = Order(field="starts", is_falling=True)
LATEST_OPENED = Order(field="opened_at", is_falling=True)
LATEST_QUEUED = Order(field="queued_at", is_falling=True)
LATEST_RECEIVED = Order(field="received_at", is_falling=True)
FIRST_DUE = Order(field="due_at")
OLDEST = Order(field="since")


async def clock(connection: AsyncConnection) -> datetime:
    """Return the database's clock."""
    instant: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return instant


async def cycles(  # noqa: PLR0913 - a filter each
    connection: AsyncConnection,
    *,
    body: str | None = None,
    states: Collection[str] = (),
    kind: str | None = None,
    order: Order = LATEST_SESSION,
    after: After = None,
    limit: int,
) -> Sequence[CycleRow]:
    """Return cycles, the latest session first; keyed by what they are ordered by, and stream."""
    t = tables.cycle
    query = (
        select(
            t.c.stream,
            t.c.body,
            t.c.number,
            t.c.cycle_kind.label("kind"),
            t.c.state,
            t.c.starts_at.label("starts"),
            t.c.ends_at.label("ends"),
            STATE["convening"]["guests"].label("guests"),
        )
        .join(tables.snapshot, tables.snapshot.c.stream == t.c.stream)
        .where(*_equal(t, body=body, cycle_kind=kind), *_among(t.c.state, states))
    )
    column = {"starts": t.c.starts_at, "ends": t.c.ends_at, "number": t.c.number}[order.field]
    rows = await _page(connection, query, (column, t.c.stream), after, limit, is_descending=order.is_falling)
    return [CycleRow(**{**row, "guests": tuple(row["guests"] or ())}) for row in rows]


async def text(connection: AsyncConnection, id_: str) -> TextRow | None:
    """Return where a text lives."""
    found = await connection.execute(select(tables.meeting_text).where(tables.meeting_text.c.id == id_))
    row = found.mappings().first()
    return TextRow(**row) if row else None


async def text_heads(connection: AsyncConnection, streams: Iterable[str]) -> Mapping[str, TextHead]:
    """Return the heads of all texts of some cycles, by id."""
    wanted = sorted({stream for stream in streams if stream.startswith("cycle/")})
    if not wanted:
        return {}
    s = tables.snapshot
    each = func.jsonb_array_elements(s.c.state["texts"]).table_valued(Column("value", JSONB)).render_derived("each")
    query = select(
        s.c.stream, each.c.value["id"], each.c.value["entity"], each.c.value["audience"], each.c.value["title"]
    ).select_from(s.join(each, true()))
    return {
        id_: TextHead(
            id=id_,
            stream=stream,
            body=stream.split("/")[1],
            owner=owner,
            audience=audience,
            title=from_json(Content, title),
        )
        for stream, id_, owner, audience, title in await connection.execute(query.where(s.c.stream.in_(wanted)))
    }


async def procedures(  # noqa: PLR0913 - a filter each
    connection: AsyncConnection,
    *,
    body: str | None = None,
    states: Collection[str] = (),
    kind: str | None = None,
    order: Order = LATEST_OPENED,
    after: After = None,
    limit: int,
) -> Sequence[ProcedureRow]:
    """Return silence and written procedures, the latest first; keyed by what they are ordered by, and id."""
    t = tables.procedure
    query = (
        select(
            *(t.c[name] for name in ("id", "home", "body", "cycle", "state", "text", "opened_at", "expires_at")),
            t.c.procedure_kind.label("kind"),
            STATE["subject"].label("subject"),
        )
        .join(tables.snapshot, tables.snapshot.c.stream == t.c.stream)
        .where(*_equal(t, body=body, procedure_kind=kind), *_among(t.c.state, states))
    )
    rows = await _page(connection, query, (t.c[order.field], t.c.id), after, limit, is_descending=order.is_falling)
    return [ProcedureRow(**{**row, "subject": from_json(Content, row["subject"])}) for row in rows]


async def actions(
    connection: AsyncConnection,
    *,
    filters: Mapping[str, Any],
    concerning: str | None = None,
    order: Order = FIRST_DUE,
    after: After = None,
    limit: int,
) -> Sequence[ActionRow]:
    """
    Return action items, the first due first; keyed by what they are ordered by, and id.

    ``filters`` compares columns, ``None`` meaning whichever; ``concerning`` keeps those an entity owns or supports.
    """
    t = tables.action_item
    query = (
        select(
            *(c for c in t.c if c.name != "stream"),
            *(STATE[name].label(name) for name in ("supporting", "chair_entity", "title", "text", "paragraph")),
            STATE["membership"]["convenor"].label("convenor"),
            STATE["adoptions"].label("adoptions"),
        )
        .join(tables.snapshot, tables.snapshot.c.stream == t.c.stream)
        .where(*_followed(t, filters))
    )
    if concerning is not None:
        query = query.where(or_(t.c.owner == concerning, STATE["supporting"].has_key(concerning)))
    rows = await _page(connection, query, (t.c[order.field], t.c.id), after, limit, is_descending=order.is_falling)
    return [
        ActionRow(
            **{
                **{name: value for name, value in row.items() if name != "adoptions"},
                "supporting": tuple(row["supporting"]),
                "title": from_json(Content, row["title"]),
                "joint_bodies": tuple(each["body"] for each in row["adoptions"] or ()),
            }
        )
        for row in rows
    ]


def _followed(t: Table, filters: Mapping[str, Any]) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of filters; a body follows what it adopted as what it assigned (domain.md scenario 13)."""
    place = {name: filters.get(name) for name in ("body", "cycle") if filters.get(name) is not None}
    others = {name: value for name, value in filters.items() if name not in {"body", "cycle"}}
    if not place:
        return _equal(t, **others)
    adopted = STATE["adoptions"].contains([place])
    return (*_equal(t, **others), or_(and_(*_equal(t, **place)), func.coalesce(adopted, false())))


async def deadlines(  # noqa: PLR0913 - a filter each
    connection: AsyncConnection,
    *,
    seen: Collection[OwnerAndBody],
    is_met: bool | None = None,
    would_move: bool | None = None,
    label: str | None = None,
    order: Order = FIRST_DUE,
    after: After = None,
    limit: int,
) -> Sequence[DeadlineRow]:
    """Return deadlines of pairs of entity and body, the first first; keyed by their order and primary key."""
    t = tables.deadline
    query = deadlines_of(seen)
    if is_met is not None:
        query = query.where(t.c.met_at.is_not(None) if is_met else t.c.met_at.is_(None))
    if would_move is not None:
        query = query.where(t.c.would_be_at.is_not(None) if would_move else t.c.would_be_at.is_(None))
    query = query.where(*_equal(t, label=label))
    key = (t.c[order.field], t.c.stream, t.c.label, t.c.entity, t.c.ordinal)
    rows = await _page(connection, query, key, after, limit, is_descending=order.is_falling)
    return [DeadlineRow(**row) for row in rows]


def deadlines_of(seen: Collection[OwnerAndBody]) -> Select[Any]:
    """Return the query of the deadlines of pairs of entity and body."""
    t = tables.deadline
    return _with_body(t, *(c.label("reckoned_in") if c.name == "zone" else c for c in t.c)).where(*_seen(t, seen))


async def waits(
    connection: AsyncConnection,
    *,
    seen: Collection[OwnerAndBody],
    what: str | None = None,
    order: Order = OLDEST,
    after: After = None,
    limit: int,
) -> Sequence[WaitRow]:
    """Return open waits of pairs of entity and body, the oldest first; keyed by their order and primary key."""
    t = tables.wait
    query = _with_body(t, *t.c).where(*_seen(t, seen), *_equal(t, what=what))
    key = (t.c[order.field], t.c.stream, t.c.what, t.c.entity, t.c.ordinal)
    rows = await _page(connection, query, key, after, limit, is_descending=order.is_falling)
    return [WaitRow(**row) for row in rows]


async def notices(  # noqa: PLR0913 - a filter each
    connection: AsyncConnection,
    *,
    seen: Collection[OwnerAndBody],
    states: Collection[str] = (),
    notice: str | None = None,
    order: Order = LATEST_QUEUED,
    after: After = None,
    limit: int,
) -> Sequence[NoticeRow]:
    """Return notices of pairs of entity and body, the latest first; keyed by their order and primary key."""
    t = tables.notice
    query = _with_body(t, *(c for c in t.c if c.name != "person"))
    query = query.where(*_seen(t, seen), *_among(t.c.state, states), *_equal(t, notice=notice))
    key = (t.c[order.field], t.c.stream, t.c.cause, t.c.notice, t.c.entity, t.c.role)
    rows = await _page(connection, query, key, after, limit, is_descending=order.is_falling)
    return [NoticeRow(**row) for row in rows]


async def commands(
    connection: AsyncConnection,
    *,
    person: str,
    filters: Mapping[str, Any] = MappingProxyType({}),
    order: Order = LATEST_RECEIVED,
    after: After = None,
    limit: int,
) -> Sequence[CommandRow]:
    """Return what a person sent, the latest first; keyed by their order and id; ``filters`` compares columns."""
    t = tables.intake
    query = _command().where(t.c.person == person, *_equal(t, **filters))
    key = (t.c[order.field], t.c.command_id)
    rows = await _page(connection, query, key, after, limit, is_descending=order.is_falling)
    return [CommandRow(**row) for row in rows]


async def command(connection: AsyncConnection, command_id: str) -> CommandRow | None:
    """Return one command."""
    found = await connection.execute(_command().where(tables.intake.c.command_id == command_id))
    row = found.mappings().first()
    return CommandRow(**row) if row else None


def _command() -> Select[Any]:
    t, e, p = tables.intake, tables.ledger, tables.ledger_position
    position = (
        select(func.max(p.c.position))
        .join(e, and_(e.c.stream == p.c.stream, e.c.version == p.c.version))
        .where(e.c.command_id == t.c.command_id, e.c.stream == t.c.stream)
        .scalar_subquery()
    )
    return select(
        t.c.command_id,
        t.c.stream,
        t.c.kind,
        t.c.person,
        t.c.status,
        t.c.received_at,
        t.c.decided_at,
        t.c.outcome,
        t.c.body_digest,
        position.label("position"),
    )


async def _page(
    connection: AsyncConnection,
    query: Select[Any],
    key: tuple[ColumnElement[Any], ...],
    after: After,
    limit: int,
    *,
    is_descending: bool = False,
) -> Sequence[Mapping[str, Any]]:
    """Return the rows that follow a key, in its order."""
    if after is not None:
        place = tuple_(*key)
        query = query.where(place < tuple_(*after) if is_descending else place > tuple_(*after))
    ordered = query.order_by(*(column.desc() if is_descending else column for column in key)).limit(limit)
    return [dict(row) for row in (await connection.execute(ordered)).mappings()]


def _with_body(table: Table, *columns: Any) -> Select[Any]:
    """Return a query that also tells to which body a row's stream belongs; the register's belong to none."""
    procedure, action = tables.procedure, tables.action_item
    # by id, which is indexed, and which the stream's name ends in
    id_ = func.split_part(table.c.stream, "/", 2)
    return (
        select(*columns, _body(table).label("body"))
        .outerjoin(procedure, and_(table.c.stream.like("silence/%"), procedure.c.id == id_))
        .outerjoin(action, and_(table.c.stream.like("action/%"), action.c.id == id_))
    )


def _seen(table: Table, seen: Collection[OwnerAndBody]) -> list[ColumnElement[bool]]:
    pairs = sorted(seen)
    owners = sorted({entity for entity, _ in pairs})
    return [table.c.entity.in_(owners), tuple_(table.c.entity, _body(table)).in_(pairs)]


def _body(table: Table) -> ColumnElement[str]:
    return case(
        (or_(table.c.stream.like("cycle/%"), table.c.stream.like("body/%")), func.split_part(table.c.stream, "/", 2)),
        else_=func.coalesce(tables.procedure.c.body, tables.action_item.c.body, ""),
    )


def _equal(table: Table, **values: Any) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in values.items() if value is not None]


def _among(column: ColumnElement[Any], values: Collection[str]) -> list[ColumnElement[bool]]:
    return [column.in_(sorted(values))] if values else []

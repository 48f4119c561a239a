"""
One statement that writes all a batch brings, or nothing: its first part holds the stream, the others hang on it.

So a batch costs one round trip, and there is no state of the database in which half of it stands.
"""

# ruff: noqa: S608 - only names of our own tables and columns are put in; every value is a parameter
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import to_json as json_bytes
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.storage import tables
from services.storage.ledger import LedgerEntry
from services.storage.memory import Remembered
from services.storage.projection import Changes

COLUMNS = ("stream", "noun", "version", "is_closed", "state")
NEW = f"insert into snapshot ({', '.join(COLUMNS)}) values ({{}}, {{}}, {{}}, {{}}, {{}}::jsonb)"
HELD = "exists (select from held)"


class Writing:
    """A statement in the making; ``carry_out`` tells who wrote, or that nothing could be held and so was written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []

    def hold_new(self, row: Mapping[str, Any]) -> None:
        """Hold a stream that has no snapshot, by writing its first."""
        self._hold(NEW.format(*self._row(row)) + " on conflict (stream) do nothing")

    def hold(self, row: Mapping[str, Any], standing: Remembered) -> None:
        """Hold a stream whose snapshot is as it is remembered, and whose ledger comes as far, by writing the next."""
        stream, noun, version, is_closed, state = self._row(row)
        before = self._value(standing.version)
        self._hold(
            f"update snapshot set noun = {noun}, version = {version}, is_closed = {is_closed}, state = {state}::jsonb"
            f" where stream = {stream} and version = {before}"
            f" and xmin = {self._value(standing.writer)}::text::xid"
            f" and exists (select from ledger where ledger.stream = {stream} and ledger.version = {before})"
        )

    def hold_whatever(self, row: Mapping[str, Any]) -> None:
        """Hold a stream however it stands, by writing its snapshot anew."""
        values = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
        self._hold(NEW.format(*self._row(row)) + f" on conflict (stream) do update set {values}")

    def append(self, entries: Sequence[LedgerEntry]) -> None:
        """Append entries to the ledger, and let the sealer know."""
        columns = {
            "version": ("integer", [entry.version for entry in entries]),
            "kind": ("text", [entry.kind for entry in entries]),
            "at": ("timestamptz", [entry.at for entry in entries]),
            "entity": ("text", [entry.actor["entity"] for entry in entries]),
            "command_id": ("text", [entry.command_id for entry in entries]),
            "entry": ("bytea", [entry.canonical() for entry in entries]),
        }
        arrays = ", ".join(f"{self._value(values)}::{kind}[]" for kind, values in columns.values())
        names = ", ".join(columns)
        self._part(
            f"insert into ledger (stream, {names}) select {self._value(entries[0].stream)}, {names}"
            f" from unnest({arrays}) as each ({names}) where {HELD}"
        )

    def settle(self, outcomes: Sequence[Mapping[str, Any]]) -> None:
        """Write outcomes into the intake; one that stands is left as it is."""
        if not outcomes:
            return
        told = self._records(
            [{"command_id": o["command_id"], "status": str(o["status"]), "outcome": o["outcome"]} for o in outcomes]
        )
        self._part(
            "update intake set status = each.status, outcome = each.outcome, decided_at = clock_timestamp()"
            f" from jsonb_to_recordset({told}) as each (command_id text, status text, outcome jsonb)"
            f" where intake.command_id = each.command_id and intake.status = 'taken' and {HELD}"
        )

    def change(self, changes: Changes) -> None:
        """Write rows in place of those that stand, and take away those that stand no more."""
        for table, keys in changes.gone.items():
            self._remove(table, keys)
        for table, rows in changes.written.items():
            self._write(table, rows)

    def tell(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Write what became of notices, each named by its key."""
        if not told:
            return
        fates = ", ".join(f"{name} = each.{name}" for name in ("state", "channel", "person", "reason", "told_at"))
        self._part(
            f"update notice set {fates} from {self._populated(tables.notice, told)}"
            f" where {_same_key(tables.notice)} and {HELD}"
        )

    def destroy(self, addresses: Iterable[str]) -> None:
        """Destroy the keys of contents."""
        if wanted := list(addresses):
            self._part(f"delete from vault_key where address = any({self._value(wanted)}::text[]) and {HELD}")

    async def carry_out(self, connection: AsyncConnection) -> str | None:
        """Carry the statement out; return the transaction's name, or ``None`` if the stream was not as it had to be."""
        parts = ", ".join(f"part_{number} as ({part})" for number, part in enumerate(self._parts[1:]))
        statement = f"with held as ({self._parts[0]} returning xmin::text as writer)"
        statement += f", {parts}" if parts else ""
        statement += " select writer, pg_notify('ledger', '') from held"
        found = (await connection.exec_driver_sql(statement, tuple(self._values))).first()
        return found.writer if found else None

    def _hold(self, part: str) -> None:
        self._parts.insert(0, part)

    def _row(self, row: Mapping[str, Any]) -> list[str]:
        return [self._value(row[name]) for name in COLUMNS]

    def _write(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        names = list(rows[0])
        keys = [column.name for column in table.primary_key.columns]
        rest = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
        columns = ", ".join(f'"{name}"' for name in names)
        self._part(
            f'insert into "{table.name}" ({columns}) select {columns} from {self._populated(table, rows)}'
            f" where {HELD} on conflict ({', '.join(keys)}) do update set {rest}"
        )

    def _remove(self, table: Table, keys: Sequence[Mapping[str, Any]]) -> None:
        self._part(
            f'delete from "{table.name}" using {self._populated(table, keys)} where {_same_key(table)} and {HELD}'
        )

    def _populated(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> str:
        return f'jsonb_populate_recordset(null::"{table.name}", {self._records(rows)}) as each'

    def _records(self, rows: Sequence[Mapping[str, Any]]) -> str:
        return f"{self._value(json_bytes(rows).decode())}::jsonb"

    def _value(self, value: Any) -> str:
        self._values.append(value)
        return f"${len(self._values)}"

    def _part(self, part: str) -> None:
        self._parts.append(part)


def _same_key(table: Table) -> str:
    return " and ".join(f'"{table.name}"."{c.name}" = each."{c.name}"' for c in table.primary_key.columns)

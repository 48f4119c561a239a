"""
The tables: what is authority (intake, ledger, vault, listening, posted) and what is rebuilt from it (the rest).

The application's role may only add to the authorities; see the migration for the rights.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import func, text

from services.storage.base import Instant, metadata

# ---- authorities

intake = Table(
    "intake",
    metadata,
    Column("command_id", Text, primary_key=True, comment="SHA-256 of principal, route, target and key"),
    Column("stream", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column(
        "body_digest", Text, nullable=False, comment="SHA-256 of the request; another body under one key is refused"
    ),
    Column("person", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("envelope", JSONB, nullable=False),
    Column("is_permitted", Boolean, nullable=False),
    Column("rule", Text, nullable=False),
    Column("policy_digest", Text, nullable=False),
    Column("received_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Column("act_at", Instant, nullable=False, comment="the act's instant: received_at, or the paper's when on behalf"),
    Column("status", Text, nullable=False, comment="taken, decided, refused, denied"),
    Column("outcome", JSONB),
    Column("decided_at", Instant),
    Index("ix_intake_undecided", "stream", "act_at", postgresql_where=text("status = 'taken'")),
    Index("ix_intake_person", "person", "received_at"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("entity", Text, nullable=False),
    Column("command_id", Text, nullable=False),
    Column("entry", LargeBinary, nullable=False, comment="the entry's canonical bytes, RFC 8785"),
    Column("recorded_at", Instant, nullable=False, server_default=func.clock_timestamp()),
    Index("ix_ledger_command_id", "command_id"),
    Index("ix_ledger_kind_at", "kind", "at"),
)

ledger_position = Table(
    "ledger_position",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("uq_ledger_position_stream_version", "stream", "version", unique=True),
)

vault = Table(
    "vault",
    metadata,
    Column("address", Text, primary_key=True, comment="SHA-256 of the ciphertext"),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("commitment", Text, nullable=False, comment="SHA-256 of salt and plain bytes"),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("stored_at", Instant, nullable=False, server_default=func.clock_timestamp()),
)

vault_key = Table(
    "vault_key",
    metadata,
    Column("address", Text, ForeignKey("vault.address"), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False, comment="key and salt under the master key; deleting it erases"),
    Column("master_key_id", Text, nullable=False),
)

listening = Table(
    "listening",
    metadata,
    Column("process", Text, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("until", Instant, nullable=False),
    Index("ix_listening_until", "until"),
)

posted = Table(
    "posted",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("cause", Integer, primary_key=True, autoincrement=False),
    Column("notice", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("person", Text),
    Column("channel", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# ---- rebuilt from the ledger

snapshot = Table(
    "snapshot",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("noun", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    Column("state", JSONB(none_as_null=True), comment="the fold of the stream up to version"),
    Index("ix_snapshot_noun", "noun"),
)

cycle = Table(
    "cycle",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("cycle_kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index("uq_cycle_body_number", "body", "number", unique=True),
    Index("ix_cycle_starts_at", "starts_at", "stream"),
)

meeting_text = Table(
    "meeting_text",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("procedure", Text),
)

procedure = Table(
    "procedure",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("cycle", Integer),
    Column("procedure_kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("text", Text),
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_procedure_body_opened_at", "body", "opened_at", "id"),
)

action_item = Table(
    "action_item",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("home", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("is_overdue", Boolean, nullable=False),
    Column("needs_new_owner", Boolean, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Index("ix_action_item_body_due_at", "body", "due_at", "id"),
    Index("ix_action_item_owner_due_at", "owner", "due_at", "id"),
)

deadline = Table(
    "deadline",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("due_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("met_at", Instant),
    Column("would_be_at", Instant),
    Column("would_be_reason", Text, nullable=False),
    Index("ix_deadline_entity_due_at", "entity", "due_at", "stream", "label"),
    Index("ix_deadline_due_at", "due_at", "stream", "label", "entity"),
)

wait = Table(
    "wait",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_wait_entity_until", "entity", "until"),
)

notice = Table(
    "notice",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("cause", Integer, primary_key=True, autoincrement=False),
    Column("notice", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("state", Text, nullable=False, comment="queued, delivered or failed; never one badge"),
    Column("channel", Text),
    Column("person", Text),
    Column("reason", Text),
    Column("queued_at", Instant, nullable=False),
    Column("told_at", Instant),
    Index("ix_notice_entity_queued_at", "entity", "queued_at"),
    Index("ix_notice_undelivered", "state", postgresql_where=text("state <> 'delivered'")),
)

appointment = Table(
    "appointment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("delegation", Text),
    Column("body", Text),
    Column("role", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index("ix_appointment_entity_role", "entity", "role"),
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("entity", Text, nullable=False),
    Column("name", JSONB, comment="reference into the vault; empty once erased"),
    Column("address", JSONB, comment="reference into the vault; empty once erased"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("secret_digest", Text, nullable=False),
    Column("appointment", Text, nullable=False),
    Column("scopes", JSONB, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

#: Rebuilt tables, in the order a rebuild empties and fills them.
PROJECTED = (
    snapshot,
    cycle,
    meeting_text,
    procedure,
    action_item,
    deadline,
    wait,
    notice,
    appointment,
    person,
    api_key,
)
#: Tables the application's role may add to and never change or delete from.
APPEND_ONLY = (ledger, ledger_position, vault, posted)

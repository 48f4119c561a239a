"""first ledger."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


APP_ROLE = "dialogue_app"
#: authorities: the application adds to them and never changes or deletes
APPEND_ONLY = ("ledger", "ledger_position", "vault", "posted")
#: what is rebuilt from the ledger
PROJECTED = (
    "snapshot",
    "cycle",
    "meeting_text",
    "procedure",
    "action_item",
    "deadline",
    "wait",
    "notice",
    "appointment",
    "person",
    "api_key",
)


def grant() -> None:
    """Give the application's role what it needs and no more."""
    op.execute(
        f"do $$ begin if not exists (select from pg_roles where rolname = '{APP_ROLE}') "
        f"then create role {APP_ROLE} nologin; end if; end $$"
    )
    op.execute(f"grant usage on schema public to {APP_ROLE}")
    op.execute(f"grant select on alembic_version to {APP_ROLE}")
    for table in APPEND_ONLY:
        op.execute(f"grant select, insert on {table} to {APP_ROLE}")
    op.execute(f"grant select, insert on intake to {APP_ROLE}")
    op.execute(f"grant update (status, outcome, decided_at) on intake to {APP_ROLE}")
    op.execute(f"grant select, insert, delete on vault_key to {APP_ROLE}")
    op.execute(f"grant select, insert on listening to {APP_ROLE}")
    op.execute(f"grant update (until) on listening to {APP_ROLE}")
    for table in PROJECTED:
        op.execute(f"grant select, insert, update, delete on {table} to {APP_ROLE}")


def upgrade() -> None:
    op.create_table('action_item',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('home', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('due_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('is_overdue', sa.Boolean(), nullable=False),
    sa.Column('needs_new_owner', sa.Boolean(), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_item'))
    )
    op.create_index('ix_action_item_body_due_at', 'action_item', ['body', 'due_at', 'id'], unique=False)
    op.create_index('ix_action_item_owner_due_at', 'action_item', ['owner', 'due_at', 'id'], unique=False)
    op.create_table('api_key',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('secret_digest', sa.Text(), nullable=False),
    sa.Column('appointment', sa.Text(), nullable=False),
    sa.Column('scopes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('issued_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('expires_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('revoked_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_key'))
    )
    op.create_table('appointment',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('delegation', sa.Text(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('since', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('until', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    op.create_index('ix_appointment_entity_role', 'appointment', ['entity', 'role'], unique=False)
    op.create_table('cycle',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('cycle_kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('starts_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('ends_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('stream', name=op.f('pk_cycle'))
    )
    op.create_index('ix_cycle_starts_at', 'cycle', ['starts_at', 'stream'], unique=False)
    op.create_index('uq_cycle_body_number', 'cycle', ['body', 'number'], unique=True)
    op.create_table('deadline',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('ordinal', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('due_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('met_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('stream', 'label', 'entity', 'ordinal', name=op.f('pk_deadline'))
    )
    op.create_index('ix_deadline_due_at', 'deadline', ['due_at', 'stream', 'label', 'entity'], unique=False)
    op.create_index('ix_deadline_entity_due_at', 'deadline', ['entity', 'due_at', 'stream', 'label'], unique=False)
    op.create_table('intake',
    sa.Column('command_id', sa.Text(), nullable=False, comment='SHA-256 of principal, route, target and key'),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('body_digest', sa.Text(), nullable=False, comment='SHA-256 of the request; another body under one key is refused'),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('envelope', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('is_permitted', sa.Boolean(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('policy_digest', sa.Text(), nullable=False),
    sa.Column('received_at', postgresql.TIMESTAMP(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('act_at', postgresql.TIMESTAMP(timezone=True), nullable=False, comment="the act's instant: received_at, or the paper's when on behalf"),
    sa.Column('status', sa.Text(), nullable=False, comment='taken, decided, refused, denied'),
    sa.Column('outcome', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('decided_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('command_id', name=op.f('pk_intake'))
    )
    op.create_index('ix_intake_person', 'intake', ['person', 'received_at'], unique=False)
    op.create_index('ix_intake_undecided', 'intake', ['stream', 'act_at'], unique=False, postgresql_where=sa.text("status = 'taken'"))
    op.create_table('ledger',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('command_id', sa.Text(), nullable=False),
    sa.Column('entry', sa.LargeBinary(), nullable=False, comment="the entry's canonical bytes, RFC 8785"),
    sa.Column('recorded_at', postgresql.TIMESTAMP(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('stream', 'version', name=op.f('pk_ledger'))
    )
    op.create_index('ix_ledger_command_id', 'ledger', ['command_id'], unique=False)
    op.create_index('ix_ledger_kind_at', 'ledger', ['kind', 'at'], unique=False)
    op.create_table('ledger_position',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_ledger_position'))
    )
    op.create_index('uq_ledger_position_stream_version', 'ledger_position', ['stream', 'version'], unique=True)
    op.create_table('listening',
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('since', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('until', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('process', 'since', name=op.f('pk_listening'))
    )
    op.create_index('ix_listening_until', 'listening', ['until'], unique=False)
    op.create_table('meeting_text',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('procedure', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_text'))
    )
    op.create_index(op.f('ix_meeting_text_stream'), 'meeting_text', ['stream'], unique=False)
    op.create_table('notice',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('cause', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('notice', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False, comment='queued, delivered or failed; never one badge'),
    sa.Column('channel', sa.Text(), nullable=True),
    sa.Column('person', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('queued_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('told_at', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('stream', 'cause', 'notice', 'entity', 'role', name=op.f('pk_notice'))
    )
    op.create_index('ix_notice_entity_queued_at', 'notice', ['entity', 'queued_at'], unique=False)
    op.create_index('ix_notice_undelivered', 'notice', ['state'], unique=False, postgresql_where=sa.text("state <> 'delivered'"))
    op.create_table('person',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('name', postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment='reference into the vault; empty once erased'),
    sa.Column('address', postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment='reference into the vault; empty once erased'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_table('posted',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('cause', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('notice', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=True),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('stream', 'cause', 'notice', 'entity', 'role', name=op.f('pk_posted'))
    )
    op.create_table('procedure',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('home', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=True),
    sa.Column('procedure_kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('opened_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('expires_at', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure'))
    )
    op.create_index('ix_procedure_body_opened_at', 'procedure', ['body', 'opened_at', 'id'], unique=False)
    op.create_table('snapshot',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('noun', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('is_closed', sa.Boolean(), nullable=False),
    sa.Column('state', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='the fold of the stream up to version'),
    sa.PrimaryKeyConstraint('stream', name=op.f('pk_snapshot'))
    )
    op.create_index('ix_snapshot_noun', 'snapshot', ['noun'], unique=False)
    op.create_table('vault',
    sa.Column('address', sa.Text(), nullable=False, comment='SHA-256 of the ciphertext'),
    sa.Column('ciphertext', sa.LargeBinary(), nullable=False),
    sa.Column('commitment', sa.Text(), nullable=False, comment='SHA-256 of salt and plain bytes'),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('stored_at', postgresql.TIMESTAMP(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_vault'))
    )
    op.create_table('wait',
    sa.Column('stream', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('entity', sa.Text(), nullable=False),
    sa.Column('ordinal', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('since', postgresql.TIMESTAMP(timezone=True), nullable=False),
    sa.Column('until', postgresql.TIMESTAMP(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('stream', 'what', 'entity', 'ordinal', name=op.f('pk_wait'))
    )
    op.create_index('ix_wait_entity_until', 'wait', ['entity', 'until'], unique=False)
    op.create_table('vault_key',
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False, comment='key and salt under the master key; deleting it erases'),
    sa.Column('master_key_id', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['address'], ['vault.address'], name=op.f('fk_vault_key_address_vault')),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_vault_key'))
    )
    grant()


def downgrade() -> None:
    op.drop_table('vault_key')
    op.drop_index('ix_wait_entity_until', table_name='wait')
    op.drop_table('wait')
    op.drop_table('vault')
    op.drop_index('ix_snapshot_noun', table_name='snapshot')
    op.drop_table('snapshot')
    op.drop_index('ix_procedure_body_opened_at', table_name='procedure')
    op.drop_table('procedure')
    op.drop_table('posted')
    op.drop_table('person')
    op.drop_index('ix_notice_undelivered', table_name='notice', postgresql_where=sa.text("state <> 'delivered'"))
    op.drop_index('ix_notice_entity_queued_at', table_name='notice')
    op.drop_table('notice')
    op.drop_index(op.f('ix_meeting_text_stream'), table_name='meeting_text')
    op.drop_table('meeting_text')
    op.drop_index('ix_listening_until', table_name='listening')
    op.drop_table('listening')
    op.drop_index('uq_ledger_position_stream_version', table_name='ledger_position')
    op.drop_table('ledger_position')
    op.drop_index('ix_ledger_kind_at', table_name='ledger')
    op.drop_index('ix_ledger_command_id', table_name='ledger')
    op.drop_table('ledger')
    op.drop_index('ix_intake_undecided', table_name='intake', postgresql_where=sa.text("status = 'taken'"))
    op.drop_index('ix_intake_person', table_name='intake')
    op.drop_table('intake')
    op.drop_index('ix_deadline_entity_due_at', table_name='deadline')
    op.drop_index('ix_deadline_due_at', table_name='deadline')
    op.drop_table('deadline')
    op.drop_index('uq_cycle_body_number', table_name='cycle')
    op.drop_index('ix_cycle_starts_at', table_name='cycle')
    op.drop_table('cycle')
    op.drop_index('ix_appointment_entity_role', table_name='appointment')
    op.drop_table('appointment')
    op.drop_table('api_key')
    op.drop_index('ix_action_item_owner_due_at', table_name='action_item')
    op.drop_index('ix_action_item_body_due_at', table_name='action_item')
    op.drop_table('action_item')

"""what a changed calendar would move."""

from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('deadline', sa.Column('would_be_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('deadline', sa.Column('would_be_reason', sa.Text(), nullable=False, server_default=''))
    op.alter_column('deadline', 'would_be_reason', server_default=None)


def downgrade() -> None:
    op.drop_column('deadline', 'would_be_reason')
    op.drop_column('deadline', 'would_be_at')

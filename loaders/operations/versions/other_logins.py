"""Identities of a provider, passkeys and logins under way; an address digest of who is invited, the sealed token of a session."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the columns."""
    op.add_column("accounts", sa.Column("invited", sa.String(64)))
    op.create_index("accounts_invited", "accounts", ["invited"], unique=True)
    op.add_column("sessions", sa.Column("provider_token", sa.String(40)))
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("account", sa.String(100), sa.ForeignKey("accounts.name"), nullable=False),
        sa.Column("created", sa.String(20), nullable=False),
    )
    op.create_table(
        "passkeys",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(100), sa.ForeignKey("accounts.name"), nullable=False),
        sa.Column("handle", sa.LargeBinary, nullable=False),
        sa.Column("credential", sa.LargeBinary, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("created", sa.String(20), nullable=False),
        sa.Column("used", sa.String(20)),
    )
    op.create_table(
        "ceremonies",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("ceremonies", "passkeys", "identities"):
        op.drop_table(name)
    op.drop_column("sessions", "provider_token")
    op.drop_index("accounts_invited", "accounts")
    op.drop_column("accounts", "invited")

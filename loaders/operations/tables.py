"""Tables of the operational store; times are texts in UTC, `2026-11-28T07:00:00Z`, so that both engines order them alike."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts by itself only what it calls an integer."""

EVENTS = Table(
    "events",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("at", String(20), nullable=False),
    Column("who", String(100), nullable=False),
    Column("kind", String(50), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", String(64), unique=True),
    Column("payload", JSON, nullable=False),
    UniqueConstraint("subject", "version", name="one_event_a_version"),
)
SEALED = Table(
    "sealed",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("content", LargeBinary),
    Column("created", String(20), nullable=False),
    Column("expires", String(20), nullable=False),
    Index("sealed_expires", "expires"),
)
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("password", Text, nullable=False),
    Column("organization", String(200)),
    Column("created", String(20), nullable=False),
    Column("disabled", String(20)),
    Column("invited", String(64)),
    Index("accounts_invited", "invited", unique=True),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", String(100), ForeignKey("accounts.name"), nullable=False),
    Column("form_key", String(64), nullable=False),
    Column("created", String(20), nullable=False),
    Column("expires", String(20), nullable=False),
    Column("provider_token", String(40)),
)
IDENTITIES = Table(
    "identities",
    METADATA,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account", String(100), ForeignKey("accounts.name"), nullable=False),
    Column("created", String(20), nullable=False),
)
PASSKEYS = Table(
    "passkeys",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", String(100), ForeignKey("accounts.name"), nullable=False),
    Column("handle", LargeBinary, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", String(100), nullable=False),
    Column("created", String(20), nullable=False),
    Column("used", String(20)),
)
CEREMONIES = Table(
    "ceremonies",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("content", JSON, nullable=False),
    Column("expires", String(20), nullable=False),
)
KEYS = Table(
    "keys",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", String(100), ForeignKey("accounts.name"), nullable=False),
    Column("label", String(100), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created", String(20), nullable=False),
    Column("expires", String(20), nullable=False),
    Column("revoked", String(20)),
)
ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("what", String(20), nullable=False),
    Column("who", String(64), nullable=False),
    Column("at", String(20), nullable=False),
    Index("attempts_by_who", "what", "who", "at"),
)
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("recipient", String(200), nullable=False),
    Column("contact", String(40)),
    Column("kind", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created", String(20), nullable=False),
    Column("sent", String(20)),
    Column("failure", Text),
    Index("outbox_by_recipient", "recipient", "created"),
)

"""Settings of a running ancrage: read from the environment (`ANCRAGE_*`), never a module-level global.

Every setting can also be given as a file that holds it: `ANCRAGE_WRITE_KEY_FILE=/run/secrets/key`.
"""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def default_data_dir() -> Path:
    """Give the folder used when neither `ANCRAGE_DATA_DIR` nor `--data-dir` names one (XDG on Linux).

    >>> default_data_dir().name
    'ancrage'
    """
    return user_data_path("ancrage", appauthor=False)


class Settings(BaseSettings):
    """What the service needs to know about the place it runs in.

    >>> Settings(data_dir="/srv/ancrage", port=8080).port
    8080
    """

    model_config = SettingsConfigDict(env_prefix="ANCRAGE_", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="folder of sources and generations")
    host: str = Field(default="127.0.0.1", description="address the server listens on")
    port: int = Field(
        default=8000, ge=0, le=65535, description="port the server listens on; 0 lets the system choose"
    )
    base_url: str = Field(
        default="", description="public address of the site, for links in dumps, catalogues and the sitemap"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1", description="addresses of proxies whose X-Forwarded-For and -Proto are believed"
    )
    workers: int = Field(default=2, ge=1, le=64, description="read-only query processes")
    deadline: float = Field(default=30.0, gt=0, description="seconds after which a public query is stopped")
    memory: int = Field(
        default=2 << 30, ge=64 << 20, description="address space of a query process, in bytes"
    )
    largest: int = Field(default=256 << 20, ge=1 << 20, description="largest answer to a query, in bytes")
    queue: int = Field(default=32, ge=1, description="queries that may wait")
    patience: float = Field(default=5.0, gt=0, description="seconds a query may wait before 503")
    share: int | None = Field(
        default=None, ge=1, description="queries of one client that may run or wait (a quarter of the queue)"
    )
    cache: int = Field(default=64 << 20, ge=0, description="bytes of answers kept in memory; 0 keeps none")
    default_graph: Literal["base", "plain"] = Field(
        default="base",
        description="what a query sees that names no graph: the union of the base graphs, or the default graph",
    )
    strict: bool = Field(
        default=False, description="refuse to start where query processes cannot be cut off the network"
    )
    keep: int = Field(default=3, ge=1, description="snapshots kept; older ones are pruned")
    write_key: SecretStr | None = Field(
        default=None, description="key for `/update` and writes at `/graphs`; without it they do not exist"
    )
    largest_upload: int = Field(default=64 << 20, ge=1, description="largest body of a write, in bytes")
    service_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="addresses that SERVICE may call, separated by spaces or commas"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="least level of the log, on standard error"
    )
    log_format: Literal["text", "json"] = Field(default="text", description="form of the log")

    @field_validator("service_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

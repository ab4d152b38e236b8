"""Settings of a running ancrage: read from the environment (`ANCRAGE_*`), never a module-level global."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    workers: int = Field(default=2, ge=1, le=64, description="read-only query processes")
    deadline: float = Field(default=30.0, gt=0, description="seconds after which a public query is stopped")
    memory: int = Field(
        default=2 << 30, ge=64 << 20, description="address space of a query process, in bytes"
    )

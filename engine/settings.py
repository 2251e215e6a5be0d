"""What the operator may set, from the environment (prefix YISHI_) or a `.env` file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_home() -> Path:
    return Path.home() / ".local" / "share" / "yishi"


class Settings(BaseSettings):
    """`home` holds the embedded database and Prefect's own book; nothing of value is anywhere else."""

    model_config = SettingsConfigDict(
        env_prefix="YISHI_", env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    home: Path = Field(default_factory=_default_home)
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """None: the embedded PostgreSQL under `home`."""
    prefect_api_url: str | None = Field(default=None, validation_alias="PREFECT_API_URL")
    """None: a Prefect server of our own under `home`, on `prefect_port`."""
    prefect_port: int = 4747
    clock: str = "system"
    """See engine.clock.clock_from_text; anything but `system` is for demonstrations."""
    departments: dict[str, str] = {}
    """Department code -> base URL of its system, e.g. {"UMLE": "http://127.0.0.1:9100/UMLE"}."""
    actor: str | None = None
    """Who works at this terminal, when a command does not say (`--as`)."""
    worker_threads: int = 8
    lease_seconds: float = 30.0
    """How long a worker may take for one department call before another one may try."""

    @property
    def data_directory(self) -> Path:
        return self.home / "postgres"

"""The environment variables under which Prefect runs here: offline, silent, isolated, quick."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_SILENT = {
    # Both spellings are needed: the first one stops the client, the second one the server.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    # A wrong API address must be an error, not a second server that nobody sees.
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
}

_SERVER_DEFAULTS = {
    # Block types are for a page we do not use; registering them costs two seconds of a first start.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    # A new deployment gets its scheduled runs within a second instead of five.
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "20",
    # Few runs ahead: whatever nobody served during an outage is noise afterwards.
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "5",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT2M",
    # A sweep a minute leaves half a million runs a year; the journal in PostgreSQL is what lasts.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "P30D",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",
}

_FLOW_DEFAULTS = {
    # The effect does not need Prefect: give up on an unreachable API after one more try (2 s).
    "PREFECT_CLIENT_MAX_RETRIES": "1",
    "PREFECT_API_REQUEST_TIMEOUT": "10",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_LOGGING_TO_API_BATCH_INTERVAL": "0.5",
}


def server_environment(inherited: Mapping[str, str], *, home: Path) -> dict[str, str]:
    """For `prefect server start`. What the operator set wins, except where the server would leave home.

    `home` is the directory of Prefect's own book. PREFECT_API_DATABASE_CONNECTION_URL is respected:
    a PostgreSQL with pg_trgm is the better place for a large installation.
    """
    environment = {**_SERVER_DEFAULTS, **_compiled(inherited), **_SILENT, "PREFECT_HOME": str(home)}
    # These belong to clients; a server that sees them would talk to another server, or to itself.
    for name in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        environment.pop(name, None)
    return environment


def flow_environment(inherited: Mapping[str, str], *, home: Path, api_url: str) -> dict[str, str]:
    """For the process that serves the flows, and the runs it starts."""
    environment = {
        **_FLOW_DEFAULTS,
        **_compiled(inherited),
        **_SILENT,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api_url,
        "NO_PROXY": ",".join(filter(None, [inherited.get("NO_PROXY", ""), "127.0.0.1,localhost"])),
    }
    for name in ("PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        environment.pop(name, None)
    return environment


def _compiled(inherited: Mapping[str, str]) -> dict[str, str]:
    # Prefect is 1,200 modules: compiling them anew takes two seconds of every start and every run.
    return {name: value for name, value in inherited.items() if name != "PYTHONDONTWRITEBYTECODE"}

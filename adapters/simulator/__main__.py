"""`python -m adapters.simulator --port N [--host H] [--journal PATH]`"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from adapters.simulator.server import run
from engine.errors import InvalidArgument, Unavailable


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m adapters.simulator", description="Simulated departments")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port, 0 for a free one (default: %(default)s)")
    parser.add_argument(
        "--journal", type=Path, default=None, help="file that remembers what the departments did (JSON lines)"
    )
    options = parser.parse_args()
    try:
        run(options.host, options.port, journal=options.journal)
    except Unavailable as error:
        print(f"{error} {error.mend}", file=sys.stderr)
        return 1
    except (InvalidArgument, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # uvicorn raises the SIGINT again after its own orderly end.
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench [feel|advance|models|durable ...]`: all of them without a name."""

from __future__ import annotations

import sys

from bench import advance, durable, feel, models

BENCHES = {"feel": feel.main, "advance": advance.main, "models": models.main, "durable": durable.main}


def main() -> None:
    for name in sys.argv[1:] or BENCHES:
        print(f"\n== {name} ==", flush=True)
        BENCHES[name]()


if __name__ == "__main__":
    main()

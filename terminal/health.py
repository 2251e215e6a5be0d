"""What Yishi needs, looked at one by one: the checks behind `yishi doctor`.

Every check gives lines, never an error; one that cannot be made because another failed is left out.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from adapters.directory import Department, DepartmentDirectory
from adapters.package_contracts import PackageContracts, read_contracts
from engine.bootstrap import open_engine
from engine.clock import RECKONING_ZONE, Clock
from engine.errors import InvalidArgument, Unavailable, YishiError
from engine.facade import Engine
from engine.model.calendars import LAST_PUBLISHED_YEAR
from engine.settings import Settings
from engine.views.operations import DeployedContracts, Heartbeat, Heartbeats, OperationsCounts
from engine.worker.runner import HEARTBEAT
from flows.desk import SWEEP_NAME
from flows.server import api_url_for
from flows.server import status as prefect_status
from terminal.database import read_status
from terminal.output import moment
from terminal.session import no_access

OLDEST_PYTHON = (3, 11)
LITTLE_DISK_BYTES = 1024**3
NO_DISK_BYTES = 200 * 1024**2
SILENT_AFTER = timedelta(minutes=3)
"""The sweep beats every minute, the worker more often."""
PROBE_TIMEOUT = timedelta(seconds=2)
NOTICE_MONTH = 11
"""The State Council's notice for the next year comes out in late October or November."""


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """`mend` is empty when nothing is to be done."""

    name: str
    level: Level
    found: str
    mend: str = ""


def check_everything(settings: Settings) -> Iterator[Check]:
    yield _python()
    home = list(_home(settings))
    yield from home
    yield _prefect(settings)
    if any(check.level is Level.ERROR for check in home) and settings.database_url is None:
        return
    database = list(_database(settings))
    yield from database
    if any(check.level is Level.ERROR for check in database):
        return
    try:
        engine = open_engine(settings, contracts=PackageContracts())
    except YishiError as error:
        yield _unwell("数据库 database", error)
        return
    try:
        yield from _in_engine(engine, settings)
    finally:
        engine.close()


def _unwell(name: str, error: YishiError) -> Check:
    return Check(name, Level.ERROR, str(error), error.mend if isinstance(error, Unavailable) else "")


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return Check("Python", Level.OK, found)
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return Check(
        "Python", Level.ERROR, f"{found}, 需要 needs {wanted}+", f"Install Python {wanted} or later."
    )


def _home(settings: Settings) -> Iterator[Check]:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home):
            pass
        disk = os.statvfs(settings.home)
    except OSError as error:
        yield _unwell("目录 home", no_access(settings, error))
        return
    yield Check("目录 home", Level.OK, f"{settings.home} 可写 writable")
    free = disk.f_bavail * disk.f_frsize
    text = f"{free / 1024**3:.1f} GB 可用 free"
    mend = "Free some disk space, or set YISHI_HOME to a place with more."
    if free < LITTLE_DISK_BYTES:
        yield Check("磁盘 disk", Level.ERROR if free < NO_DISK_BYTES else Level.WARNING, text, mend)
    else:
        yield Check("磁盘 disk", Level.OK, text)


def _database(settings: Settings) -> Iterator[Check]:
    try:
        status = read_status(settings)
    except YishiError as error:
        yield _unwell("数据库 database", error)
        return
    except OSError as error:
        yield _unwell("数据库 database", no_access(settings, error))
        return
    kind = "内置 embedded" if status.embedded else "DATABASE_URL"
    yield Check("数据库 database", Level.OK, f"PostgreSQL {status.postgresql}, {kind} {status.place}")
    missing = ", ".join(status.missing)
    if not missing:
        yield Check("迁移 migrations", Level.OK, f"{len(status.migrations)} 个已应用 applied")
    elif status.embedded:
        yield Check("迁移 migrations", Level.OK, f"{missing}: 刚刚应用 applied just now")
    else:
        yield Check("迁移 migrations", Level.ERROR, f"缺 missing: {missing}", "yishi db migrate")


def _prefect(settings: Settings) -> Check:
    status = prefect_status(api_url_for(settings))
    if status.healthy:
        return Check("Prefect", Level.OK, f"{status.version}, {status.api_url}")
    return Check(
        "Prefect",
        Level.ERROR,
        f"{status.api_url} 不应答 does not answer: {status.trouble}",
        "yishi serve 会启动它 starts it; or set PREFECT_API_URL to the server you have. "
        "督办会迟，不会丢 / Until then escalations are late, never lost.",
    )


def _in_engine(engine: Engine, settings: Settings) -> Iterator[Check]:
    counts = engine.ask(OperationsCounts())
    if counts.deployments:
        yield Check("部署 deployments", Level.OK, str(counts.deployments))
    else:
        yield Check("部署 deployments", Level.WARNING, "尚无 none yet", "yishi deploy processes/*")
    beats = {beat.name: beat for beat in engine.ask(Heartbeats())}
    yield _heartbeat("督办扫描 sweep", beats.get(SWEEP_NAME), clock=engine.clock)
    yield _heartbeat("作业 worker", beats.get(HEARTBEAT), clock=engine.clock)
    yield from _departments(engine, settings)
    yield calendar_check(engine.clock.now().astimezone(RECKONING_ZONE).date())
    if counts.open_incidents:
        found = f"{counts.open_incidents} 个未解决 open"
        yield Check("异常 incidents", Level.WARNING, found, "yishi incident list")
    else:
        yield Check("异常 incidents", Level.OK, "0")


def _heartbeat(name: str, beat: Heartbeat | None, *, clock: Clock) -> Check:
    mend = "yishi serve"
    if beat is None:
        return Check(name, Level.ERROR, "从未报到 was never seen", mend)
    seconds = max(0, round(clock.real_seconds(clock.now() - beat.at)))
    seen = f"{seconds} 秒前 s ago ({moment(beat.at)})"
    if timedelta(seconds=seconds) > SILENT_AFTER:
        return Check(name, Level.ERROR, f"无声 silent: {seen}", mend)
    return Check(name, Level.OK, seen)


def _departments(engine: Engine, settings: Settings) -> Iterator[Check]:
    deployed = engine.ask(DeployedContracts())
    contracts, _ = read_contracts(deployed)
    if not contracts and not settings.departments:
        yield Check("部门 departments", Level.OK, "没有部署部门接口 no department calls are deployed")
        return
    try:
        directory = DepartmentDirectory(contracts, base_urls=settings.departments)
    except InvalidArgument as error:
        yield Check("部门 departments", Level.ERROR, str(error), "Mend YISHI_DEPARTMENTS.")
        return
    with directory, ThreadPoolExecutor(max_workers=8) as pool:
        departments = directory.departments()
        unconfigured = [department for department in departments if department.base_url is None]
        yield from pool.map(_department, (d for d in departments if d.base_url is not None))
    if unconfigured:
        codes = [department.code for department in unconfigured]
        entries = ", ".join(f'"{code}": "https://…"' for code in codes)
        yield Check(
            "部门 departments",
            Level.ERROR,
            f"没有地址 no base URL: {', '.join(codes)}",
            f"YISHI_DEPARTMENTS='{{{entries}}}', or for a trial: yishi serve --simulate",
        )


def _department(department: Department) -> Check:
    name = f"部门 {department.code}"
    if not department.job_types:
        return Check(
            name,
            Level.WARNING,
            "有地址，但没有部署它的接口 a base URL, but nothing deployed calls it",
            "Take it out of YISHI_DEPARTMENTS, or deploy the package that needs it.",
        )
    seen = department.probe(PROBE_TIMEOUT)
    if seen.is_reachable:
        milliseconds = seen.took.total_seconds() * 1000
        return Check(name, Level.OK, f"{department.name_zh} 可达 reachable, {milliseconds:.0f} ms")
    return Check(
        name,
        Level.ERROR,
        f"{department.name_zh} 不可达 unreachable: {seen.detail}",
        f"Check that the system of {department.code} runs and that its address in YISHI_DEPARTMENTS is right.",
    )


def calendar_check(today: date, *, last_published: int = LAST_PUBLISHED_YEAR) -> Check:
    """Workdays of a year are settled by the State Council's notice; before it they are a guess."""
    name = "日历 calendar"
    mend = "Upgrade chinesecalendar once it knows that year. Until then deploy an overlay: it holds for new clocks."
    if last_published < today.year:
        found = f"只到 only to {last_published}，今年为推算 this year's workdays are provisional"
        return Check(name, Level.ERROR, found, mend)
    if last_published == today.year and today.month >= NOTICE_MONTH:
        found = f"已公布至 published to {last_published}，明年为推算 next year is provisional"
        return Check(name, Level.WARNING, found, mend)
    return Check(name, Level.OK, f"已公布至 published to {last_published}")

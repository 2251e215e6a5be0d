"""`yishi db`: the schema of the database."""

from __future__ import annotations

from dataclasses import dataclass

import typer
from rich.text import Text

from engine.bootstrap import migrate_database, open_database
from engine.settings import Settings
from engine.store.migrations import pending, shipped
from terminal.complaints import REFUSED
from terminal.options import AsJson
from terminal.output import fixed, make_table, print_json, say
from terminal.session import no_access, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """`place` never shows a password."""

    embedded: bool
    place: str
    postgresql: str
    migrations: dict[str, str]
    """Name -> "applied" or "missing"."""

    @property
    def missing(self) -> list[str]:
        return [name for name, state in self.migrations.items() if state == "missing"]


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """迁移 / Apply the migrations that the database lacks; safe to repeat."""
    settings = read_settings()
    try:
        applied = migrate_database(settings)
    except OSError as error:
        raise no_access(settings, error) from error
    if as_json:
        print_json({"applied": applied})
    elif applied:
        say(Text(f"✓ 已迁移 applied: {', '.join(applied)}", style="bold green"))
    else:
        say("✓ 已是最新 / Nothing was missing.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """状态 / Which database is used and which migrations it has; exit 1 if any is missing."""
    settings = read_settings()
    try:
        found = read_status(settings)
    except OSError as error:
        raise no_access(settings, error) from error
    if as_json:
        print_json(found)
    else:
        say(f"{'内置 embedded' if found.embedded else '外部 DATABASE_URL'}: {found.place}")
        say(f"PostgreSQL {found.postgresql}")
        table = make_table(fixed("迁移 Migration"), fixed("状态 State"))
        for name, state in found.migrations.items():
            table.add_row(
                name, "✓ 已应用 applied" if state == "applied" else Text("✕ 缺 missing", style="red")
            )
        say(table)
        if found.missing:
            say("→ yishi db migrate")
    if found.missing:
        raise typer.Exit(REFUSED)


def read_status(settings: Settings) -> DatabaseStatus:
    """Raises Unavailable if the database cannot be reached."""
    database = open_database(settings)
    try:
        with database.connection() as connection:
            missing = set(pending(connection))
            info = connection.info
            version = f"{info.server_version // 10000}.{info.server_version % 10000}"
            own = f"{info.host}:{info.port}/{info.dbname}"
    finally:
        database.close()
    embedded = settings.database_url is None
    return DatabaseStatus(
        embedded,
        str(settings.data_directory) if embedded else own,
        version,
        {item.name: "missing" if item.name in missing else "applied" for item in shipped()},
    )

"""The command tree of `yishi`: which noun is in which module, and what happens when one fails.

Belongs here: names, one line of help each, loading. Does not: what a command does (one module per noun).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from engine.errors import YishiError
from engine.telemetry import log_to_stderr
from terminal.complaints import INTERRUPTED, complain, complain_of_usage

DISTRIBUTION = "yishi-engine"

COMMANDS: dict[str, tuple[str, str]] = {
    # Name -> (module, help). The module's `app` is a typer.Typer: with one command and no callback
    # it is that command, else a group. Every new command is registered here and nowhere else.
    "deploy": ("terminal.deployments", "部署场景包 / Bring scenario packages in, whole or not at all."),
    "process": (
        "terminal.processes",
        "流程文件 / Check process files and packages before they are deployed.",
    ),
    "decision": ("terminal.decisions", "决策 / Check, evaluate and test decision files."),
    "feel": ("terminal.feel_command", "表达式 / Evaluate FEEL expressions, once or line by line."),
    "case": ("terminal.cases", "办件 / Start, list, show, correct and cancel cases."),
    "task": ("terminal.tasks", "待办 / The worklist: claim, complete, return, escalate user tasks."),
    "clock": ("terminal.clocks", "时限 / Show, pause and resume the statutory clocks of a case."),
    "message": ("terminal.messages", "消息 / Publish messages to waiting cases."),
    "signal": ("terminal.signals", "信号 / Publish signals to all cases that wait for them."),
    "incident": ("terminal.incidents", "异常 / What cannot go on without a person."),
    "db": ("terminal.database", "数据库 / Migrate the database, show its state."),
    "serve": ("terminal.serve", "运行 / Run everything one machine needs, watched, until Ctrl-C."),
    "worker": ("terminal.worker", "工作进程 / Call departments, fire timers, deliver messages."),
    "demo": ("terminal.demo.command", "演示 / Ten street cases from their report to their closed loop."),
    "doctor": ("terminal.doctor", "体检 / Check everything Yishi needs and say how to mend it."),
}

ABOUT = """一事 Yishi: the engine on which a city district handles its cases.

退出码 Exit codes: 0 done; 1 refused, or something was found; 2 wrong usage; 3 something is down; 130 Ctrl-C.

经办人 Who acts: --as ACTOR on a command, or YISHI_ACTOR in the environment or in .env.

机器 Machines: --json prints the same facts as JSON; a refusal is one JSON object on stderr."""


class LazyCommand(TyperCommand):
    """A place-holder that imports its module when it is chosen.

    `yishi --help` must not pay for the engine, the database driver or Prefect (a second or more).
    Importing by name here is what lets every other module keep its imports at the top.
    """

    def __init__(self, name: str, *, module: str, help: str) -> None:
        super().__init__(name, help=help)
        self.module = module

    def load(self) -> Any:
        command = typer.main.get_command(import_module(self.module).app)
        command.help = command.help or self.help
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self.load().make_context(info_name, args, parent=parent, **extra)


class YishiGroup(TyperGroup):
    """The root: adds the lazy commands and turns errors into words and exit codes."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (module, help_line) in COMMANDS.items():
            self.add_command(LazyCommand(name, module=module, help=help_line))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Exits with the codes of `terminal.complaints`, whatever `standalone_mode` says."""
        given = list(sys.argv[1:] if args is None else args)
        # Looked up by hand, so that even a command line that does not parse is answered in JSON.
        as_json = "--json" in given
        try:
            code = super().main(given, prog_name, complete_var, False, windows_expand_args, **extra)
        except YishiError as error:
            code = complain(error, as_json=as_json)
        except typer.TyperException as error:
            code = complain_of_usage(error, as_json=as_json)
        except typer.Abort:
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        version = metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        version = "(未安装 not installed, run from its sources)"
    typer.echo(f"yishi {version}")
    raise typer.Exit


app = typer.Typer(
    cls=YishiGroup,
    name="yishi",
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(help=ABOUT)
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print what the engine logs, and tracebacks, to stderr.")
    ] = False,
) -> None:
    if verbose:
        log_to_stderr(logging.INFO)
        sys.excepthook = sys.__excepthook__

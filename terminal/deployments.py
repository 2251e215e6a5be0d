"""`yishi deploy`: bring scenario packages in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from adapters.package_contracts import PackageContracts
from engine.commands.command import SYSTEM
from engine.commands.deployments import Deployment, DeployPackage
from engine.commands.gate import Deployed, check_package
from engine.errors import DefinitionRefused
from engine.findings import Finding, has_errors
from engine.views.view import Sight, View
from terminal.findings import findings_table
from terminal.options import ActingAs, AsJson
from terminal.output import clean, fixed, flowing, make_table, print_json, say
from terminal.package_files import read_package_files
from terminal.session import Session, open_session

app = typer.Typer(add_completion=False)

_KINDS = {"process": "流程 process", "decision": "决策 decision", "form": "表单 form"}


@dataclass(frozen=True, slots=True)
class _DeployedKeys(View[Deployed]):
    def read(self, sight: Sight) -> Deployed:
        return sight.library.deployed(sight.connection)


@app.command()
def deploy(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", exists=True, help="Scenario packages: folders or .zip files."),
    ],
    as_: ActingAs = None,
    as_json: AsJson = False,
) -> None:
    """部署场景包 / Bring scenario packages in, in the order given: all of them, or none if one has errors.

    A later package may use what an earlier one brings. The same files again are the same deployment.
    """
    packages = [(path, read_package_files(path)) for path in paths]
    with open_session() as session:
        actor = as_ or session.settings.actor or SYSTEM
        _check_all(session, packages)
        done = [session.engine.deploy(DeployPackage(files, actor)) for _, files in packages]
    if as_json:
        print_json(done)
        return
    for deployment in done:
        _say(deployment)


def _check_all(session: Session, packages: list[tuple[Path, dict[str, bytes]]]) -> None:
    """Raises DefinitionRefused with the findings of every package, before any of them is deployed."""
    known = session.engine.ask(_DeployedKeys())
    found: list[Finding] = []
    for path, files in packages:
        checked, findings = check_package(
            files, contracts=PackageContracts(), deployed=known, now=session.engine.clock.now()
        )
        # With several packages a file name alone would not say where to look.
        shown = [replace(f, file=str(path / f.file)) for f in findings] if len(packages) > 1 else findings
        found += shown
        if checked is not None:
            known = known.joined_by(checked)
    if has_errors(found):
        raise DefinitionRefused(found)


def _say(deployment: Deployment) -> None:
    name = clean(f"{deployment.scenario} {deployment.version}")
    if deployment.repeated:
        say(Text(f"= {name}: 未变，此前已部署 / the same files were deployed before", style="yellow"))
    else:
        say(Text(f"✓ {name} 已部署 deployed", style="bold green"))
        table = make_table(fixed("种类 Kind"), flowing("标识 Key"), fixed("版本", right=True))
        for kind, key, version in deployment.definitions:
            table.add_row(_KINDS.get(kind, kind), clean(key), f"v{version}")
        say(table)
    if deployment.findings:
        say(findings_table(deployment.findings))

"""The contracts of a scenario package, read for the engine's upload gate."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.contract import Contract, clashes, read_contract
from engine.findings import Finding


class PackageContracts:
    """Implements engine.ports.ContractReader."""

    def read(
        self, contracts: Mapping[str, bytes], *, beside: Mapping[str, bytes]
    ) -> tuple[frozenset[str], list[Finding]]:
        known, findings = read_contracts(contracts)
        others, _ = read_contracts(beside)
        own = {contract.file for contract in known}
        # Within the package the clashes are found already; here those with what others brought.
        findings += [
            clash for clash in clashes([*others, *known]) if clash.file in own and clash not in findings
        ]
        return frozenset(job_type for contract in known for job_type in contract.jobs), findings


def read_contracts(contents: Mapping[str, bytes]) -> tuple[list[Contract], list[Finding]]:
    """Every contract without an error, and all findings. `contents` is path -> content."""
    known: list[Contract] = []
    findings: list[Finding] = []
    for path in sorted(contents):
        contract, found = read_contract(contents[path], file=path)
        findings += found
        if contract is not None:
            known.append(contract)
    findings += clashes(known)
    return known, findings

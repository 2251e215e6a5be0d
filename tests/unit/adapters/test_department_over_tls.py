from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.contract import Contract
from adapters.directory import DepartmentDirectory
from engine.ports import JobDone, JobFailure, JobOutcome

OK = b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 15\r\n\r\n{"receipt":"1"}'


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(certificate, key) of a department at 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "UMLE")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    certificate_file, key_file = folder / "ca.pem", folder / "key.pem"
    certificate_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


@pytest.fixture
def call_over_tls(
    certificate: tuple[Path, Path],
    contract: Contract,
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
) -> Callable[..., JobOutcome]:
    """Performs one job at a TLS department that answers like this."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)

    def call(answer: Any, *, ca_file: Path | None) -> JobOutcome:
        base_urls = {"UMLE": raw_department(answer, tls=tls).url}
        with DepartmentDirectory([contract], base_urls=base_urls, ca_file=ca_file) as directory:
            adapter = directory.find("umle.dispatch")
            assert adapter is not None
            outcome: JobOutcome = adapter.perform(job())
            return outcome

    return call


def test_a_department_is_called_over_tls_with_the_operators_authority(
    call_over_tls: Callable[..., JobOutcome], certificate: tuple[Path, Path]
) -> None:
    outcome = call_over_tls(OK, ca_file=certificate[0])

    assert outcome == JobDone({"receipt_number": "1"})


def test_a_department_nobody_vouches_for_is_not_called(call_over_tls: Callable[..., JobOutcome]) -> None:
    outcome = call_over_tls(OK, ca_file=None)

    assert isinstance(outcome, JobFailure)
    assert "no connection came about" in outcome.message


def test_a_department_that_drips_over_tls_costs_the_contracts_timeout(
    call_over_tls: Callable[..., JobOutcome], certificate: tuple[Path, Path]
) -> None:
    def drip(secured: socket.socket, _request: bytes) -> None:
        for byte in OK[:-1]:
            secured.sendall(bytes([byte]))
            time.sleep(0.02)

    started = time.monotonic()

    outcome = call_over_tls(drip, ca_file=certificate[0])

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert time.monotonic() - started < 1.3

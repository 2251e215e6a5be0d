"""What a worker is given with a job: the request for the department."""

from __future__ import annotations

import logging
from typing import Any

from engine.commands.library import DefinitionLibrary
from engine.errors import YishiError
from engine.feel import to_plain_json
from engine.model.jobs import MAX_CLAIMS_WITHOUT_ANSWER
from engine.ports import JobRequest, LeasedJob

log = logging.getLogger(__name__)


def leased_job(
    row: tuple[Any, ...], definition_id: int, body: bytes, *, library: DefinitionLibrary
) -> LeasedJob | None:
    """`row` is one of `acquire_jobs`, the others tell of its case. None if the step has ended since the
    job was leased: the job is canceled and nobody is called."""
    (job_id, _instance, element_key, element_id, job_type, retries_left, attempts, claims, token, headers,
     idempotency_key, case_number) = row  # fmt: skip
    # What kills workers may do so by being read: such a job comes back without its data, to be reported.
    payload: dict[str, Any] | None = {}
    if claims <= MAX_CLAIMS_WITHOUT_ANSWER:
        try:
            runtime = library.runtime_of(definition_id)
            payload = runtime.payload_of(runtime.decode(body), element_key, library=library)
        except YishiError:
            log.exception("job cannot be read", extra={"job_id": job_id})
            payload = None
    if payload is None:
        return None
    request = JobRequest(
        job_id=job_id,
        job_type=job_type,
        idempotency_key=idempotency_key,
        case_number=case_number,
        element_id=element_id,
        attempt=attempts,
        variables=to_plain_json(payload),
        headers=headers,
    )
    return LeasedJob(request, lease_token=token, retries_left=retries_left, claims=claims)

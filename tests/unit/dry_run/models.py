"""Small models for dry runs, drawn as text, and a run of them in one line."""

from __future__ import annotations

import itertools
from typing import Any

from engine.dry_run import ENGINES, Result, Shelf, read_document, read_script, rehearse, stock

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gov="urn:yishi:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="defs" targetNamespace="urn:test">'
)
START = '<startEvent id="start"/>'
END = '<endEvent id="end"/>'
YISHI = ENGINES["yishi"]


def bpmn(*processes: str, roots: str = "") -> bytes:
    return (_HEAD + roots + "".join(processes) + "</definitions>").encode()


def process(*content: str, id: str = "p") -> str:
    return f'<process id="{id}" isExecutable="true">{"".join(content)}</process>'


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>'
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inside if condition else ''}</sequenceFlow>"
    )


def chain(*ids: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in itertools.pairwise(ids))


def user_task(id: str) -> str:
    return f'<userTask id="{id}"/>'


def job(id: str, *, type: str = "x.do") -> str:
    return (
        f'<serviceTask id="{id}"><extensionElements><gov:job type="{type}" retries="3"/>'
        "</extensionElements></serviceTask>"
    )


def timer(kind: str, text: str) -> str:
    return (
        f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{text}</{kind}></timerEventDefinition>'
    )


def message_event(ref: str) -> str:
    return f'<messageEventDefinition messageRef="{ref}"/>'


def boundary(id: str, attached_to: str, event: str, *, interrupting: bool = True) -> str:
    cancel = str(interrupting).lower()
    return f'<boundaryEvent id="{id}" attachedToRef="{attached_to}" cancelActivity="{cancel}">{event}</boundaryEvent>'


def straight(*ids: str, task: str = "user") -> str:
    """start -> tasks -> end."""
    made = "".join(user_task(each) if task == "user" else job(each) for each in ids)
    return START + made + END + chain("start", *ids, "end")


def shelf_of(*files: bytes, **others: bytes) -> Shelf:
    named = {f"{number}.bpmn": content for number, content in enumerate(files)}
    shelf, findings = stock({**named, **{name.replace("_", "."): c for name, c in others.items()}})
    assert shelf is not None, [finding.en for finding in findings]
    return shelf


def run(*files: bytes, script: str = "", **others: bytes) -> Result:
    """The models played by a script in YAML."""
    document = read_document(script.encode(), file="script.yaml")
    return rehearse(shelf_of(*files, **others), read_script(document, place="script"), machine=YISHI)


def moves(result: Result) -> list[str]:
    return [f"{entry.move} {entry.element_id}" for entry in result.entries]


def data(result: Result) -> dict[str, Any]:
    return dict(result.runs[0].variables)

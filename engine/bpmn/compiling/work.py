"""What activities do: their expressions, mappings, clocks, tasks and jobs."""

from __future__ import annotations

from engine.bpmn.declarations import ClockDeclaration, VariableMapping
from engine.bpmn.model import FlowNode, NodeKind
from engine.bpmn.program import ClockSpec, JobSpec, Literal, Source, UserTaskSpec
from engine.feel import compile_expression


def compile_source(text: str) -> Source:
    """FEEL after a leading "=", otherwise the text itself. Raises FeelSyntaxError."""
    if text.startswith("="):
        return compile_expression(text[1:])
    return Literal(text)


def compile_optional(expression: str | None) -> Source | None:
    """FEEL without "="."""
    return None if expression is None else compile_expression(expression)


def compile_mappings(mappings: tuple[VariableMapping, ...]) -> tuple[tuple[str, Source], ...]:
    return tuple((mapping.target, compile_source(mapping.source)) for mapping in mappings)


def compile_clocks(declarations: tuple[ClockDeclaration, ...]) -> tuple[ClockSpec, ...]:
    return tuple(
        ClockSpec(compile_source(declaration.limit), declaration.kind, declaration.ladder)
        for declaration in declarations
    )


def compile_user_task(node: FlowNode) -> UserTaskSpec | None:
    """Of a user task, and of an ad-hoc sub-process in which a person chooses."""
    assignment = node.extensions.assignment
    if node.kind is not NodeKind.USER_TASK and (
        node.kind is not NodeKind.AD_HOC_SUB_PROCESS or assignment is None
    ):
        return None
    if assignment is None:
        return UserTaskSpec(node.extensions.form, (), None, None, ())
    return UserTaskSpec(
        form=node.extensions.form,
        roles=assignment.roles,
        department=compile_source(assignment.department) if assignment.department else None,
        assignee=compile_source(assignment.assignee) if assignment.assignee else None,
        four_eyes=assignment.four_eyes,
    )


def compile_job(node: FlowNode) -> JobSpec | None:
    job = node.extensions.job
    if job is None:
        return None
    return JobSpec(compile_source(job.job_type), job.retries, dict(job.headers))

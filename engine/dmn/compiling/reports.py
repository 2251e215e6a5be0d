"""What is wrong with the texts and references of a model, as findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.dmn import model
from engine.dmn.findings import finding_at, line_in, not_feel
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import MAX_TREE_DEPTH
from engine.feel.syntax import Node
from engine.feel.vocabulary import Vocabulary
from engine.findings import Finding, Severity

Parse = Callable[..., Node]
"""One of the two entrances of `engine.feel.parser`."""


class Reports:
    """Collects findings of one upload."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(
        self,
        rule: str,
        where: model.Where,
        *,
        zh: str,
        en: str,
        mend_zh: str,
        mend_en: str,
        severity: Severity = Severity.ERROR,
        line: int | None = None,
    ) -> None:
        self.findings.append(
            finding_at(
                rule, where, zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en, severity=severity, line=line
            )
        )

    def unparsable(
        self, text: model.Text, error: FeelSyntaxError, *, wider: Vocabulary, parse: Parse
    ) -> None:
        """`wider` knows all names of the model: what `parse` can read with them lacks a requirement."""
        where = text.where
        if _is_feel(text.text, wider, parse):
            self.add(
                "missing-requirement",
                where,
                zh=f"{where.zh}读取了本模型中的名称，但没有画出对它的需求：{error.zh}",
                en=f"{where.en} reads a name of this model without requiring it: {error}",
                mend_zh="为该决策画出信息需求或知识需求",
                mend_en="Draw the information or knowledge requirement",
                line=line_in(text, error),
            )
            return
        self.findings.append(not_feel(text, error))

    def unrequired(self, where: model.Where, names: Sequence[str]) -> None:
        for name in names:
            self.add(
                "missing-requirement",
                where,
                zh=f"{where.zh}读取了“{name}”，但没有画出对它的需求，其值为 null",
                en=f"{where.en} reads {name!r} without requiring it, and gets null",
                mend_zh="为该决策画出信息需求或知识需求",
                mend_en="Draw the information or knowledge requirement",
                severity=Severity.WARNING,
            )

    def unread(self, where: model.Where, names: Sequence[str]) -> None:
        for name in names:
            self.add(
                "unused-requirement",
                where,
                zh=f"{where.zh}画出了对“{name}”的需求，但从不读取",
                en=f"{where.en} requires {name!r}, but never reads it",
                mend_zh="在逻辑中使用它，或删除该需求",
                mend_en="Use it in the logic, or remove the requirement",
                severity=Severity.WARNING,
            )

    def unused_input(self, data: model.InputData) -> None:
        self.add(
            "unused-input",
            data.where,
            zh=f"没有任何决策需要输入数据“{data.name}”",
            en=f"No decision requires the input data {data.name!r}",
            mend_zh="画出需要它的信息需求，或删除它",
            mend_en="Draw the information requirement, or remove the input data",
            severity=Severity.WARNING,
        )

    def dangling_import(self, reference: model.Reference) -> None:
        self.add(
            "dangling-reference",
            reference.where,
            zh=f"{reference.where.zh}引用的 {reference.id} 在导入的模型 {reference.namespace} 中不存在",
            en=f"{reference.where.en} refers to {reference.id}, "
            f"which the imported model {reference.namespace} does not have",
            mend_zh="引用该模型中存在的元素",
            mend_en="Refer to an element that the model has",
        )

    def missing_import(self, wanted: model.Import, *, found: int) -> None:
        if found:
            self.add(
                "ambiguous-import",
                wanted.where,
                zh=f"有 {found} 个文件的命名空间是 {wanted.namespace}",
                en=f"{found} files have the namespace {wanted.namespace}",
                mend_zh="只保留一个",
                mend_en="Keep one of them",
            )
            return
        self.add(
            "missing-import",
            wanted.where,
            zh=f"没有文件的命名空间是 {wanted.namespace}，无法导入",
            en=f"No file has the namespace {wanted.namespace}, so it cannot be imported",
            mend_zh="把被导入的 DMN 文件放在同一个包中",
            mend_en="Put the imported DMN file into the same package",
        )

    def import_cycle(self, wanted: model.Import) -> None:
        self.add(
            "import-cycle",
            wanted.where,
            zh=f"模型 {wanted.namespace} 经由导入又导入自己",
            en=f"The model {wanted.namespace} imports itself through its imports",
            mend_zh="删除环上的一个导入",
            mend_en="Remove one import of the cycle",
        )

    def refused_import(self, wanted: model.Import, *, file: str) -> None:
        self.add(
            "refused-import",
            wanted.where,
            zh=f"被导入的文件 {file} 有错误",
            en=f"The imported file {file} has errors",
            mend_zh="先改正被导入的文件",
            mend_en="Correct the imported file first",
        )

    def too_deep(self, where: model.Where) -> None:
        self.add(
            "expression-depth",
            where,
            zh=f"{where.zh}的表达式嵌套超过 {MAX_TREE_DEPTH} 层",
            en=f"{where.en} nests expressions more than {MAX_TREE_DEPTH} levels deep",
            mend_zh="把内层表达式移到单独的决策或业务知识模型",
            mend_en="Move inner expressions to decisions or business knowledge models of their own",
        )


def _is_feel(text: str, vocabulary: Vocabulary, parse: Parse) -> bool:
    try:
        parse(text, vocabulary=vocabulary, builtin=BUILTIN_NAMES)
    except FeelSyntaxError:
        return False
    return True

"""What happens to the ten cases: who reports what, what the clerks answer, which department fails.

Content, not code: the director plays it through the same commands the CLI uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

PROCESS = "grid_case_closed_loop"


class Trait(StrEnum):
    """What must be seen in the journal of a case before the demonstration counts as passed."""

    RETURNED = "退单一次并裁决 returned once, arbitrated"
    REWORKED = "核查不合格返工 reworked after a failed check"
    ESCALATED = "超时逐级升级 escalated by a Prefect flow run"
    RECOVERED = "委办局三次 503 后恢复 three times 503, recovered"
    INCIDENT = "委办局停机成事件后处置 department down, incident resolved"
    PAUSED = "挂账后恢复计时 shelved and resumed"
    MANUAL = "短信失败改人工回访 SMS refused, called back"
    MILESTONES = "三个里程碑各自计时 three milestones, each with its clock"


@dataclass(frozen=True, slots=True)
class Complete:
    """The clerk completes with these values."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Return:
    """退单."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """The clerk lets the task lie until the rung has fired, then does `then`."""

    until_rung: str
    then: Complete


@dataclass(frozen=True, slots=True)
class Shelve:
    """The area head shelves the case (挂账) for a while, then the clerk does `then`."""

    document: str
    then: Complete


Act = Complete | Return | Hold | Shelve


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the department's system for calls about this case; `times` None: until it is lifted."""

    department: str
    status: int
    times: int | None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScriptedCase:
    subclass: str
    source: str
    address: str
    grid: str
    phone: str | None = "13800000000"
    self_handled: bool = False
    acts: Mapping[str, Sequence[Act]] = field(default_factory=dict)
    """Element id -> what is done at its first, second ... visit; USUAL where it has none."""
    fault: Fault | None = None
    traits: tuple[Trait, ...] = ()

    @property
    def variables(self) -> dict[str, Any]:
        variables: dict[str, Any] = {
            "subclass": self.subclass,
            "source": self.source,
            "address": self.address,
            "grid": self.grid,
        }
        if self.phone is not None:
            variables["reporter_phone"] = self.phone
        if self.self_handled:
            variables["self_handled"] = True
        return variables


_DONE = Complete({"resolution": "solved", "handling_note": "已到场处置完毕"})

USUAL: Mapping[str, Act] = {
    "verify": Complete({"genuine": True, "verify_note": "现场情况属实"}),
    "sign_in": Complete({"sign_in_note": "已签收"}),
    "sign_in_final": Complete({"sign_in_note": "按裁决签收"}),
    "arbitrate": Complete({"arbitrated_department": "UMLE", "arbitration_reason": "属城管执法范围"}),
    "handle": _DONE,
    "stop_work": Complete({"stop_work_document": "责令停止建设 2026-001"}),
    "penalty": Complete({"penalty_document": "行政处罚决定 2026-001", "penalty_amount": 2000}),
    "demolition": Complete({"demolished_by": "party", "demolition_note": "当事人自行拆除"}),
    "check": Complete({"passed": True, "check_note": "与现场照片一致"}),
    "call_back": Complete({"feedback_channel": "phone", "feedback_note": "已电话告知结果"}),
}

CASES: tuple[ScriptedCase, ...] = (
    ScriptedCase("井盖缺失", "hotline", "花园路 18 号门前", "31011500401201"),
    ScriptedCase(
        "暴露垃圾",
        "hotline",
        "新村路 102 弄",
        "31011500401202",
        fault=Fault("GREEN", 503, 3),
        traits=(Trait.RECOVERED,),
    ),
    ScriptedCase("私搭乱建", "code", "梧桐路 7 号屋顶", "31011500401203", traits=(Trait.MILESTONES,)),
    ScriptedCase(
        "道路保洁",
        "hotline",
        "滨河路桥下",
        "31011500401204",
        acts={"sign_in": [Return("堆放物属占道经营，应由城管处置")]},
        traits=(Trait.RETURNED,),
    ),
    ScriptedCase(
        "暴露垃圾",
        "code",
        "东市场南门",
        "31011500401205",
        acts={"check": [Complete({"passed": False, "check_note": "仍有散落垃圾"}), USUAL["check"]]},
        traits=(Trait.REWORKED,),
    ),
    ScriptedCase(
        "井盖缺失",
        "ai",
        "学前街与文汇路口",
        "31011500401206",
        acts={"handle": [Hold("district", _DONE)]},
        traits=(Trait.ESCALATED,),
    ),
    ScriptedCase(
        "电力设施损坏",
        "hotline",
        "河东路配电箱",
        "31011500401207",
        fault=Fault("POWER", 503, None),
        traits=(Trait.INCIDENT,),
    ),
    ScriptedCase(
        "绿地养护",
        "patrol",
        "中心公园西侧",
        "31011500401208",
        acts={"handle": [Shelve("挂账审批单 2026-001", _DONE)]},
        traits=(Trait.PAUSED,),
    ),
    ScriptedCase(
        "建筑垃圾",
        "ai",
        "环镇北路 55 号",
        "31011500401209",
        fault=Fault("SMS", 422, None, {"code": "NUMBER_INVALID"}),
        traits=(Trait.MANUAL,),
    ),
    ScriptedCase("渣土堆", "patrol", "规划二路工地", "31011500401210", self_handled=True),
)

EXPECTED_OUTCOME = "结案"

from __future__ import annotations

from tests.differential.playing import Complete
from tests.elements.drawing import (
    END,
    START,
    chain,
    inner,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    sub_process,
    user_task,
)
from tests.unit.spiff.playing_alone import play


def test_parallel_branches_share_the_data_and_the_last_commit_wins() -> None:
    content = (
        START + parallel("split") + parallel("join") + user_task("a") + user_task("b") + user_task("c") + END
    )
    content += chain("start", "split", "a", "join", "c", "end") + chain("split", "b", "join")
    run = play(process(content))

    run.answer(Complete("a", {"price": 1, "by_a": True}))
    seen = dict(run.state.context(run.state.root))
    rest = run.answer(Complete("b", {"price": 2}))

    assert seen == {"price": 1, "by_a": True}
    assert rest.variables == {"price": 2, "by_a": True}


def test_what_a_sub_process_has_of_its_own_ends_with_it_and_all_else_is_written_outside() -> None:
    inside = inner("i", ("s", script_task("s", "{own: own + 1, other: own}")), ("u", user_task("u")))
    run = play(
        process(sequence(("sub", sub_process("sub", inside, extensions=reads("own", "=1"))), ("v", user_task("v"))))
    )  # fmt: skip

    rest = run.answer(Complete("u", {"done": True}))

    assert rest.variables == {"other": 2, "done": True}

"""`yishi feel EXPRESSION`: one expression, its value, and where it goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.feel import Range, compile_expression, equal
from terminal.feel_caret import pointed
from terminal.feel_notation import MAX_DEPTH, notation
from terminal.feel_options import MAX_CONTEXT_BYTES, now_from
from tests.terminal.conftest import Yishi

# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "out"),
    [
        ("1 + 1", "2  // number"),
        ("0.1 + 0.2", "0.3  // number"),
        ('"a" + "b"', '"ab"  // string'),
        ("null", "null"),
        ('date("2026-03-01") + duration("P1M")', '@"2026-04-01"  // date'),
        ("[1..5)", "[1..5)  // range<number>"),
        ("(< 5)", "(< 5)  // range<number>"),
        ("(<= 5)", "(<= 5)  // range<number>"),
        ("(>= 5)", "(>= 5)  // range<number>"),
        ('{a: 1, "b-c": "x"}', '{a: 1, "b-c": "x"}  // context'),
        ("[1, 2]", "[1, 2]  // list<number>"),
        ('[1, "a"]', '[1, "a"]  // list<Any>'),
        ("function(x: number) x", "function(x: number)  // function<number> -> number"),
    ],
)
def test_a_value_reads_as_feel_and_its_type_as_a_comment(
    bare_yishi: Yishi, expression: str, out: str
) -> None:
    answer = bare_yishi("feel", expression)

    assert (answer.exit_code, answer.out, answer.err) == (0, out + "\n", "")


@pytest.mark.parametrize(
    "expression",
    [
        '{a: [1, {b: @"2026-01-01T10:00:00+08:00"}], "c d": "x\\"y\\n\\u0001"}',
        '[@"P1Y2M", @"P3DT4H", @"10:00:00", null, true, -1.50, (>= 3), ["a".."b"]]',
        "for i in 1..300 return {number: i, square: i ** 2}",
    ],
)
def test_what_is_printed_reads_back_as_the_same_value(expression: str) -> None:
    now = now_from(None)
    value = compile_expression(expression).evaluate({}, now=now).value

    for width in (20, 80, 100_000):
        text = notation(value, width=width)
        assert "…" in text or equal(compile_expression(text).evaluate({}, now=now).value, value) is True


def test_a_long_value_is_broken_into_lines_and_one_without_end_is_cut() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    shared: list[object] = [1]
    for _ in range(60):
        shared = [shared, shared]

    assert notation({"a": "x" * 30, "b": [1, 2]}, width=30).splitlines() == [
        "{",
        '  a: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",',
        "  b: [1, 2]",
        "}",
    ]
    assert all("…" in notation(deep, width=width) for width in (80, 1_000_000))
    assert "…" in notation(shared, width=80)
    assert len(notation(list(range(10_000)), width=80).splitlines()) < 500
    assert notation([[]] * 2, width=80) == "[[], []]" and MAX_DEPTH < 100


def test_a_machine_gets_value_notation_type_and_diagnostics(bare_yishi: Yishi) -> None:
    good = bare_yishi("feel", '{at: @"2026-01-01", n: 1.5}', "--json")
    bad = bare_yishi("feel", '[1,\n "a" + 1]', "--json")
    function = bare_yishi("feel", "[function(x) x]", "--json")

    assert good.json["value"] == {"at": "2026-01-01", "n": 1.5}
    assert (good.json["feel"], good.json["type"]) == ('{at: @"2026-01-01", n: 1.5}', "context")
    [diagnostic] = bad.json["diagnostics"]
    assert bad.exit_code == 0 and bad.json["value"] == [1, None]
    assert (diagnostic["line"], diagnostic["column"]) == (2, 6)
    assert function.exit_code == 0 and function.json["value"] == "[function(x: Any)]"


def test_now_is_told_or_is_now(bare_yishi: Yishi) -> None:
    told = bare_yishi("feel", "now()", "--now", "2026-03-02T09:00:00+08:00")
    local = bare_yishi("feel", "today()", "--now", "2026-03-02T23:30:00")

    assert told.out.startswith('@"2026-03-02T09:00:00')
    assert local.out == '@"2026-03-02"  // date\n'
    assert bare_yishi("feel", 'now() > date and time("2025-01-01T00:00:00Z")').out == "true  // boolean\n"


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_syntax_error_has_both_languages_and_a_caret(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", "1 + )")

    assert (answer.exit_code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        "✕ 第 1 行第 5 列：应为表达式，但遇到')'",
        "  Expected an expression at line 1, column 5, but found ')'.",
        "    1 + )",
        "        ^",
    ]


def test_the_caret_stands_under_the_place_behind_wide_characters(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", '"暂停办理" + 5')

    line, caret = answer.err.splitlines()[1:]
    assert answer.exit_code == 1 and answer.out == "null\n"
    assert line == '    "暂停办理" + 5'
    assert cell_len(caret) - 1 == cell_len('    "暂停办理" ')


def test_a_text_of_several_lines_shows_the_one_that_is_wrong(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", "if a\nthen 1 +\nelse 2")

    assert answer.exit_code == 1
    assert answer.err.splitlines()[2:] == ["   3 | else 2", "     | ^"]


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("position", [0, 55, 300, 599])
def test_a_long_line_is_cut_around_the_caret(width: int, position: int) -> None:
    text = "".join(chr(0x4E00 + n) if n % 3 else "x" for n in range(600))

    line, caret = pointed(text, position, width=width).plain.split("\n")

    assert cell_len(line) <= width and "…" in line
    shown = next(n for n in range(len(line)) if cell_len(line[:n]) == cell_len(caret) - 1)
    assert line[shown] == text[position]


@pytest.mark.parametrize("position", [-5, 0, 3, 10_000])
@pytest.mark.parametrize("text", ["", "\n", "a\r\nb\t\x1b[31m", "\ud800"])
def test_no_position_is_outside_of_a_text(text: str, position: int) -> None:
    shown = pointed(text, position, width=80).plain

    assert shown.endswith("^") and "\x1b" not in shown


def test_null_by_an_error_is_told_from_null_that_was_asked_for(bare_yishi: Yishi) -> None:
    asked, wrong, inside = (bare_yishi("feel", text) for text in ("null", "1 / 0", "[1 / 0, 2]"))

    assert (asked.exit_code, asked.err) == (0, "")
    assert wrong.exit_code == 1 and wrong.err.startswith("! ")
    assert inside.exit_code == 0 and inside.out.startswith("[null, 2]") and inside.err.startswith("! ")


@pytest.mark.parametrize(
    "expression",
    [
        "for i in 1..100000000 return i",
        "every a in 1..9999, b in 1..9999 satisfies a > 0",
        "{f: function(n) f(n + 1), r: f(1)}.r",
    ],
)
def test_a_limit_is_said_and_does_not_hang(bare_yishi: Yishi, expression: str) -> None:
    answer = bare_yishi("feel", expression)

    assert answer.exit_code == 1 and answer.out == "null\n"
    assert "! Expected" in answer.err


def test_nothing_in_a_text_is_taken_for_markup(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", '"[red]x[/red] :smile:" + 1')

    assert '"[red]x[/red] :smile:"' in answer.err
    assert bare_yishi("feel", '"[bold]x"').out == '"[bold]x"  // string\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "(" * 5_000,
        "a" * 40_000,
        '"',
        "/*",
        "\x00",
        "\ud800",
        "@",
        "。",
        "1e9999999999",
        "]",
        "\\",
        "{",
    ],
)
def test_no_text_leads_to_a_traceback(bare_yishi: Yishi, text: str) -> None:
    words, machine = bare_yishi("feel", "--", text), bare_yishi("feel", "--json", "--", text)

    assert words.exit_code == machine.exit_code == 1
    assert "✕" in words.err and "Traceback" not in words.err
    assert machine.refusal["reason"] == "FEEL_SYNTAX" and machine.refusal["line"] == 1


# --- variables -----------------------------------------------------------------------------------


def test_variables_come_from_json_and_from_set_which_wins(bare_yishi: Yishi, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text('{"amount": 1200.10, "applicant": {"kind": "enterprise"}}', encoding="utf-8")
    condition = 'amount > 1000 and applicant.kind = "enterprise"'

    assert bare_yishi("feel", condition, "--context", f"@{file}").out == "true  // boolean\n"
    lower = bare_yishi("feel", condition, "--context", f"@{file}", "--set", "amount=10 * 10")
    assert lower.out == "false  // boolean\n"
    from_stdin = bare_yishi("feel", "a + b", "--context", "@-", "--set", "b=a + 1", stdin='{"a": 0.1}')
    assert from_stdin.out == "1.2  // number\n"


def test_names_with_spaces_are_known_from_the_context(bare_yishi: Yishi) -> None:
    context = '{"申请 金额": 5, "applicant": {"full name": "李"}}'

    answer = bare_yishi("feel", "string(申请 金额) + applicant.full name", "--context", context)
    inside = bare_yishi(
        "feel", "count(list[full name > 1])", "--set", 'list=[{"full name": 1}, {"full name": 2}]'
    )

    assert answer.out == '"5李"  // string\n'
    assert inside.out == "1  // number\n"


def test_numbers_of_json_stay_exact(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", "x + 1", "--context", '{"x": 0.1234567890123456789012345678}')

    assert answer.out == "1.1234567890123456789012345678  // number\n"


def test_a_context_in_yaml_may_say_more_than_json(bare_yishi: Yishi, tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text('start: = @"2026-01-01"\ndays: 3\n', encoding="utf-8")

    answer = bare_yishi("feel", 'start + duration("P1D") * days', "--context", f"@{file}")

    assert answer.out == '@"2026-01-04"  // date\n'


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--context", "[1]"), "an object with variables"),
        (("--context", "{"), "a JSON object"),
        (("--context", '{"a": NaN}'), "NaN"),
        (("--context", '{"a": 1e9999}'), "within the bounds"),
        (("--context", "[" * 100_000), "a JSON object"),
        (("--context", "@/no/such/file"), "/no/such/file"),
        (("--context", "@"), "Expected to read"),
        (("--set", "novalue"), "NAME=VALUE"),
        (("--set", "if=1"), "a word of the language"),
        (("--set", "1x=1"), "a name"),
        (("--set", "x=1 +"), "应为表达式"),
        (("--set", "kind=shop"), """--set 'kind="shop"'"""),
        (("--set", "a=1", "--set", "a=2"), "set twice"),
        (("--now", "yesterday"), "an instant"),
        (("--unary", "1 +"), "应为表达式"),
        (("--nope",), "nope"),
    ],
)
def test_options_that_do_not_read_are_wrong_usage(
    bare_yishi: Yishi, options: tuple[str, ...], says: str
) -> None:
    answer = bare_yishi("feel", "1", *options, "--json")

    assert (answer.exit_code, answer.out) == (2, "")
    assert answer.refusal["reason"] == "USAGE" and says in answer.refusal["message"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"a: &x 1\n",
        b"- 1\n",
        b"a: = 1 +\n",
        b"{",
        b"a: " + b"[" * 100,
        b" " * (MAX_CONTEXT_BYTES + 1),
    ],
)
def test_a_bad_file_of_variables_is_wrong_usage(bare_yishi: Yishi, tmp_path: Path, content: bytes) -> None:
    for name in ("c.yaml", "c.json"):
        (tmp_path / name).write_bytes(content)

        answer = bare_yishi("feel", "1", "--context", f"@{tmp_path / name}")

        assert answer.exit_code == 2 and "Traceback" not in answer.err


def test_variables_have_a_bound(bare_yishi: Yishi, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{}" + " " * MAX_CONTEXT_BYTES, encoding="utf-8")

    answer = bare_yishi("feel", "1", "--context", f"@{tmp_path / 'c.json'}")

    assert answer.exit_code == 2 and f"at most {MAX_CONTEXT_BYTES} bytes" in answer.err


# --- unary tests ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "out"),
    [
        ("< 5", "3", "true"),
        ('not("a", "b")', '"a"', "false"),
        ("[1..limit]", "7", "true"),
        ("? * 2 = 8", "4", "true"),
        ("-", "null", "true"),
    ],
)
def test_a_cell_is_tested_with_a_value(bare_yishi: Yishi, cell: str, value: str, out: str) -> None:
    answer = bare_yishi("feel", "--unary", value, "--set", "limit=9", "--", cell)

    assert (answer.exit_code, answer.out) == (0, f"{out}  // boolean\n")


def test_a_cell_that_is_no_unary_test_has_a_caret(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", "< 5,", "--unary", "3")

    assert answer.exit_code == 1 and answer.err.splitlines()[-1].rstrip().endswith("^")


def test_a_value_without_a_cell_is_wrong_usage(bare_yishi: Yishi) -> None:
    assert bare_yishi("feel", "--unary", "3").exit_code == 2


def test_a_range_without_both_ends_is_not_lost() -> None:
    assert notation(Range(None, None, False, False), width=80) == "(null..null)"

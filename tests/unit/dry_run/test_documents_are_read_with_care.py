from __future__ import annotations

import pytest

from engine.dry_run import read_document
from engine.errors import InvalidArgument


def test_yaml_says_what_json_says() -> None:
    text = b"""
a: {b: [1, -2.5, true, null, ~, "12", 'no', 1e3]}
at: 2026-03-02T09:00:00+08:00
area: 310115
word: yes
empty:
text: |
  two
  lines
"""

    assert read_document(text, file="f") == {
        "a": {"b": [1, -2.5, True, None, None, "12", "no", 1000.0]},
        "at": "2026-03-02T09:00:00+08:00",
        "area": 310115,
        "word": "yes",
        "empty": None,
        "text": "two\nlines\n",
    }


def test_an_empty_file_is_nothing() -> None:
    assert read_document(b"# nothing\n", file="f") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x", "f:1: Only YAML that says what JSON says is read, but there is an anchor"),
        ("a: !!python/name:os.system x", "there is the tag"),
        ("a: !!timestamp 2026-01-01", "there is the tag"),
        ("a: 1\na: 2", "f:2: Only YAML that says what JSON says is read, but there is the key 'a' twice"),
        ("1: 2", "a key that is no text"),
        ("? [a]\n: b", "a key that is no text"),
        ("a: 1\n---\nb: 2", "several documents"),
        ("a: [", "f:1: Not well-formed YAML"),
        ("[" * 40 + "]" * 40, "over 32 levels"),
        ("a: 1e999", "the number 1e999, which is too great"),
        ("- 1\n" * 20_001, "number over 20000"),
    ],
)
def test_what_json_does_not_say_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        read_document(text.encode(), file="f")

    assert problem in str(refused.value)


def test_a_file_beyond_its_size_or_not_in_utf_8_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="at most 262144 are allowed"):
        read_document(b"#" * 262_145, file="f")
    with pytest.raises(InvalidArgument, match="not UTF-8"):
        read_document(b"\xff\xfe\x00", file="f")

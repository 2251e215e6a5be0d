"""The namespaces by which the versions of the standard are told apart."""

from __future__ import annotations

DMN_1_1 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
MODEL_NAMESPACES = frozenset(
    {
        DMN_1_1,
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
FEEL_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)


def is_feel(language: str) -> bool:
    """Whether a value of `expressionLanguage` or `typeLanguage` means FEEL; empty is the default."""
    text = language.strip()
    return text.lower() in ("", "feel") or text in FEEL_NAMESPACES


def is_dmn(import_type: str) -> bool:
    """Whether a value of `importType` means a DMN model; some tools leave the slash at its end out."""
    text = import_type.strip()
    return text in MODEL_NAMESPACES or f"{text}/" in MODEL_NAMESPACES

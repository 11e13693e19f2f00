"""Textual writes the arguments of a worker into its description, which logs and tracebacks repeat; ours have their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import aep_tui

PACKAGE = Path(aep_tui.__file__).parent / "tui"
NAMES = {"work", "run_worker"}


def _workers() -> Iterator[tuple[str, ast.expr]]:
    """Return every place in which a worker is made: a decorator or a call."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found = list(node.decorator_list) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
            found += [node] if isinstance(node, ast.Call) else []
            for one in found:
                called = one.func if isinstance(one, ast.Call) else one
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if name in NAMES:
                    yield f"{path.name}:{one.lineno}", one


def test_every_worker_is_described_by_a_text_of_its_own() -> None:
    workers = dict(_workers())
    assert len(workers) > 10
    for place, worker in workers.items():
        given = {word.arg: word.value for word in worker.keywords} if isinstance(worker, ast.Call) else {}
        text, group = given.get("description"), given.get("group")
        assert isinstance(text, ast.Constant), place
        assert isinstance(text.value, str), place
        assert text.value, f"{place}: an empty description is filled with the arguments"
        assert isinstance(group, ast.Constant), f"{place}: without a group of its own it ends others"

"""Building the field tree of the largest reference schema, against reading its text as JSON and compiling it for validation.

Run it with ``python tests/benchmarks/form_tree.py [FILE] [ROUNDS]``. Rounds alternate between the two; each builds a form of a
schema that was never seen before, with the tree as it stands first, and reads and compiles the same text anew. The ratio asked
for is 10 at most.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from jsonschema_rs import Draft7Validator

from aep_tui.forms.build import build

SCHEMAS = Path(__file__).parents[2].parent / "shared" / "reference" / "schemas"
ASKED = 10.0


def largest() -> Path:
    """Return the largest of the reference schemas."""
    return max(SCHEMAS.glob("*.json"), key=lambda path: path.stat().st_size)


def schema_in(text: str) -> object:
    """Return the schema that a file holds, bare or as a connector's specification."""
    document = json.loads(text)
    return document.get("connectionSpecification", document)


def tree_seconds(text: str) -> tuple[float, int]:
    """Return how long a form and its first tree take, and how many fields that is."""
    schema = schema_in(text)
    began = time.perf_counter()
    count = len(list(build(schema).walk()))
    return time.perf_counter() - began, count


def compile_seconds(text: str) -> float:
    """Return how long it takes to read the text and to compile what it holds."""
    began = time.perf_counter()
    Draft7Validator(schema_in(text), offline=True)
    return time.perf_counter() - began


def main(path: Path, rounds: int) -> None:
    """Measure in turn and print."""
    text = path.read_text(encoding="utf-8")
    tree_seconds(text)
    compile_seconds(text)
    trees: list[float] = []
    compiled: list[float] = []
    count = 0
    for _ in range(rounds):
        seconds, count = tree_seconds(text)
        trees.append(seconds)
        compiled.append(compile_seconds(text))
    ratio = statistics.median(tree / other for tree, other in zip(trees, compiled, strict=True))
    print(f"{path.name}, {len(text):,} characters, {count} fields at first")
    print(f"json.loads and compile: {statistics.median(compiled) * 1000:7.2f} ms")
    print(f"form and first tree:    {statistics.median(trees) * 1000:7.2f} ms, {ratio:5.2f} x (asked: {ASKED:g} x at most)")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(Path(arguments[0]) if arguments else largest(), int(arguments[1]) if len(arguments) > 1 else 100)

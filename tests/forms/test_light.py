"""The form engine costs nothing before it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import aep_tui.forms

HEAVY = ("jsonschema_rs", "httpx", "pydantic", "starlette", "textual", "rich", "html", "click")


def _modules() -> list[str]:
    return [path.stem for path in Path(aep_tui.forms.__path__[0]).glob("*.py") if path.stem != "__init__"]


def test_importing_every_module_loads_nothing_heavy():
    imports = "\n".join(f"import aep_tui.forms.{name}" for name in _modules())
    code = f"import sys\n{imports}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_building_answering_and_reading_need_no_validator():
    code = """
import sys
from aep_tui.forms.answers import initial_answers
from aep_tui.forms.build import build
from aep_tui.forms.params import params
from aep_tui.forms.placeholders import placeholder_params
from aep_tui.forms.summary import summary
form = build({"properties": {"a": {"type": "integer", "default": 5, "pattern": "^a"}, "b": {"$ref": "#"}}, "required": ["a"]})
print(params(form, initial_answers(form)), placeholder_params(form, {}), len(summary(form)))
assert "jsonschema_rs" not in sys.modules
from aep_tui.forms.check import check
check(form, {})
assert "jsonschema_rs" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "{'a': 5} {} 2"


def test_only_the_validator_knows_the_library():
    root = Path(aep_tui.forms.__path__[0])
    knowing = [
        path.name
        for path in root.glob("*.py")
        if "import jsonschema_rs" in (text := path.read_text()) or "from jsonschema_rs" in text
    ]
    assert knowing == ["validator.py"]

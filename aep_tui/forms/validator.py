"""The one module that knows jsonschema-rs: a schema and a value in, findings out.

Nothing is fetched, and everything is bounded: patterns run on a linear engine, else on a backtracking one with a limit, and
within a budget of time; a schema that would multiply itself is not run. What could not be checked is said, not guessed.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from aep_tui.forms.cost import MAX_STEPS, Work, work_of
from aep_tui.forms.paths import Path, path_in_schema, path_in_value
from aep_tui.forms.references import local_target
from aep_tui.forms.repair import Node, Repair

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

PATTERN_BUDGET_SECONDS: Final = 0.06
"""Processor time that the patterns of one look at a form may take together."""

_FEW_STEPS: Final = 4_000  # up to here every error is wanted; each takes some 20 microseconds to build
_MANY_STEPS: Final = 10_000  # one error with as many inside takes a second
MAX_FINDINGS: Final = 200
"""Most findings that are told of one validation."""

_CACHED_DOCUMENTS: Final = 64
_LINEAR_SIZE: Final = 1_000_000
_BACKTRACKING_SIZE: Final = 100_000  # what is larger can outgrow the engine's cache, and is a thousand times slower at once
_BACKTRACK_LIMIT: Final = 10_000
_BACKTRACKING_LENGTH: Final = 5_000
_MASK: Final = "…"  # keeps values out of the messages, and long values from being written out for each of them
_UUID: Final = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_UUID_LENGTH: Final = 36
_REFUSALS: Final = (ValueError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a value does not fit its schema.

    Attributes:
        path: Where in the value, as names and positions.
        keyword: The JSON Schema keyword that says so.
        where: Where in the schema, as keywords, names and positions, with each ``$ref`` that was followed.
        node: The schema that holds the keyword.
        detail: What the keyword asks for: a limit, a missing name, a list of types or values.
        branches: For ``anyOf`` and ``oneOf``, what each branch found.
    """

    path: Path
    keyword: str
    where: Path
    node: Mapping[str, object] = field(default_factory=dict, repr=False)
    detail: object = None
    branches: tuple[tuple[Finding, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What a validation brought.

    Attributes:
        found: What does not fit, in the validator's order.
        complete: Whether the whole schema was checked.
        unchecked: Where patterns stand (as in :attr:`Finding.where`) that could not be checked.
        all_told: Whether nothing more is known to be wrong. If not, the value does not fit and only some of what is wrong was
            found, perhaps none of it.
    """

    found: tuple[Finding, ...] = ()
    complete: bool = True
    unchecked: tuple[Path, ...] = ()
    all_told: bool = True


@dataclass(frozen=True, slots=True)
class _Compiled:
    document: object
    node: Node
    validator: Validator | None
    complete: bool


_compiled_documents: OrderedDict[int, _Compiled] = OrderedDict()
_lock = threading.Lock()


class Budget:
    """Processor time that is left for patterns; several validations may share one.

    Attributes:
        left_seconds: What is left; zero or less when it is used up.
    """

    def __init__(self, seconds: float = PATTERN_BUDGET_SECONDS) -> None:
        """Begin with the whole of it."""
        self.left_seconds = seconds


class _Run(threading.local):
    """The validation on this thread: its budget, and where patterns gave up."""

    budget: Budget | None = None
    unchecked: list[Path] | None = None


_run = _Run()


Choose: TypeAlias = Callable[[Path, str, int], int | None]
"""Tells of a union (its path in the value, its keyword, how many branches it has) which branch is meant, if that is known."""


def findings(
    document: object,
    value: object,
    budget: Budget | None = None,
    *,
    choose: Choose | None = None,
    most_steps: int = MAX_STEPS,
) -> Findings:
    """Check a value against a draft-07 schema.

    Args:
        document: The whole schema. It is compiled once and must not change afterwards.
        value: A JSON value without secrets wrapped.
        budget: The time for patterns, if it is shared with other validations.
        choose: Tells which branch of a union is meant; what the others found is then left out.
        most_steps: How much work it may be; if it is more, nothing is checked.

    Returns:
        What was found. Findings hold parts of the schema and names inside the value, but no value.
    """
    compiled = _compiled(document)
    plain = _plain(value)
    work = work_of(compiled.node, plain, most_steps)
    if compiled.validator is None or work is None:
        return Findings(complete=False)
    _run.budget, _run.unchecked = budget or Budget(), []
    try:
        errors, all_told = _errors(compiled.validator, plain, work)
    except _REFUSALS:
        return Findings(complete=False)
    unchecked = tuple(dict.fromkeys(path_in_schema(compiled.node, steps)[0] for steps in _run.unchecked))
    if unchecked and not all_told and not errors:  # an unchecked pattern may be what it failed for
        return Findings((), complete=False, unchecked=unchecked)
    found = (_finding(error, compiled.node, plain, choose) for error in errors)
    # an unchecked pattern counts as met, which turns these two around
    kept = tuple(one for one in found if not (unchecked and one.keyword in {"not", "oneOf"}))
    return Findings(kept, compiled.complete, unchecked, all_told)


def _errors(validator: Validator, value: object, work: Work) -> tuple[list[ValidationError], bool]:
    """Return what is wrong with a value as far as there is time to say it, and whether that is all of it."""
    from jsonschema_rs import ValidationError

    if work.steps <= _FEW_STEPS:
        errors = list(validator.iter_errors(value))
        return errors[:MAX_FINDINGS], len(errors) <= MAX_FINDINGS
    if work.of_union > _MANY_STEPS:  # one error would hold one for each of them
        return [], bool(validator.is_valid(value))
    try:
        validator.validate(value)
    except ValidationError as error:
        return [error], False
    return [], True


def _plain(value: object) -> object:
    """Return a JSON value as the dictionaries and lists that the validator takes."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value


def _finding(error: ValidationError, node: Node, value: object, choose: Choose | None) -> Finding:
    kind = error.kind
    keyword, detail = kind.name, kind.value
    where, holder = path_in_schema(node, error.evaluation_path)
    path = path_in_value(where, error.instance_path, value)
    branches: tuple[tuple[Finding, ...], ...] = ()
    if keyword in {"anyOf", "oneOf"}:
        meant = choose(path, keyword, len(detail)) if choose else None
        branches = tuple(
            tuple(_finding(inner, node, value, choose) for inner in branch) if meant is None or meant == number else ()
            for number, branch in enumerate(detail)
        )
        detail = None
    elif keyword == "propertyNames":
        detail = None
    return Finding(path, keyword, where, holder, detail, branches)


def _compiled(document: object) -> _Compiled:
    with _lock:
        known = _compiled_documents.get(id(document))
        if known is not None and known.document is document:
            _compiled_documents.move_to_end(id(document))
            return known
        compiled = _compile(document)
        _compiled_documents[id(document)] = compiled  # holds the document, so its id stays its own
        while len(_compiled_documents) > _CACHED_DOCUMENTS:
            _compiled_documents.popitem(last=False)
        return compiled


def _compile(document: object) -> _Compiled:
    """Compile a document with as much of it as the validator takes."""

    def leads_somewhere(reference: str) -> bool:
        return local_target(document, reference) is not None

    attempts: tuple[tuple[Callable[[str], bool], frozenset[str]], ...] = (
        (bool, frozenset()),
        (leads_somewhere, frozenset()),
        (leads_somewhere, frozenset({"$id", "patternProperties"})),
    )
    for keep_reference, without in attempts:
        repair = Repair(_is_regex, keep_reference=keep_reference, without=without)
        node = repair.schema(document)
        validator = _validator(node)
        if validator is not None:
            return _Compiled(document, node, validator, repair.complete)
    return _Compiled(document, True, None, complete=False)


def _validator(node: Node) -> Validator | None:
    from jsonschema_rs import Draft7Validator, FancyRegexOptions, RegexOptions

    # these engines only serve patternProperties; "pattern" has its own keyword below
    linear = RegexOptions(size_limit=_BACKTRACKING_SIZE)
    backtracking = FancyRegexOptions(backtrack_limit=_BACKTRACK_LIMIT, size_limit=_BACKTRACKING_SIZE)
    for engine in (linear, backtracking):
        try:
            return Draft7Validator(
                node,
                pattern_options=engine,
                keywords={"pattern": _PatternKeyword},
                formats={"uuid": _is_uuid},
                mask=_MASK,
                offline=True,
            )
        except _REFUSALS:
            continue
    return None


def _is_uuid(text: str) -> bool:
    """Tell whether a text is a UUID as RFC 4122 writes it; draft-07 does not have this format, but schemas do."""
    return len(text) == _UUID_LENGTH and _UUID.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _is_regex(pattern: str) -> bool:
    """Tell whether a text is a regular expression of ECMA 262; nothing is compiled."""
    return bool(_format_validator().is_valid(pattern))


@lru_cache(maxsize=1)
def _format_validator() -> Validator:
    from jsonschema_rs import Draft7Validator

    return Draft7Validator({"format": "regex"}, offline=True)


class _PatternKeyword:
    """``pattern`` with a budget: the validator calls it for every text that a pattern speaks about."""

    def __init__(self, _parent_schema: dict[str, object], value: object, schema_path: list[str | int]) -> None:
        self._pattern = value if isinstance(value, str) else ""
        self._path = tuple(schema_path)

    def validate(self, instance: object) -> None:
        """Raise if a text does not have the pattern.

        Raises:
            ValueError: It does not; the message says nothing, since the text may be a secret.
        """
        if not isinstance(instance, str):
            return
        matches = _found(self._pattern, instance, _run.budget or Budget())
        if matches is None and _run.unchecked is not None:
            _run.unchecked.append(self._path)
        if matches is False:
            raise ValueError


def _found(pattern: str, text: str, budget: Budget) -> bool | None:
    """Tell whether a pattern is found in a text, ``None`` if it cannot be tried within the budget."""
    if budget.left_seconds <= 0:
        return None
    began = time.thread_time()
    engine = _engine(pattern)
    budget.left_seconds -= time.thread_time() - began
    return engine.search(text, budget)


class _Engine:
    """One pattern, compiled.

    A long text is tried by growing beginnings first: as long as the next one, which may take eight times as long, still
    fits into what is left of the budget. A length that did not fit is remembered: a second try would begin with what the
    engine has cached, look quick, and go too far.
    """

    def __init__(self, validator: Validator | None, *, first: int, grows: int, longest: float) -> None:
        self._validator = validator
        self._first = first
        self._grows = grows
        self._longest = longest

    def search(self, text: str, budget: Budget) -> bool | None:
        """Tell whether the pattern is found in a text, ``None`` if that would take too long."""
        if self._validator is None or len(text) > self._longest or budget.left_seconds <= 0:
            return None
        length = self._first
        while length < len(text):
            if self._took(self._validator, text[:length], budget) * 8 > budget.left_seconds:
                self._longest = min(self._longest, length)
                return None
            length *= self._grows
        began = time.thread_time()
        found = _search(self._validator, text)
        budget.left_seconds -= time.thread_time() - began
        return found

    def _took(self, validator: Validator, text: str, budget: Budget) -> float:
        began = time.thread_time()
        _search(validator, text)
        took = time.thread_time() - began
        budget.left_seconds -= took
        return took


def _search(validator: Validator, text: str) -> bool | None:
    for error in validator.iter_errors(text):
        return False if type(error.kind).__name__ == "Pattern" else None
    return True


@lru_cache(maxsize=128)
def _engine(pattern: str) -> _Engine:
    """Return an engine for a pattern.

    The linear one takes eight times as long for eight times the text; the backtracking one may take that for twice.
    """
    from jsonschema_rs import Draft7Validator, FancyRegexOptions, RegexOptions

    backtracking = FancyRegexOptions(backtrack_limit=_BACKTRACK_LIMIT, size_limit=_BACKTRACKING_SIZE)
    for options in (RegexOptions(size_limit=_LINEAR_SIZE), backtracking):
        try:
            validator = Draft7Validator({"pattern": pattern}, pattern_options=options, mask=_MASK, offline=True)
        except _REFUSALS:
            continue
        if options is backtracking:
            return _Engine(validator, first=16, grows=2, longest=_BACKTRACKING_LENGTH)
        return _Engine(validator, first=64, grows=8, longest=math.inf)
    return _Engine(None, first=1, grows=1, longest=0)

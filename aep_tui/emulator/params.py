"""The params of a connection: checked against the auth spec's own schema, and their secrets found and hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from aep_tui.emulator.problems import Refusal, flow, provider

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

MASK = "********"
"""What a secret reads back as; how the real service masks is not published."""

Pointer = tuple[str, ...]
"""The keys that lead from the params to a member."""


def check_params(schema: Mapping[str, Any], params: Mapping[str, Any], *, has_source: bool = True) -> None:
    """Hold params against the schema of their auth spec.

    Args:
        schema: The JSON Schema of the auth spec.
        params: The params as they were sent.
        has_source: Whether there is a source that may refuse them; an inlet has none.

    Raises:
        Refusal: 1304 names the first required param that is missing or empty, 1312 the first one that is unknown or whose
            value cannot be used. FLOW-1100-400 if a credential contains ``wrong``, in the words of a source that refuses it.
    """
    properties = _properties(schema)
    for name in _required(schema):
        if _is_missing(properties[name], params.get(name)):
            raise flow("1304-400", f"Mandatory field {name} is not provided. Add it to auth.params and try again.")
    for name in params if _is_closed(schema) else ():
        if name not in properties:
            raise flow(
                "1312-400", f"The value of the parameter {name[:100]} is invalid: the auth spec knows no such parameter."
            )
    fault = _schema_fault(schema, params)
    if fault is not None:
        raise fault
    if has_source and any("wrong" in text.lower() for text in _credentials(schema, params)):
        raise provider(
            "Rest call failed with client error, status code 401 Unauthorized, please check your activity settings. "
            "The source did not accept these credentials."
        )


def _schema_fault(schema: Mapping[str, Any], params: Mapping[str, Any]) -> Refusal | None:
    validator = _validator(schema)
    for error in validator.iter_errors(params) if validator is not None else ():
        name = ".".join(str(part) for part in error.instance_path)[:100]
        keyword = error.kind.name
        if keyword not in _UNDECIDED:
            named = f"the parameter {name}" if name else "auth.params"
            return flow("1312-400", f"The value of {named} is invalid: it does not satisfy {keyword!r} of its schema.")
    return None


_validators: dict[int, tuple[Mapping[str, Any], Draft7Validator | None]] = {}
"""The validators of schemas by their identity. A schema is kept with its validator, so that no other one takes its identity."""


def _validator(schema: Mapping[str, Any]) -> Draft7Validator | None:
    kept = _validators.get(id(schema))
    if kept is None:
        if len(_validators) >= _MOST_VALIDATORS:
            _validators.clear()
        kept = _validators[id(schema)] = (schema, _compiled(schema))
    return kept[1]


def _compiled(schema: Mapping[str, Any]) -> Draft7Validator | None:
    """Return the validator of a schema; one that is no schema has none, and so says nothing about the params."""
    import jsonschema_rs

    # An auth spec whose required names no property is met in the real catalogue; what it asks for cannot be given.
    usable = {**schema, "required": _required(schema)}
    # Patterns come from documents of others: only an engine that takes linear time reads them, or one that gives up.
    for patterns in (jsonschema_rs.RegexOptions(), jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000)):
        try:
            return jsonschema_rs.Draft7Validator(usable, offline=True, pattern_options=patterns)
        except ValueError:
            continue
    return None


def _is_missing(described: object, value: object) -> bool:
    """Tell whether a value is as good as none: an empty text is, unless the schema names it as a choice."""
    if value == "" and isinstance(described, dict):
        choices = described.get("enum")
        return described.get("const") != "" and not (isinstance(choices, list) and "" in choices)
    return value is None


def _is_closed(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema names all of its params in one place, so that any other one is a mistake."""
    return not schema.get("additionalProperties") and not _OPENING & schema.keys() and bool(_properties(schema))


_OPENING = frozenset({"allOf", "anyOf", "oneOf", "if", "not", "$ref", "patternProperties", "dependencies"})
_MOST_VALIDATORS = 256
_UNDECIDED = frozenset({"backtrackLimitExceeded", "regexEngineFailure"})


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    value = schema.get("properties")
    return value if isinstance(value, dict) else {}


def _required(schema: Mapping[str, Any]) -> list[str]:
    value = schema.get("required")
    names = value if isinstance(value, list) else []
    return [name for name in names if isinstance(name, str) and name in _properties(schema)]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)


def is_reachable(schema: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    """Tell whether the source of these params can be reached; one whose address contains ``unreachable`` cannot."""
    return not any("unreachable" in text.lower() for text in _addresses(schema, params))


_ADDRESS: Final = re.compile(
    "host|server|url|uri|endpoint|domain|address|connection.?string|dsn|^account$|^namespace$", re.IGNORECASE
)
_CREDENTIAL: Final = re.compile(
    "user|pass|pwd|secret|token|key|credential|client.?id|principal.?id|login|connection.?string|sas.?uri", re.IGNORECASE
)
_ADDRESS_FORMATS: Final = frozenset({"uri", "url", "hostname", "ipv4", "ipv6", "idn-hostname", "iri"})


def _addresses(schema: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    """Yield what says where the source is: a host, an address or a connection string, by format or by name.

    An ``account`` (Snowflake) and a ``namespace`` (Event Hubs) are the first part of a host.
    """
    for name, described, value in _members(schema, params):
        if _ADDRESS.search(name) or (described or {}).get("format") in _ADDRESS_FORMATS:
            yield from _texts(value)


def _credentials(schema: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    """Yield what proves who calls: what the schema marks as secret, or does not know, and user names, ids and keys.

    Schemas mark only secrets. A user name and the id of a client or key belong to them, and can be known by their names only;
    an address whose name says ``token`` or ``user`` is an address.
    """
    for name, described, value in _members(schema, params):
        if _is_secret(described) or (_CREDENTIAL.search(name) and not _ADDRESS.search(name)):
            yield from _texts(value)


def _members(schema: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any] | None, object]]:
    """Yield every param with its name and what the schema says of it; of an object that the schema describes, its members."""
    properties = _properties(schema)
    for name, value in params.items():
        described = properties.get(name)
        if isinstance(described, dict) and isinstance(value, dict) and _properties(described):
            yield from _members(described, value)
        else:
            yield name, described if isinstance(described, dict) else None, value


def _is_secret(described: Mapping[str, Any] | None) -> bool:
    """Tell whether a schema marks a param as secret; one that it does not know counts as one."""
    return described is None or described.get("format") == "password" or described.get("writeOnly") is True


def secret_pointers(schema: Mapping[str, Any] | None, params: Mapping[str, Any]) -> list[Pointer]:
    """Return where the secrets are: what the schema marks as a password or as write-only, and what it does not know."""
    return list(_secrets(schema or {}, params, ()))


def _secrets(schema: Mapping[str, Any], params: Mapping[str, Any], path: Pointer) -> Iterator[Pointer]:
    properties = _properties(schema)
    for name, value in params.items():
        found = properties.get(name)
        described = found if isinstance(found, dict) else None
        if _is_secret(described):
            yield (*path, name)
        elif isinstance(value, dict):
            yield from _secrets(described or {}, value, (*path, name))


def masked(params: Mapping[str, Any], pointers: list[Pointer]) -> dict[str, Any]:
    """Return the params with every secret starred."""
    result: dict[str, Any] = {}
    for name, value in params.items():
        inner = [pointer[1:] for pointer in pointers if pointer[0] == name]
        if () in inner:
            result[name] = MASK
        elif inner and isinstance(value, dict):
            result[name] = masked(value, inner)
        else:
            result[name] = value
    return result

"""A connector's document read as a form: a JSON Schema, or a connection spec and one of its auth specs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from aep_tui.errors import UsageError
from aep_tui.forms.build import build
from aep_tui.forms.describe import describe
from aep_tui.forms.fields import Fault, Form
from aep_tui.text import plain

_MOST_NAMED: Final = 20
_OF_SCHEMAS: Final = ("properties", "$schema", "$ref", "allOf", "anyOf", "oneOf", "required", "patternProperties")
"""Keywords by which an object with ``items`` is a schema and not an answer of the service, which is a list in ``items``."""


@dataclass(frozen=True, slots=True)
class FormDocument:
    """A form that was read from a file.

    Attributes:
        title: What it is the form of, as one printable line; may be empty.
        form: The form.
        remarks: What was odd about the document around the schema.
    """

    title: str
    form: Form
    remarks: tuple[Fault, ...] = ()

    def told(self) -> dict[str, object]:
        """Return the form as plain JSON (see :func:`aep_tui.forms.describe.describe`), remarks among its faults."""
        told = describe(self.form)
        faults = told["faults"]
        more = [{"path": remark.pointer, "message": remark.message} for remark in self.remarks]
        return {**told, "faults": [*more, *(faults if isinstance(faults, list) else ())]}


@dataclass(frozen=True, slots=True)
class _Auth:
    """An auth spec: a name and a schema."""

    name: str
    schema: object


def read_form_document(document: object, name: str, auth: str | None = None) -> FormDocument:
    """Return the form of a document.

    Args:
        document: A JSON Schema; an object with ``connectionSpecification`` (the Airbyte protocol's); a connection spec, by
            itself or as the one entry of ``items`` (as the service answers); or an auth spec by itself.
        name: What to call the document in an error.
        auth: Name of the auth spec, exact or in other letters; it may be left out where there is only one.

    Raises:
        UsageError: The document is none of these, or does not hold the one auth spec that is asked for.
    """
    shown = "Standard input" if name == "-" else plain(name, 200)
    spec = _connection_spec(document, shown)
    if spec is not None:
        return _of_spec(spec, shown, auth)
    if _is_auth_spec(document):
        option = _Auth(str(document["name"]), document["spec"])
        return _of_auth(_chosen([option], shown, auth), "")
    if auth is not None:
        raise UsageError(f"{shown} is no connection spec, so it has no auth specs.", remedy="Leave --auth out.")
    if not isinstance(document, Mapping):
        raise UsageError(f"{shown} is neither a JSON Schema nor a connection spec.", remedy="Give a JSON object.")
    schema = document["connectionSpecification"] if _is_airbyte(document) else document
    title = schema.get("title") if isinstance(schema, Mapping) else ""
    return FormDocument(plain(title if isinstance(title, str) else "", 120), build(schema))


def _is_airbyte(document: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(document, Mapping) and "connectionSpecification" in document and "properties" not in document


def _is_auth_spec(document: object) -> TypeGuard[Mapping[str, object]]:
    if not isinstance(document, Mapping) or not isinstance(document.get("name"), str) or "spec" not in document:
        return False
    return not any(keyword in document for keyword in _OF_SCHEMAS)


def _connection_spec(document: object, shown: str) -> Mapping[str, object] | None:
    """Return the connection spec in a document, ``None`` if it is something else.

    Raises:
        UsageError: There are none or several in an answer of the service.
    """
    if not isinstance(document, Mapping) or any(keyword in document for keyword in _OF_SCHEMAS):
        return None
    items = document.get("items")
    if isinstance(items, list) and document.get("type") != "array":
        specs = [item for item in items if isinstance(item, Mapping)]
        if len(specs) != 1:
            amount = f"{len(specs)} connection specs" if specs else "no connection spec"
            raise UsageError(f"{shown} holds {amount}.", remedy="Give a file with one of them.")
        return specs[0]
    identified = all(isinstance(document.get(key), str) for key in ("id", "providerId"))
    return document if "authSpec" in document or identified else None


def _of_spec(document: Mapping[str, object], shown: str, auth: str | None) -> FormDocument:
    from aep_tui.flow_service import naming
    from aep_tui.flow_service.models import SpecUnreadable, read_connection_spec

    if _is_auth_spec(document):
        return _of_auth(_chosen([_Auth(str(document["name"]), document["spec"])], shown, auth), "")
    # A spec that is yet to be registered has no id: the service gives it one.
    known = dict(document) if isinstance(document.get("id"), str) else {**document, "id": "not-registered"}
    try:
        spec = read_connection_spec(known)
    except SpecUnreadable as error:
        raise UsageError(f"{shown} is no connection spec.", plain(error, 200)) from None
    remarks = tuple(Fault("", plain(remark, 200)) for remark in spec.remarks)
    options = [_Auth(option.name, option.spec) for option in spec.auth_spec]
    if not options:
        detail = " ".join(remark.message for remark in remarks)
        raise UsageError(f"{shown} has no auth spec, so there is no form to fill in.", detail)
    chosen = _chosen(options, shown, auth)
    if sum(option.name == chosen.name for option in options) > 1:
        named = plain(chosen.name, 120)
        remarks = (*remarks, Fault("", f"Several auth specs are called {named}; this is the form of the first."))
    return _of_auth(chosen, naming.shown_name(spec) if spec.name else "", remarks)


def _of_auth(auth: _Auth, source: str, remarks: tuple[Fault, ...] = ()) -> FormDocument:
    title = ": ".join(part for part in (source, plain(auth.name, 120)) if part)
    return FormDocument(title, build(auth.schema), remarks)


def _chosen(options: Sequence[_Auth], shown: str, auth: str | None) -> _Auth:
    """Return the auth spec of a name, or the only one.

    Raises:
        UsageError: It is not there, or not the only one of that name.
    """
    names = dict.fromkeys(option.name for option in options)
    if auth is None:
        if len(names) == 1:
            return options[0]
        raise UsageError(f"{shown} has several auth specs.", f"The auth specs are: {_listed(names)}.", "Name one with --auth.")
    wanted = [name for name in names if name == auth] or [name for name in names if _alike(name) == _alike(auth)]
    if len(wanted) != 1:
        named = f'"{plain(auth, 120)}"'
        title = f"{named} can be several auth specs." if wanted else f"{shown} has no auth spec called {named}."
        raise UsageError(title, f"The auth specs are: {_listed(names)}.", "Name one as it is written.")
    return next(option for option in options if option.name == wanted[0])


def _alike(name: str) -> str:
    return name.strip().casefold()


def _listed(names: Iterable[str]) -> str:
    shown = [f'"{plain(name, 120)}"' for name in names]
    more = [f"and {len(shown) - _MOST_NAMED} more"] if len(shown) > _MOST_NAMED else []
    return ", ".join([*shown[:_MOST_NAMED], *more])

"""The documents of the wire as models, as tolerant as the service is loose.

Adobe's published documents hold null members, auth specs without a ``type``, an absent or empty ``authSpec``, labels that are
keys of a translation, and many members that nobody needs here. A member of another type than expected reads as if it were
absent; only a document that cannot be used at all is refused. Texts stay as they came, since they go back on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from aep_tui.secret import Secret

DEFAULT_VERSION: Final = "1.0"


class SpecUnreadable(ValueError):
    """A document is no connection spec.

    Attributes:
        spec_id: Its id as text, where it has something like one; may be empty.
    """

    def __init__(self, message: str, spec_id: str = "") -> None:
        """Keep the sentence and the id."""
        super().__init__(message)
        self.spec_id = spec_id


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _version(value: object) -> str:
    """Return a version as text: some write it as a number."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return _text(value).strip() or DEFAULT_VERSION


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def member(tree: object, *path: str) -> Mapping[str, object]:
    """Return the object under a path of keys, or an empty one where the path ends early or at something else."""
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def _hidden(value: object) -> dict[str, Secret[object]]:
    """Wrap every param: which of them are secret is not known here, and an unknown one counts as secret."""
    return {key: Secret(param) for key, param in member({"params": value}, "params").items() if isinstance(key, str)}


# Plain validators, because pydantic's own reading of a str refuses lone surrogates, which JSON can write.
_Text = Annotated[str, PlainValidator(_text)]
_Object = Annotated[Mapping[str, object], PlainValidator(member)]


class _Document(BaseModel):
    """Whatever came over the wire: unknown members are left out, and no error repeats a value."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, arbitrary_types_allowed=True, defer_build=True
    )


class AuthSpec(_Document):
    """One way to authenticate with a source.

    Attributes:
        name: ``auth.specName`` of a request; the only thing that tells auth specs apart.
        type: Free text that nothing can be concluded from; may be empty.
        spec: JSON Schema of the params, as it came; ``None`` if there is none.
    """

    name: _Text
    type: _Text = ""
    spec: object = None


class ConnectionSpec(_Document):
    """What a source is and how one authenticates with it.

    Attributes:
        id: Connection spec id.
        name: A slug for sources, a title for destinations; may be empty.
        provider_id: ``providerId``; may be empty.
        version: ``1.0`` where the document names none.
        auth_spec: The ways to authenticate in the document's order; empty for a source that takes no credentials.
        attributes: ``attributes`` of the document.
        ui_attributes: ``sourceSpec.attributes.uiAttributes`` of the document, where names, links and marks are too.
        remarks: What was left out, in words.
    """

    id: _Text
    name: _Text = ""
    provider_id: _Text = Field(default="", alias="providerId")
    version: Annotated[str, PlainValidator(_version)] = DEFAULT_VERSION
    auth_spec: tuple[AuthSpec, ...] = Field(default=(), alias="authSpec")
    attributes: _Object = {}
    ui_attributes: _Object = Field(default={}, alias="uiAttributes")
    remarks: tuple[str, ...] = ()


class Connection(_Document):
    """A connection as the service knows it.

    Attributes:
        id: Its id.
        name: Its name; may be empty.
        description: May be empty.
        state: Such as ``initializing`` or ``enabled``; may be empty.
        connection_spec_id: May be empty.
        auth_spec_name: May be empty.
        params: What the service repeats of the params. Its masking is not documented, so every value is a secret.
        etag: With the double quotes that belong to it; may be empty.
        created_at: Epoch milliseconds.
        created_client: Client id that made it, or the name of a program of Adobe's; may be empty.
        created_by: Who made it; may be empty.
    """

    id: _Text
    name: _Text = ""
    description: _Text = ""
    state: _Text = ""
    connection_spec_id: _Text = ""
    auth_spec_name: _Text = ""
    params: Annotated[dict[str, Secret[object]], PlainValidator(_hidden)] = {}
    etag: _Text = ""
    created_at: Annotated[int | None, PlainValidator(_whole)] = Field(default=None, alias="createdAt")
    created_client: _Text = Field(default="", alias="createdClient", repr=False)
    created_by: _Text = Field(default="", alias="createdBy", repr=False)

    @property
    def inlet_url(self) -> str:
        """Where a streaming connection takes data; empty until the service has made it."""
        url = self.params.get("inletUrl")
        return _text(url.reveal()) if url is not None else ""


def read_connection_spec(document: object) -> ConnectionSpec:
    """Read one document of ``GET /connectionSpecs``.

    An auth spec without a name is left out with a remark, since ``specName`` could not be sent.

    Raises:
        SpecUnreadable: It is no JSON object or has no id that is text.
    """
    if not isinstance(document, dict):
        raise SpecUnreadable("The document is not a JSON object.")
    spec_id = document.get("id")
    if not isinstance(spec_id, str) or not spec_id.strip():
        given = "" if spec_id is None or isinstance(spec_id, dict | list) else str(spec_id)
        raise SpecUnreadable("The document has no id that is text.", given)
    auth_specs = list(_auth_specs(document.get("authSpec")))
    named = tuple(auth for auth in auth_specs if isinstance(auth, AuthSpec))
    return ConnectionSpec.model_validate(
        {
            **{key: document.get(key) for key in ("name", "providerId", "attributes")},
            "id": spec_id,
            "version": document.get("version"),
            "authSpec": named,
            "uiAttributes": member(document, "sourceSpec", "attributes", "uiAttributes"),
            "remarks": tuple(remark for remark in auth_specs if isinstance(remark, str)),
        }
    )


def _auth_specs(value: object) -> Iterator[AuthSpec | str]:
    """Yield each auth spec that has a name, and a remark for each other element."""
    if value is not None and not isinstance(value, list | dict):
        yield "authSpec was left out: it is neither a list nor an object."
    elements = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    for number, element in enumerate(elements, start=1):
        name = element.get("name") if isinstance(element, dict) else None
        if isinstance(element, dict) and isinstance(name, str) and name.strip():
            yield AuthSpec(name=name, type=element.get("type"), spec=element.get("spec"))
        elif element is not None:
            yield f"Auth spec {number} was left out: it has no name, so that no request can choose it."


def read_connection(document: object) -> Connection | None:
    """Read one document of ``GET /connections`` or ``GET /connections/{id}``; ``None`` if it is no connection."""
    connection_id = document.get("id") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(connection_id, str) or not connection_id:
        return None
    auth = member(document, "auth")
    members = ("id", "name", "description", "state", "etag", "createdAt", "createdClient", "createdBy")
    wanted = {key: document.get(key) for key in members}
    return Connection.model_validate(
        {
            **wanted,
            "connection_spec_id": member(document, "connectionSpec").get("id"),
            "auth_spec_name": auth.get("specName"),
            "params": auth.get("params"),
        }
    )

"""Connection spec documents read into list entries and sources.

This is where the wire's models meet the forms: each document is read by itself, so that a broken one never hides the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from aep_tui.flow_service import naming
from aep_tui.flow_service.models import ConnectionSpec, SpecUnreadable, read_connection_spec
from aep_tui.text import plain
from aep_tui.wizard.source_entry import AuthNeeds, Need, SourceEntry

if TYPE_CHECKING:
    from aep_tui.wizard.source import Source


class UnreadableSpec(ValueError):
    """A document that is no connection spec; the message says why."""


class ReadSpecs(NamedTuple):
    """The outcome of reading many documents.

    Attributes:
        entries: What the list shows: everything that is not hidden, broken documents with their fault.
        documents: The documents of those entries by connection spec id.
    """

    entries: tuple[SourceEntry, ...]
    documents: dict[str, object]


def read_specs(documents: Iterable[object]) -> ReadSpecs:
    """Read documents one by one; of two with the same id the last one counts."""
    entries: dict[str, SourceEntry] = {}
    kept: dict[str, object] = {}
    for number, document in enumerate(documents, start=1):
        try:
            spec = read_connection_spec(document)
        except SpecUnreadable as error:
            spec_id = str(getattr(error, "spec_id", "") or "")
            key = spec_id or f"unreadable-{number}"
            entries.setdefault(key, SourceEntry(key, plain(spec_id, 60) or f"Unreadable document {number}", fault=plain(error)))
            continue
        if naming.is_hidden(spec):
            continue
        entries[spec.id] = entry_of(spec)
        kept[spec.id] = document
    return ReadSpecs(tuple(entries.values()), kept)


def entry_of(spec: ConnectionSpec) -> SourceEntry:
    """Return the list entry of a connection spec; what each way to authenticate needs follows with :func:`with_needs`."""
    return SourceEntry(
        id=spec.id,
        name=naming.shown_name(spec),
        slug=plain(spec.name, 120),
        category=naming.category(spec),
        description=naming.description(spec),
        aliases=tuple(naming.aliases(spec)),
        version=spec.version,
        is_beta=naming.is_beta(spec),
        documentation_link=naming.documentation_link(spec),
        auth=tuple(AuthNeeds(plain(auth.name, 120)) for auth in spec.auth_spec),
    )


def with_needs(read: ReadSpecs) -> ReadSpecs:
    """Return the same specs with what each way to authenticate needs, which takes reading every schema as a form."""
    entries = tuple(_entry_with_needs(entry, read.documents.get(entry.id)) for entry in read.entries)
    return ReadSpecs(entries, read.documents)


def _entry_with_needs(entry: SourceEntry, document: object) -> SourceEntry:
    if document is None or not entry.auth:
        return entry
    auths = read_connection_spec(document).auth_spec
    return entry._replace(auth=tuple(AuthNeeds(plain(auth.name, 120), _needs(auth.spec)) for auth in auths))


def _needs(schema: object) -> tuple[Need, ...]:
    from aep_tui.forms.build import build
    from aep_tui.forms.summary import summary

    return tuple(
        Need(str(item["label"]), bool(item["required"]), bool(item["secret"]), str(item["default"] or ""))
        for item in summary(build(schema))
    )


def read_source(document: object) -> Source:
    """Return a document as a source with its forms.

    Raises:
        UnreadableSpec: It is no connection spec.
    """
    from aep_tui.forms.build import build
    from aep_tui.wizard.source import AuthOption, Source

    try:
        spec = read_connection_spec(document)
    except SpecUnreadable as error:
        raise UnreadableSpec(plain(error)) from None
    options = tuple(AuthOption(auth.name, build(auth.spec)) for auth in spec.auth_spec)
    faults = tuple(
        f"{plain(option.name, 80)}: {plain(fault.message, 200)}" for option in options for fault in option.form.faults
    )
    faults += tuple(plain(remark, 200) for remark in spec.remarks)
    return Source(spec.id, spec.version, naming.shown_name(spec), spec.provider_id, options, faults)

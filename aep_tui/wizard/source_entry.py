"""One line of the source list, with what its details pane shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from aep_tui.text import plain, plain_lines

Json = Mapping[str, object]


class Need(NamedTuple):
    """A credential that a source will ask for.

    Attributes:
        label: How the form calls it.
        required: Whether the source can do without it.
        secret: Whether the form masks it.
        default: What the service uses when it is left out, as text; empty if there is none.
    """

    label: str
    required: bool = False
    secret: bool = False
    default: str = ""


class AuthNeeds(NamedTuple):
    """One way to authenticate, with what it needs."""

    name: str
    needs: tuple[Need, ...] = ()


class SourceEntry(NamedTuple):
    """A connection spec as the list shows it; every text is fit to be shown.

    Attributes:
        id: Connection spec id, as it goes on the wire.
        name: The shown name.
        slug: The spec's own ``name``.
        category: Such as "Cloud storage"; may be empty.
        description: What the source is; may be empty.
        aliases: Other names people search for.
        version: Of the connection spec.
        is_beta: Whether Adobe marks it so.
        documentation_link: Empty where none is recorded.
        auth: The ways to authenticate; empty for a source without ``authSpec``.
        fault: Why the document could not be read whole; empty for a good one.
    """

    id: str
    name: str
    slug: str = ""
    category: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    version: str = "1.0"
    is_beta: bool = False
    documentation_link: str = ""
    auth: tuple[AuthNeeds, ...] = ()
    fault: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return plain data for the cache."""
        auth = [{"name": way.name, "needs": [need._asdict() for need in way.needs]} for way in self.auth]
        return {**self._asdict(), "auth": auth}

    @classmethod
    def from_dict(cls, data: Json) -> SourceEntry:
        """Read what :meth:`as_dict` wrote.

        Raises:
            TypeError: The data is of another shape.
            KeyError: A member is missing.
        """
        return cls(
            id=_text(data["id"]),
            **{name: plain_lines(_text(data[name])) for name in _TEXTS},
            aliases=tuple(plain(_text(alias)) for alias in _listed(data["aliases"])),
            auth=tuple(
                AuthNeeds(plain(_text(auth["name"])), tuple(_need(need) for need in _listed(auth["needs"])))
                for auth in _listed(data["auth"])
            ),
            is_beta=_flag(data["is_beta"]),
        )


_TEXTS: Final = ("name", "slug", "category", "description", "version", "documentation_link", "fault")


def _need(need: Json) -> Need:
    return Need(plain(_text(need["label"])), _flag(need["required"]), _flag(need["secret"]), plain(_text(need["default"])))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a truth value")
    return value


def _listed(value: object) -> list:  # type: ignore[type-arg]
    if not isinstance(value, list | tuple):
        raise TypeError("not a list")
    return list(value)

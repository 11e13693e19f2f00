"""What one should know of a source before picking it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.wizard.source_entry import AuthNeeds, Need, SourceEntry

LABEL_CELLS = 24


class SourceDetails(Static):
    """Category, description, the credentials that will be needed, and where this comes from."""

    DEFAULT_CSS = "SourceDetails { width: 1fr; height: auto; }"

    def show(self, entry: SourceEntry | None) -> None:
        """Show a source, or nothing."""
        self.update(details(entry) if entry else Content(""))


def details(entry: SourceEntry) -> Content:
    """Return everything the list knows of a source."""
    tag = Content.styled("  beta", "bold $warning") if entry.is_beta else Content("")
    lines = [Content.styled(entry.category or "No category", "dim") + tag]
    if entry.description:
        lines.append(Content(entry.description))
    if entry.fault:
        lines += [Content(""), Content.styled(f"This connection spec cannot be used: {entry.fault}", "$text-error")]
    elif entry.auth:
        lines += [Content(""), Content.styled("You will need", "bold $secondary")]
        for number, auth in enumerate(entry.auth):
            lines += _auth_lines(auth, first=number == 0)
    else:
        lines += [Content(""), Content("No credentials: it asks for a name and a description only.")]
    lines += [
        Content(""),
        _fact("Spec id", f"{plain(entry.id, 200)} · {plain(entry.version, 40)}"),
        _fact("Spec name", entry.slug),
    ]
    if entry.aliases:
        lines.append(_fact("Also called", ", ".join(entry.aliases)))
    if entry.documentation_link:
        lines.append(_fact("Documentation", entry.documentation_link))
    lines += [Content(""), Content.styled("Behind this step", "bold $secondary"), Content("  GET /connectionSpecs")]
    return Content("\n").join(lines)


def _auth_lines(auth: AuthNeeds, *, first: bool) -> list[Content]:
    lead = "  " if first else "  or "
    needs = [_need_line(need) for need in auth.needs]
    return [Content.styled(lead, "dim") + Content(auth.name), *needs]


def _need_line(need: Need) -> Content:
    remarks = ["required" if need.required else "optional"]
    remarks += ["secret"] if need.secret else []
    remarks += [f"default: {need.default}"] if need.default else []
    label = Content(need.label).truncate(LABEL_CELLS, ellipsis=True, pad=True)
    return Content("    ") + label + Content.styled(" " + " · ".join(remarks), "dim")


def _fact(label: str, value: str) -> Content:
    return Content.styled(f"{label}  ", "dim") + Content(value)

"""One field of a form: label, widget and, when there is one, its error."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from aep_tui.text import plain
from aep_tui.tui.widgets.fields.control import FieldControl

INDENT = "  "
DEEPEST = 6
"""Deeper sections are not indented any further: their labels need the room."""


class Heading(Static):
    """The title of a section; no stop."""

    DEFAULT_CSS = "Heading { height: 1; color: $secondary; text-style: bold; }"

    def __init__(self, part_id: str, label: str, indent: int) -> None:
        """Make the line.

        Args:
            part_id: Its name among the parts of the page.
            label: The title.
            indent: How deep inside sections it stands.
        """
        super().__init__(Content(INDENT * min(indent, DEEPEST) + plain(label, 120)))
        self.part_id = part_id


class FieldRow(Vertical):
    """A label beside a field widget, and a line beneath for what is wrong with it."""

    DEFAULT_CSS = """
    FieldRow {
        height: auto; width: 1fr;
        & > Horizontal { height: auto; }
        .field-label { width: 30; height: 1; padding: 0 1 0 0; color: $foreground; }
        .field-error { display: none; width: 1fr; height: auto; padding: 0 1 0 30; color: $text-error; }
        &.-error .field-error { display: block; }
        &.-focused .field-label { color: $primary; text-style: bold; }
        &.-error .field-label { color: $text-error; }
        &.-focused:nocolor .field-label { text-style: bold reverse; }
    }
    """

    def __init__(
        self,
        control: FieldControl,
        label: str,
        help_text: str,
        *,
        required: bool,
        secret: bool = False,
        remark: str = "",
        indent: int = 0,
    ) -> None:
        """Make the row.

        Args:
            control: The field widget.
            label: Shown before it.
            help_text: Shown while it has the focus.
            required: Marked with a star.
            secret: Said in the help.
            remark: What is expected, such as the default or the form of the value.
            indent: How deep inside sections it stands.
        """
        super().__init__()
        self.control = control
        self.label = plain(label, 120)
        self.help_text = help_text
        self.required = required
        self.secret = secret
        self.remark = remark
        self.indent = min(indent, DEEPEST)
        self.error = ""

    @property
    def part_id(self) -> str:
        """Its name among the parts of the page."""
        return self.control.pointer

    def compose(self) -> ComposeResult:
        """Lay out label, widget and error."""
        with Horizontal():
            yield Static(self._label_line(), classes="field-label")
            yield self.control
        yield Static(classes="field-error")

    def _label_line(self) -> Content:
        mark = Content.styled(" *", "$text-error") if self.required else Content("")
        return Content(INDENT * self.indent + self.label).truncate(27, ellipsis=True) + mark

    def relabel(self, label: str) -> None:
        """Show another label, as when an entry has moved."""
        label = plain(label, 120)
        if label != self.label:
            self.label = label
            self.query_one(".field-label", Static).update(self._label_line())

    def on_descendant_focus(self) -> None:
        """Mark the label of the field one is in; ``:focus-within`` does not reach the widgets inside."""
        self.add_class("-focused")

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self.remove_class("-focused")

    def set_error(self, message: str) -> None:
        """Show an error beneath the field, or none."""
        if message == self.error:
            return
        self.error = message
        self.query_one(".field-error", Static).update(Content(f"✗ {message}") if message else Content(""))
        self.set_class(bool(message), "-error")

    def facts(self) -> str:
        """Return "required", "secret" and the like in one line."""
        facts = ["required" if self.required else "optional"]
        facts += ["secret"] if self.secret else []
        facts += [self.remark] if self.remark else []
        return " · ".join(facts)

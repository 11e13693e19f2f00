"""One field of a form: label, widget and, when there is one, its error."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from aep_tui.text import plain
from aep_tui.tui.widgets.fields.control import FieldControl


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
        self, control: FieldControl, label: str, help_text: str, *, required: bool, secret: bool = False, remark: str = ""
    ) -> None:
        """Make the row.

        Args:
            control: The field widget.
            label: Shown before it.
            help_text: Shown while it has the focus.
            required: Marked with a star.
            secret: Said in the help.
            remark: What is expected, such as the default or the form of the value.
        """
        super().__init__()
        self.control = control
        self.label = plain(label, 120)
        self.help_text = help_text
        self.required = required
        self.secret = secret
        self.remark = remark
        self.error = ""

    def compose(self) -> ComposeResult:
        """Lay out label, widget and error."""
        mark = Content.styled(" *", "$text-error") if self.required else Content("")
        with Horizontal():
            yield Static(Content(self.label).truncate(27, ellipsis=True) + mark, classes="field-label")
            yield self.control
        yield Static(classes="field-error")

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

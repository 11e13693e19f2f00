"""One line of text, a number as text, or a secret."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widgets import Input

from aep_tui.forms.fields import Answer
from aep_tui.secret import Secret
from aep_tui.text import plain
from aep_tui.tui.faces import MOST_CHARACTERS, pasted_text, text_of
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.quiet_input import QuietInput


class TextField(QuietInput, FieldControl):
    """A text in one line. A pasted text keeps its line breaks, and asks for room to show them.

    A secret one shows dots, gives nothing to the clipboard, and shows its text only after :meth:`reveal`, until it is left.
    """

    DEFAULT_CSS = """
    TextField { width: 1fr; height: 1; border: none; padding: 0 1; background: $surface; }
    TextField.-textual-compact { padding: 0 1; }
    TextField:focus { border: none; background: $panel; }
    TextField:nocolor { text-style: underline; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+u", "delete_left_all", "Delete all to the left", id="field-empty", show=False),
    ]

    def __init__(
        self, pointer: str, answer: Answer | None, *, placeholder: str = "", secret: bool = False, preselect: bool = False
    ) -> None:
        """Make the field.

        Args:
            pointer: Whose answer it is.
            answer: What it shows first.
            placeholder: An example or the service's default, shown while it is empty.
            secret: Mask it.
            preselect: Select the text when the field is entered, so that typing replaces it.
        """
        super().__init__(
            text_of(answer),
            placeholder=plain(placeholder, 200),
            password=secret,
            select_on_focus=preselect and not secret,
            validate_on=(),
            compact=True,
        )
        self.pointer = pointer
        self.secret = secret

    def answer(self) -> Answer | None:
        """Return the text; an empty one is not set."""
        if not self.value:
            return None
        return Secret(self.value) if self.secret else self.value

    def show(self, answer: Answer | None) -> None:
        """Show another text."""
        with self.prevent(Input.Changed):
            self.value = text_of(answer)

    def reveal(self) -> None:
        """Show a secret, or hide it again."""
        super().reveal()
        self.password = self.masked

    def render_line(self, y: int) -> Strip:
        """Draw the text, or the placeholder in one line: the stock field breaks a long placeholder at its blanks."""
        if self.value or y != 0 or not self.placeholder:
            return super().render_line(y)
        width = self.scrollable_content_region.width + 1
        hint = Text(self.placeholder, no_wrap=True, overflow="ellipsis", end="")
        hint.stylize(self.get_component_rich_style("input--placeholder"))
        if self.has_focus and self._cursor_visible:
            hint.stylize(self.get_component_rich_style("input--cursor"), 0, 1)
        hint.truncate(width, overflow="ellipsis", pad=True)
        return Strip(hint.render(self.app.console), width).apply_style(self.rich_style)

    @property
    def keeps_its_text(self) -> bool:
        """Whether nothing of it may be copied: a secret, masked or shown."""
        return self.secret

    def _on_paste(self, event: events.Paste) -> None:
        """Insert the whole paste, line breaks included, less a final one."""
        event.stop()
        event.prevent_default()
        text = pasted_text(event.text)
        start, end = sorted(self.selection)
        if "\n" in text or len(text) > MOST_CHARACTERS:
            self.post_message(self.Replaced(self, self.value[:start] + text + self.value[end:]))
        elif text:
            self.replace(text, start, end)

    def clicked(self, x: int, y: int) -> None:  # noqa: ARG002 - one line
        """Put the cursor where the click was."""
        self.cursor_position = min(max(0, x - 1), len(self.value))


class KeyField(TextField):
    """The key of one row of a map; the value stays with the row when the key changes."""

    holds_answer = False
    DEFAULT_CSS = "KeyField { width: 1fr; height: 1; border: none; padding: 0 1; background: $surface; }"

    def __init__(self, pointer: str, owner_id: str, row: int, key: str) -> None:
        """Make the field.

        Args:
            pointer: Its own name among the rows of the page.
            owner_id: Id of the map.
            row: Id of the row.
            key: What it shows first.
        """
        super().__init__(pointer, key)
        self.owner_id, self.row = owner_id, row

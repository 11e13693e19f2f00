"""A connection string, filled in part by part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from aep_tui.forms.connection_string import Builder, Part, Reading
from aep_tui.secret import MASK, Secret
from aep_tui.text import plain, split_words
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import HERE
from aep_tui.tui.widgets.fields.control import FieldControl
from aep_tui.tui.widgets.fields.text_field import TextField
from aep_tui.tui.widgets.main_button import MainButton

HARMLESS_WORDS: Final = frozenset(
    {
        "account", "address", "catalog", "certificate", "connect", "connection", "data", "database", "default",
        "driver", "encrypt", "encryption", "endpoint", "endpoints", "entity", "host", "hostname", "id", "initial",
        "integrated", "library", "mode", "name", "network", "path", "port", "protocol", "region", "schema",
        "security", "server", "service", "source", "ssl", "suffix", "tcp", "timeout", "trust", "trusted", "uid", "url", "user",
        "username", "version", "warehouse",
    }
)  # fmt: skip
"""A part whose name has only such words may be read by everybody, even in a field that is a secret as a whole."""
HINT: Final = "{parts-reveal} shows a secret · {^parts-write} writes it · {parts-leave} leaves"
WIDEST: Final = 100
LOW_ROWS: Final = 20
"""A terminal of fewer rows gets what stands around the parts in fewer lines."""
_MAY_HIDE: Final = re.compile(r"://[^/]*@|[?&;=]")
"""A value like this may have a password or a signature in it, whatever its part is called."""
CHECKED_CHARACTERS: Final = 5_000
"""Longer values are not checked at every key."""


class PartRow(Vertical):
    """One part: its label, its value, and beneath what is wrong with it."""

    def __init__(self, part: Part, value: str, *, secret: bool) -> None:
        """Make the row.

        Args:
            part: Which part.
            value: What it holds at first.
            secret: Mask it.
        """
        super().__init__()
        self.part = part
        self.field: TextField | None = None
        self._fixed = plain(part.preset, 200)
        if not part.fixed:
            hint = f"for example {part.example}" if part.example else ""
            self.field = TextField(
                part.key, Secret(value) if secret else value, placeholder=hint, secret=secret, preselect=bool(value)
            )

    def compose(self) -> ComposeResult:
        """Lay out label, value and error."""
        with Horizontal():
            yield Static(Content(plain(self.part.label, 80) or plain(self.part.key, 80)), classes="part-label")
            yield self.field if self.field is not None else Static(Content(f"{self._fixed}  (always so)"), classes="part-fixed")
        yield Static(classes="part-error")

    @property
    def value(self) -> str:
        """What it holds now; a fixed part holds nothing of its own."""
        return self.field.value if self.field is not None else ""

    @property
    def masked_value(self) -> str:
        """What it holds now, as it may be shown."""
        return MASK if self.field is not None and self.field.secret and self.value else self.value

    def on_descendant_focus(self) -> None:
        """Mark the label of the part one is in; ``:focus-within`` does not reach the widgets inside."""
        self.add_class("-focused")

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self.remove_class("-focused")

    def set_error(self, message: str) -> None:
        """Show an error, or none."""
        self.query_one(".part-error", Static).update(Content(f"✗ {message}" if message else ""))
        self.set_class(bool(message), "-error")


class ConnectionStringScreen(ModalScreen[str | None]):
    """A row for every part, and the text as it will be written; answers with that text, or ``None`` if all stays as it was."""

    CSS_PATH: ClassVar = [HERE / "form.tcss", HERE / "dialogs.tcss"]
    AUTO_FOCUS = "TextField"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "write", "Write it", id="parts-write", priority=True),
        Binding("escape", "leave", "Leave", id="parts-leave"),
        Binding("f8", "reveal", "Reveal", id="parts-reveal"),
        Binding("up", "app.focus_previous", "Part before", show=False),
        Binding("down", "app.focus_next", "Next part", show=False),
    ]

    def __init__(self, label: str, builder: Builder, text: str, *, secret: bool) -> None:
        """Make the page.

        Args:
            label: Of the field.
            builder: Reads and writes its text.
            text: What the field holds now.
            secret: Whether the field as a whole is a secret.
        """
        super().__init__()
        self._label, self._builder, self._secret = label, builder, secret
        self._reading = builder.read(text) if text else Reading()
        self._asked = self._warned = False
        self._begun = self._reading.values if text and not self._reading.reason else builder.presets

    def compose(self) -> ComposeResult:
        """Lay out the parts, the text that they make, and what can be done."""
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(f"{plain(self._label, 60)}, part by part")
            if self._reading.reason:
                words = f"{self._reading.reason.rstrip('.')}. It stays as it is unless you write a new one."
                yield Static(Content(plain(words)), id="notice")
            parts = VerticalScroll(*self._rows(), id="parts")
            parts.can_focus = False
            yield parts
            yield Static("As it will be written", id="written-title")
            yield Static(id="written")
            yield Static(id="trouble")
            yield MainButton(
                Content(with_keys(self.app, "Write it  {^parts-write}")), id="write", variant="primary", compact=True
            )
            yield Static(Content(with_keys(self.app, HINT)), classes="hint")

    def _rows(self) -> Iterable[PartRow]:
        for part in self._builder.rows(self._begun):
            value = self._begun.get(part.key, "")
            masked = part.secret or (self._secret and (not is_harmless(part.key) or _MAY_HIDE.search(value) is not None))
            yield PartRow(part, value, secret=masked)

    def on_mount(self) -> None:
        """Show what is there at first."""
        self._draw_written()

    def on_resize(self, event: events.Resize) -> None:
        """Let the parts take what room there is, and no more than they need; the same for their labels."""
        low = event.size.height < LOW_ROWS
        self.set_class(low, "-low")
        beside = (8 if low else 11) + (0 if not self._reading.reason else 3)
        self.query_one("#parts").styles.max_height = max(3, event.size.height * 9 // 10 - beside)
        labels = [row.query_one(".part-label", Static) for row in self._part_rows]
        longest = max((cell_len(str(label.content)) for label in labels), default=0)
        for label in labels:
            label.styles.width = min(longest + 3, min(event.size.width * 9 // 10, WIDEST) * 9 // 20)

    @property
    def _part_rows(self) -> list[PartRow]:
        return list(self.query(PartRow))

    def _values(self) -> dict[str, str]:
        return {row.part.key: row.value for row in self._part_rows if row.field is not None}

    @on(Input.Changed)
    def _draw_written(self) -> None:
        """Show the text that the parts make now, secrets masked."""
        rows = self._part_rows
        masked = {row.part.key: row.masked_value for row in rows}
        text = masked_text(self._builder, self._values(), masked)
        words = Content(plain(text, 300)) if text else Content.styled("nothing yet", "dim italic")
        self.query_one("#written", Static).update(words)
        self.query_one("#trouble", Static).update(Content(""))
        self.remove_class("-trouble")
        self._asked = self._warned = False

    @on(events.DescendantBlur)
    def _left(self, event: events.DescendantBlur) -> None:
        """Say what is wrong with a part that was left."""
        row = next((row for row in self._part_rows if row.field is event.widget), None)
        if row is not None and self.app.app_focus and self.is_current:
            row.set_error(self._builder.write(self._values()).reasons.get(row.part.key, ""))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Go to the next part; on the last one, write the text."""
        fields = [row.field for row in self._part_rows if row.field is not None]
        if event.input is fields[-1]:
            self.action_write()
        else:
            self.focus_next(TextField)

    @on(Button.Pressed, "#write")
    def action_write(self) -> None:
        """Answer with the text, or go to the first thing that has to be put right."""
        written = self._builder.write(self._values())
        empty = [row.part.label for row in self._part_rows if row.field is not None and not row.value]
        if written.text and empty and not self._warned:
            self._warned = True
            again = with_keys(self.app, "{^parts-write} again writes it so.")
            self.query_one("#trouble", Static).update(Content(f"Empty: {plain(', '.join(empty), 200)}. {again}"))
            self.add_class("-trouble")
            return
        if written.text:
            self.dismiss(written.text)
            return
        wrong = []
        for row in self._part_rows:
            reason = written.reasons.get(row.part.key, "")
            row.set_error(reason)
            wrong += [row.field] if reason and row.field is not None else []
        if wrong:
            wrong[0].focus()
            return
        words = written.reasons.get(
            "", with_keys(self.app, "Nothing is filled in yet; {parts-leave} leaves everything as it was.")
        )
        self.query_one("#trouble", Static).update(Content(f"✗ {words}"))
        self.add_class("-trouble")

    @on(FieldControl.Replaced)
    def _refuse_paste(self, event: FieldControl.Replaced) -> None:
        """Say why nothing was pasted."""
        event.stop()
        row = next((row for row in self._part_rows if row.field is event.field_control), None)
        if row is not None:
            row.set_error("Nothing was pasted: a part stands on one line, and is not as long as a file.")

    def action_leave(self) -> None:
        """Leave everything as it was; at the second press where something was typed."""
        typed = any(value != self._begun.get(key, "") for key, value in self._values().items())
        if typed and not self._asked:
            self._asked = True
            self.query_one("#trouble", Static).update(
                Content(with_keys(self.app, "What you typed here would be lost. {parts-leave} again leaves."))
            )
            self.add_class("-trouble")
        else:
            self.dismiss(None)

    def action_reveal(self) -> None:
        """Show the focused secret until it is left."""
        if isinstance(self.focused, TextField):
            self.focused.reveal()

    def on_screen_suspend(self) -> None:
        """Mask a shown secret before another page comes."""
        if isinstance(self.focused, TextField) and self.focused.revealed:
            self.focused.reveal()

    def on_click(self, event: events.Click) -> None:
        """Leave at a click beside the page."""
        if self.get_widget_at(*event.screen_offset)[0] is self:
            self.action_leave()


def is_harmless(name: str) -> bool:
    """Tell whether the name of a part says plainly that its value is no secret."""
    words = [word for blank in name.split() for word in split_words(blank)]
    return bool(words) and all(word.casefold() in HARMLESS_WORDS for word in words)


def masked_text(builder: Builder, values: Mapping[str, str], masked: Mapping[str, str]) -> str:
    """Return the text that a builder makes of some values, as it may be shown; empty if there are none.

    Args:
        builder: Of the field.
        values: By the key of their part.
        masked: The same, with a mask for every secret.
    """
    if not any(values.values()):
        return ""
    small = sum(map(len, values.values())) < CHECKED_CHARACTERS
    # The example's spelling of the names is written where the pattern allows it.
    written = builder.write(values).text if small else ""
    spelt = not written or written == builder.shown(values)
    return builder.shown(masked, as_asked=not spelt)

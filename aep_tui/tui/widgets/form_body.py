"""The part of a form that follows the answers: rows come and go, and those that stay keep what is typed in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.containers import Vertical

from aep_tui.tui.widgets.field_row import FieldRow, Heading


class Part(NamedTuple):
    """One line of a form, made when it is needed.

    Attributes:
        part_id: Its name among the parts of the page.
        label: What it is called now.
        make: Makes the widget.
    """

    part_id: str
    label: str
    make: Callable[[], FieldRow | Heading]


class FormBody(Vertical):
    """Rows and headings in order."""

    DEFAULT_CSS = "FormBody { height: auto; }"

    @property
    def rows(self) -> list[FieldRow]:
        """The rows, without the headings."""
        return [child for child in self.children if isinstance(child, FieldRow)]

    async def follow(self, parts: Sequence[Part]) -> bool:
        """Show these parts: take away what is gone, put in what is new, and leave what stays as it is.

        Returns:
            Whether anything came, went or moved.
        """
        there = {child.part_id: child for child in self.children if isinstance(child, FieldRow | Heading)}
        wanted = [part.part_id for part in parts]
        if list(there) == wanted:
            return False
        async with self.batch():
            await self.remove_children([child for part_id, child in there.items() if part_id not in set(wanted)])
            before: FieldRow | Heading | None = None
            for part in parts:
                child = there.get(part.part_id)
                if child is None:
                    child = part.make()
                    await (self.mount(child, after=before) if before is not None else self.mount(child, before=0))
                elif before is not None and child is not self._after(before):
                    self.move_child(child, after=before)
                if isinstance(child, FieldRow):
                    child.relabel(part.label)
                before = child
        return True

    def _after(self, child: FieldRow | Heading) -> object:
        position = self.children.index(child) + 1
        return self.children[position] if position < len(self.children) else None

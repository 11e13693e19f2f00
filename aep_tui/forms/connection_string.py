"""The builder of a text made of named parts: a connection string is read into its values, and written from them.

Which parts there are comes from the field's pattern, else from its example; an example says what each value looks like, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as member
from typing import Final

from aep_tui.forms.check import check_field
from aep_tui.forms.fields import FieldKind, FieldSpec
from aep_tui.forms.templates import (
    GAP,
    Segment,
    Template,
    is_name,
    placeholder_name,
    template_of_example,
    template_of_pattern,
)
from aep_tui.text import in_words, plain, split_words

_SECRET_WORDS: Final = frozenset(
    {"password", "passwd", "passphrase", "pwd", "pass", "secret", "token", "sig", "signature", "cred", "credential"}
)
_QUOTING_NAMES: Final = frozenset(
    {"data source", "initial catalog", "integrated security", "trusted_connection", "trustservercertificate"}
)
"""Names that only strings for SQL Server have. A value may stand between quotes there, a quote in it written twice (Microsoft,
SqlConnection.ConnectionString)."""

_SHORTEST_NAME: Final = 3
"""A name of so few characters, such as ``sv`` or ``UID``, says less than what the example calls its value."""

_BLANKS: Final = " \t"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_QUERY = re.compile(r"[\s&#\"<>]")
_NEEDS_QUOTES = re.compile("[;'\"]|^=")
_PIECE: Final = {";": re.compile("[^;]*"), "&": re.compile("[^&]*")}
_QUOTED_PIECE = re.compile(
    r"[^;=]*(?:=[ \t]*(?:\"(?:[^\"]|\"\")*\"(?!\")|'(?:[^']|'')*'(?!')|(?![ \t\"'])[^;]*)[ \t]*)?(?=;|\Z)"
)
_NOT_IN_ADDRESS = re.compile(r"[\s&#\"<>/?;]")


class _Unreadable(Exception):
    """A text cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One named part, a row of the builder.

    Attributes:
        key: Its name as it is written; of a part of an address what the example calls it.
        label: Name to show.
        example: What the value looks like; may be empty.
        secret: Whether the value must not be shown.
        preset: The value that the example or the pattern gives; may be empty.
        fixed: Whether the pattern allows no other value than the preset.
    """

    key: str
    label: str
    example: str = ""
    secret: bool = False
    preset: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read into.

    Attributes:
        values: By the key of its part, fixed parts and empty values left out. A name that the builder has no part for is a key
            of its own; :meth:`Builder.rows` has a row for it.
        reason: Why it cannot be read, as a sentence that quotes nothing of it; then there are no values.
    """

    values: Mapping[str, str] = member(default_factory=dict, repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What values were written into.

    Attributes:
        text: The text; empty if there are no values, or something cannot be written.
        reasons: By the key of its part why a value cannot be written, as a sentence that names the part and never quotes the
            value; the empty key stands for the text as a whole.
    """

    text: str = member(default="", repr=False)
    reasons: Mapping[str, str] = member(default_factory=dict)


def has_builder(field: FieldSpec) -> bool:
    """Tell whether a field's text is made of named parts; quick enough to ask of every field."""
    return any(template is not None for template in _templates(field))


def builder_of(field: FieldSpec) -> Builder | None:
    """Return the builder of a field's text, or ``None`` if the text is not made of named parts."""
    asked, shown = _templates(field)
    if asked is None:
        return None if shown is None else _of_example(field, shown)
    return _merged(field, asked, shown if shown is not None and shown.separator == asked.separator else None)


def _templates(field: FieldSpec) -> tuple[Template | None, Template | None]:
    """Return what a field's pattern asks for, and what the first example that is made of parts shows."""
    if field.kind is not FieldKind.TEXT:
        return None, None
    examples = field.schema.get("examples")
    listed = examples[:5] if isinstance(examples, list | tuple) else [examples]
    shown = (template_of_example(example) for example in (*listed, field.schema.get("example")))
    asked = template_of_pattern(field.schema.get("pattern"))
    return asked, next((template for template in shown if template is not None), None)


@dataclass(frozen=True, slots=True, eq=False)
class Builder:
    """Reads and writes one field's text.

    Attributes:
        parts: A row for each part that the pattern and the example show, in the order they are written.
    """

    parts: tuple[Part, ...]
    _field: FieldSpec = member(repr=False)
    _template: Template
    _asked: Mapping[str, str]
    _closings: tuple[bool, bool]

    @property
    def presets(self) -> dict[str, str]:
        """The values to begin with where nothing is given yet."""
        return {part.key: part.preset for part in self.parts if part.preset and not part.fixed}

    def rows(self, values: Mapping[str, str]) -> tuple[Part, ...]:
        """Return the parts, and after them one for each name among the values that they do not have."""
        known = {part.key for part in self.parts}
        return (*self.parts, *(_part(Segment(key, "")) for key in values if key not in known))

    def read(self, text: str) -> Reading:
        """Return the values in a text; names are found in upper and lower case alike."""
        found: dict[str, str] = {}
        rest = text.strip(_BLANKS + "\r\n")
        if _CONTROL.search(rest):
            return Reading(reason="This text has line breaks or control characters; a text of named parts stands on one line.")
        try:
            rest = self._read_head(rest, found) if rest else ""
            self._read_segments(rest, found)
        except _Unreadable as error:
            return Reading(reason=str(error))
        return Reading({key: value for key, value in found.items() if value})

    def write(self, values: Mapping[str, str]) -> Written:
        """Return the text that has these values, as the field wants it, or why they cannot be written.

        Args:
            values: By the key of their part. What is missing is left empty: a part that the pattern asks for is written without
                a value, any other is left out. A fixed part has its own value whatever is given. Keys that no part has are
                written at the end.
        """
        wanted = {part.key: values.get(part.key, "") for part in self.parts if not part.fixed}
        wanted |= {key: value for key, value in values.items() if key not in {part.key for part in self.parts}}
        if not any(wanted.values()):
            return Written()
        rows = {part.key: part for part in self.rows(values)}
        reasons = {key: why for key, value in wanted.items() if value and (why := self._why_not(rows[key], value))}
        if reasons:
            return Written(reasons=reasons)
        text = self._joined(wanted, shown=True)
        error = check_field(self._field, text)
        if error is not None and self._asked:
            text = self._joined(wanted, shown=False)
            error = check_field(self._field, text)
        if error is not None:
            return Written(reasons={"": error.message})
        again = self.read(text).values
        unlike = [key for key, value in wanted.items() if value != again.get(key, "")]
        return Written(reasons={key: _unlike(rows[key]) for key in unlike}) if unlike else Written(text)

    def shown(self, values: Mapping[str, str], *, as_asked: bool = False) -> str:
        """Return the text that these values give, whether it fits the field or not: to be looked at, not to be sent.

        Args:
            values: By the key of their part, or what stands for them, such as a mask.
            as_asked: Whether names are spelt as the pattern does it, and not as the example.
        """
        nothing = dict.fromkeys((part.key for part in self.rows(values)), "")
        return self._joined({**nothing, **values}, shown=not as_asked) if any(values.values()) else ""

    @property
    def _addresses(self) -> tuple[str, ...]:
        """The keys of the parts before the named ones."""
        return self._template.head[1::2]

    @property
    def _quoting(self) -> bool:
        """Whether a value may stand between quotes."""
        return self._template.separator == ";" and any(part.key.casefold() in _QUOTING_NAMES for part in self.parts)

    def _read_head(self, text: str, found: dict[str, str]) -> str:
        """Take what stands before the named parts, and return the rest."""
        head = self._template.head
        if not text.startswith(head[0]):
            raise _Unreadable(f"This text does not begin as it should: with {plain(head[0], 80)}")
        text = text[len(head[0]) :]
        for name, literal in zip(head[1::2], head[2::2], strict=True):
            value, there, text = text.partition(literal)
            if not there:
                raise _Unreadable(f"{plain(in_words(name), 80)} cannot be told apart from what follows it.")
            found[name] = value
        return text

    def _read_segments(self, text: str, found: dict[str, str]) -> None:
        keys = {part.key.casefold(): part.key for part in self.parts}
        fixed = {part.key for part in self.parts if part.fixed}
        seen: set[str] = set()
        for position, piece in enumerate(self._pieces(text), start=1):
            name, equals, value = piece.partition("=")
            name = name.strip(_BLANKS)
            if not equals or not is_name(name):
                raise _Unreadable(f"Part {position} of this text is not made of a name, = and a value.")
            key = keys.get(name.casefold(), name)
            if key.casefold() in seen or key in self._addresses:
                raise _Unreadable(f"Part {position} of this text has the name of another part.")
            seen.add(key.casefold())
            if key not in fixed:
                found[key] = self._read_value(value)

    def _pieces(self, text: str) -> Iterator[str]:
        """Yield what stands between separators; between quotes there are none, where quotes are known."""
        pattern = _QUOTED_PIECE if self._quoting else _PIECE[self._template.separator]
        end = 0
        while end < len(text):
            piece = pattern.match(text, end)
            if piece is None:
                raise _Unreadable("A quote in this text is not closed, or something follows it that is no semicolon.")
            end = piece.end() + 1
            if piece[0].strip(_BLANKS):
                yield piece[0]

    def _read_value(self, value: str) -> str:
        if self._template.separator == "&":
            return value
        value = value.strip(_BLANKS)
        if self._quoting and value[:1] in {'"', "'"}:
            return value[1:-1].replace(value[0] * 2, value[0])
        return value

    def _why_not(self, part: Part, value: str) -> str:
        """Return why a value cannot be written, or the empty string."""
        label = plain(part.label, 80)
        if part.key not in self._addresses and not is_name(part.key):
            return f"{label} is no name that a part can have."
        if _CONTROL.search(value):
            return f"{label} has line breaks or control characters, which cannot be written here."
        if part.key in self._addresses:
            unfit = _NOT_IN_ADDRESS.search(value)
            return f"{label} has a character that an address cannot have there, such as a blank, / or ?." if unfit else ""
        if self._template.separator == "&":
            unfit = _NOT_IN_QUERY.search(value)
            return f"{label} has a blank, a quote or one of & # < >: write such a character percent-encoded." if unfit else ""
        return "" if self._quoting else _why_not_bare(part, label, value)

    def _joined(self, values: Mapping[str, str], *, shown: bool) -> str:
        """Return the text, with the names spelt as the example shows them or else as the pattern does."""
        written = []
        for part in self.rows(values):
            value = part.preset if part.fixed else values[part.key]
            asked = self._asked.get(part.key)
            if part.key not in self._addresses and (value or asked is not None):
                written.append(f"{part.key if shown or asked is None else asked}={self._bare_or_quoted(value)}")
        head = self._template.head
        before = "".join(values[piece] if place % 2 else piece for place, piece in enumerate(head))
        closed = self._closings[0 if shown else 1]
        separator = self._template.separator
        return before + separator.join(written) + (separator if closed and written else "")

    def _bare_or_quoted(self, value: str) -> str:
        if not self._quoting or not (_NEEDS_QUOTES.search(value) or value.strip(_BLANKS) != value):
            return value
        doubled = value.replace('"', '""')
        return f'"{doubled}"'


def _merged(field: FieldSpec, asked: Template, shown: Template | None) -> Builder:
    """Return the builder of what a pattern asks for, with what an example shows besides."""
    by_name = {segment.key.casefold(): segment for segment in shown.segments} if shown else {}
    hinted = shown is not None and any(segment.open for segment in shown.segments)
    parts = [_address(name) for name in asked.head[1::2]]
    spelt = {}
    for segment in asked.segments:
        example = by_name.pop(segment.key.casefold(), None)
        key = example.key if example else segment.key
        spelt[key] = segment.key
        if segment.open:
            value = example.value if example else "" if segment.value == GAP else segment.value
            parts.append(_part(Segment(key, value), given=hinted and example is not None))
        else:
            parts.append(_part(Segment(key, segment.value), given=True, fixed=True))
    if asked.endless:
        parts += [_part(segment, given=hinted) for segment in by_name.values()]
    closed = asked.closed or (shown is not None and shown.closed)
    return Builder(tuple(parts), field, asked, spelt, (closed, asked.closed))


def _of_example(field: FieldSpec, shown: Template) -> Builder:
    hinted = any(segment.open for segment in shown.segments)
    parts = [_address(name) for name in shown.head[1::2]]
    parts += [_part(segment, given=hinted) for segment in shown.segments]
    return Builder(tuple(parts), field, shown, {}, (shown.closed, shown.closed))


def _address(name: str) -> Part:
    return Part(name, plain(in_words(name), 80), secret=_is_secret(name))


def _part(segment: Segment, *, given: bool = False, fixed: bool = False) -> Part:
    """Return the row of a part.

    Args:
        segment: Its name and what the example has for a value.
        given: Whether a value without a placeholder is meant as it stands.
        fixed: Whether the pattern allows no other value.
    """
    name = placeholder_name(segment.value)
    name = in_words(name.lower()) if name.isupper() else name
    preset = segment.value if given and not segment.open else ""
    return Part(
        key=segment.key,
        label=plain(in_words(name if name and len(segment.key) <= _SHORTEST_NAME else segment.key), 80),
        example="" if preset else plain(name or segment.value, 200),
        secret=_is_secret(segment.key) or _is_secret(segment.value),
        preset=preset,
        fixed=fixed,
    )


def _is_secret(text: str) -> bool:
    """Tell whether words say that a value is a secret: one of the telling ones, or a key as the last."""
    words = [word.strip("<>{}[]()\"':,;").casefold() for word in split_words(text)]
    return not _SECRET_WORDS.isdisjoint(words) or words[-1:] == ["key"]


def _why_not_bare(part: Part, label: str, value: str) -> str:
    if ";" in value:
        return f"{label} has a semicolon, which ends a value in this text and cannot be written otherwise."
    if value.strip(_BLANKS) != value:
        return f"{label} begins or ends with a blank, which gets lost in this text."
    if value[0] in "\"'{" and not part.example.startswith(value[0]):
        return f"{label} begins with a quote or a brace, which may be taken for the beginning of something else."
    return ""


def _unlike(part: Part) -> str:
    return f"{plain(part.label, 80)} cannot be written here so that the same is read from the text again."

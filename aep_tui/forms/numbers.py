"""Numbers as people write them, read without losing a digit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from aep_tui.forms.json_values import MAX_DIGITS

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")


class NotANumber(ValueError):
    """A text is no number, or not one that a form takes; the message follows the field's label."""


def read_number(text: str) -> int | Decimal:
    """Return the number that a text writes.

    Blanks around it, a plus sign, leading zeros and a missing zero before the point are taken. Digits are ASCII only; there
    are no separators between thousands. Without a point and an exponent it is an ``int``, else a ``Decimal`` with every
    digit that was written.

    Raises:
        NotANumber: It is no number, or has more than :data:`~aep_tui.forms.json_values.MAX_DIGITS` digits or as large an
            exponent.
    """
    written = text.strip()
    if len(written) > MAX_DIGITS:
        raise NotANumber("has too many digits")
    if not _NUMBER.fullmatch(written):
        comma = "," in written and _NUMBER.fullmatch(written.replace(",", ".", 1))
        raise NotANumber("must be a number; write a point, not a comma, before the decimals" if comma else "must be a number")
    if written.lstrip("+-").isdigit():
        return int(written)
    number = Decimal(written)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > MAX_DIGITS:
        raise NotANumber("has too many digits")
    return number


def read_integer(text: str) -> int:
    """Return the whole number that a text writes; ``3.0`` and ``3e2`` are whole numbers too.

    Raises:
        NotANumber: It is no whole number, or too long a one.
    """
    try:
        number = read_number(text)
    except NotANumber as error:
        if "digits" in str(error):
            raise
        raise NotANumber("must be a whole number") from None
    if isinstance(number, int):
        return number
    if number.as_tuple().exponent != 0 and number != number.to_integral_value():
        raise NotANumber("must be a whole number")
    return int(number)

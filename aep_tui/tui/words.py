"""Small sentences that several screens use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content

from aep_tui.errors import AepTuiError
from aep_tui.text import plain, plain_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aep_tui.outcome import Problem


OTHER_SANDBOX: Final = "{profiles}, then {profile-sandbox}, picks another one"
NOTHING_TO_SIGN_IN: Final = "nothing to sign in with;"
_EXPIRED: Final = "401013"
_NO_SANDBOX: Final = frozenset({"2100", "2101", "2103"})
"""The numbers of the service's codes for a sandbox that it does not find."""


WHERE_TO_TYPE: Final = "{profiles}, then {profile-secret}"


def way_out(error: AepTuiError) -> str:
    """Return which keys mend what went wrong, by their ids, for a line of keys; empty where none does."""
    from aep_tui.outcome import Problem
    from aep_tui.wizard.credential import CredentialMissing

    if isinstance(error, CredentialMissing):
        return f"{WHERE_TO_TYPE}, types it · "
    problem = getattr(error, "problem", None)
    return _way_out_of(problem) if isinstance(problem, Problem) else ""


def _way_out_of(problem: Problem) -> str:
    from aep_tui.flow_service.remedies import TOKEN_NUMBERS, code_number

    number = code_number(problem.code)
    if number in _NO_SANDBOX:
        return f"{OTHER_SANDBOX} · "
    # What the sign-in says of a client id is mended elsewhere.
    is_secret = problem.code == "invalid_client" and "client_id" not in problem.detail
    return f"{WHERE_TO_TYPE}, takes another one · " if is_secret or number in TOKEN_NUMBERS | {_EXPIRED} else ""


def listing_trouble(error: AepTuiError) -> tuple[str, str]:
    """Return in one line why the list is not newer, and which keys mend that, by their ids."""
    from aep_tui.wizard.credential import CredentialMissing

    if isinstance(error, CredentialMissing):
        # Short: beside the details the line has room for little more than fifty letters.
        return "no secret;", f"{{reload}} asks, or {WHERE_TO_TYPE}"
    return error.title, way_out(error).removesuffix(" · ") or "{reload} tries again"


def no_match(typed: str, nearest: Sequence[str], clears: str) -> str:
    """Return that no source was found, and what may have been meant.

    Args:
        typed: What was searched for.
        nearest: Names that look like it.
        clears: The key that empties the search box.
    """
    meant = f"\n\nDid you mean {' or '.join(nearest)}?" if nearest else ""
    return f"No source matches {plain(typed, 60)}.{meant}\n\n{clears} clears the search box; fewer letters find more."


def age(seconds: float) -> str:
    """Return how long ago something was: ``3 s ago``, ``5 min ago``, ``2 days ago``."""
    if seconds < 2:
        return "just now"
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "min"), (1, "s")):
        if seconds >= size:
            count = int(seconds // size)
            plural = "s" if count > 1 and len(name) > 3 else ""
            return f"{count} {name}{plural} ago"
    return "just now"


def shortened(text: str, room: int) -> str:
    """Return a text that fits into so many cells: where it is too long its middle goes, most of its beginning stays."""
    if cell_len(text) <= room:
        return text
    end = max(0, (room - 1) // 3)
    tail = text[len(text) - end :] if end else ""
    head = text
    while head and cell_len(head) + 1 + cell_len(tail) > room:
        head = head[:-1]
    return f"{head}…{tail}"


def token_left(seconds: float) -> str:
    """Return how long an access token lasts still: ``token 23 h``, ``token 41 min``, ``token expired``."""
    if seconds <= 0:
        return "token expired"
    if seconds < 60:
        return "token under 1 min"
    return f"token {int(seconds // 3_600)} h" if seconds >= 2 * 3_600 else f"token {int(seconds // 60)} min"


def error_content(error: AepTuiError, keys: str = "") -> Content:
    """Return an error as lines: what happened, to what, what to do now, and the keys that do it."""
    from aep_tui.outcome import Problem

    problem = getattr(error, "problem", None)
    if isinstance(problem, Problem):
        return problem_content(problem, keys)
    return problem_content(Problem(error.title, error.detail, remedy=error.remedy), keys)


def problem_content(problem: Problem, keys: str = "") -> Content:
    """Return a problem as lines, with the service's code and request id."""
    lines = [Content.styled(f"✗ {plain(problem.title)}", "bold $text-error")]
    if problem.detail and problem.detail != problem.title:
        lines.append(Content(plain_lines(problem.detail, 1_500)))
    if problem.remedy:
        lines.append(Content.styled("→ ", "$text-success") + Content(plain(problem.remedy)))
    if problem.reference():
        lines.append(Content.styled(plain(problem.reference()), "dim"))
    if keys:
        lines += [Content(""), Content.styled(keys, "dim")]
    return Content("\n").join(lines)

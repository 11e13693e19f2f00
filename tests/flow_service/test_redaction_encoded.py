"""A secret that a service repeats in another encoding is masked too."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from aep_tui.flow_service.redaction import Redactor
from aep_tui.secret import MASK, Secret

SECRET = "s3cr3t/of+a kind=é"
HIDDEN = Redactor({"password": Secret(SECRET)})


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "Basic user:"])
@pytest.mark.parametrize("behind", ["", "x", "yz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_in_base64_wherever_it_stands(before: str, behind: str, encode: object) -> None:
    text = encode(f"{before}{SECRET}{behind}".encode()).decode()  # type: ignore[operator]
    hidden = HIDDEN.hide(f"got {text} from you")
    assert MASK in hidden
    left = hidden.split("got ")[1].split(" from")[0].split(MASK)
    assert all(len(part) <= len(base64.b64encode(f"{before}..".encode())) + 4 for part in left)


@pytest.mark.parametrize(
    "text",
    [
        SECRET.encode().hex(),
        "".join(f"%{sign:02X}" for sign in SECRET.encode()),
        "".join(f"%{sign:02x}" for sign in SECRET.encode()),
        quote(SECRET, safe=""),
    ],
)
def test_with_every_sign_encoded(text: str) -> None:
    assert HIDDEN.hide(f"got {text}.") == f"got {MASK}."


def test_a_short_secret_blanks_out_no_other_words() -> None:
    assert (
        Redactor({"password": Secret("abc")}).hide("YWxs wb3Jkc and words of any kind") == "YWxs wb3Jkc and words of any kind"
    )

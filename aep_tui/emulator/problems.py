"""Refusals in the four shapes that the real service uses, and the codes of its catalogue.

The shapes are lettered as Adobe's pages can be sorted: A comes from the gateway before the service, B is the service's
problem document, C its older form, D a bare message. Texts are our own wording of the catalogued meaning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

FLOW_ERRORS = "https://ns.adobe.com/aep/errors/"

_TITLES = {
    400: "Invalid request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Resource not found",
    412: "Version not matching",
    500: "Internal Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Refusal(Exception):
    """An answer that ends a call early.

    Attributes:
        status: The HTTP status.
        body: The JSON body; ``None`` for none.
        headers: Further headers of the answer.
    """

    def __init__(self, status: int, body: Mapping[str, object] | None, headers: Mapping[str, str] | None = None) -> None:
        """Keep the answer."""
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    def content(self, request_id: str) -> bytes:
        """Return the body as JSON; a Flow Service problem gets the id of the request into its report."""
        if self.body is None:
            return b""
        body = dict(self.body)
        report = body.get("report")
        if isinstance(report, dict) and "request-id" in report:
            body["report"] = {**report, "request-id": request_id}
        return json.dumps(body, ensure_ascii=False).encode()


def gateway(code: str, message: str) -> Refusal:
    """Return a refusal of the gateway (shape A); its status is the first three digits of the code."""
    return Refusal(int(code[:3]), {"error_code": code, "message": message})


def bad_request(detail: str, status: int = 400, title: str = "BadRequestError") -> Refusal:
    """Return a refusal of a request that cannot be read at all (shape A, with a detail)."""
    return Refusal(status, {"type": "/placeholder/type/uri", "status": status, "title": title, "detail": detail})


def flow(code: str, detail: str, *, title: str = "", **report: object) -> Refusal:
    """Return a Flow Service problem (shape B).

    Args:
        code: As catalogued, ``FLOW-1415-400``; provider codes stand alone, ``1304-400``, since the prefix that the
            service puts before them is not published. The status is its last part.
        detail: What happened, to what, and what to do.
        title: The short title; the usual one of the status if empty.
        report: Further members of the report.
    """
    status = int(code.rpartition("-")[2])
    return Refusal(
        status,
        {
            "type": FLOW_ERRORS + code,
            "title": title or _TITLES.get(status, "Error"),
            "status": status,
            "report": {"detailed-message": detail, **report, "request-id": ""},
            "errorMessage": detail,
            "errorDetails": detail,
        },
    )


def old(status: int, text: str) -> Refusal:
    """Return a problem in the older form (shape C)."""
    return Refusal(status, {"errorMessage": text, "errorDetails": text})


def message(status: int, text: str) -> Refusal:
    """Return a bare message (shape D)."""
    return Refusal(status, {"message": text})


def provider(text: str) -> Refusal:
    """Return what the source itself answered, wrapped as the service wraps it (FLOW-1100-400)."""
    return flow("FLOW-1100-400", f"The request could not be processed. Error from flow provider: {text}")

"""A draft that is changed after an unknown outcome is another request than the one that was sent."""

from __future__ import annotations

from typing import Any

import httpx
from posts import until
from settling_service import Service, item, notices, send

from aep_tui.tui.widgets.request_view import RequestView
from aep_tui.wizard.state import DescriptionGiven, ReviewAsked
from aep_tui.wizard.step import Step


async def test_finding_the_first_one_leaves_the_changed_draft_where_it_is(reviewing: Any, settle: Any) -> None:
    service = Service(httpx.Response(504), httpx.Response(201, json={"items": [{"id": "second", "etag": '"e"'}]}))
    service.after = []
    async with reviewing(service) as (app, pilot):
        assert app.screen.query_one(RequestView).border_title == "This will be sent"
        await send(pilot, settle)
        assert app.screen.query_one(RequestView).border_title == "This was sent"
        await pilot.press("escape")
        await until(lambda: app.wizard.step is Step.CREDENTIALS)
        app.dispatch(DescriptionGiven("another one"))
        service.after = [item("first")]
        app.asked.clear()
        app.dispatch(ReviewAsked())
        await until(lambda: "Made after all: The first request made first." in notices(app))
        assert (app.wizard.step, app.made) == (Step.REVIEW, ["first"])
        assert app.wizard.draft.description == "another one"
        assert app.screen.query_one(RequestView).border_title == "This will be sent"
        assert app.wizard.can_send, "what stands there now is a request of its own"
        await pilot.press("ctrl+n")
        await until(lambda: app.wizard.step is Step.DONE)
        assert app.made == ["first", "second"]
        assert not app.left_unknown

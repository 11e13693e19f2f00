"""A request whose answer was lost twice and that was sent a third time: all that was sent is accounted for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from posts import CREATED, history
from settling_service import Service, item, notices, send

from aep_tui.errors import ExitCode
from aep_tui.wizard.step import Step

Settle = Callable[..., Awaitable[None]]


async def send_again(pilot: Any, settle: Settle) -> None:
    await pilot.press("a")
    await pilot.pause()
    await pilot.press("right", "enter")
    await settle(pilot)


async def test_nothing_is_unknown_once_the_third_is_answered(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), httpx.Response(504), CREATED)
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        await send_again(pilot, settle)
        await send_again(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert app.leaving_code() is ExitCode.DONE
        assert notices(app) == ""


async def test_the_first_one_is_asked_about_too_once_the_third_is_answered(reviewing: Any, settle: Settle) -> None:
    service = Service(httpx.Response(504), httpx.Response(504), CREATED)
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        await send_again(pilot, settle)
        service.after = [item("a"), item("b"), item("an-id")]
        await send_again(pilot, settle)
        assert app.wizard.step is Step.DONE
        looked = {row_id: news.settled.found for row_id, news in app.asked.items() if news.settled and news.settled.found}
        assert [row.id for row in history(app) if row.id in looked] == [2, 1]


class Late(Service):
    """After the second request it has what that made, and a look later what the first one made."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = await super().__call__(request)
        if self.after and len(self.bodies) == 2:
            self.after = [item("second"), item("first")]
        elif len(self.bodies) == 2:
            self.after = [item("second")]
        return answer


async def test_what_the_first_one_made_late_is_told_after_the_second_was_found(reviewing: Any, settle: Settle) -> None:
    service = Late(httpx.Response(504), httpx.Response(504))
    service.after = []
    async with reviewing(service) as (app, pilot):
        await send(pilot, settle)
        await send_again(pilot, settle)
        assert app.wizard.step is Step.DONE
        assert app.made == ["second", "first"]
        assert "The first request made mine too: first. F2 has both." in notices(app)
        assert app.leaving_code() is ExitCode.DONE

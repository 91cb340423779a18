"""Requests and answers that come as late as a test wants, and not as a busy machine happens to bring them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import until

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page, Route


class Held:
    """Holds back what the page asks by one method below an address.

    Args:
        page: the page that asks.
        where: a pattern of addresses, as Playwright has it.
        method: of the requests that are held; others pass.
        answered: whether the server answers at once and the answer alone is late, else the request is.
    """

    def __init__(self, page: Page, where: str, method: str, *, answered: bool = False) -> None:
        self._page, self._where, self._method, self._answered = page, where, method, answered
        self._waiting: list[tuple[Route, APIResponse | None]] = []
        self._over = False
        self.bodies: list[str | None] = []
        page.route(where, self._hold)

    def wait(self, count: int = 1) -> None:
        """Waits until so many are held; a question to the page lets its news come in."""
        until(lambda: bool(self._page.evaluate("true")) and len(self._waiting) >= count)

    def release(self, count: int | None = None) -> None:
        """Lets the first ones go, or all."""
        going, self._waiting = self._waiting[:count], self._waiting[len(self._waiting[:count]) :]
        for route, answer in going:
            if answer:
                route.fulfill(response=answer)
            else:
                route.continue_()

    def end(self) -> None:
        """Lets everything go, and holds nothing any more."""
        self._over = True
        self.release()
        # While it is there each request waits for this thread to look.
        self._page.unroute(self._where, self._hold)

    def _hold(self, route: Route) -> None:
        if self._over or route.request.method != self._method:
            route.fallback()
            return
        self.bodies.append(route.request.post_data)
        self._waiting.append((route, route.fetch() if self._answered else None))

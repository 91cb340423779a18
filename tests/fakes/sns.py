"""A person who keeps every page."""


class FakePager:
    """Keeps pages."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, str]] = []

    def page(self, subject: str, message: str) -> None:
        self.pages.append((subject, message))

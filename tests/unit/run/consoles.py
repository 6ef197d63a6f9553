"""A console for tests."""


class FakeConsole:
    """Remembers what is said, what is warned of and what was going on."""

    colour = False
    width = 120

    def __init__(self) -> None:
        self.said: list[str] = []
        self.warned: list[str] = []
        self.shown: list[str] = []

    def say(self, line: str) -> None:
        """Remember it."""
        self.said.append(line)

    def warn(self, line: str) -> None:
        """Remember it."""
        self.warned.append(line)

    def status(self, text: str) -> None:
        """Remember it."""
        self.shown.append(text)

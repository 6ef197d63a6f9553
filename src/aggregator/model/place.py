"""Where somebody reported something, in the words by which people say what belongs to whom."""

from __future__ import annotations

from msgspec import Struct


class Place(Struct, frozen=True, gc=False):
    """Who reported it and where; what does not apply is empty.

    Attributes:
        scope: what the scan looked at, without the engagement it belongs to.
        path: a file in the repository; a file inside an image is in none.
        account: cloud account, subscription or project.
        host: with the port when it is not the scheme's own.
        image: the image's repository without tag and digest.
    """

    tool: str
    scope: str
    path: str = ""
    account: str = ""
    host: str = ""
    image: str = ""

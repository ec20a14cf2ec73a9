"""The pages of a school whose admins assign its teachers, as a browser without scripts has them."""

import html
import re
from typing import Any

import httpx

# No worker applies what a command says, so nothing is waited for.
AT_ONCE = {"Homeroom-Wait-Seconds": "0"}
_TAG = re.compile(r"<[^>]*>")
_TOKEN = re.compile(r'"X-CSRF-Token": "([0-9a-f]+)"')


class SchoolPages:
    """Somebody who is signed in; ``client`` holds the session."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.token = ""

    async def text(self, path: str, status: int = 200, **params: Any) -> str:
        """What a page says, without its tags."""
        return text_of(await self.page(path, status, **params))

    async def page(self, path: str, status: int = 200, **params: Any) -> str:
        """A page's HTML."""
        answer = await self.client.get(path, params=params or None)
        assert answer.status_code == status, answer.text
        return answer.text

    async def piece(self, path: str, **params: Any) -> str:
        """What htmx gets of a page."""
        answer = await self.client.get(path, params=params, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.text
        assert "<html" not in answer.text
        return answer.text

    async def post(
        self, path: str, fields: dict[str, Any], files: Any = None, **headers: str
    ) -> httpx.Response:
        """A form with the token of the session, unless ``fields`` has another."""
        if not self.token:
            found = _TOKEN.search((await self.client.get("/teacher/teaching")).text)
            assert found
            self.token = found[1]
        return await self.client.post(
            path, data={"csrf_token": self.token} | fields, files=files, headers=AT_ONCE | headers
        )


def text_of(page: str) -> str:
    """Its text, with single spaces."""
    return " ".join(html.unescape(_TAG.sub(" ", page)).split())

"""A client of the student's one command."""

from typing import Any

import httpx

from homeroom.api import tokens

PATH = "/api/v1/student/habits/logs"


class Student:
    """Asks with a student's token."""

    def __init__(self, client: httpx.AsyncClient, settings: Any, student_id: str = "S-1") -> None:
        self.client = client
        token = tokens.issue(settings, student_id, "student")
        self.headers = {"Authorization": f"Bearer {token}"}

    async def send(self, *logs: object) -> httpx.Response:
        return await self.client.post(PATH, json={"logs": logs}, headers=self.headers)

    async def statuses(self, *logs: object) -> list[str]:
        answer = await self.send(*logs)
        assert answer.status_code == 200, answer.text
        return [result["status"] for result in answer.json()["results"]]

    async def get(self, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get("/api/v1/student/missions", headers=self.headers | named)

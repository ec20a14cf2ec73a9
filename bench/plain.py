"""The plainest endpoint that reads one row by its key: FastAPI and psycopg as their manuals say."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ctypes import c_int
from typing import Any

import uvicorn
from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

ROW = (
    "SELECT student_id, name, track, persona, tier, items FROM g0001.student_overview "
    "WHERE student_id = %s"
)


def application(database_url: str) -> FastAPI:
    """One endpoint: ``/plain/{student_id}``."""
    pool = AsyncConnectionPool(
        database_url,
        kwargs={"autocommit": True, "row_factory": dict_row},
        min_size=2,
        max_size=10,
        open=False,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/plain/{student_id}")
    async def plain(student_id: str) -> dict[str, Any] | None:
        async with pool.connection() as connection:
            cursor = await connection.execute(ROW, (student_id,))
            return await cursor.fetchone()

    return app


def serve(database_url: str, port: "c_int") -> None:
    """Serves on a free port, and says which."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(application(database_url), log_config=None, access_log=False)
    port.value = listening.getsockname()[1]
    uvicorn.Server(config).run(sockets=[listening])

"""Live connections outlive that their database becomes another one, as after a restore."""

import psycopg

from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.feed import Feed
from tests.support.live import Publishing, serving_live


async def test_connections_begin_anew_and_are_told_what_comes(
    settings: Settings, database_url: str
) -> None:
    feed = await Feed.open(
        database_url, read_model(settings.model_copy(update={"topic_prefix": ""}))
    )
    publishing = Publishing(feed)
    await publishing.school("O1", "T1")
    async with serving_live(settings) as live, live.ready() as socket:
        await publishing.apply(publishing.notification("N1"))
        before = (await socket.message())["position"]
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("DELETE FROM homeroom.change WHERE key = 'N1'")
            connection.execute(
                "CREATE OR REPLACE FUNCTION homeroom.identity() RETURNS text LANGUAGE sql STABLE "
                "AS $$ SELECT 'another' $$"
            )
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = 'homeroom serve'"
            )
        anew = await socket.message()
        assert (anew["type"], anew["data"]["resumed"]) == ("ready", False)
        # As far as that database is, not as far as the one before was.
        assert int(anew["position"].partition("-")[0]) < int(before.partition("-")[0])
        await publishing.apply(publishing.notification("N2"))
        assert (await socket.message())["data"]["id"] == "N2"
        async with live.socket(f"school_id=O1&position={before}") as other:
            assert (await other.message())["data"]["resumed"] is False
    await feed.close()

"""Topics of a test that has ended are removed: clients are told of all that a broker has."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiokafka.admin import AIOKafkaAdminClient


def delete(bootstrap_servers: str, prefix: str) -> None:
    """Delete all topics that begin with the prefix."""
    # In a thread of its own, since the test's event loop is none of ours.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _delete(bootstrap_servers, prefix)).result()


async def _delete(bootstrap_servers: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        names = [name for name in await admin.list_topics() if name.startswith(prefix)]
        if names:
            await admin.delete_topics(names)
    finally:
        await admin.close()

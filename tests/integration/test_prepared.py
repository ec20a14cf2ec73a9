"""Statements that a session prepares once, and runs several at a time."""

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection, errors
from psycopg.pq import TransactionStatus

from homeroom.database import connect
from homeroom.engine.applying import plans
from homeroom.engine.applying.plans import DISCARD, SMALL_BATCH, SessionPlans
from homeroom.prepared import PreparedStatements, SessionStatement

SUM = SessionStatement.with_values("sum", b"SELECT %s::integer + %s::integer, 100 %% 7")
FILL = SessionStatement.of("fill", "INSERT INTO numbers SELECT generate_series(1, 3)")


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    async with await connect(database_url, "homeroom tests") as opened:
        await opened.execute("CREATE TEMPORARY TABLE numbers (n integer)")
        yield opened


async def _count(connection: AsyncConnection) -> int:
    ((count,),) = await (await connection.execute("SELECT count(*) FROM numbers")).fetchall()
    return int(count)


async def test_each_step_has_its_rows_and_their_number(connection: AsyncConnection) -> None:
    run = PreparedStatements(connection).run
    results = await run([b"BEGIN", SUM.call(1, 2), FILL.call(), b"COMMIT"])
    assert [(result.rows, result.row_count) for result in results[1:3]] == [([(3, 2)], 1), ([], 3)]
    assert await _count(connection) == 3


async def test_after_an_error_nothing_is_written_and_the_session_goes_on(
    connection: AsyncConnection,
) -> None:
    statements = PreparedStatements(connection)
    await statements.run([FILL.call()])

    async def fail() -> None:
        async with statements.transaction() as is_own:
            assert is_own
            await statements.run([b"BEGIN", FILL.call(), SUM.call(2**31 - 1, 1), b"COMMIT"])

    with pytest.raises(errors.NumericValueOutOfRange):
        await fail()
    assert connection.info.transaction_status == TransactionStatus.IDLE
    await statements.run([b"BEGIN", FILL.call(), b"COMMIT"])
    assert await _count(connection) == 6


async def test_within_the_callers_transaction_nothing_is_committed(
    connection: AsyncConnection,
) -> None:
    statements = PreparedStatements(connection)
    async with connection.transaction(force_rollback=True):
        async with statements.transaction() as is_own:
            assert not is_own
            await statements.run([FILL.call()])
        assert await _count(connection) == 3
    assert await _count(connection) == 0


async def test_statements_of_one_label_and_another_text_do_not_stand_for_each_other(
    connection: AsyncConnection,
) -> None:
    for number in (1, 2):
        statement = SessionStatement.of("of a generation", f"SELECT {number}")
        (result,) = await PreparedStatements(connection).run([statement.call()])
        assert result.rows == [(number,)]


async def _begins(
    connection: AsyncConnection, session: SessionPlans, events: int = 1
) -> list[object]:
    """What a batch begins with."""
    steps = session.beginning(events)
    await session.take(await PreparedStatements(connection).run(steps) if steps else [])
    return [step for step in steps if isinstance(step, bytes)]


async def test_small_batches_share_plans_and_a_large_one_has_its_own(
    connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "LOOK_EVERY_SECONDS", 0)
    session = SessionPlans(connection, "public")
    assert await _begins(connection, session) == [DISCARD]
    assert [await _begins(connection, session) for _ in range(3)] == [[], [], []]
    assert await _begins(connection, session, SMALL_BATCH + 1) == [DISCARD]
    assert await _begins(connection, session) == [DISCARD]
    assert await _begins(connection, session) == []

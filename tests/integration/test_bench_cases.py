"""The cases of ``bench.types`` and ``bench.sizes`` do what they are for: each reaches tables."""

from bench.sizes import batches, layout
from bench.trials import Trial, connected, fill
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.strength import at_full_strength
from tests.support.templates import prepare

ROWS = 400
EVENTS = 4


@at_full_strength
async def test_every_event_changes_its_row_and_all_projections_are_reached(settings: Settings):
    settings = settings.model_copy(update={"topic_prefix": ""})
    url, model = settings.require_database(), read_model(settings)
    schema = prepare(settings, model)
    of = layout("t-", ROWS, EVENTS)
    with connected(url, schema) as connection:
        fill(connection, model, [of])
    trial = await Trial.open(url, model, schema)
    written: set[str] = set()
    for batch in batches([EVENTS], [], of):
        cost = await trial.cost(batch.records(of))
        assert cost.written[batch.case.entity] == batch.events, str(batch)
        await trial.clean(batch.case.entity)
        written |= set(+cost.written)
    await trial.close()
    assert {projection.name for projection in model.plan().tables} - written == set()

-- create --
-- What a service's own migration runs, once.
CREATE SCHEMA IF NOT EXISTS {schema};

-- The newest number of each subject. Whoever says an event locks the subject's row until its
-- transaction ends: numbers come in the order of commits, and a rollback gives its number back.
-- 0 where nothing is said yet, since a backfill will say it.
CREATE TABLE {schema}.subject (
    entity text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 0),
    PRIMARY KEY (entity, subject)
);

CREATE TABLE {schema}.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    "time" timestamptz NOT NULL,
    data json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- When Kafka last refused it for its size.
    refused_at timestamptz,
    -- As the broker acknowledged it: its name of the topic, and an offset not below the event's.
    published_at timestamptz,
    topic text,
    partition integer,
    "offset" bigint
);
CREATE UNIQUE INDEX outbox_number
    ON {schema}.outbox (split_part(type, '.', 1), subject, sequence);
CREATE INDEX outbox_unpublished ON {schema}.outbox (id) WHERE published_at IS NULL;
CREATE INDEX outbox_published_at ON {schema}.outbox (published_at)
    WHERE published_at IS NOT NULL;

-- Who relays: until when, and over which connection. One row.
CREATE TABLE {schema}.relay (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    holder text,
    backend_pid integer,
    backend_start timestamptz,
    expires_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO {schema}.relay DEFAULT VALUES;

-- Backfills that were announced: of which entities, and how far each has come. What is changed
-- meanwhile of a subject that has said nothing yet is said by the backfill.
CREATE TABLE {schema}.backfill (
    name text PRIMARY KEY,
    entities text[] NOT NULL,
    -- The key of the last row that was looked at.
    after text[],
    rows_read bigint NOT NULL DEFAULT 0,
    events_said bigint NOT NULL DEFAULT 0,
    finished_at timestamptz
);

-- The tables that every generation has beside its entities and projections.

-- What the generation was made with.
CREATE TABLE plan (
    fingerprint text NOT NULL,
    contract jsonb NOT NULL,
    definitions jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Per topic and partition, the offset of the next event to apply, and that of the first one, which is
-- beyond 0 where the generation does without what came before. The greatest newest_time is the time of
-- the newest event applied. last_*: the last record applied, where it stood and a digest of it; null
-- where none was.
CREATE TABLE positions (
    topic varchar(249) COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    newest_time timestamptz,
    last_offset bigint,
    last_digest bytea,
    first_offset bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Records that cannot be applied. place_* where its subject and sequence could be read.
-- headers: names and values in turn. published_at is the broker's time, which may be ahead. is_cut: of
-- the record only the beginning is kept.
CREATE TABLE dead_letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic varchar(249) COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    published_at timestamptz NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    record_key bytea,
    headers bytea[] NOT NULL,
    value bytea,
    is_cut boolean NOT NULL DEFAULT false,
    reason text NOT NULL,
    detail text NOT NULL,
    entity varchar(64) COLLATE "C",
    key varchar(200) COLLATE "C",
    sequence bigint,
    closed_as text CHECK (closed_as IN ('superseded', 'retried', 'discarded')),
    closed_at timestamptz,
    UNIQUE (topic, partition, "offset")
);
CREATE INDEX ON dead_letters (entity, key) WHERE closed_as IS NULL;

-- Events held back because their subject has a dead letter or a gap before them.
CREATE TABLE waiting (
    entity varchar(64) COLLATE "C" NOT NULL,
    key varchar(200) COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    topic varchar(249) COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    published_at timestamptz NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    record_key bytea,
    headers bytea[] NOT NULL,
    value bytea,
    PRIMARY KEY (entity, key, sequence)
);

-- Missing numbers, as ranges: how many events wait behind each, and since when.
CREATE TABLE gaps (
    entity varchar(64) COLLATE "C" NOT NULL,
    key varchar(200) COLLATE "C" NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    waiting bigint NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (entity, key, first_sequence)
);

-- Subjects with an open dead letter, a gap or a waiting event. has_row: whether there is a row at all.
CREATE TABLE incomplete (
    entity varchar(64) COLLATE "C" NOT NULL,
    key varchar(200) COLLATE "C" NOT NULL,
    since timestamptz NOT NULL,
    has_row boolean NOT NULL,
    PRIMARY KEY (entity, key)
);

-- Subjects without a row whose first events were discarded.
CREATE TABLE subjects_without_row (
    entity varchar(64) COLLATE "C" NOT NULL,
    key varchar(200) COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (entity, key)
);

-- Events that are old although no event with their id was applied: another one had their number first
-- (first_event_id). Seen while that one was the newest of its subject, or waited.
CREATE TABLE sequence_conflicts (
    entity varchar(64) COLLATE "C" NOT NULL,
    key varchar(200) COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    first_event_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    topic varchar(249) COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (entity, key, sequence, event_id)
);
CREATE INDEX ON sequence_conflicts (topic, type, published_at, "offset");

-- Events of types that are not known, counted; the newest of them, without a subject where its entity
-- is not known either. Among them are those that are dead letters.
CREATE TABLE passed_over (
    topic varchar(249) COLLATE "C" NOT NULL,
    type text NOT NULL,
    events bigint NOT NULL,
    subject varchar(200) COLLATE "C",
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    PRIMARY KEY (topic, type)
);

-- Who publishes on a topic (CloudEvents' source), with the first of its events; of each topic no more
-- than a number.
CREATE TABLE sources (
    topic varchar(249) COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (topic, source)
);

-- The items of a list and one more, each once, without nulls (a creator may be among the assigned).
CREATE FUNCTION distinct_items(items varchar[], item varchar) RETURNS TABLE (item varchar(64))
LANGUAGE sql IMMUTABLE ROWS 3
AS $$ SELECT DISTINCT i FROM unnest(array_append(items, item)) AS i WHERE i IS NOT NULL $$;

-- The full name of a time zone (of an area and a place) as it is, and UTC for any other text and for
-- null. Of other texts PostgreSQL refuses some, and reads some by the settings of the session (EST).
CREATE FUNCTION known_time_zone(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF name ~ '^[A-Z][A-Za-z_-]*(/[A-Z][A-Za-z_-]*)+$'
       OR name ~ '^Etc/GMT(\+([0-9]|1[0-2])|-([0-9]|1[0-4]))$' THEN
        PERFORM timestamptz 'epoch' AT TIME ZONE name;
        RETURN name;
    END IF;
    RETURN 'UTC';
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'UTC';
END
$$;

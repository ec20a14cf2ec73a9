-- begin --
-- Makes an empty copy.
CREATE TEMPORARY TABLE log_copy (
    part integer NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    "timestamp" bigint NOT NULL,
    record_key bytea,
    value bytea,
    headers bytea[] NOT NULL,
    PRIMARY KEY (part, number)
);

-- end --
-- Removes the copy, if there is one.
DROP TABLE IF EXISTS pg_temp.log_copy;

-- add --
-- Copies a record.
INSERT INTO pg_temp.log_copy (part, topic, partition, "offset", "timestamp", record_key, value, headers)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s);

-- part --
-- The records of one part, in the order in which they were copied.
SELECT topic, partition, "offset", "timestamp", record_key, value, headers
FROM pg_temp.log_copy WHERE part = %s ORDER BY number;

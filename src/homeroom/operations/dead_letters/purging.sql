-- delete_closed --
-- Closed dead letters of a certain age, in days.
DELETE FROM dead_letters
WHERE closed_as IS NOT NULL AND closed_at <= now() - make_interval(days => %s);

-- delete --
-- One dead letter.
DELETE FROM dead_letters WHERE (topic, partition, "offset") = (%s, %s, %s);

-- old_dead_letters --
-- So many of the open dead letters of a certain age, in days. Those of one number come together.
SELECT topic, partition, "offset" FROM dead_letters
WHERE closed_as IS NULL AND published_at <= now() - make_interval(days => %s)
ORDER BY entity, key, sequence, topic, partition, "offset" LIMIT %s;

-- old_gaps --
-- So many of the gaps of a certain age, in days.
SELECT entity, key, first_sequence FROM gaps
WHERE since <= now() - make_interval(days => %s) ORDER BY entity, key, first_sequence LIMIT %s;

-- count_old --
-- How many of both there are.
SELECT (SELECT count(*) FROM dead_letters
        WHERE closed_as IS NULL AND published_at <= now() - make_interval(days => %(days)s))
     + (SELECT count(*) FROM gaps WHERE since <= now() - make_interval(days => %(days)s));

-- dead_letters_with --
-- Dead letters of a generation that hold an id anywhere, with all that they hold.
SELECT topic, partition, "offset", closed_as,
       array_remove(headers || record_key || value || convert_to(key, 'UTF8'), NULL)
FROM {dead_letters}
WHERE EXISTS (SELECT FROM unnest(headers || record_key || value || convert_to(key, 'UTF8')) AS c
              WHERE position(%(id)s::bytea IN c) > 0);

-- gaps_of --
-- Gaps in subjects whose key holds an id.
SELECT entity, key, first_sequence FROM gaps WHERE %s = ANY (string_to_array(key, '/'));

-- waiting_with --
-- What the waiting events of a generation hold that hold an id anywhere.
SELECT array_remove(headers || record_key || value, NULL) FROM {waiting}
WHERE EXISTS (SELECT FROM unnest(headers || record_key || value) AS c
              WHERE position(%(id)s::bytea IN c) > 0);

-- has_dead_letters --
-- Whether a generation keeps dead letters and waiting events: one that Flink feeds does not.
SELECT to_regclass(%s) IS NOT NULL;

-- delete_elsewhere --
-- Some dead letters of another generation.
DELETE FROM {dead_letters} WHERE (topic, partition, "offset") IN (
    SELECT * FROM unnest(%s::varchar[], %s::integer[], %s::bigint[]));

-- prepare_session --
-- Whoever counts must not hold up the request for long, and a lost count hurts nobody. The service
-- itself counts, whoever asks.
SELECT set_config('statement_timeout', %(milliseconds)s, false),
       set_config('homeroom.service_id', 'homeroom', false),
       set_config('synchronous_commit', 'off', false);

-- count --
-- Counts a request, and begins a new minute where the last one is over. Beyond the limit it counts no
-- further. How many there were in this minute, and in how many seconds it is over. Whoever has a token
-- that was revoked uses up nobody's minute.
INSERT INTO homeroom.request_count AS c (caller, limited, began_at, requests)
SELECT %(caller)s::text, %(limited)s::text, now(), 1
WHERE NOT {revoked}
ON CONFLICT (caller, limited) DO UPDATE
SET began_at = CASE WHEN c.began_at <= now() - interval '1 minute' THEN now() ELSE c.began_at END,
    requests = CASE WHEN c.began_at <= now() - interval '1 minute' THEN 1
                    ELSE least(c.requests, %(requests_max)s) + 1 END
RETURNING c.requests, ceil(extract(epoch FROM c.began_at + interval '1 minute' - now()))::integer;

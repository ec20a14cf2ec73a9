-- unreadable --
-- Of each topic, how many records are no event.
SELECT topic, records FROM {unreadable} WHERE records > 0 ORDER BY topic;

-- incomplete --
-- How many subjects have a gap in their numbers.
SELECT count(*) FROM {incomplete};

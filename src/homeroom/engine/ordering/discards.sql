-- read --
-- Everything that operators have discarded. The table stands beside the generations.
SELECT id, entity, key, first_sequence, last_sequence, topic, partition, "offset"
FROM homeroom.discard;

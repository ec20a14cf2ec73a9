-- overtaken --
-- Whether the row of a subject has an event from behind a place in the log, or from another partition.
SELECT EXISTS (
    SELECT FROM {entity}
    WHERE ({key}) = ({values})
      AND (partition <> %(partition)s OR last_offset > %(offset)s));

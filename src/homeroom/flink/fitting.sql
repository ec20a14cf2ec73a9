-- make_unreadable --
-- Of each topic, how many records are no event that the contract knows; one without any has no row.
CREATE TABLE unreadable (
    topic varchar(249) COLLATE "C" PRIMARY KEY,
    records bigint NOT NULL
);

-- say_has_row --
-- A subject with a gap has a row unless the job says otherwise.
ALTER TABLE incomplete ALTER has_row SET DEFAULT true;

-- unreadable --
-- Records of a topic that are no event, counted by the job; one that is there twice counts twice.
CREATE TABLE unreadable (
    topic varchar(249) COLLATE "C" PRIMARY KEY,
    records bigint NOT NULL
);

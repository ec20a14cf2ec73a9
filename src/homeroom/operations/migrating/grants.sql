-- homeroom_commands --
-- What commands of clients write, and what they look up for it. Of the outbox, nothing of whom its
-- events tell.
GRANT USAGE ON SCHEMA homeroom TO homeroom_commands;
GRANT SELECT ON homeroom.live, homeroom.numbering TO homeroom_commands;
GRANT INSERT, SELECT (id, also, answer) ON homeroom.command TO homeroom_commands;
GRANT INSERT, SELECT (command_id, topic, partition, "offset") ON homeroom.outbox
    TO homeroom_commands;
GRANT SELECT, INSERT ON homeroom.habit_log_sent TO homeroom_commands;
GRANT SELECT, INSERT, UPDATE ON homeroom.habit_log_number, homeroom.teacher_assignment,
    homeroom.notification_receipt, homeroom.notification_preference, homeroom.resource,
    homeroom.request_count, homeroom.ingested_event, homeroom.student_notification_preference, homeroom.quiet_hours,
    homeroom.person_language TO homeroom_commands;
GRANT SELECT, INSERT, UPDATE, DELETE ON homeroom.push_subscription TO homeroom_commands;
GRANT SELECT, INSERT, DELETE ON homeroom.ticket TO homeroom_commands;
GRANT INSERT ON homeroom.access_log TO homeroom_commands;
-- Whoever signs out revokes the own session. What is revoked stays so.
GRANT SELECT, INSERT ON homeroom.revoked_token TO homeroom_commands;
GRANT USAGE, UPDATE ON SEQUENCE homeroom.class_assignment_id, homeroom.subject_assignment_id,
    homeroom.mark_id TO homeroom_commands;

-- homeroom_explainers --
-- What an explanation rests on beside the generation. Nothing is ever written.
GRANT USAGE ON SCHEMA homeroom TO homeroom_explainers;
GRANT SELECT ON homeroom.live, homeroom.discard, homeroom.retry TO homeroom_explainers;

-- homeroom_relays --
-- The outbox, what it is numbered by, whom to nudge, and what is pruned.
GRANT USAGE ON SCHEMA homeroom TO homeroom_relays;
GRANT SELECT ON homeroom.live, homeroom.habit_log_number TO homeroom_relays;
GRANT SELECT, INSERT ON homeroom.command, homeroom.notified TO homeroom_relays;
GRANT SELECT, INSERT, UPDATE, DELETE ON homeroom.outbox TO homeroom_relays;
GRANT SELECT, UPDATE ON homeroom.relay, homeroom.numbering TO homeroom_relays;
GRANT SELECT, INSERT, DELETE ON homeroom.nudge TO homeroom_relays;
GRANT SELECT, DELETE ON homeroom.change, homeroom.ticket, homeroom.access_log,
    homeroom.request_count TO homeroom_relays;
-- To lock the rows that are to be deleted, UPDATE is needed too.
GRANT SELECT, UPDATE, DELETE ON homeroom.ingested_event TO homeroom_relays;

-- homeroom_notifiers --
-- The ledger of deliveries, and what people chose. Events of deliveries go into the outbox.
GRANT USAGE ON SCHEMA homeroom TO homeroom_notifiers;
GRANT SELECT ON homeroom.live, homeroom.notification_preference, homeroom.person_language,
    homeroom.student_notification_preference, homeroom.quiet_hours TO homeroom_notifiers;
GRANT SELECT, INSERT, UPDATE, DELETE ON homeroom.message, homeroom.delivery TO homeroom_notifiers;
GRANT SELECT, DELETE ON homeroom.push_subscription TO homeroom_notifiers;
GRANT INSERT ON homeroom.outbox TO homeroom_notifiers;

-- homeroom_tables --
-- Whose generations are, so workers: what they ask beside them, the change feed, and files to scan.
GRANT USAGE ON SCHEMA homeroom TO homeroom_tables;
GRANT SELECT ON homeroom.live, homeroom.discard, homeroom.rebuild, homeroom.numbering,
    homeroom.relay TO homeroom_tables;
GRANT SELECT, UPDATE ON homeroom.database TO homeroom_tables;
GRANT SELECT, UPDATE, DELETE ON homeroom.generation TO homeroom_tables;
GRANT SELECT, INSERT ON homeroom.change, homeroom.command, homeroom.outbox TO homeroom_tables;
GRANT SELECT, INSERT, UPDATE, DELETE ON homeroom.resource, homeroom.resource_scan
    TO homeroom_tables;

-- homeroom_operators --
-- All that is kept, but not which migrations there were, and no table of their own there.
GRANT USAGE ON SCHEMA homeroom TO homeroom_operators;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA homeroom TO homeroom_operators;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA homeroom TO homeroom_operators;
REVOKE INSERT, UPDATE, DELETE ON homeroom.migration FROM homeroom_operators;

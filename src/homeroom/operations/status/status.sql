-- passed_over --
-- Events of unknown types, the most frequent type first. As JSON, since generations of layout 3 and
-- before do not have all columns.
SELECT to_jsonb(p) FROM {passed_over} p ORDER BY p.events DESC, p.topic, p.type;

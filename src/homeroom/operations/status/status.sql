-- passed_over --
-- Events of unknown types, the most frequent type first.
SELECT topic, type, events FROM {passed_over} ORDER BY events DESC, 1, 2;

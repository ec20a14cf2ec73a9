-- say_has_row --
-- A subject with a gap has a row unless the job says otherwise.
ALTER TABLE incomplete ALTER has_row SET DEFAULT true;

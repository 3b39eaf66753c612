-- Vacuum has the room of old rows used again, so that soon every range of pages holds rows of every age: a BRIN, whose
-- ranges never shrink, then leads to the whole table.
drop index command_decided_at;
create index command_decided_at on command (decided_at);

-- What a person was given to do in an organisation when they signed in elsewhere, when that was, and
-- until when it counts: all three or none. Nodes of the release before leave it behind.
ALTER TABLE memberships ADD COLUMN given_rights TEXT;
ALTER TABLE memberships ADD COLUMN given_at INTEGER;
ALTER TABLE memberships ADD COLUMN given_until INTEGER;

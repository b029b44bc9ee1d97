-- No node of the release before runs any more; from here on none starts.

DROP TRIGGER IF EXISTS clients_uuid_made;
DROP TRIGGER IF EXISTS organisations_version_grows;
DROP TRIGGER IF EXISTS roles_version_grows;
DROP TRIGGER IF EXISTS users_version_grows;
DROP TRIGGER IF EXISTS memberships_version_grows;
DROP TRIGGER IF EXISTS clients_version_grows;
DROP TRIGGER IF EXISTS approvals_version_grows;
DROP TRIGGER IF EXISTS grants_version_grows;

INSERT INTO schema_versions (version) VALUES (4);

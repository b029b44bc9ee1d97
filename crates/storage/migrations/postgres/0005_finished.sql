-- No node of the release before runs any more; from here on none starts. The tables come back
-- from aside, if they are there.

SET LOCAL lock_timeout = '900ms';

LOCK TABLE clients, organisations, users, roles, memberships, approvals, browser_sessions, grants,
    consents, authorization_codes, refresh_tokens IN ACCESS EXCLUSIVE MODE;

DROP TRIGGER IF EXISTS organisations_version_grows ON organisations;
DROP TRIGGER IF EXISTS roles_version_grows ON roles;
DROP TRIGGER IF EXISTS users_version_grows ON users;
DROP TRIGGER IF EXISTS memberships_version_grows ON memberships;
DROP TRIGGER IF EXISTS clients_version_grows ON clients;
DROP TRIGGER IF EXISTS approvals_version_grows ON approvals;
DROP TRIGGER IF EXISTS grants_version_grows ON grants;
DROP FUNCTION IF EXISTS version_grows();
ALTER TABLE clients ALTER COLUMN uuid DROP DEFAULT;

DO $$
DECLARE
    aside TEXT := current_schema();
    here TEXT;
    name TEXT;
BEGIN
    SELECT nspname INTO here FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE pg_class.oid = 'changes'::regclass;
    IF aside <> here THEN
        FOR name IN SELECT relname FROM pg_class
            WHERE relnamespace = aside::regnamespace AND relkind = 'r'
        LOOP
            EXECUTE format('DROP VIEW IF EXISTS %I.%I', here, name);
            EXECUTE format('ALTER TABLE %I.%I SET SCHEMA %I', aside, name, here);
        END LOOP;
        EXECUTE format('DROP SCHEMA %I', aside);
    END IF;
END $$;

INSERT INTO schema_versions (version) VALUES (4);

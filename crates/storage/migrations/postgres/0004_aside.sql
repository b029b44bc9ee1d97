-- Under running nodes of the release before. Their statements say SELECT *, and PostgreSQL keeps
-- refusing one that was prepared before a table got a further column. So the tables go to a
-- schema of their own, where this release looks first, and leave a view behind, with the
-- columns those nodes know. Whoever may use a table may use its view.

SET LOCAL lock_timeout = '900ms';

-- A statement under way ends first. If it takes long, those that come wait behind this one, so
-- it gives up soon and is tried again.
LOCK TABLE clients, organisations, users, roles, memberships, approvals, browser_sessions, grants,
    consents, authorization_codes, refresh_tokens IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
    here TEXT := current_schema();
    aside TEXT := current_schema() || '_scopegate';
    name TEXT;
    permitted RECORD;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', aside);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', aside);
    FOREACH name IN ARRAY ARRAY['clients', 'organisations', 'users', 'roles', 'memberships',
        'approvals', 'browser_sessions', 'grants', 'consents', 'authorization_codes',
        'refresh_tokens']
    LOOP
        EXECUTE format('ALTER TABLE %I.%I SET SCHEMA %I', here, name, aside);
        EXECUTE format('CREATE VIEW %I.%I AS SELECT * FROM %I.%I', here, name, aside, name);
        FOR permitted IN
            SELECT privilege_type AS privilege, CASE grantee WHEN 0 THEN 'PUBLIC'
                ELSE quote_ident(pg_get_userbyid(grantee)) END AS whom
            FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = format('%I.%I', aside, name)::regclass
        LOOP
            EXECUTE format('GRANT %s ON %I.%I TO %s', permitted.privilege, here, name,
                permitted.whom);
        END LOOP;
    END LOOP;
END $$;

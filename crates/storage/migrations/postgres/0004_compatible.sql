-- What nodes of the release before do not do by themselves; gone with step 5.

CREATE FUNCTION version_grows() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.version = OLD.version THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER organisations_version_grows BEFORE UPDATE ON organisations
    FOR EACH ROW EXECUTE FUNCTION version_grows();
CREATE TRIGGER roles_version_grows BEFORE UPDATE ON roles
    FOR EACH ROW EXECUTE FUNCTION version_grows();
CREATE TRIGGER users_version_grows BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION version_grows();
CREATE TRIGGER memberships_version_grows BEFORE UPDATE ON memberships
    FOR EACH ROW EXECUTE FUNCTION version_grows();
CREATE TRIGGER clients_version_grows BEFORE UPDATE ON clients
    FOR EACH ROW EXECUTE FUNCTION version_grows();
CREATE TRIGGER approvals_version_grows BEFORE UPDATE ON approvals
    FOR EACH ROW EXECUTE FUNCTION version_grows();
CREATE TRIGGER grants_version_grows BEFORE UPDATE ON grants
    FOR EACH ROW EXECUTE FUNCTION version_grows();

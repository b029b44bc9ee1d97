-- What nodes of the release before do not do by themselves; gone with step 5.

CREATE TRIGGER clients_uuid_made AFTER INSERT ON clients WHEN NEW.uuid IS NULL BEGIN
    UPDATE clients SET uuid = unhex(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)
        || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2)
        || hex(randomblob(6)))
    WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER organisations_version_grows AFTER UPDATE ON organisations WHEN NEW.version = OLD.version BEGIN
    UPDATE organisations SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER roles_version_grows AFTER UPDATE ON roles WHEN NEW.version = OLD.version BEGIN
    UPDATE roles SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER users_version_grows AFTER UPDATE ON users WHEN NEW.version = OLD.version BEGIN
    UPDATE users SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER memberships_version_grows AFTER UPDATE ON memberships WHEN NEW.version = OLD.version BEGIN
    UPDATE memberships SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER clients_version_grows AFTER UPDATE ON clients
WHEN NEW.version = OLD.version AND OLD.uuid IS NOT NULL BEGIN
    UPDATE clients SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER approvals_version_grows AFTER UPDATE ON approvals WHEN NEW.version = OLD.version BEGIN
    UPDATE approvals SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

CREATE TRIGGER grants_version_grows AFTER UPDATE ON grants WHEN NEW.version = OLD.version BEGIN
    UPDATE grants SET version = OLD.version + 1 WHERE rowid = NEW.rowid;
END;

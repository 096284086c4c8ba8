"""Tables in addition to `objects`, which holds users and groups themselves."""

SCHEMA = """
CREATE INDEX IF NOT EXISTS objects_in_order ON objects (tenant, kind);  -- and by seq, the rowid: the order of pages
CREATE TABLE IF NOT EXISTS mailboxes (
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  address TEXT NOT NULL,       -- SMTP address folded
  id TEXT NOT NULL,            -- object id of the user or group
  purpose TEXT NOT NULL,       -- user, room, equipment, shared; list for a distribution group
  active INTEGER NOT NULL,     -- 0: soft-deleted, or hosted on premises
  PRIMARY KEY (tenant, address)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mailboxes_by_id ON mailboxes (id, tenant);
CREATE TABLE IF NOT EXISTS group_members (
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  group_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  PRIMARY KEY (tenant, group_id, member_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS groups_of_member ON group_members (tenant, member_id);
CREATE TABLE IF NOT EXISTS places (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  kind TEXT NOT NULL,          -- room, roomList
  id TEXT NOT NULL,
  address TEXT NOT NULL,       -- folded
  hidden INTEGER NOT NULL,     -- 1: not in the address list, so Graph does not list it
  body TEXT NOT NULL           -- JSON
);
CREATE UNIQUE INDEX IF NOT EXISTS places_by_address ON places (address, tenant);
CREATE UNIQUE INDEX IF NOT EXISTS places_by_id ON places (id, tenant);
CREATE INDEX IF NOT EXISTS places_in_order ON places (tenant, kind);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  mailbox TEXT NOT NULL,       -- object id of its owner
  id TEXT NOT NULL,
  starts REAL NOT NULL,        -- seconds since 1970
  ends REAL NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of_mailbox ON events (mailbox, tenant, starts);
CREATE UNIQUE INDEX IF NOT EXISTS events_by_id ON events (id, tenant);
CREATE TABLE IF NOT EXISTS seeded (
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  what TEXT NOT NULL,          -- person, room, equipment
  made INTEGER NOT NULL,       -- how many were made in addition to the named ones
  PRIMARY KEY (tenant, what)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS exchange_role_assignments (
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  principal TEXT NOT NULL,     -- object id of the service principal
  role TEXT NOT NULL,          -- Graph's name: Calendars.ReadWrite
  scope TEXT NOT NULL,         -- purpose:room, member-of:<group id>, address:<address>, everything
  PRIMARY KEY (tenant, principal, role, scope)
) WITHOUT ROWID;
-- Exchange forgets an application whose service principal is deleted, and does not remember it when that is restored.
CREATE TRIGGER IF NOT EXISTS exchange_forgets AFTER UPDATE OF deleted ON objects
WHEN new.kind = 'servicePrincipal' AND new.deleted IS NOT NULL BEGIN
  DELETE FROM exchange_role_assignments WHERE tenant = new.tenant AND principal = new.id;
END;
CREATE TRIGGER IF NOT EXISTS exchange_forgets_for_good AFTER DELETE ON objects WHEN old.kind = 'servicePrincipal' BEGIN
  DELETE FROM exchange_role_assignments WHERE tenant = old.tenant AND principal = old.id;
END;
CREATE TABLE IF NOT EXISTS access_policies (
  tenant INTEGER NOT NULL REFERENCES tenants (number),
  app TEXT NOT NULL,           -- client ID
  access TEXT NOT NULL,        -- restrict, deny
  group_id TEXT NOT NULL,
  PRIMARY KEY (tenant, app, group_id)
) WITHOUT ROWID;
"""

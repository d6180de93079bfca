import type { TeamMigration } from '../schema-part.ts';

/**
 * Who reads an account, who may have its login, and what a member sends through a colleague's device. Logins are here only sealed for one
 * device each. Times are ms UTC by the server's clock.
 */
export const collectors: TeamMigration = {
  number: 20,
  sql: `
-- The device that reads an account, until when that is promised, and whether it holds the account's advisory lock too.
CREATE TABLE account_lease (
  account text PRIMARY KEY,
  device text REFERENCES device (id),
  locked boolean NOT NULL DEFAULT false,
  since bigint NOT NULL DEFAULT 0,
  until bigint NOT NULL DEFAULT 0,
  -- When somebody first found the lock free although the promise still held.
  loose_at bigint
) WITH (fillfactor = 50);

-- The members who may have an account's login.
CREATE TABLE account_keeper (
  account text NOT NULL,
  member text NOT NULL REFERENCES member (id),
  PRIMARY KEY (account, member)
);

-- Which login of an account is the newest.
CREATE TABLE account_login (
  account text PRIMARY KEY,
  version text NOT NULL,
  at bigint NOT NULL
);

CREATE TABLE account_secret (
  account text NOT NULL,
  device text NOT NULL REFERENCES device (id),
  version text NOT NULL,
  sealed bytea NOT NULL,
  sealed_by text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (account, device)
);

-- What waits for a device that has the account, and what became of it. The wire form is gone as soon as nobody needs it.
CREATE TABLE team_send (
  id text PRIMARY KEY,
  account text NOT NULL,
  conversation text NOT NULL,
  message text NOT NULL,
  author text NOT NULL,
  author_device text NOT NULL REFERENCES device (id),
  -- Counts the author's own decisions to send; attempts counts the devices that took it.
  decision bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  wire jsonb NOT NULL,
  bytes bytea,
  pending jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'taken', 'handed-over', 'sent', 'failed', 'unknown', 'withdrawn')),
  device text REFERENCES device (id),
  lease_until bigint NOT NULL DEFAULT 0,
  not_before bigint NOT NULL DEFAULT 0,
  first_try_at bigint,
  outcome jsonb,
  filed boolean NOT NULL DEFAULT false,
  at bigint NOT NULL,
  changed_at bigint NOT NULL
);
ALTER TABLE team_send ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX team_send_under_way ON team_send (account, at, id) WHERE state IN ('waiting', 'taken', 'handed-over');
CREATE INDEX team_send_device ON team_send (device) WHERE bytes IS NOT NULL AND state IN ('handed-over', 'sent');
CREATE INDEX team_send_ended ON team_send (changed_at) WHERE state IN ('sent', 'failed', 'unknown', 'withdrawn');
`,
};

import { createHash } from 'node:crypto';

/** What a team is called in its database: `steward_<slug>` is its schema. */
export type TeamNames = {
  readonly slug: string;
  readonly schema: string;
  /** The role whose members are the members' devices; it may call the team's functions. */
  readonly members: string;
  /** The role whose members are open invitations; it may call `redeem`. */
  readonly guests: string;
};

/** Names of roles have at most 63 bytes. */
const slugShape = /^[a-z][a-z0-9_]{0,29}$/u;

/** Whether a team may be called so in its database: small letters, digits and `_`, at most 30, a letter first. */
export const isSlug = (text: string): boolean => slugShape.test(text);

/** The schema of a team. */
export const schemaOf = (slug: string): string => `steward_${slug}`;

/**
 * The login of a device. It follows from the device's id, so that who joins knows it even when the answer to `redeem`
 * was lost on the way. The same is worked out in the database.
 */
export const loginOf = (slug: string, device: string): string =>
  `st_${slug}_${createHash('sha256').update(device, 'utf8').digest('hex').slice(0, 16)}`;

/** A name as it stands in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as it stands in SQL; safe whatever `standard_conforming_strings` says. */
export const literal = (text: string): string => {
  const marked = text.replaceAll("'", "''");
  return marked.includes('\\') ? `E'${marked.replaceAll('\\', '\\\\')}'` : `'${marked}'`;
};

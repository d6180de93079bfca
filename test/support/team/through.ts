import { readInvitation, writeInvitation } from '#main/engine/team/invitation-link.ts';

/** The same invitation by another way to the same database, such as a line that a test can cut. */
export const through = (link: string, port: number): string => {
  const invitation = readInvitation(link);
  if (invitation === null) throw new Error('an invitation that nobody can read');
  return writeInvitation({ ...invitation, port });
};

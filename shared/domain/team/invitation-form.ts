/** What a link with an invitation begins with. */
export const invitationPrefix = 'steward:team/';

/** How a file with an invitation ends. */
export const invitationFileEnding = '.steward-invitation';

/** The longest link or file there is, in characters: the certificate of a private authority takes most of it. */
export const longestInvitation = 64_000;

/** base64url of what it says, a dot, and eight characters of its checksum (RFC 4648 section 5). */
const form = /^steward:team\/[A-Za-z0-9_-]{16,63970}\.[A-Za-z0-9_-]{8}$/u;

/**
 * The link in what somebody pasted or opened: white space around it and line breaks that mail programs put in are left
 * out, and so is the slash or the two that some systems add. Null where it has not the form of one; whether what it says
 * can be used is for the engine.
 */
export const invitationLink = (text: string): string | null => {
  if (text.length > 2 * longestInvitation) return null;
  const link = text.replace(/\s+/gu, '').replace(/^steward:\/{0,2}team\//iu, invitationPrefix);
  return form.test(link) ? link : null;
};

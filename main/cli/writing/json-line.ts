import type { ExportedMessage } from '#main/engine/host/headless.ts';

/** The number of this form of the lines; a change that a reader would trip over gets another. */
const jsonLinesVersion = 1;

/** One message as one line of JSON; docs/cli.md has the fields. Times are ISO 8601 in UTC. */
export const jsonLine = (message: ExportedMessage, source: Uint8Array | null): string => {
  const { text, html, attachments, invitation } = message;
  return `${JSON.stringify({
    version: jsonLinesVersion,
    id: message.id,
    conversation: message.conversation,
    messageId: message.externalId,
    channel: message.channel,
    account: message.account,
    direction: message.direction,
    at: new Date(message.at).toISOString(),
    from: message.from,
    replyTo: message.replyTo,
    to: message.to,
    cc: message.cc,
    bcc: message.bcc,
    subject: message.subject,
    text,
    html,
    seen: message.seen,
    automatic: message.automatic,
    oddities: message.oddities,
    attachments: attachments.map(({ part, name, mimeType, size, contentId, inline, kind }) => ({
      part,
      name,
      mimeType,
      size,
      contentId,
      inline,
      kind,
    })),
    invitation,
    ...(source === null ? {} : { source: Buffer.from(source).toString('base64') }),
  })}\n`;
};

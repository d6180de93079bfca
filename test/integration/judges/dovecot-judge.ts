import { ImapFlow } from 'imapflow';
import type { MessageEnvelopeObject, MessageStructureObject } from 'imapflow';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';

/** What Dovecot understands of one mail. */
export type Verdict = {
  readonly envelope: MessageEnvelopeObject;
  readonly structure: MessageStructureObject;
};

/** Puts the mails into a fresh inbox of `user` and gives Dovecot's ENVELOPE and BODYSTRUCTURE of each, in the same order. */
export async function verdictsOn(
  server: MailServer,
  user: string,
  raws: readonly Buffer[],
): Promise<readonly Verdict[]> {
  server.seed(
    user,
    'INBOX',
    raws.map((raw) => ({ raw })),
  );
  const client = new ImapFlow({
    host: server.imap.host,
    port: server.imap.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: server.password },
    logger: false,
  });
  await client.connect();
  try {
    await client.mailboxOpen('INBOX', { readOnly: true });
    const verdicts: Verdict[] = [];
    for await (const { envelope, bodyStructure } of client.fetch('1:*', {
      envelope: true,
      bodyStructure: true,
    })) {
      if (envelope === undefined || bodyStructure === undefined) throw new Error('an item is missing');
      verdicts.push({ envelope, structure: bodyStructure });
    }
    if (verdicts.length !== raws.length) throw new Error(`${String(verdicts.length)} verdicts`);
    return verdicts;
  } finally {
    await client.logout();
  }
}

/** One leaf of a MIME tree: its IMAP part number, its type and its encoded size. */
export type Leaf = { readonly path: string; readonly type: string; readonly octets: number };

/** The leaves of a BODYSTRUCTURE in order; a message inside the mail counts as one leaf, as it does for us. */
export function leavesOfStructure(node: MessageStructureObject): readonly Leaf[] {
  const inside = node.childNodes ?? [];
  if (inside.length === 0 || !node.type.startsWith('multipart/'))
    return [{ path: node.part ?? '1', type: node.type, octets: node.size ?? 0 }];
  return inside.flatMap(leavesOfStructure);
}

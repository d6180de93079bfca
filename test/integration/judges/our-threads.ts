import type { StreamRole } from '#main/channels/kit/inbound.ts';
import { mapMail } from '#main/channels/email/map/map-mail.ts';
import type { ParsedItem } from '#main/engine/ingest/parsed-item.ts';
import { withCrlf } from '#test/support/mail-server/lmtp.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';
import type { Groups } from './groups.ts';
import { inOrder } from './groups.ts';

/** Whose inbox it is in these tests. */
export const ourAddress = 'help@shop.test';

/** A mail as the parser thread hands it to the writer; its key is `index`. */
export function parsed(raw: Buffer, index: number, streamRole: StreamRole = 'inbox'): ParsedItem {
  const bytes = withCrlf(raw);
  const item = {
    key: String(index),
    bytes,
    partial: false,
    size: bytes.length,
    seen: false,
    answered: false,
  };
  const result = mapMail(
    { ...item, receivedAt: present },
    { own: [ourAddress], streamRole, trustedAuthserv: null, now: present },
  );
  return { ...item, result };
}

/** Takes the mails in, in the order and the batches of `arrivals` (indices into `raws`), and gives the conversations they end up in. */
export function ourThreads(raws: readonly Buffer[], arrivals: readonly (readonly number[])[]): Groups {
  const workspace = makeWorkspace();
  try {
    ingestAll(workspace, raws, arrivals);
    return conversationsIn(workspace);
  } finally {
    workspace.close();
  }
}

/** The same in a workspace that stays open, for tests that look closer. */
function ingestAll(
  workspace: TestWorkspace,
  raws: readonly Buffer[],
  arrivals: readonly (readonly number[])[],
): void {
  const account = workspace.addAccount(ourAddress);
  const items = raws.map((raw, index) => parsed(raw, index));
  arrivals.forEach((batch, at) => {
    workspace.ingest({
      account,
      own: [ourAddress],
      items: batch.map((index) => items[index]).filter((item) => item !== undefined),
      next: { at },
    });
  });
}

/** Which mails of the inbox share a conversation. */
function conversationsIn({ reader }: TestWorkspace): Groups {
  const groups = new Map<number, number[]>();
  const rows = reader.all<{ item: string; num: number }>(
    `SELECT l.item, m.conversation_num AS num FROM location l JOIN message m ON m.seq = l.seq`,
  );
  for (const { item, num } of rows) groups.set(num, [...(groups.get(num) ?? []), Number(item)]);
  return inOrder([...groups.values()]);
}

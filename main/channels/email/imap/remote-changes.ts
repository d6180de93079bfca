import type { ImapFlow } from 'imapflow';
import type { RemoteChange } from '../../kit/channel.ts';
import { readKey } from './folder-cursor.ts';
import { formatUidSet, uidSetOf } from './uid-set.ts';

type Step = { readonly stream: string; readonly flag: '\\Seen' | '\\Answered'; readonly add: boolean };

// Some servers cut command lines at 8,000 bytes (RFC 7162 section 4); a set of this many scattered UIDs stays under that.
const mostUids = 500;

/** Sets \Seen and \Answered on the server, in as few commands as the changes allow. Keys of another numbering are left alone. */
export async function applyChanges(client: ImapFlow, changes: readonly RemoteChange[]): Promise<void> {
  const steps = new Map<string, { readonly step: Step; readonly keys: string[] }>();
  for (const change of changes) {
    const step: Step = {
      stream: change.stream,
      flag: change.kind === 'seen' ? '\\Seen' : '\\Answered',
      add: change.kind === 'answered' || change.seen,
    };
    const name = JSON.stringify([step.stream, step.flag, step.add]);
    const group = steps.get(name);
    if (group === undefined) steps.set(name, { step, keys: [change.key] });
    else group.keys.push(change.key);
  }
  const ordered = [...steps.values()].sort((a, b) => (a.step.stream < b.step.stream ? -1 : 1));
  for (const { step, keys } of ordered) await applyStep(client, step, keys);
}

async function applyStep(client: ImapFlow, step: Step, keys: readonly string[]): Promise<void> {
  const open = client.mailbox;
  const mailbox =
    open !== false && open.path === step.stream && open.readOnly !== true
      ? open
      : await client.mailboxOpen(step.stream);
  const uids = keys
    .map(readKey)
    .filter((key) => key !== null)
    .filter((key) => key.uidValidity === String(mailbox.uidValidity))
    .map((key) => key.uid);
  for (let at = 0; at < uids.length; at += mostUids) {
    const set = formatUidSet(uidSetOf(uids.slice(at, at + mostUids)));
    const options = { uid: true, silent: true };
    const done = step.add
      ? await client.messageFlagsAdd(set, [step.flag], options)
      : await client.messageFlagsRemove(set, [step.flag], options);
    // imapflow answers false for a refusal, for instance in a folder that may only be read.
    if (!done) return;
  }
}

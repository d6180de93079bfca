import { join } from 'node:path';
import { openReader, openWriter } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { addMember } from '#main/engine/store/write/member.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { WriteCore } from '#main/engine/writer/write-core.ts';
import type { ConversationId, DraftId, MemberId } from '#shared/kit/brand.ts';
import { seededRandom } from '../../support/mailbox-generator/seeded-random.ts';
import { present } from './letters.ts';

const day = 24 * 60 * 60 * 1_000;

/** The colleagues of whoever sits at the workspace. */
export const colleagues = ['omar', 'lena', 'timo', 'ines'].map((name) => `member-${name}` as MemberId);

/** What conversations are tagged with, the commonest first. */
const tags = ['delivery', 'refund', 'invoice', 'return', 'wholesale', 'press', 'thank-you', 'spare-parts'];

type Row = { readonly id: ConversationId; readonly status: string };

const some = (rows: readonly Row[], share: number, seed: number): readonly ConversationId[] => {
  const random = seededRandom(seed);
  return rows.filter(() => random.chance(share)).map(({ id }) => id);
};

const atOnce = 500;

const inSlices = (ids: readonly ConversationId[], run: (ids: readonly ConversationId[]) => void): void => {
  for (let n = 0; n < ids.length; n += atOnce) run(ids.slice(n, n + atOnce));
};

const assignAll = (core: WriteCore, open: readonly Row[]): void => {
  const everybody = [null, ...colleagues];
  const random = seededRandom(31);
  const given = open.map(({ id }) => ({ id, place: random.below(10) }));
  for (const [place, to] of everybody.entries()) {
    const ids = given.filter((one) => one.place === place).map(({ id }) => id);
    inSlices(ids, (part) => {
      if (to === null) core.run('conversation.claim', { ids: part });
      else core.run('conversation.assign', { ids: part, to, note: '' });
    });
  }
};

const tagAll = (core: WriteCore, rows: readonly Row[]): void => {
  for (const [place, tag] of tags.entries())
    inSlices(some(rows, 0.15 / 2 ** place, 40 + place), (ids) =>
      core.run('conversation.tag', { ids, add: [tag], remove: [] }),
    );
};

const promiseAll = (core: WriteCore, open: readonly Row[]): void => {
  const random = seededRandom(60);
  for (const conversation of some(open, 0.02, 61).slice(0, 2_000))
    core.run('follow-up.promise', {
      conversation,
      followUp: {
        dueAt: present + random.below(30) * day,
        ifNoReply: false,
        every: null,
        why: 'As promised',
      },
    });
};

const draftAll = (core: WriteCore, open: readonly Row[]): void => {
  for (const [n, conversation] of some(open, 0.01, 71).slice(0, 1_000).entries())
    core.run('draft.start', {
      ...{ id: `draft-${String(n)}` as DraftId, conversation, account: null, mode: 'reply', inReplyTo: null },
      ...{ to: [], cc: [], bcc: [], subject: 'Re:', html: '<p>Thank you, we are looking into it.</p>' },
      ...{ quote: true, plain: false, visibility: null, warning: '', template: null },
    });
};

/** Lets a team work on what is open: owners, tags, promises, sleep and drafts, by the product's own actions. */
export const arrangeDesk = (
  core: WriteCore,
  place: { readonly dir: string; readonly root: Uint8Array },
): void => {
  const at = { path: join(place.dir, workspaceFiles.database), key: deriveKeys(place.root).database };
  const db = openWriter(at);
  for (const id of colleagues) addMember(db, { id, name: id.slice(7), role: 'agent', at: present });
  db.close();
  const reader = openReader(at);
  const rows = reader.all<Row>('SELECT id, status FROM conversation ORDER BY num');
  reader.close();
  const open = rows.filter(({ status }) => status === 'open');
  assignAll(core, open);
  tagAll(core, [...open, ...rows.filter(({ status }) => status !== 'open').slice(0, 20_000)]);
  promiseAll(core, open);
  draftAll(core, open);
  const until = present + 3 * day;
  inSlices(some(open, 0.05, 80), (ids) => core.run('conversation.snooze', { ids, until }));
};

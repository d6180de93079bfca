import { partTable } from '../read/search-parts.ts';
import type { VaultWriter } from '../vault.ts';
import { mergeIndex } from '../write/search-parts.ts';
import { addressesOf, wholeConversations } from './scope.ts';
import { erasePeople, forgetIdentity } from './erase-people.ts';
import { eraseConversation, forgetNames } from './erase-conversation.ts';
import { eraseElsewhere } from './elsewhere.ts';
import { blobsIn, noteBlobs } from './erase-message.ts';
import type { Erasing } from './erase-message.ts';
import { customersOf, setStep } from './erasure-rows.ts';
import { isErased, quarantineWord } from './tombstones.ts';
import type { ErasureRow } from './erasure-rows.ts';
import type { BlobId } from '#shared/kit/brand.ts';

/** So many records of the vault are overwritten in one transaction. */
const blobsAtOnce = 50;
/** So many pages of the index are written anew at once: some 20 ms. */
const pagesAtOnce = 250;

type Work = { readonly erasing: Erasing; readonly vault: VaultWriter; readonly row: ErasureRow };

/** Unreadable items that an older copy of the workspace brought back. */
const eraseQuarantined = ({ db, hash, erasure }: Erasing): void => {
  const rows = db.all<{ id: string; source: string | null }>('SELECT id, source FROM quarantine');
  for (const { id, source } of rows) {
    if (!isErased(db, hash, [quarantineWord(id)])) continue;
    noteBlobs({ db, hash, erasure }, [source]);
    db.run('DELETE FROM location WHERE quarantine_id = ?', [id]);
    db.run('DELETE FROM quarantine WHERE id = ?', [id]);
  }
};

const begin = ({ erasing, row }: Work): boolean => {
  const { db, erasure } = erasing;
  if (row.again === 1) eraseQuarantined(erasing);
  const customers = customersOf(db, erasure);
  // Whether a customer goes whose conversations had their time is known when these are gone.
  const addresses = row.reason === 'retention' ? [] : addressesOf(db, customers);
  for (const { channel, address } of addresses) {
    db.run('INSERT OR IGNORE INTO erasure_address (erasure, channel, address) VALUES (?, ?, ?)', [
      ...[erasure, channel, address],
    ]);
  }
  // What goes by its time names its conversations; unless that is all that an older copy still knows of it.
  if (row.reason !== 'retention') {
    for (const num of wholeConversations(db, customers)) {
      db.run('INSERT OR IGNORE INTO erasure_conversation (erasure, num) VALUES (?, ?)', [erasure, num]);
    }
  }
  const whole = db.all<{ num: number }>('SELECT num FROM erasure_conversation WHERE erasure = ?', [erasure]);
  for (const { num } of whole) forgetNames({ db }, num);
  // From here on whoever writes from such an address is somebody new.
  for (const one of addresses) forgetIdentity({ db }, one);
  db.run('UPDATE erasure SET up_to = (SELECT ifnull(max(num), 0) FROM conversation) WHERE id = ?', [erasure]);
  return true;
};

/** So many conversations without many messages go in one transaction. */
const conversationsAtOnce = 20;
const mostMessages = 100;

/** Whether somebody took a conversation up again whose time was over: then it is not. */
const isTakenUp = ({ db }: Erasing, num: number): boolean =>
  db.get(
    `SELECT 1 AS yes FROM conversation WHERE num = ? AND (status = 'open' OR draft = 1 OR outbox <> 'none')`,
    [num],
  ) !== undefined;

const conversations = ({ erasing, row }: Work): boolean => {
  const { db, erasure } = erasing;
  const open = db.all<{ num: number }>(
    'SELECT num FROM erasure_conversation WHERE erasure = ? ORDER BY num LIMIT ?',
    [erasure, conversationsAtOnce],
  );
  const before = messagesOf(erasing);
  for (const { num } of open) {
    const stays = row.reason === 'retention' && row.again === 0 && isTakenUp(erasing, num);
    if (!stays && !eraseConversation(erasing, num)) break;
    db.run('DELETE FROM erasure_conversation WHERE erasure = ? AND num = ?', [erasure, num]);
    if (messagesOf(erasing) - before > mostMessages) break;
  }
  return open.length === 0;
};

const messagesOf = ({ db, erasure }: Erasing): number =>
  db.get<{ n: number }>('SELECT messages AS n FROM erasure WHERE id = ?', [erasure])?.n ?? 0;

/** Blobs that something here still speaks of are somebody else's as well, as a file that was forwarded. */
const keepShared = ({ db, erasure }: Erasing): void => {
  const still = [
    'SELECT source FROM message WHERE source IS NOT NULL',
    'SELECT blob FROM attachment WHERE blob IS NOT NULL',
    'SELECT blob FROM draft_attachment',
    'SELECT source FROM quarantine WHERE source IS NOT NULL',
    'SELECT source FROM outbox',
  ];
  db.run(`DELETE FROM erasure_blob WHERE erasure = ? AND blob IN (${still.join(' UNION ALL ')})`, [erasure]);
  const spoken = [
    ...db.all<{ text: string }>('SELECT draft AS text FROM outbox'),
    ...db.all<{ text: string }>('SELECT was AS text FROM merge_move WHERE was IS NOT NULL'),
  ].flatMap(({ text }) => blobsIn(text));
  for (const blob of spoken)
    db.run('DELETE FROM erasure_blob WHERE erasure = ? AND blob = ?', [erasure, blob]);
};

const files = ({ erasing, vault }: Work): boolean => {
  const { db, erasure } = erasing;
  keepShared(erasing);
  const blobs = db.all<{ blob: BlobId }>('SELECT blob FROM erasure_blob WHERE erasure = ? LIMIT ?', [
    erasure,
    blobsAtOnce,
  ]);
  for (const { blob } of blobs) {
    vault.wipe(blob);
    db.run('DELETE FROM erasure_blob WHERE erasure = ? AND blob = ?', [erasure, blob]);
  }
  return blobs.length < blobsAtOnce;
};

/** Every index of words. No part comes or goes while something is being erased, except behind the last. */
const indexTables = ({ db }: Erasing): readonly string[] => [
  'identity_search',
  ...db.all<{ num: number }>('SELECT num FROM search_part ORDER BY num').map(({ num }) => partTable(num)),
];

/**
 * Words of what was taken out stay in an index until its pages are written anew: one index after the other, each begun once
 * and gone on with until nothing is left to do. `walked` counts both.
 */
const index = ({ erasing, row }: Work): boolean => {
  const { db, erasure } = erasing;
  const table = indexTables(erasing)[Math.floor(row.walked / 2)];
  if (table === undefined) return true;
  const isBegun = row.walked % 2 === 1;
  const worked = mergeIndex(db, table, isBegun ? pagesAtOnce : -pagesAtOnce);
  if (!isBegun || !worked) db.run('UPDATE erasure SET walked = walked + 1 WHERE id = ?', [erasure]);
  return false;
};

const order: readonly ErasureRow['step'][] = [
  'begin',
  'conversations',
  'elsewhere',
  'emptied',
  'people',
  'files',
  'index',
  'pages',
];

/** What each step does next; each answers whether it has come to its end. */
const pieces: Readonly<Record<ErasureRow['step'], (work: Work) => boolean>> = {
  begin,
  conversations,
  elsewhere: ({ erasing, row }) => eraseElsewhere(erasing, row),
  emptied: conversations,
  people: ({ erasing, row }) => {
    erasePeople(erasing, row.reason);
    return true;
  },
  files,
  index,
  // Done outside of a transaction.
  pages: () => false,
};

/** Does the next piece of an erasure, in the caller's transaction. The last step, the pages of the file, is done outside of one. */
export const eraseStep = (erasing: Erasing, vault: VaultWriter, row: ErasureRow): void => {
  const work: Work = { erasing, vault, row };
  const { db, erasure } = erasing;
  const done = pieces[row.step](work);
  const next = order[order.indexOf(row.step) + 1];
  if (done && next !== undefined) setStep(db, erasure, next);
};

import { createHash, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationId, NoteId } from '#shared/kit/brand.ts';
import type { Page, PushedDocument } from '#main/engine/team/wire.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { Known, opening, pushAs } from '#test/support/postgres/pushes.ts';
import { asSuperuser, connectAs, makeDatabase, makeTeam } from '#test/support/postgres/team.ts';
import type { TestMember, TestTeam } from '#test/support/postgres/team.ts';

let postgres: TestPostgres;
let team: TestTeam;
let lea: TestMember;
let bea: TestMember;
let known: Known;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  team = await makeTeam(postgres);
  lea = await team.join('lead', 'Lea');
  bea = await team.join('agent', 'Bea');
  known = new Known();
});
afterEach(async () => {
  await team.close();
});
afterAll(async () => {
  await postgres.stop();
});

const word = 'qzcanaryqz';
const erika = `${word}@customer.test`;
const bob = 'bob@stays.test';
const accepted = { kind: 'accepted' };

const sql = (text: string): Promise<readonly Record<string, unknown>[]> =>
  asSuperuser(postgres, text.replaceAll('team.', `${team.schema}.`), team.database);

const customer = (id: string, address: string, expected = 0): PushedDocument => ({
  ...{ kind: 'customer', id, account: null, activeAt: 1, expected },
  body: {
    ...{
      rev: 1,
      name: '',
      givenName: `Name of ${address}`,
      company: '',
      note: `Note on ${address}`,
      createdAt: 1,
    },
    ...{ mergedInto: null, dismissed: [], named: [], log: [] },
    identities: [{ channel: 'email', address, name: `Name of ${address}`, visit: null, namedAt: null }],
  },
});

const blobOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const message = (
  conversation: ConversationId,
  from: string,
  more: Readonly<Record<string, string | null | readonly string[]>> = {},
  at = 1,
): PushedDocument & { readonly id: string } => {
  const { to = [], direction = 'in', ...rest } = more;
  return {
    ...{ kind: 'message', id: randomUUID(), account: null, activeAt: at, expected: 0 },
    body: {
      ...{ conversation, direction, channel: 'email', account: null, externalId: null, clientId: null, at },
      ...{
        fromName: '',
        fromAddress: from,
        subject: `Subject of ${from}`,
        text: `Text of ${from}`,
        name: null,
      },
      people: JSON.stringify({
        ...{ replyTo: [], cc: [], bcc: [] },
        to: (to as readonly string[]).map((address) => ({ name: address, address })),
      }),
      ...{ bounced: null, reactions: [], files: [], source: null },
      ...rest,
    },
  };
};

/** Tells the team of a conversation, whole as a device would: its customer's is named in its document. */
const tell = async (
  id: ConversationId,
  whose: { readonly customer: string; readonly address: string; readonly at?: number },
  messages: readonly (PushedDocument & { readonly id: string })[],
  note?: string,
): Promise<void> => {
  const [first] = messages;
  if (first === undefined) throw new Error('a conversation begins with a message');
  const { at = 1 } = whose;
  const told = [
    ...opening(first.id as never).map((event) => ({ conversation: id, author: null, event, at })),
    ...(note === undefined
      ? []
      : [
          {
            ...{ conversation: id, author: team.admin.id, at },
            event: { kind: 'note.added' as const, note: randomUUID() as NoteId, text: note, mentions: [] },
          },
        ]),
  ];
  const push = known.push(told, messages);
  const documents = push.documents.map((one) =>
    one.kind === 'conversation' && one.id === id
      ? {
          ...one,
          body: {
            ...one.body,
            ...{
              channel: 'email',
              customer: whose.customer,
              customerAddress: whose.address,
              subject: `About ${whose.address}`,
            },
            ...{
              names: [`email:${first.id}@mail.test`],
              moved: [],
              apart: [],
              firstAt: at,
              firstId: first.id,
            },
          },
        }
      : one,
  );
  expect(await pushAs(team.admin, { ...push, documents })).toMatchObject(accepted);
  known.note(push);
};

/** Tells more of conversations, their documents otherwise as the team has them. */
const tellMore = async (tellings: Parameters<Known['push']>[0], more: object = {}): Promise<void> => {
  const push = known.push(tellings);
  const documents = [];
  for (const one of push.documents) {
    const [row] = await sql(
      `SELECT body FROM team.document WHERE kind = 'conversation' AND id = '${one.id}'`,
    );
    const was = row?.['body'] as { readonly customer: string };
    documents.push({ ...one, ...more, body: { ...was, ...one.body, customer: was.customer, followUps: [] } });
  }
  expect(await pushAs(team.admin, { ...push, documents })).toMatchObject(accepted);
  known.note(push);
};

type Filled = {
  readonly own: ConversationId;
  readonly shared: ConversationId;
  readonly gone: readonly string[];
  readonly erika: string;
  readonly hash: string;
};

/** A conversation of Erika's, and one of Bob's in which she wrote as well. */
const fill = async (): Promise<Filled> => {
  const [own, shared] = [randomUUID(), randomUUID()] as unknown as [ConversationId, ConversationId];
  const [hers, his] = [randomUUID(), randomUUID()];
  expect(
    await pushAs(team.admin, {
      id: randomUUID(),
      documents: [customer(hers, erika), customer(his, bob)],
      events: [],
    }),
  ).toMatchObject(accepted);
  const bytes = Buffer.from(`A file of ${word}`);
  const hash = blobOf(bytes.toString());
  const first = message(own, erika, { to: ['support@shop.test'], source: hash });
  const answer = message(own, 'support@shop.test', { direction: 'out', to: [erika] });
  await tell(own, { customer: hers, address: erika }, [first, answer], `A note with ${word}`);
  const ofBob = message(shared, bob, { to: [erika, 'support@shop.test'] });
  const herWords = message(shared, erika, { to: [bob] });
  await tell(shared, { customer: his, address: bob }, [ofBob, herWords]);
  expect(await team.admin.call('blob_put', hash, null, 0, 1, bytes.byteLength, bytes)).toEqual({
    kind: 'kept',
  });
  return { own, shared, gone: [first.id, answer.id, herWords.id], erika: hers, hash };
};

const rows = async (text: string): Promise<number> => Number((await sql(text))[0]?.['n']);

/** Everything that a dump of the team's schema says. */
const dump = async (): Promise<string> => {
  const tables = await sql(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = '${team.schema}'::regnamespace`,
  );
  const all = [];
  for (const { name } of tables)
    all.push(JSON.stringify(await sql(`SELECT to_jsonb(t) AS row FROM team."${String(name)}" t`)));
  return all.join('\n');
};

describe('a customer of the team', () => {
  test('is erased by a lead, and the database keeps no word of them', async () => {
    const { own, shared, erika: id, hash } = await fill();
    expect(await dump()).toContain(word);
    expect(await lea.call('erase_preview', id)).toMatchObject({
      ...{
        kind: 'scope',
        conversations: 1,
        messages: 3,
        notes: 1,
        shared: 1,
        sharedMessages: 1,
        unsettled: false,
      },
    });
    expect(await lea.call('erase_customer', id)).toMatchObject({
      kind: 'erased',
      conversations: 1,
      messages: 3,
    });
    expect(await dump()).not.toContain(word);
    const whole = (await lea.call('pull', 0, 2_000)) as Page;
    expect(whole.documents.filter(({ kind }) => kind === 'conversation').map((one) => one.id)).toEqual([
      shared,
    ]);
    expect(whole.events.some(({ stream }) => stream === own)).toBe(false);
    const messages = whole.documents.filter(({ kind }) => kind === 'message');
    expect(messages.map(({ body }) => body?.['fromAddress'])).toEqual([bob]);
    const people = messages[0]?.body?.['people'];
    expect(typeof people === 'string' ? JSON.parse(people) : people).toMatchObject({
      to: [{ address: 'support@shop.test' }],
    });
    expect(await lea.call('search', 'text', 10)).toHaveLength(1);
    expect(await lea.call('blobs_there', [hash])).toEqual([]);
    expect(await rows('SELECT count(*) AS n FROM team.erasing')).toBe(0);
    expect(await rows('SELECT count(*) AS n FROM team.erasing_address')).toBe(0);
  });

  test('leaves the bare log of a conversation that became part of somebody else’s, whose own is told from it', async () => {
    const { own, shared, erika: id } = await fill();
    const told = { author: team.admin.id, at: 3 };
    await tellMore([
      { ...told, conversation: own, event: { kind: 'conversation.merged', into: shared } },
      {
        ...told,
        conversation: shared,
        event: { kind: 'conversation.absorbed', from: own, rev: known.log(own).length },
      },
    ]);
    expect(await lea.call('erase_customer', id)).toMatchObject({ kind: 'erased', messages: 3 });
    expect(await dump()).not.toContain(word);
    const bodies = await sql(`SELECT id, body FROM team.document WHERE kind = 'conversation' ORDER BY id`);
    const [kept, stays] = [own, shared].map(
      (one) => bodies.find((row) => row['id'] === one)?.['body'] as Readonly<Record<string, unknown>>,
    );
    expect(kept).toMatchObject({ subject: '', customerAddress: '', status: 'merged', names: [] });
    expect(kept?.['customer']).toBe(stays?.['customer']);
    expect(await rows(`SELECT count(*) AS n FROM team.event WHERE stream = '${own}'`)).toBe(4);
    expect(await rows(`SELECT count(*) AS n FROM team.document WHERE kind = 'customer'`)).toBe(1);
  });

  test('is erased by nobody whose role does not do, in no other team, and by nobody who was removed', async () => {
    const { erika: id } = await fill();
    await expect(bea.call('erase_preview', id)).rejects.toMatchObject({ code: 'ST002' });
    await expect(bea.call('erase_customer', id)).rejects.toMatchObject({ code: 'ST002' });
    await expect(bea.call('retain')).rejects.toMatchObject({ code: 'ST002' });
    await expect(lea.call('set_retention', 400)).rejects.toMatchObject({ code: 'ST002' });
    const other = await makeTeam(postgres, { slug: 'other', within: await makeDatabase(postgres) });
    expect(await other.admin.call('erase_customer', id)).toEqual({ kind: 'refused', reason: 'unknown' });
    await other.close();
    await team.admin.call('remove_member', lea.id);
    const again = await connectAs(postgres, team.database, lea.login).catch(() => null);
    expect(again).toBeNull();
    expect(await dump()).toContain(word);
  });

  test('cannot be erased by hand: tables and inner functions are closed to every member, also to take a tombstone away', async () => {
    const { erika: id, gone } = await fill();
    await lea.call('erase_customer', id);
    const { schema } = team;
    const tries = [
      `DELETE FROM ${schema}.document`,
      `DELETE FROM ${schema}.tombstone`,
      `INSERT INTO ${schema}.tombstone (hash, erasure, kind) VALUES ('x', 'y', 'message')`,
      `INSERT INTO ${schema}.erasure (id, seq, reason, at, conversations, messages, files) VALUES ('x', 9999, 'request', 1, 0, 0, 0)`,
      `UPDATE ${schema}.erasure_rule SET days = 30, since = 0`,
      `SELECT ${schema}.tombstone_of('id:${String(gone[0])}')`,
      `SELECT ${schema}.scope_people('run', ARRAY['${id}'])`,
      `SELECT ${schema}.erase_now('run', 'request', '${bea.id}', '{}')`,
      `SELECT ${schema}.erase_messages('run', 'forged')`,
      `SELECT * FROM ${schema}.erasure_rule`,
    ];
    for (const who of [bea, lea, team.admin])
      for (const text of tries)
        await expect(who.client.query(text), text).rejects.toMatchObject({ code: '42501' });
    expect(await rows('SELECT count(*) AS n FROM team.erasure')).toBe(1);
  });

  test('stays away: nobody may push a message or a conversation that was erased, whatever they say they have heard', async () => {
    const { own, gone, erika: id } = await fill();
    const { seq } = (await lea.call('erase_customer', id)) as { seq: number };
    const again = { ...message(randomUUID() as ConversationId, erika), id: String(gone[0]) };
    const push = { id: randomUUID(), documents: [again], events: [] };
    // Whoever has not heard of it has to hear of it first, whatever it is that they push.
    const other = { id: randomUUID(), documents: [customer(randomUUID(), 'new@customer.test')], events: [] };
    expect(await pushAs(bea, other)).toMatchObject({ kind: 'refused', reason: 'erased', key: null });
    await bea.call('erasures_heard', seq + 1_000);
    expect(await pushAs(bea, other)).toMatchObject(accepted);
    expect(await pushAs(bea, push)).toMatchObject({
      reason: 'erased',
      key: { kind: 'message', id: gone[0] },
    });
    const opened = new Known().push(
      [...opening(gone[0] as never)].map((event) => ({ conversation: own, author: null, event })),
    );
    expect(await pushAs(bea, opened)).toMatchObject({
      reason: 'erased',
      key: { kind: 'conversation', id: own },
    });
    // Who writes anew is met anew, under the same id.
    expect(
      await pushAs(bea, { id: randomUUID(), documents: [customer(id, erika)], events: [] }),
    ).toMatchObject(accepted);
  });

  test('stays away from an application that is too old to hear of it: what it would bring back is refused, and all else goes on', async () => {
    const { gone, erika: id, hash } = await fill();
    await bea.call('hello', 2);
    await lea.call('erase_customer', id);
    const push = (document: PushedDocument) =>
      pushAs(bea, { id: randomUUID(), documents: [document], events: [] });
    const back = { ...message(randomUUID() as ConversationId, erika), id: String(gone[1]) };
    expect(await push(back)).toMatchObject({ kind: 'refused', reason: 'erased' });
    expect(await push({ ...back, expected: 1 })).toMatchObject({ kind: 'refused', reason: 'erased' });
    expect(await push(customer(id, erika))).toMatchObject({ kind: 'refused', reason: 'erased' });
    expect(await push(customer(id, erika, 1))).toMatchObject({ kind: 'refused', reason: 'erased' });
    expect(await push(customer(randomUUID(), 'else@customer.test'))).toMatchObject(accepted);
    const bytes = Buffer.from(`A file of ${word}`);
    expect(await bea.call('blob_put', hash, null, 0, 1, bytes.byteLength, bytes)).toEqual({ kind: 'kept' });
    expect(await bea.call('blobs_there', [hash])).toEqual([]);
    expect(await dump()).not.toContain(word);
  });

  test('is told to members by tombstones that say nothing without the salt, which nobody else reads', async () => {
    const { own, gone, erika: id } = await fill();
    const { seq } = (await lea.call('erase_customer', id)) as { seq: number };
    const heard = (await bea.call('erasures', 0)) as { salt: string; erasures: readonly { id: string }[] };
    expect(heard.erasures).toMatchObject([
      { seq, reason: 'request', member: lea.id, conversations: 1, messages: 3 },
    ]);
    const all = (await bea.call('tombstones', heard.erasures[0]?.id, null, 10_000)) as readonly {
      hash: string;
      kind: string;
    }[];
    const hashOf = (text: string): string =>
      createHash('sha256').update(`${heard.salt}:${text}`).digest('hex').slice(0, 32);
    const kinds = new Map(all.map(({ hash, kind }) => [hash, kind]));
    expect(kinds.get(hashOf(`conversation:${own}`))).toBe('conversation');
    expect(kinds.get(hashOf(`customer:${id}`))).toBe('customer');
    for (const one of gone) expect(kinds.get(hashOf(`id:${one}`))).toBe('message');
    expect(kinds.size).toBe(5);
    const page = (await bea.call('tombstones', heard.erasures[0]?.id, null, 2)) as readonly {
      hash: string;
    }[];
    const rest = (await bea.call(
      'tombstones',
      heard.erasures[0]?.id,
      page[1]?.hash,
      10,
    )) as readonly unknown[];
    expect([page.length, rest.length]).toEqual([2, 3]);
  });

  test('is not erased by whoever does not see all of their conversations, nor while an answer is on its way', async () => {
    const { own, erika: id } = await fill();
    await sql(`UPDATE team.document SET account = 'vip' WHERE id = '${own}'`);
    await team.admin.call('grant_account', 'vip', [team.admin.id]);
    expect(await lea.call('erase_customer', id)).toEqual({ kind: 'refused', reason: 'hidden' });
    await team.admin.call('grant_account', 'vip', null);
    const queued = {
      ...{ conversation: own, author: team.admin.id, at: Date.now() },
      event: { kind: 'reply.queued' as const, outbox: 'o' as never, message: randomUUID() as never },
    };
    await tellMore([queued]);
    expect(await lea.call('erase_preview', id)).toMatchObject({ unsettled: true });
    expect(await lea.call('erase_customer', id)).toEqual({ kind: 'refused', reason: 'unsettled' });
    expect(await rows('SELECT count(*) AS n FROM team.erasing')).toBe(0);
  });
});

describe('the rule for old conversations', () => {
  const days = (n: number): number => n * 24 * 60 * 60_000;

  test('is an admin’s, begins a day later, and takes what is closed and quiet by the database’s own times', async () => {
    const { own, shared, erika: id } = await fill();
    // The database noted when Bob's was closed, whatever the event says.
    const closing = (conversation: ConversationId) => ({
      ...{ conversation, author: team.admin.id, at: 2 },
      event: { kind: 'conversation.resolved' as const },
    });
    await tellMore([closing(own), closing(shared)], { activeAt: 2 });
    expect(await lea.call('retain')).toEqual({ kind: 'nothing' });
    await expect(team.admin.call('set_retention', 10)).rejects.toMatchObject({ code: 'ST003' });
    await team.admin.call('set_retention', 400);
    expect(await lea.call('hello', 3)).toMatchObject({ retention: { days: 400 } });
    await sql(`UPDATE team.erasure_rule SET since = since - ${String(days(2))}`);
    expect(await lea.call('retain')).toEqual({ kind: 'nothing' });
    await sql(`UPDATE team.event SET told_at = told_at - ${String(days(500))} WHERE stream = '${own}'`);
    await bea.call('hold', [own]);
    expect(await lea.call('retain')).toEqual({ kind: 'nothing' });
    await bea.call('hold', []);
    expect(await lea.call('retention_count', 400)).toBe(1);
    expect(await lea.call('retain')).toMatchObject({ kind: 'erased', conversations: 1 });
    expect(await lea.call('retain')).toEqual({ kind: 'nothing' });
    expect(await rows(`SELECT count(*) AS n FROM team.document WHERE id IN ('${own}', '${id}')`)).toBe(0);
    expect(await rows(`SELECT count(*) AS n FROM team.document WHERE id = '${shared}'`)).toBe(1);
    expect(await sql('SELECT reason, member FROM team.erasure')).toEqual([
      { reason: 'retention', member: null },
    ]);
  });
});

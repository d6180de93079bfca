import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInvitation } from '#main/engine/team/invitation-link.ts';
import { newPassword, scramVerifier } from '#main/engine/team/scram-verifier.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { teamProgress } from '#main/engine/store/team/progress.ts';
import { verify } from '#main/engine/store/verify.ts';
import { clientSchema } from '#main/engine/team/wire.ts';
import type { Invited, Page, Push, PushAnswer } from '#main/engine/team/wire.ts';
import type { ConversationId, CustomerId } from '#shared/kit/brand.ts';
import { eventually } from '#test/support/eventually.ts';
import { LOOPBACK } from '#test/support/ports.ts';
import { makeTeamBeforeErasures, protocolBefore } from '#test/support/postgres/before-erasures.ts';
import type { TeamBefore } from '#test/support/postgres/before-erasures.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { Known, messageDocument, opening, pushAs } from '#test/support/postgres/pushes.ts';
import { asSuperuser } from '#test/support/postgres/team.ts';
import { sitDown } from '#test/support/team/office.ts';
import type { Colleague } from '#test/support/team/office.ts';

const word = 'qxkwerbel';
const erika = { name: 'Qxkwerbel Gone', address: `${word}@customer.test` };
const bob = { name: 'Bob Stays', address: 'bob@stays.test' };
const at = Date.now() - 24 * 60 * 60_000;

let postgres: TestPostgres;
let team: TeamBefore;
let lea: Colleague;

const sql = (text: string): Promise<readonly Record<string, unknown>[]> =>
  asSuperuser(postgres, text.replaceAll('team.', `${team.schema}.`), team.database);

const inStep = (who: Colleague): Promise<unknown> =>
  eventually(
    () =>
      teamProgress(who.workspace().db)?.phase === 'whole' && pendingOf(who.workspace().db).transactions === 0,
    { message: `${who.name} has nothing to tell`, withinMs: 60_000 },
  );

/** Tables and columns that the version before had; what stood in them has to stand there after the upgrade, word for word. */
const tables = {
  document: 'kind, id, version, seq, active_at, parent, account, body',
  event: 'id, stream, rev, seq, schema, kind, payload, author, at, undo, device, state',
  member: 'id, name, address, role, joined_at',
  blob: '*',
  conversation_state: '*',
} as const;

const rowsOf = async (): Promise<readonly string[]> => {
  const all = Object.entries(tables).map(async ([table, columns]) => {
    const rows = await sql(`SELECT to_jsonb(t)::text AS row FROM (SELECT ${columns} FROM team.${table}) t`);
    expect([table, rows.length > 0]).toEqual([table, true]);
    return rows.map(({ row }) => `${table} ${String(row)}`);
  });
  return (await Promise.all(all)).flat();
};

/** Lea's application is of this version; Ana, whose is older, invites her. */
const hire = async (): Promise<Colleague> => {
  const password = newPassword();
  const invited = (await team.admin.call('invite', 'lead', 24, scramVerifier(password))) as Invited;
  const link = writeInvitation({
    ...{ host: LOOPBACK, port: postgres.port, database: team.database, schema: team.schema, pin: null },
    ...{ role: invited.role, password, expiresAt: invited.expiresAt, team: invited.team, as: 'lead' },
  });
  const colleague = await sitDown('Lea');
  await colleague.ask('team.join', { invitation: { kind: 'text', text: link }, name: 'Lea', share: true });
  return colleague;
};

const known = new Known();
/** Ana tells of another conversation, with the older protocol. */
const tellAnother = (): Push => {
  const conversation = randomUUID() as ConversationId;
  const message = messageDocument(conversation, 'told by an older application');
  return known.push(
    opening(message.id).map((event) => ({ conversation, author: null, event })),
    [message],
  );
};

beforeAll(async () => {
  postgres = await startPostgres();
  team = await makeTeamBeforeErasures(postgres);
  lea = await hire();
  await lea.takeIn([
    { id: 'e1', from: erika, at, subject: `First ${word}`, text: `Words with ${word}` },
    { id: 'e2', from: erika, at, subject: `Second ${word}`, parents: ['e1'] },
    { id: 'b1', from: bob, at, subject: 'Of Bob', cc: [erika] },
  ]);
  await lea.ask('note.add', {
    ...{ conversation: lea.conversationWith('b1') ?? expect.unreachable(), mentions: [] },
    text: 'He called.',
  });
  await inStep(lea);
  for (let told = 0; told < 20; told += 1)
    expect(await pushAs(team.admin, tellAnother())).toMatchObject({ kind: 'accepted' });
});
afterAll(async () => {
  await lea.close();
  await team.close();
  await postgres.stop();
});

describe('a team’s database from before customers could be erased', () => {
  it('works with an application of this version, which says in words what it cannot do yet', async () => {
    expect(await sql('SELECT max(number) AS number FROM team.migration')).toEqual([{ number: 40 }]);
    const { customers } = await lea.ask('customer.find', { text: word, limit: 5 });
    const id = customers[0]?.id ?? expect.unreachable('nobody was found');
    expect(await lea.ask('customer.erasePreview', { id })).toMatchObject({ refused: 'erase-team-old' });
    expect(await lea.engine().refusal('customer.erase', { id, typed: erika.name })).toBe('erase-team-old');
    expect(lea.conversationWith('e1')).toBeDefined();
    expect(await lea.engine().refusal('retention.set', { days: 60 })).toBe('erase-team-old');
  });

  it('is upgraded while older applications read it and tell it of changes, and nothing of that is refused or lost', async () => {
    const before = await rowsOf();
    const others = await Promise.all([team.again(), team.again(), team.again()]);
    const [pushes, answers]: [Push[], PushAnswer[]] = [[], []];
    const upgrade = { over: false };
    const telling = Promise.all(
      others.map(async (other) => {
        while (!upgrade.over || answers.length < 30) {
          const push = tellAnother();
          pushes.push(push);
          answers.push(await pushAs(other, push));
          await other.call('pull', 0, 2_000);
          await other.call('hello', protocolBefore);
        }
      }),
    );
    telling.catch(() => undefined);
    await eventually(() => answers.length >= 10, { message: 'older applications tell of changes' });
    const upgraded = await lea.ask('team.upgrade', { address: team.ownerUrl, certificate: null, pin: null });
    upgrade.over = true;
    await telling;
    expect(upgraded).toEqual({ steps: 1 });
    expect(answers.map(({ kind }) => kind)).toEqual(answers.map(() => 'accepted'));
    expect(answers.length).toBe(pushes.length);
    const after = new Set(await rowsOf());
    expect(before.filter((row) => !after.has(row))).toEqual([]);
    const said = [...after].join('\n');
    for (const { documents, events } of pushes)
      for (const { id } of [...documents, ...events]) expect(said).toContain(id);
    expect(await sql('SELECT schema, oldest FROM team.team')).toEqual([{ schema: clientSchema, oldest: 2 }]);
    expect(
      await sql('SELECT count(*)::integer AS n FROM team.blob_use u JOIN team.blob b ON b.hash = u.hash'),
    ).toEqual(
      await sql(
        "SELECT count(*)::integer AS n FROM team.document WHERE kind = 'message' AND body ->> 'source' IS NOT NULL",
      ),
    );
    expect(await lea.ask('team.upgrade', { address: team.ownerUrl, certificate: null, pin: null })).toEqual({
      steps: 0,
    });
  });

  it('goes on with both applications, and erases for the newer one', async () => {
    expect(await team.admin.call('hello', protocolBefore)).toMatchObject({ tooOld: false });
    expect(await pushAs(team.admin, tellAnother())).toMatchObject({ kind: 'accepted' });
    await lea.takeIn([{ id: 'b2', from: bob, at, subject: 'Of Bob again' }]);
    await inStep(lea);
    const conversation = lea.conversationWith('e1') ?? expect.unreachable();
    const [document] = await sql(
      `SELECT kind, id, account, active_at AS "activeAt", body, version FROM team.document WHERE id = '${conversation}'`,
    );
    const { customers } = await lea.ask('customer.find', { text: word, limit: 5 });
    const id: CustomerId = customers[0]?.id ?? expect.unreachable('nobody was found');
    const preview = await lea.ask('customer.erasePreview', { id });
    expect(preview).toMatchObject({ inTeam: true, refused: null, conversations: 1, messages: 2 });
    await lea.ask('customer.erase', { id, typed: preview.name });
    await eventually(
      async () => (await lea.ask('erasure.list', {})).rows.every(({ doneAt }) => doneAt !== null),
      { message: 'it has ended here' },
    );
    expect(lea.conversationWith('e1')).toBeUndefined();
    await inStep(lea);
    expect((await rowsOf()).join('\n')).not.toContain(word);

    // The older application does not hear of it, reads on, and cannot bring them back.
    expect((await team.admin.call('pull', 0, 2_000)) as Page).toMatchObject({ more: false });
    const { version, ...back } = document ?? expect.unreachable();
    const again = { ...back, activeAt: Number(back['activeAt']), expected: Number(version) };
    expect(
      await team.admin.call('push', randomUUID(), [again], []).catch((error: unknown) => String(error)),
    ).not.toMatchObject({ kind: 'accepted' });
    expect(await pushAs(team.admin, tellAnother())).toMatchObject({ kind: 'accepted' });
    expect((await rowsOf()).join('\n')).not.toContain(word);
    const { db, vault } = lea.workspace();
    expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
  });
});

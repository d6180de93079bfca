import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { openWriter } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually } from '#test/support/eventually.ts';
import { openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const withinMs = 60_000;

/** Changes what a device has behind its back. */
const meddle = ({ workspace }: Colleague, sql: string): void => {
  const { dir, root } = workspace();
  const db = openWriter({ path: join(dir, workspaceFiles.database), key: deriveKeys(root).database });
  try {
    db.exec(sql);
  } finally {
    db.close();
  }
};

describe('what cannot be brought together with the team', () => {
  let office: Office;
  let ana: Colleague;
  let bea: Colleague;
  let line: CuttingProxy;

  const aside = async (who: Colleague) => {
    const status = await who.ask('team.status', {});
    return status.kind === 'member' ? status.aside : null;
  };
  const isHere = (who: Colleague, letter: string): Promise<ConversationId> =>
    eventually(() => who.conversationWith(letter), { message: `${who.name} has ${letter}`, withinMs });
  const notes = async (text: string): Promise<number> =>
    (
      await office.sql(
        `SELECT 1 FROM team.event WHERE kind = 'note.added' AND payload ->> 'text' = '${text}'`,
      )
    ).length;
  const isTold = (text: string) =>
    eventually(async () => (await notes(text)) === 1, { message: `the team has “${text}”`, withinMs });

  beforeAll(async () => {
    office = await openOffice();
    ana = await office.found('Ana');
    line = await startCuttingProxy({ port: office.postgres.port });
    bea = await office.hire('Bea', { port: line.port });
    await ana.takeIn([{ id: 'shared' }]);
    await isHere(bea, 'shared');
  });
  afterAll(async () => {
    await office.close();
    await line.stop();
  });

  it('is set aside where a document cannot be read, and comes when it can', async () => {
    // A colleague's newer program wrote something that this one does not know.
    await office.sql(`CREATE FUNCTION team.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.kind = 'conversation' AND NEW.body ->> 'subject' LIKE '%Spoilt%' THEN
          NEW.body := NEW.body || '{"tags": "none of the kind"}'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER spoil BEFORE INSERT OR UPDATE ON team.document FOR EACH ROW EXECUTE FUNCTION team.spoil()`);
    await ana.takeIn([
      { id: 'spoilt', subject: 'Spoilt', from: { name: '', address: 'sam@spoilt.example' } },
      { id: 'good', from: { name: '', address: 'gil@good.example' } },
    ]);
    await isHere(bea, 'good');
    await eventually(async () => (await aside(bea))?.failed === 1, { message: 'it is counted', withinMs });
    expect(bea.conversationWith('spoilt')).toBeUndefined();
    await ana.takeIn([{ id: 'later', from: { name: '', address: 'lou@later.example' } }]);
    await isHere(bea, 'later');
    await office.sql(`DROP TRIGGER spoil ON team.document;
      UPDATE team.document SET body = body || '{"tags": []}' WHERE body ->> 'subject' LIKE '%Spoilt%'`);
    await bea.ask('team.tryAside', {});
    await isHere(bea, 'spoilt');
    expect(await aside(bea)).toEqual({ refused: 0, failed: 0 });
  });

  it('is set aside where no command gives a message its place again, and everything else is told', async () => {
    const shared = await isHere(bea, 'shared');
    await line.refuse();
    line.now({ kind: 'cut' });
    await bea.takeIn([{ id: 'torn', parents: ['shared'] }]);
    meddle(bea, 'DELETE FROM team_op');
    await ana.ask('note.add', { conversation: shared, text: 'before', mentions: [] });
    await isTold('before');
    await line.admit();
    bea.engine().engine.network(true);
    await eventually(async () => (await aside(bea))?.failed === 1, { message: 'it is counted', withinMs });
    const good = await isHere(bea, 'good');
    await bea.ask('note.add', { conversation: good, text: 'all the same', mentions: [] });
    await isTold('all the same');
    expect(bea.conversationWith('torn')).toBe(shared);
    expect(ana.conversationWith('torn')).toBeUndefined();
    // Once a later version can do it again, nobody is any the wiser.
    meddle(bea, "DELETE FROM team_change; DELETE FROM message WHERE external_id = 'torn@mail.example'");
    await bea.ask('team.tryAside', {});
    await eventually(async () => (await aside(bea))?.failed === 0, { message: 'it is done', withinMs });
  });

  it('is set aside where the database will not have a mail, and goes when it will', async () => {
    await bea.takeIn([{ id: 'allowed', from: { name: '', address: 'ali@allowed.example' } }]);
    const account = bea
      .workspace()
      .db.get<{ id: string }>('SELECT id FROM account WHERE removed_at IS NULL')?.id;
    await eventually(() => pendingOf(bea.workspace().db).transactions === 0, { message: 'told', withinMs });
    await office.sql(
      `INSERT INTO team.account_grant (account, member) SELECT '${account ?? ''}', id FROM team.member WHERE name = 'Ana'`,
    );
    await bea.takeIn([{ id: 'refused', from: { name: '', address: 'rex@refused.example' } }]);
    await eventually(async () => (await aside(bea))?.refused === 1, { message: 'it is counted', withinMs });
    const shared = await isHere(bea, 'shared');
    await bea.ask('note.add', { conversation: shared, text: 'goes on', mentions: [] });
    await isTold('goes on');
    expect(ana.conversationWith('refused')).toBeUndefined();
    await office.sql('DELETE FROM team.account_grant');
    await bea.ask('team.tryAside', {});
    await isHere(ana, 'refused');
    // A colleague has it a moment before we hear that the team took it.
    await eventually(() => pendingOf(bea.workspace().db).transactions === 0, {
      message: 'nothing waits any more',
      withinMs,
    });
    expect(await aside(bea)).toEqual({ refused: 0, failed: 0 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { uniqueName } from '../support/temp.ts';
import { ScreenReader } from './support/screen-reader.ts';
import { sitDown, startWithAgents } from './support/seats.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

describe('a conversation that is handed over, with a screen reader alone', () => {
  const address = `${uniqueName('help')}@shop.test`;
  const carol = `${uniqueName('carol')}@customer.test`;
  const subject = 'The parcel from Tuesday';
  let server: MailServer;
  let app: StewardApp;

  const sitDownAs = async (name: string): Promise<ScreenReader> => {
    await app.quit();
    sitDown(app.folder, name);
    app = await startSteward({ folder: app.folder });
    return ScreenReader.listen(app.page);
  };
  const goTo = async (reader: ScreenReader, queue: string): Promise<void> => {
    await reader.activate({
      role: 'button',
      name: new RegExp(`^${queue}`),
      within: { role: 'navigation', name: /./ },
    });
    await reader.find({ role: 'heading', name: queue });
  };
  /** The row says by itself who it is, what about and how long they wait. */
  const open = async (reader: ScreenReader): Promise<void> => {
    const row = await reader.find({ role: 'option', name: new RegExp(subject) });
    expect(row.name).toContain('Carol Reyes');
    await reader.activate({ role: 'option', name: row.name });
    await reader.find({ role: 'heading', name: subject });
  };

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
    app = await startSteward();
    app = await startWithAgents(app, server, address);
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
    await server.stop();
  });

  it('is told when it arrives, is claimed, and is transferred with a check', async () => {
    const reader = await ScreenReader.listen(app.page);
    await goTo(reader, 'Unowned');
    await server.deliver(
      address,
      letter({
        from: `Carol Reyes <${carol}>`,
        to: address,
        subject,
        text: 'Where is it?',
        date: new Date(),
      }),
    );
    await reader.heard(/A new customer message arrived/);
    expect(await reader.unnamed()).toEqual([]);
    await open(reader);
    await reader.find({
      role: 'StaticText',
      name: /Where is it\?/,
      within: { role: 'article', name: /Carol/ },
    });

    await reader.activate({ role: 'button', name: /^Claim/ });
    await reader.find({ role: 'button', name: 'You own this' });
    expect(await reader.unnamed()).toEqual([]);

    const dialog = { role: 'dialog', name: /Transfer/ } as const;
    await reader.activate({ role: 'button', name: /^Transfer/ });
    await reader.activate({ role: 'option', name: /Omar/, within: dialog });
    await reader.write(
      { role: 'textbox', name: 'Why, and what is to be done?', within: dialog },
      'He knows the carrier',
    );
    expect(await reader.unnamed()).toEqual([]);
    // What lies behind a dialog is not read out.
    expect(await reader.count('article')).toBe(0);
    await reader.activate({ role: 'button', name: 'Transfer to Omar', within: dialog });
    await reader.gone(dialog);
    await reader.heard(/Transferred to Omar/);
    await reader.find({ role: 'button', name: /^Follow-ups.*1/ });
  });

  it('is answered and resolved by the new owner, who is told how it came to them', async () => {
    const reader = await sitDownAs('Omar');
    await goTo(reader, 'My turn');
    await open(reader);
    await reader.reads(/Dana transferred this to you: “He knows the carrier”/, {
      role: 'complementary',
      name: 'How this came to you',
    });
    await reader.activate({ role: 'button', name: 'Reply' });
    await reader.write({ role: 'textbox', name: 'Message' }, 'It is on its way.');
    expect(await reader.unnamed()).toEqual([]);
    await reader.activate({ role: 'button', name: /^Send$/ });
    await reader.heard(/Your message leaves in/);
    const received = await eventually(
      async () => {
        const inbox = await server.messages(carol, 'INBOX');
        return inbox.length > 0 ? inbox : null;
      },
      { message: "the answer is in the customer's mailbox", withinMs: 60_000 },
    );
    expect(received).toHaveLength(1);
    await reader.activate({ role: 'button', name: /^Resolve/ });
    await reader.heard(/Resolved. Dana still checks by/);
  });

  it('is closed when the one who gave it has confirmed with the customer', async () => {
    const reader = await sitDownAs('Dana');
    await reader.activate({ role: 'button', name: /^Follow-ups.*1/ });
    await reader.find({ role: 'heading', name: 'Follow-ups' });
    await open(reader);
    await reader.activate({ role: 'button', name: /^Customer confirmed/ });
    await reader.gone({ role: 'button', name: /^Customer confirmed/ });
    await reader.reads(/Closed: every check has ended/, { role: 'main', name: /.*/ });
    await goTo(reader, 'Done');
    await reader.find({ role: 'option', name: new RegExp(subject) });
    expect(await reader.unnamed()).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInvitation } from '#main/engine/team/invitation-link.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** Nothing listens there: whoever connected would be found out by the failure on the screen. */
const link = writeInvitation({
  ...{ host: '127.0.0.1', port: 9, database: 'shop', schema: 'steward_shop', pin: null },
  ...{ role: 'st_shop_i1', password: 'kJ8-x_2fQpZr0aVd7uW1yB4c' },
  ...{ expiresAt: 4_000_000_000_000, team: 'Käse & Söhne', as: 'lead' as const },
});

let app: StewardApp;

/** The system gives what was opened to the running application as a second start does. */
const openedAgain = (what: string): Promise<unknown> =>
  app.electron.evaluate(({ app: electron }, said) => {
    electron.emit('second-instance', {}, ['steward', '.', said], '/');
  }, what);

beforeAll(async () => {
  app = await startSteward({ switches: [link] });
});
afterAll(async () => {
  await app.quit();
  removeFolder(app);
});

describe('Steward opened with an invitation', () => {
  it('shows what it says, and joins nothing by itself', async () => {
    await app.page.getByText('You are invited to the team Käse & Söhne').waitFor();
    await app.page.getByText('shop at 127.0.0.1:9').waitFor();
    expect(await app.page.getByText('Joining').count()).toBe(0);
  });

  it('keeps from the page what lets in', async () => {
    const html = await app.page.content();
    expect(html).not.toContain('kJ8-x_2f');
    expect(html).not.toContain('steward:team/');
  });

  it('says of a link that lost its end, and of a file that is none, that it is no invitation', async () => {
    await openedAgain(link.slice(0, -1));
    await app.page.getByText('This is no invitation.').first().waitFor();
    await openedAgain(link);
    await app.page.getByText('You are invited to the team Käse & Söhne').waitFor();
    await openedAgain('/etc/hostname.steward-invitation');
    await app.page.getByText('This is no invitation.').first().waitFor();
  });
});

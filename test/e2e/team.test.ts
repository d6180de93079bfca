import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { startPostgres, type TestPostgres } from '../support/postgres/postgres.ts';
import { makeDatabase } from '../support/postgres/team.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, hasKeys, rowWith, trustBothServers, tabTo } from './support/desk.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const owner = `${uniqueName('help')}@shop.test`;
const carol = `Carol Reyes <${uniqueName('carol')}@customer.test>`;

/** How long a mail that one of us has may take to the other's list (acceptance: 2 s). */
const toldWithinMs = 2_000;

const dialog = (page: Page): Locator => page.getByRole('dialog');
/** The rail's line about the team, which is only there while somebody has to know something. */
const teamLine = (page: Page, says: string | RegExp): Locator =>
  page.getByRole('navigation').getByRole('button').filter({ hasText: says });
const matters = (page: Page): Locator => page.getByRole('region', { name: 'This conversation and the team' });
const answer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });

const unowned = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+4');
  await page.getByRole('heading', { name: 'Unowned', level: 1 }).waitFor();
};

const teamSettings = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+Shift+M');
  await page.getByRole('heading', { name: 'Team', level: 2 }).waitFor();
};

describe('two people share one inbox over a PostgreSQL database', () => {
  let postgres: TestPostgres;
  let server: MailServer;
  let address: string;
  let dana: StewardApp;
  let omar: StewardApp;
  let link = '';

  const write = (subject: string, text: string): Promise<void> =>
    server.deliver(owner, letter({ from: carol, to: owner, subject, text, date: new Date() }));

  beforeAll(async () => {
    [postgres, server] = await Promise.all([startPostgres(), startMailServer({ smtp: 'postfix' })]);
    address = (await makeDatabase(postgres)).ownerUrl;
    [dana, omar] = await Promise.all([startSteward(), startSteward()]);
  });
  afterAll(async () => {
    await Promise.all([dana.quit(), omar.quit()]);
    removeFolder(dana);
    removeFolder(omar);
    await Promise.all([postgres.stop(), server.stop()]);
  });

  it('Dana connects the mailbox and sees what a team is', async () => {
    const { page } = dana;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, owner);
    await trustBothServers(page, server);
    await page.getByText(`${owner} is connected`).waitFor();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await page.getByText('The inbox is empty').waitFor();
    await page.getByRole('button', { name: /^Settings/ }).click();
    await page.getByRole('tab', { name: 'Team' }).click();
    await page.getByRole('heading', { name: 'Start a team' }).waitFor();
    expect(await wrongWithScreen(dana, '50-team-alone')).toEqual([]);
  });

  it('she is told in words what a look at the wrong database found', async () => {
    const { page } = dana;
    await page.getByRole('button', { name: 'Set up a team …' }).click();
    await page.getByLabel('Address of the database').fill(address.replace(/\/[^/]+$/, '/nothing-here'));
    await page.getByLabel('Name of the team').fill('Bike shop');
    await page.getByLabel('Your name').fill('Dana Whitfield');
    await page.getByRole('button', { name: 'Look at the database' }).click();
    await page.getByText('The database cannot be used').waitFor();
    expect(await wrongWithScreen(dana, '51-team-wrong-database')).toEqual([]);
  });

  it('she sets the team up with the mouse, once she has seen what is there', async () => {
    const { page } = dana;
    await page.getByLabel('Address of the database').fill(address);
    await page.getByRole('button', { name: /^Look/ }).click();
    await page.getByText(/answers: PostgreSQL/).waitFor();
    await page.getByText(/nothing travels over a network/).waitFor();
    expect(await wrongWithScreen(dana, '52-team-found')).toEqual([]);
    await page.getByRole('button', { name: 'Create the team' }).click();
    await page.getByRole('heading', { name: 'Bike shop' }).waitFor();
    await page.getByText('Connected. Everything here is as the team has it.').waitFor();
    await page.getByRole('rowheader', { name: /Dana Whitfield/ }).waitFor();
    expect(await wrongWithScreen(dana, '53-team')).toEqual([]);
  });

  it('she makes an invitation, which is shown once and stays revocable', async () => {
    const { page } = dana;
    await page.getByRole('button', { name: 'Invite somebody …' }).click();
    await dialog(page).getByRole('button', { name: 'Make the invitation' }).click();
    const invitation = dialog(page).getByLabel('Invitation', { exact: true });
    await invitation.waitFor();
    link = await invitation.inputValue();
    expect(link).toMatch(/^steward:/);
    expect(await wrongWithScreen(dana, '54-team-invitation')).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: /^Revoke the invitation/ }).waitFor();
  });

  it('Omar joins from the first screen with the keyboard alone', async () => {
    const { page } = omar;
    await tabTo(page, page.getByRole('button', { name: 'Join with an invitation' }));
    await page.keyboard.press('Enter');
    await page.getByLabel('Invitation', { exact: true }).waitFor();
    await page.keyboard.insertText(link);
    await page.getByText('You are invited to the team Bike shop').waitFor();
    expect(await wrongWithScreen(omar, '55-team-join')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Join Bike shop' }).waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('Omar Aziz');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Bike shop' }).waitFor();
    await page.getByText('You are an agent in it, as Omar Aziz.').waitFor();
    await dana.page.getByRole('rowheader', { name: /Omar Aziz/ }).waitFor();
    await dana.page.getByRole('button', { name: /^Revoke the invitation/ }).waitFor({ state: 'detached' });
  });

  it('a mail that Dana’s computer collects is in Omar’s list within two seconds', async () => {
    await Promise.all([unowned(dana.page), unowned(omar.page)]);
    await write('The parcel from Tuesday', 'Good morning, where is my parcel?');
    await rowWith(dana.page, 'The parcel from Tuesday').waitFor();
    await rowWith(omar.page, 'The parcel from Tuesday').waitFor();
    // A machine that is busy with something else may be late once; without being told, a device looks every 20 s.
    let quickestMs = Infinity;
    for (let mail = 1; mail <= 5 && quickestMs > toldWithinMs; mail += 1) {
      await write(`About lamp ${String(mail)}`, 'Does it shine?');
      await rowWith(dana.page, `About lamp ${String(mail)}`).waitFor();
      const from = performance.now();
      await rowWith(omar.page, `About lamp ${String(mail)}`).waitFor();
      quickestMs = Math.min(quickestMs, performance.now() - from);
    }
    expect(quickestMs).toBeLessThanOrEqual(toldWithinMs);
  });

  it('Dana erases a customer for everybody with the keyboard alone, and Omar sees them gone', async () => {
    const { page } = dana;
    const subject = 'Please forget me';
    const ivan = `Ivan Petrov <${uniqueName('ivan')}@customer.test>`;
    await server.deliver(
      owner,
      letter({ from: ivan, to: owner, subject, text: 'Erase what you have of me.', date: new Date() }),
    );
    await rowWith(omar.page, subject).waitFor();
    await rowWith(page, subject).click();
    await page.getByRole('heading', { name: subject, level: 2 }).waitFor();
    const panel = page.getByRole('region', { name: 'Customer' });
    const wasOpen = await panel.isVisible();
    if (!wasOpen) await page.keyboard.press('i');
    await panel.getByText('Reached at').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Erase this customer');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('It goes for everybody').waitFor();
    await tabTo(page, dialog(page).getByRole('textbox', { name: 'Type the name to erase them' }));
    await page.keyboard.type('Ivan Petrov');
    await tabTo(page, dialog(page).getByRole('button', { name: 'Erase for good' }));
    expect(await wrongWithScreen(dana, '56-team-erase')).toEqual([]);
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
    await rowWith(omar.page, subject).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Privacy' }).click();
    await page.getByText('For the team: a customer, by Dana Whitfield').waitFor();
    expect(await wrongWithScreen(dana, '56-team-privacy')).toEqual([]);
    await unowned(page);
    await rowWith(page, subject).waitFor({ state: 'detached' });
  });

  it('Dana gives a conversation to Omar, who is told by whom and why', async () => {
    await write('A second parcel', 'And where is the other one?');
    await rowWith(dana.page, 'A second parcel').click();
    await dana.page.getByRole('heading', { name: 'A second parcel', level: 2 }).waitFor();
    await dana.page.keyboard.press('Shift+C');
    await dialog(dana.page)
      .getByRole('option', { name: /Omar Aziz/ })
      .waitFor();
    await dana.page.keyboard.type('omar');
    await dana.page.keyboard.press('Enter');
    await dana.page.keyboard.type('You know the carrier');
    await dana.page.keyboard.press('Control+Enter');
    await dialog(dana.page).waitFor({ state: 'detached' });
    await omar.page.keyboard.press('Control+1');
    await rowWith(omar.page, 'A second parcel').click();
    await omar.page
      .getByText(/Dana Whitfield/)
      .first()
      .waitFor();
    await omar.page.getByText('You know the carrier').first().waitFor();
  });

  it('Omar shows Dana his answer before he sends it, and takes over the wording that she suggests', async () => {
    const strip = omar.page.getByRole('region', { name: 'Review of your answer' });
    const card = dana.page.getByRole('region', { name: 'Review', exact: true });
    await omar.page.keyboard.press('r');
    await hasKeys(answer(omar.page));
    await omar.page.keyboard.type('It is on its way.');
    await omar.page.keyboard.press('Control+Shift+E');
    await hasKeys(dialog(omar.page).getByRole('combobox'));
    await omar.page.keyboard.type('dana');
    await omar.page.keyboard.press('Tab');
    await hasKeys(dialog(omar.page).getByLabel('What should they look at?'));
    await omar.page.keyboard.type('Is this enough?');
    expect(await wrongWithScreen(omar, '61-review-ask')).toEqual([]);
    await omar.page.keyboard.press('Control+Enter');
    await strip.getByText('You asked Dana Whitfield to look at this answer').waitFor();

    await dana.page.keyboard.press('Control+8');
    await rowWith(dana.page, 'A second parcel').click();
    await card.getByText('Omar Aziz asks you to look at this answer before it is sent').waitFor();
    await card.getByText('Is this enough?').waitFor();
    await card.frameLocator('iframe').getByText('It is on its way.').waitFor();
    expect(await wrongWithScreen(dana, '62-review-asked')).toEqual([]);
    await dana.page.keyboard.press('s');
    await hasKeys(dialog(dana.page).getByRole('textbox', { name: 'Your wording' }));
    await dana.page.keyboard.press('Control+End');
    await dana.page.keyboard.type(' It comes tomorrow.');
    expect(await wrongWithScreen(dana, '63-review-suggest')).toEqual([]);
    await dana.page.keyboard.press('Control+Enter');
    await dialog(dana.page).waitFor({ state: 'detached' });

    await strip.getByText('Dana Whitfield suggests changes').waitFor();
    await strip.getByRole('button', { name: 'Show the wording of Dana Whitfield' }).click();
    await strip.getByText('It comes tomorrow.').waitFor();
    expect(await wrongWithScreen(omar, '64-review-compared')).toEqual([]);
    await strip.getByRole('button', { name: 'Take this wording' }).click();
    await strip.getByText('You have changed it since.').waitFor();
    expect(await answer(omar.page).innerText()).toBe('It is on its way. It comes tomorrow.');
    await strip.getByRole('button', { name: 'Withdraw' }).click();
    for (const region of [strip, card]) await region.waitFor({ state: 'detached' });
    await omar.page.getByText('You asked Dana Whitfield to look at an answer').first().waitFor();
  });

  it('each sees that the other looks at it and writes', async () => {
    for (const { page } of [dana, omar]) {
      await unowned(page);
      await rowWith(page, 'The parcel from Tuesday').click();
      await page.getByText('where is my parcel?').first().waitFor();
    }
    await dana.page.getByText('Omar Aziz is looking at this').waitFor();
    await omar.page.keyboard.press('r');
    await answer(omar.page).click();
    await omar.page.keyboard.type('Dear Carol, Omar here.');
    await dana.page.getByText('Omar Aziz is writing an answer').waitFor();
    expect(await wrongWithScreen(dana, '56-team-presence')).toEqual([]);
    await dana.page.keyboard.press('r');
    await answer(dana.page).click();
    await dana.page.keyboard.type('Dear Carol, Dana here.');
  });

  it('both say so when the database is away, and go on', async () => {
    await postgres.kill();
    for (const app of [dana, omar]) {
      await teamLine(app.page, 'away since').waitFor();
      await app.page.getByRole('button', { name: 'Claim' }).click();
      await app.page.getByText('You own this').waitFor();
      await matters(app.page)
        .getByText(/waits? for the team’s database/)
        .waitFor();
    }
    expect(await wrongWithScreen(omar, '57-team-away')).toEqual([]);
  });

  it('one has it when the database is back; the other reads who took it and when, and keeps what was typed', async () => {
    await postgres.restart();
    const [winner, loser, name, typed] = await eventually(
      async () => {
        for (const [one, other, who, words] of [
          [dana, omar, 'Dana Whitfield', 'Dear Carol, Omar here.'],
          [omar, dana, 'Omar Aziz', 'Dear Carol, Dana here.'],
        ] as const)
          if ((await matters(other.page).getByText(`${who} took this at`).count()) > 0)
            return [one, other, who, words] as const;
        return null;
      },
      // Each tries again up to a minute after its last failure.
      { message: 'one of the two reads that the other took it', withinMs: 120_000 },
    );
    await winner.page.getByText('You own this').waitFor();
    await loser.page.locator('.owner').getByText(name, { exact: true }).first().waitFor();
    expect(await answer(loser.page).innerText()).toContain(typed);
    expect(await wrongWithScreen(loser, '58-team-refused')).toEqual([]);
    await matters(loser.page).getByRole('button', { name: 'Close' }).click();
    await matters(loser.page).waitFor({ state: 'detached' });
    for (const { page } of [dana, omar]) await teamLine(page, 'away since').waitFor({ state: 'detached' });
  });

  it('Dana removes Omar, who is told what is known and can still read', async () => {
    await teamSettings(dana.page);
    await dana.page.getByRole('button', { name: 'More for Omar Aziz' }).click();
    await dana.page.getByRole('menuitem', { name: 'Remove from the team …' }).click();
    await dialog(dana.page)
      .getByText(/open conversations? (is|are) with Omar Aziz/)
      .waitFor();
    expect(await wrongWithScreen(dana, '59-team-remove')).toEqual([]);
    await dialog(dana.page).getByRole('button', { name: 'Remove Omar Aziz' }).click();
    await dialog(dana.page).waitFor({ state: 'detached' });
    // The database says so itself on a line that it still answers, and nothing but no to a login that was ended.
    await teamLine(omar.page, /you were removed|not let in since/u).waitFor();
    await omar.page.getByText('where is my parcel?').first().waitFor();
    await teamSettings(omar.page);
    expect(await wrongWithScreen(omar, '60-team-cut')).toEqual([]);
    for (const { complaints } of [dana, omar]) expect(complaints).toEqual([]);
  });
});

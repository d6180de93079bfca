import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowWith } from './support/desk.ts';
import { wrongWithScreen } from './support/screens.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** The row of a member in the team's table. */
const member = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });

/** A number of a member by the place of its column, the first being open conversations. */
const numberOf = async (page: Page, name: string, column: number): Promise<string> =>
  (await member(page, name).getByRole('cell').nth(column).innerText()).trim();

const names = async (page: Page): Promise<readonly string[]> =>
  (await page.getByRole('rowheader').locator('.team-name').allInnerTexts()).map((name) =>
    name.replace(/\s+you$/u, ''),
  );

/** Holds what is dragged above a place, as unsteadily as a hand does, until the place says what letting go would do. */
const holdAbove = async (page: Page, place: Locator, says: string): Promise<void> => {
  const box = await place.boundingBox();
  if (box === null) throw new Error('the place of the drop is not on screen');
  const move = async (by: number): Promise<string> => {
    await page.mouse.move(box.x + 60 + by, box.y + box.height / 2);
    return place.innerText();
  };
  await expect.poll(async () => `${await move(-2)} ${await move(2)}`).toContain(says);
  await move(0);
};

const openTeam = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+5');
  await page.getByRole('heading', { name: 'Team', level: 2 }).waitFor();
};

describe('a lead with the team', () => {
  let app: StewardApp;

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    // The team has done its share once something sleeps.
    await app.page
      .getByRole('navigation')
      .getByRole('button', { name: /^Snoozed\b/ })
      .getByText('3')
      .waitFor({ timeout: 60_000 });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('sees first whose customer has waited longest, and sorts by any column', async () => {
    const { page } = app;
    await openTeam(page);
    await expect.poll(() => names(page)).toHaveLength(4);
    const head = (name: string): Locator => page.getByRole('columnheader', { name });
    expect(await head('Waits longest').getAttribute('aria-sort')).toBe('descending');
    await head('Member').getByRole('button').click();
    expect(await names(page)).toEqual([...(await names(page))].sort());
    expect(await head('Member').getAttribute('aria-sort')).toBe('ascending');
    await head('Open').getByRole('button').click();
    expect((await names(page))[0]).toBe('Dana');
    await member(page, 'Dana').getByText('has more than the others').waitFor();
  });

  it('shows the team whole, in both colours and at every size', async () => {
    expect(await wrongWithScreen(app, 'leads-1-team')).toEqual([]);
  });

  it('is told by the place of a drop what letting go would do, and gives it with a word', async () => {
    const { page } = app;
    const row = rowWith(page, 'Imogen Hartley');
    await row.hover();
    await page.mouse.down();
    await holdAbove(page, member(page, 'Priya Nair'), 'Give this conversation to Priya Nair');
    await page.mouse.up();
    const dialog = page.getByRole('dialog', { name: 'Who is to own this?' });
    await dialog.waitFor();
    await page.keyboard.type('She knows the parcel service');
    await page.keyboard.press('Enter');
    await page.getByText('Given to Priya Nair.').waitFor();
    await member(page, 'Priya Nair').getByRole('button').first().click();
    await rowWith(page, 'Imogen Hartley').click();
    await page.getByText('You gave this to Priya Nair: “She knows the parcel service”').waitFor();
  });

  it('is offered by key first who knows the customer or has room, and why', async () => {
    const { page } = app;
    await page.keyboard.press('Shift+C');
    const dialog = page.getByRole('dialog', { name: 'Who is to own this?' });
    await dialog
      .getByText(/has the least waiting|knows this customer|has room/)
      .first()
      .waitFor();
    expect(await wrongWithScreen(app, 'leads-2-assign')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  it('is suggested a balance, changes it, accepts it in one step and takes it back in one', async () => {
    const { page } = app;
    await openTeam(page);
    const before = await numberOf(page, 'Dana', 0);
    await member(page, 'Dana').getByRole('button', { name: 'Suggest a balance for Dana' }).click();
    const dialog = page.getByRole('dialog', { name: 'A balance for Dana' });
    const lines = dialog.getByRole('list', { name: 'What would change hands' }).getByRole('listitem');
    await lines.first().waitFor();
    const many = await lines.count();
    expect(many).toBeGreaterThan(1);
    expect(await wrongWithScreen(app, 'leads-3-balance')).toEqual([]);
    await lines.first().getByRole('combobox').selectOption({ label: 'Stays with Dana' });
    await dialog.getByLabel(/^A word to go with all of it/).fill('So that nobody waits too long');
    const give = many === 2 ? 'Give 1 conversation away' : `Give ${String(many - 1)} conversations away`;
    await dialog.getByRole('button', { name: give }).click();
    await page.getByText(/conversations? changed hands\./).waitFor();
    await expect.poll(() => numberOf(page, 'Dana', 0)).toBe(String(Number(before) - many + 1));
    await page.keyboard.press('u');
    await expect.poll(() => numberOf(page, 'Dana', 0)).toBe(before);
  });

  it('hands over everything of somebody who is away, and takes all of it back with one key', async () => {
    const { page } = app;
    const omar = await numberOf(page, 'Omar Aziz', 0);
    await member(page, 'Omar Aziz').getByRole('button', { name: 'More about Omar Aziz' }).click();
    await page.getByRole('menuitem', { name: 'Hand over everything of Omar Aziz' }).click();
    const dialog = page.getByRole('dialog', { name: 'Hand over everything of Omar Aziz' });
    await dialog.getByText(`Omar Aziz has ${omar} open conversation`).waitFor();
    await dialog.getByRole('list', { name: 'What would change hands' }).waitFor();
    expect(await wrongWithScreen(app, 'leads-4-hand-over')).toEqual([]);
    await dialog.getByRole('radio', { name: 'to one member' }).check();
    await dialog.getByLabel('Who gets everything?').selectOption({ label: 'Priya Nair' });
    await dialog.getByLabel(/^A word to go with all of it/).fill('Omar is ill');
    await dialog.getByRole('button', { name: 'Hand everything over' }).click();
    await page.getByText(`${omar} conversations`).first().waitFor();
    await expect.poll(() => numberOf(page, 'Omar Aziz', 0)).toBe('0');
    await page.keyboard.press('u');
    await expect.poll(() => numberOf(page, 'Omar Aziz', 0)).toBe(omar);
  });

  it('reaches it from the palette for the member who is opened, and asks who checks with the customers then', async () => {
    const { page } = app;
    await member(page, 'Dana').getByRole('button').first().click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hand over everything');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Hand over everything of Dana' });
    await dialog.getByRole('radio', { name: 'stay with Dana, who promised them' }).waitFor();
    await dialog.getByRole('radio', { name: 'go to somebody else' }).check();
    await dialog.getByLabel('Who checks instead?').selectOption({ label: 'Omar Aziz' });
    // Omar has what Dana handed over to him before.
    await dialog.getByText(/checks? stays? with Dana: nobody checks on their own work/).waitFor();
    expect(await wrongWithScreen(app, 'leads-5-hand-over-checks')).toEqual([]);
    await page.keyboard.press('Escape');
    expect(app.complaints).toEqual([]);
  });
});

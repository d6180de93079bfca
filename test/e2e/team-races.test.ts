import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy/cutting-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { letter } from '../support/mailbox-generator/letter.ts';
import { startPostgres, type TestPostgres } from '../support/postgres/postgres.ts';
import { makeDatabase } from '../support/postgres/team.ts';
import { through } from '../support/team/through.ts';
import { uniqueName } from '../support/temp.ts';
import { connectByHand, hasKeys, rowWith, trustBothServers } from './support/desk.ts';
import { wrongWithScreen } from './support/screens.ts';
import { lookInto, teamsRows, type Kept, type Owners } from './support/standing.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

const mailbox = `${uniqueName('help')}@shop.test`;
const patient = 60_000;
/** A whole test on a machine that does eight other things, in ms. */
const longest = 420_000;

/** In so many rounds both select so many rows and claim them with one key; so many single ones follow. */
const rounds = 8;
const atOnce = 24;
const singles = 8;
const races = rounds * atOnce + singles;

const subjectOf = (race: number): string => `Race ${String(race).padStart(3, '0')}`;
const allSubjects = Array.from({ length: races }, (_, race) => subjectOf(race));

/** Somebody with a window, a line to the database that a test can hold, and what the application keeps. */
type Player = {
  readonly name: string;
  readonly app: StewardApp;
  readonly page: Page;
  readonly line: CuttingProxy;
  readonly kept: Kept;
};

/** Whether all of some conversations are of one person. */
const isOfOne = (owners: Owners, subjects: readonly string[], name: string): boolean =>
  subjects.every((subject) => owners.get(subject) === name);

const answer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });
const matters = (page: Page): Locator => page.getByRole('region', { name: 'This conversation and the team' });
const inRail = (page: Page, text: RegExp): Locator =>
  page.getByRole('navigation').getByRole('button').filter({ hasText: text });
const refusedList = (page: Page): Locator => page.getByRole('region', { name: 'Not accepted by the team' });

/** The number beside a queue of the rail; none is shown for nothing. */
const countOf = async (page: Page, queue: 'My turn' | 'Unowned'): Promise<number> => {
  const [count = '0'] = await page
    .getByRole('navigation')
    .getByRole('button', { name: new RegExp(`^${queue}\\b`, 'u') })
    .locator('.rail-count')
    .allInnerTexts();
  return Number(count);
};

const unowned = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+4');
  await page.getByRole('heading', { name: 'Unowned', level: 1 }).waitFor();
};

/** From now on nothing of what somebody does reaches the team, until they are let go. */
const hold = ({ line }: Player): void => {
  line.cutWhen({
    direction: 'to server',
    place: { kind: 'at byte', count: 0 },
    action: { kind: 'stall' },
    times: Number.MAX_SAFE_INTEGER,
  });
};
const letGo = ({ line }: Player): void => {
  line.clearRules();
  line.release();
};

describe('two people claim the same conversations at the same time', () => {
  let postgres: TestPostgres;
  let server: MailServer;
  let database: string;
  const players: Player[] = [];
  const closing: (() => Promise<unknown>)[] = [];

  const pair = (): readonly [Player, Player] => {
    const [dana, omar] = players;
    if (dana === undefined || omar === undefined) throw new Error('two are needed');
    return [dana, omar];
  };
  const ready = (name: string, app: StewardApp, line: CuttingProxy): void => {
    const kept = lookInto(app);
    closing.unshift(async () => kept.close());
    players.push({ name, app, page: app.page, line, kept });
  };
  /** Whoever is held claims in vain: by turns, so that each has to lose. */
  const turns = (turn: number): { readonly held: Player; readonly free: Player } => {
    const [dana, omar] = pair();
    return turn % 2 === 0 ? { held: omar, free: dana } : { held: dana, free: omar };
  };

  /** Waits until everybody says the same of some conversations and nothing waits; answers who has each of them. */
  const settled = async (subjects: readonly string[], left: number): Promise<ReadonlyMap<string, string>> => {
    const owners = await eventually(
      async () => {
        if (players.some(({ kept }) => kept.waiting() > 0)) return null;
        const rows = new Map((await teamsRows(postgres, database)).map((row) => [row.subject, row]));
        const locals = players.map(({ kept }) => kept.owners());
        const owned = new Map<string, string>();
        for (const subject of subjects) {
          const owner = rows.get(subject)?.owner ?? null;
          if (owner === null || locals.some((local) => local.get(subject) !== owner)) return null;
          // Exactly one claim was accepted, of whoever has it.
          expect(rows.get(subject)?.claimed).toEqual([owner]);
          owned.set(subject, owner);
        }
        return owned;
      },
      { message: 'the team and both windows name the same owner of each', withinMs: patient },
    );
    for (const { page, name, kept } of players) {
      const mine = [...kept.owners().values()].filter((owner) => owner === name).length;
      await expect.poll(() => countOf(page, 'Unowned'), { timeout: patient }).toBe(left);
      await expect.poll(() => countOf(page, 'My turn'), { timeout: patient }).toBe(mine);
    }
    return owners;
  };

  /** Reads in the settings who took what was claimed in vain, and closes it; answers how many it was. */
  const readRefusals = async ({ page, kept }: Player, by: Player): Promise<number> => {
    const many = kept.refused();
    if (many === 0) return 0;
    const line = inRail(
      page,
      new RegExp(`^Team\\s*${many === 1 ? 'one thing was' : `${many} things were`}`, 'u'),
    );
    await line.click();
    await refusedList(page).waitFor();
    // One sentence for all of one minute, whatever their number.
    await expect
      .poll(async () => (await refusedList(page).getByText(`${by.name} took`).allInnerTexts()).length)
      .toBeLessThanOrEqual(2);
    while (kept.refused() > 0) {
      const before = kept.refused();
      const close = refusedList(page)
        .getByRole('button', { name: /^Close/u })
        .first();
      const [together = '1'] = /\d+/u.exec(await close.innerText()) ?? [];
      await close.click();
      await expect
        .poll(() => kept.refused(), { timeout: patient })
        .toBeLessThanOrEqual(before - Number(together));
    }
    await inRail(page, /not accepted/u).waitFor({ state: 'detached' });
    return many;
  };

  /** Selects the rows that have waited longest, with the keys. */
  const select = async ({ page }: Player, first: string, count: number): Promise<void> => {
    await unowned(page);
    await page.getByRole('listbox').focus();
    await expect
      .poll(
        async () => {
          await page.keyboard.press('Home');
          return page.getByRole('option').first().innerText();
        },
        { timeout: patient },
      )
      .toContain(first);
    for (let row = 1; row < count; row += 1) await page.keyboard.press('Shift+ArrowDown');
    await page.getByText(`${String(count)} selected`).waitFor();
  };

  /** Takes the selection away where everything selected was refused, so that the next round begins as every round. */
  const unselect = async ({ page }: Player): Promise<void> => {
    const clear = page.getByRole('button', { name: 'Clear the selection' });
    if ((await clear.count()) > 0) await clear.click();
  };

  const claimBoth = async (): Promise<void> => {
    await Promise.all(players.map(({ page }) => page.keyboard.press('c')));
  };

  /** Opens a conversation and writes into it, with the keys back on the conversation afterwards. */
  const write = async ({ page }: Player, subject: string, words: string): Promise<void> => {
    await unowned(page);
    const head = page.getByRole('heading', { name: subject, level: 2 });
    await eventually(
      async () => {
        if (await head.isVisible()) return true;
        // Where a row above it leaves at that moment, the click meets another one.
        await rowWith(page, subject).click();
        return false;
      },
      { message: `${subject} is open`, withinMs: patient, everyMs: 250 },
    );
    await page.keyboard.press('r');
    await hasKeys(answer(page));
    await page.keyboard.insertText(words);
    await head.click();
  };
  /** Who was second reads it on the conversation; who had heard of it before the key was pressed, in an answer to that. */
  const readsWhoHasIt = async ({ page }: Player, owner: string, isCutOff: boolean): Promise<void> => {
    const taken = matters(page).getByText(`${owner} took this at`);
    const answered = page.getByRole('dialog', { name: `${owner} owns this` });
    await (isCutOff ? taken : taken.or(answered)).first().waitFor({ timeout: patient });
    await page.locator('.owner').getByText(owner, { exact: true }).first().waitFor();
    if ((await answered.count()) > 0) await page.keyboard.press('Escape');
    else {
      await matters(page).getByRole('button', { name: 'Close' }).click();
      await matters(page).waitFor({ state: 'detached' });
    }
  };
  const wordsOf = ({ name }: Player, subject: string): string => `${name} on ${subject}: we are on it.`;

  beforeAll(async () => {
    [postgres, server] = await Promise.all([startPostgres(), startMailServer({ smtp: 'postfix' })]);
    closing.push(
      () => postgres.stop(),
      () => server.stop(),
    );
    const made = await makeDatabase(postgres);
    database = made.database;
    const apps = await Promise.all([startSteward(), startSteward()]);
    for (const app of apps) {
      app.page.setDefaultTimeout(patient);
      closing.unshift(async () => {
        await app.quit();
        removeFolder(app);
      });
    }
    const lines = await Promise.all(apps.map(() => startCuttingProxy({ port: postgres.port })));
    for (const line of lines) closing.push(() => line.stop());
    const [dana, omar] = apps;
    const [danasLine, omarsLine] = lines;
    if (danasLine === undefined || omarsLine === undefined) throw new Error('two lines are needed');

    await dana.page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(dana.page, server, mailbox);
    await trustBothServers(dana.page, server);
    await dana.page.getByRole('button', { name: 'Go to the inbox' }).click();
    await dana.page.getByText('The inbox is empty').waitFor();
    await dana.page.keyboard.press('Control+Shift+M');
    await dana.page.getByRole('button', { name: 'Set up a team …' }).click();
    const way = made.ownerUrl.replace(`:${String(postgres.port)}/`, `:${String(danasLine.port)}/`);
    await dana.page.getByLabel('Address of the database').fill(way);
    await dana.page.getByLabel('Name of the team').fill('Bike shop');
    await dana.page.getByLabel('Your name').fill('Dana Whitfield');
    await dana.page.getByRole('button', { name: /^Look/u }).click();
    await dana.page.getByText(/answers: PostgreSQL/u).waitFor();
    await dana.page.getByRole('button', { name: 'Create the team' }).click();
    await dana.page.getByRole('heading', { name: 'Bike shop' }).waitFor();
    ready('Dana Whitfield', dana, danasLine);

    const began = Date.now() - races * 60_000;
    await server.deliver(
      mailbox,
      ...allSubjects.map((subject, race) =>
        letter({
          from: `Customer ${String(race)} <customer-${String(race)}@customer.test>`,
          ...{ to: mailbox, subject, text: `Who takes this? It is ${subject}.` },
          date: new Date(began + race * 60_000),
        }),
      ),
    );
    await dana.page.getByRole('button', { name: 'Invite somebody …' }).click();
    await dana.page.getByRole('button', { name: 'Make the invitation' }).click();
    const invitation = dana.page.getByRole('dialog').getByLabel('Invitation', { exact: true });
    await invitation.waitFor();
    const link = through(await invitation.inputValue(), omarsLine.port);
    await dana.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();

    await omar.page.getByRole('button', { name: 'Join with an invitation' }).click();
    await omar.page.getByLabel('Invitation', { exact: true }).fill(link);
    await omar.page.getByText('You are invited to the team Bike shop').waitFor();
    await omar.page.keyboard.press('Enter');
    await omar.page.getByLabel('Your name').fill('Omar Aziz');
    await omar.page.getByRole('button', { name: 'Join Bike shop' }).click();
    await omar.page.getByRole('heading', { name: 'Bike shop' }).waitFor();
    ready('Omar Aziz', omar, omarsLine);
    for (const { page } of players)
      await eventually(async () => (await countOf(page, 'Unowned')) === races, {
        message: 'every conversation is in both windows',
        withinMs: patient,
      });
  }, longest);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it(
    'many at a time, and one of them is cut off: the other has all, and who was cut off reads it in one sentence',
    async () => {
      for (let round = 0; round < rounds / 2; round += 1) {
        const subjects = allSubjects.slice(round * atOnce, (round + 1) * atOnce);
        const { held, free } = turns(round);
        await Promise.all(players.map((one) => select(one, subjectOf(round * atOnce), atOnce)));
        hold(held);
        await claimBoth();
        // Here it counts at once; the team is asked behind it.
        await eventually(() => players.every(({ kept, name }) => isOfOne(kept.owners(), subjects, name)), {
          message: 'each window says that all of them are its own',
          withinMs: patient,
        });
        await eventually(
          async () => {
            const rows = await teamsRows(postgres, database);
            return (
              rows.filter(({ owner }) => owner === free.name).length >= (1 + Math.floor(round / 2)) * atOnce
            );
          },
          { message: 'the team has the claims of who is not cut off', withinMs: patient },
        );
        letGo(held);
        const owners = await settled(subjects, races - (round + 1) * atOnce);
        expect(new Set(owners.values())).toEqual(new Set([free.name]));
        expect(held.kept.refused()).toBe(atOnce);
        expect(free.kept.refused()).toBe(0);
        if (round === 0) {
          await inRail(held.page, /not accepted/u).click();
          await refusedList(held.page).waitFor();
          expect(await wrongWithScreen(held.app, '61-team-refused-many')).toEqual([]);
        }
        expect(await readRefusals(held, free)).toBe(atOnce);
        await Promise.all(players.map(unselect));
      }
    },
    longest,
  );

  it(
    'many at a time, in the same instant: each has one of them, and nobody is told otherwise',
    async () => {
      const [dana, omar] = pair();
      for (let round = rounds / 2; round < rounds; round += 1) {
        const subjects = allSubjects.slice(round * atOnce, (round + 1) * atOnce);
        await Promise.all(players.map((one) => select(one, subjectOf(round * atOnce), atOnce)));
        await claimBoth();
        await settled(subjects, races - (round + 1) * atOnce);
        await readRefusals(dana, omar);
        await readRefusals(omar, dana);
        await Promise.all(players.map(unselect));
      }
    },
    longest,
  );

  it(
    'one that both have open and write into: who was second reads who has it, and keeps what was typed',
    async () => {
      for (let race = rounds * atOnce; race < races; race += 1) {
        const subject = subjectOf(race);
        const { held, free } = turns(race);
        const isCutOff = race % 4 < 2;
        await Promise.all(players.map((one) => write(one, subject, wordsOf(one, subject))));
        if (isCutOff) hold(held);
        await claimBoth();
        if (isCutOff) {
          await eventually(
            async () =>
              (await teamsRows(postgres, database)).some(
                (row) => row.subject === subject && row.owner !== null,
              ),
            {
              message: 'the team has the claim of who is not cut off',
              withinMs: patient,
            },
          );
          await held.page.getByText('You own this').waitFor();
          letGo(held);
        }
        const owner = (await settled([subject], races - race - 1)).get(subject);
        if (isCutOff) expect(owner).toBe(free.name);
        for (const one of players) {
          const { page, name } = one;
          if (name === owner) await page.getByText('You own this').waitFor();
          else await readsWhoHasIt(one, String(owner), isCutOff);
          expect(await answer(page).innerText()).toContain(wordsOf(one, subject));
        }
      }
    },
    longest,
  );

  it(
    'at the end the team and both windows agree on each, and every draft is there',
    async () => {
      const rows = await teamsRows(postgres, database);
      expect(rows.map(({ subject }) => subject)).toEqual(allSubjects);
      for (const { subject, owner, claimed } of rows) expect([subject, claimed]).toEqual([subject, [owner]]);
      for (const { page, app, kept, ...one } of players) {
        expect([...kept.owners()]).toEqual(rows.map(({ subject, owner }) => [subject, owner]));
        const mine = rows.filter(({ owner }) => owner === one.name);
        // Half of the rounds are won by who is not cut off, by turns.
        expect(mine.length).toBeGreaterThanOrEqual((rounds / 4) * atOnce);
        const typed = allSubjects.slice(rounds * atOnce);
        expect([...kept.drafts().keys()]).toEqual(typed);
        for (const [subject, words] of kept.drafts())
          expect(words).toContain(`${one.name} on ${subject}: we are on it.`);
        await page.getByRole('button', { name: /^Drafts/u }).click();
        for (const subject of typed) await rowWith(page, subject).waitFor();
        expect(app.complaints).toEqual([]);
      }
    },
    longest,
  );
});

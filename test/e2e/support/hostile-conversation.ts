import type { Page } from 'playwright-core';
import type { HostilePiece } from '../../support/hostile-html.ts';
import { eventually } from '../../support/eventually.ts';
import { rowWith } from './desk.ts';
import { markAfter, type HostileBatch } from './hostile-mailbox.ts';

/**
 * Opens a conversation of the list once all of its mails are here, scrolling to it as a person would. What comes to an
 * open conversation is soon read, and read mails are closed.
 */
const openRow = async (page: Page, subject: string, mails: number): Promise<void> => {
  const row = rowWith(page, subject)
    .filter({ hasText: mails === 1 ? '' : new RegExp(`Mallory Finch\\s*${mails}`) })
    .first();
  await eventually(
    async () => {
      if ((await row.count()) > 0) return true;
      await page
        .getByRole('listbox')
        .first()
        .evaluate((list) => {
          const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
          list.scrollTop = end ? 0 : list.scrollTop + list.clientHeight / 2;
        });
      return false;
    },
    { message: `${subject} is in the list`, withinMs: 60_000, everyMs: 60 },
  );
  // Rows are used again while the list scrolls, so that it has to rest before one of them is clicked.
  await row.evaluate((element) => {
    element.scrollIntoView({ block: 'center' });
    return new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    });
  });
  await row.click();
  await page.getByRole('heading', { level: 2, name: subject }).waitFor();
};

/** Frames for which a reader stays at a mail that is not drawn yet: nothing is drawn of what flies past. */
const staysFor = 60;

/** Stays at every mail until it is drawn, and unfolds what it quotes; answers how many are drawn. */
const drawAll = (page: Page): Promise<number> =>
  page.evaluate(async (longest) => {
    const isDrawn = (place: Element): boolean => {
      const body: HTMLElement | null | undefined = place.querySelector('iframe')?.contentDocument?.body;
      return (body?.childElementCount ?? 0) > 0;
    };
    const places = [...document.querySelectorAll('.message-html')];
    for (const place of places) {
      if (isDrawn(place)) continue;
      place.scrollIntoView({ block: 'center' });
      for (let frames = 0; frames < longest && !isDrawn(place); frames += 1)
        await new Promise(requestAnimationFrame);
    }
    for (const button of document.querySelectorAll<HTMLElement>('.message-quote[aria-expanded="false"]'))
      button.click();
    return places.filter(isDrawn).length;
  }, staysFor);

/** Opens a batch and has all of its mails drawn. Answers the pieces that another piece of their mail has swallowed. */
export const showBatch = async (
  page: Page,
  { subject, mails }: HostileBatch,
): Promise<readonly HostilePiece[]> => {
  await openRow(page, subject, mails.length);
  await eventually(async () => (await drawAll(page)) === mails.length, {
    message: `all ${mails.length} mails of ${subject} are drawn`,
    withinMs: 60_000,
  });
  const marks = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLIFrameElement>('.message-frame-document')].map((frame) =>
      [...(frame.contentDocument?.body.querySelectorAll('p[class^="hostile-end-"]') ?? [])].map(
        (mark) => mark.className,
      ),
    ),
  );
  return mails.flatMap((pieces, mail) => {
    if (pieces.length === 1) return [];
    const whole = pieces.findIndex((_, place) => marks[mail]?.includes(markAfter(place)) !== true);
    return whole === -1 ? [] : pieces.slice(whole);
  });
};

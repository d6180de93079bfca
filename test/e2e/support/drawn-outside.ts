import type { StewardApp } from './steward-app.ts';

/** Rounded corners beside a frame are smoothed anew with each picture, by one step of 255; nobody sees four. */
const unseen = 4;

/** So many places are told; one is too many. */
const mostTold = 20;

/**
 * Answers the pixels outside the message frames that look different while the frames' content is not drawn, and the same
 * again when it is. The pictures are compared by the shell's own decoder.
 */
export const drawnOutside = async (app: StewardApp): Promise<readonly string[]> => {
  const { page } = app;
  const shot = async (): Promise<string> =>
    (await page.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64');
  /** A picture of a window that has come to rest: two in a row are the same. */
  const picture = async (): Promise<string> => {
    let last = await shot();
    for (let turn = 0; turn < 20; turn += 1) {
      const next = await shot();
      if (next === last) break;
      last = next;
    }
    return last;
  };
  // What is under the pointer is drawn otherwise, and what scrolls comes under it.
  await page.mouse.move(1, 1);
  const show = (visible: boolean): Promise<void> =>
    page.evaluate(async (shown) => {
      for (const frame of document.querySelectorAll<HTMLElement>('.message-frame-document'))
        frame.style.visibility = shown ? '' : 'hidden';
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    }, visible);
  const frames = await page.evaluate(() => {
    const clip = document.querySelector('.timeline-scroll')?.getBoundingClientRect();
    return [...document.querySelectorAll('.message-frame-document')].map((frame) => {
      const { left, top, right, bottom } = frame.getBoundingClientRect();
      return {
        left: Math.floor(Math.max(left, clip?.left ?? 0)),
        top: Math.floor(Math.max(top, clip?.top ?? 0)),
        right: Math.ceil(Math.min(right, clip?.right ?? 0)),
        bottom: Math.ceil(Math.min(bottom, clip?.bottom ?? 0)),
      };
    });
  });
  const before = await picture();
  await show(false);
  const hidden = await picture();
  await show(true);
  const again = await picture();
  return app.electron.evaluate(
    ({ nativeImage }, { pictures, inside, most, step }) => {
      const [first, second, third] = pictures.map((png) =>
        nativeImage.createFromBuffer(Buffer.from(png, 'base64')),
      );
      if (first === undefined || second === undefined || third === undefined) return ['no picture'];
      const { width, height } = first.getSize();
      const [a, b, c] = [first.toBitmap(), second.toBitmap(), third.toBitmap()];
      if (a.length !== b.length || a.length !== c.length || width === 0) return ['pictures of two sizes'];
      const alike = (one: Buffer, other: Buffer, pixel: number): boolean =>
        [0, 1, 2].every(
          (part) => Math.abs((one[pixel * 4 + part] ?? 0) - (other[pixel * 4 + part] ?? 0)) <= step,
        );
      const different: string[] = [];
      for (let pixel = 0; pixel < width * height; pixel += 1) {
        // What does not come back with the frames' content was not drawn by it: the page goes on living meanwhile.
        if (alike(a, b, pixel) || !alike(a, c, pixel)) continue;
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        if (!inside.some(({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom))
          different.push(
            `${x},${y}: ${a.readUInt32LE(pixel * 4).toString(16)} ${b.readUInt32LE(pixel * 4).toString(16)}`,
          );
      }
      return different.slice(0, most);
    },
    { pictures: [before, hidden, again], inside: frames, most: mostTold, step: unseen },
  );
};

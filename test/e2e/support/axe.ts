import { source, type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules a screen has to hold: WCAG 2.2 AA and what screen reader users ask for beyond it. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong on the screen as it is, each with the element it means; mail frames are strangers' and left out. */
export const axeViolations = async (page: Page): Promise<readonly string[]> => {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const violations = await page.evaluate(async (values): Promise<AxeResults['violations']> => {
    const axe: typeof import('axe-core') = Reflect.get(globalThis, 'axe');
    const results = await axe.run(document, {
      runOnly: { type: 'tag', values },
      resultTypes: ['violations'],
      iframes: false,
    });
    return results.violations;
  }, tags);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`),
  );
};

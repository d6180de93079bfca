import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ShellLanguage } from '#main/shell/language.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

it('a language that is laid down holds before one that was chosen, and against one that is chosen', async () => {
  const folder = makeTempDirectory('language');
  onTestFinished(() => folder.remove());
  writeFileSync(join(folder.path, 'language.json'), '"en"');
  const options = { stateDir: folder.path, system: 'en-GB', changed: () => undefined };
  const language = new ShellLanguage({ ...options, laidDown: 'de' });
  expect(language.state.locale).toBe('de-DE');
  expect((await language.choose('en')).locale).toBe('de-DE');
  // Where nothing is laid down any more, the person's own choice is there again.
  expect(new ShellLanguage({ ...options, laidDown: null }).state.choice).toBe('en');
});

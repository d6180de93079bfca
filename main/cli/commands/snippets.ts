import { oneLine, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';

/** `snippets list`: the texts to insert, with what is typed for each. */
export const listSnippets = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const { snippets } = accepted(await engine.call('snippet.list', {}));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ snippets }));
    return;
  }
  const cells = snippets.map(({ name, shortcut, text }) => [
    shortcut === null ? '' : `;${shortcut}`,
    oneLine(name),
    oneLine(text),
  ]);
  for (const line of table(cells, [null, 40, 80])) await terminal.out(line);
  if (snippets.length === 0) terminal.note(terminal.words('cli.snippets.empty'));
};

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join('.github', 'workflows');
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}));

describe('the workflows', () => {
  it('are one for every change and one for every release', () => {
    expect(workflows.map(({ name }) => name).sort()).toEqual(['ci.yml', 'release.yml']);
  });

  it('use actions by the hash of what was looked at', () => {
    for (const { text } of workflows) {
      const used = [...text.matchAll(/uses: (\S+)(.*)/g)];
      expect(used.length).toBeGreaterThan(0);
      for (const [, action = '', version = ''] of used) {
        expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
        expect(version).toMatch(/ # v\d+\.\d+\.\d+$/);
      }
    }
  });

  it('have no rights but those they name, and leave no credentials behind', () => {
    for (const { text } of workflows) {
      expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
      expect(text.match(/persist-credentials: false/g)?.length).toBe(
        text.match(/actions\/checkout@/g)?.length,
      );
    }
  });

  it('write nothing of a push into a script', () => {
    for (const { text } of workflows) expect(text).not.toMatch(/run:.*\$\{\{ *github\.(event|head_ref)/);
  });
});

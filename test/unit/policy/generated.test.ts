import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('the templates, the profile, the JSON Schema and the documentation say what the schema says', async () => {
  await expect(run(process.execPath, ['tools/policies.mjs', '--check'])).resolves.toMatchObject({
    stdout: '',
  });
}, 120_000);

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inProject } from './paths.mjs';
import { adml, admx } from './policies/admx.mjs';
import { jsonSchema } from './policies/json-schema.mjs';
import { keyTable } from './policies/key-table.mjs';
import { mobileconfig } from './policies/mobileconfig.mjs';
import { readSchema } from './policies/schema.mjs';

// `node tools/policies.mjs` writes everything that is made from the one schema of policies; `--check` only compares.

const docs = 'docs/policies.md';
const marks = { from: '<!-- keys: made by tools/policies.mjs -->', to: '<!-- end of keys -->' };

/** @param {unknown} value */
const formatted = async (value) => {
  const { format, resolveConfig } = await import('prettier');
  const path = inProject('packaging', 'policies', 'policies.schema.json');
  return format(JSON.stringify(value), { ...(await resolveConfig(path)), filepath: path });
};

/** @param {string} table */
const documented = (table) => {
  const text = readFileSync(inProject(docs), 'utf8');
  const [before, rest] = text.split(marks.from);
  const after = rest?.split(marks.to)[1];
  if (before === undefined || after === undefined) throw new Error(`${docs} has lost its marks`);
  return `${before}${marks.from}\n\n${table}\n${marks.to}${after}`;
};

const schema = await readSchema();
const example = Object.fromEntries(
  Object.entries(schema.keys).map(([key, { example: value }]) => [key, value]),
);
/** @type {Readonly<Record<string, string>>} */
const files = {
  'packaging/policies/windows/steward.admx': admx(schema),
  'packaging/policies/windows/en-US/steward.adml': adml(schema, 'en'),
  'packaging/policies/windows/de-DE/steward.adml': adml(schema, 'de'),
  'packaging/policies/macos/steward.mobileconfig': mobileconfig(schema),
  'packaging/policies/policies.schema.json': await formatted(jsonSchema(schema)),
  'packaging/policies/policies.example.json': await formatted({
    $schema: './policies.schema.json',
    ...example,
  }),
  [docs]: documented(keyTable(schema)),
};

const checking = process.argv.includes('--check');
const different = Object.entries(files).filter(([path, text]) => {
  const there = inProject(path);
  return !existsSync(there) || readFileSync(there, 'utf8') !== text;
});
for (const [path, text] of different) {
  console.log(`${checking ? 'differs from the schema' : 'written'}: ${path}`);
  if (checking) continue;
  mkdirSync(dirname(inProject(path)), { recursive: true });
  writeFileSync(inProject(path), text);
}
if (checking && different.length > 0) process.exitCode = 1;

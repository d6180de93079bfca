import { xml } from './schema.mjs';

/** @typedef {import('./schema.mjs').Schema} Schema */

/** @param {unknown} value @param {string} indent @returns {string} */
const plistValue = (value, indent) => {
  const deeper = `${indent}  `;
  if (typeof value === 'boolean') return `${indent}<${String(value)}/>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (Array.isArray(value)) {
    return [`${indent}<array>`, ...value.map((item) => plistValue(item, deeper)), `${indent}</array>`].join(
      '\n',
    );
  }
  if (typeof value === 'object' && value !== null) return plistDict(Object.entries(value), indent);
  return `${indent}<string>${xml(String(value))}</string>`;
};

/** @param {readonly (readonly [string, unknown])[]} entries @param {string} indent @returns {string} */
const plistDict = (entries, indent) =>
  [
    `${indent}<dict>`,
    ...entries.flatMap(([name, value]) => [
      `${indent}  <key>${xml(name)}</key>`,
      plistValue(value, `${indent}  `),
    ]),
    `${indent}</dict>`,
  ].join('\n');

/** An example of a configuration profile for macOS with every key; what is not wanted is taken out. @param {Schema} schema */
export const mobileconfig = ({ keys }) => {
  const settings = Object.entries(keys).map(([key, { example }]) => /** @type {const} */ ([key, example]));
  const payload = plistDict(
    [
      ['PayloadType', 'app.steward.desktop'],
      ['PayloadVersion', 1],
      ['PayloadIdentifier', 'com.example.steward.settings'],
      ['PayloadUUID', '5B1F3E0A-7C52-4E0E-9B1C-2D6C1F9A0001'],
      ['PayloadDisplayName', 'Steward'],
      ...settings,
    ],
    '    ',
  );
  const outer = [
    ['PayloadType', 'Configuration'],
    ['PayloadVersion', 1],
    ['PayloadScope', 'System'],
    ['PayloadIdentifier', 'com.example.steward'],
    ['PayloadUUID', '5B1F3E0A-7C52-4E0E-9B1C-2D6C1F9A0002'],
    ['PayloadDisplayName', 'Steward'],
    ['PayloadOrganization', 'Example Ltd'],
  ].flatMap(([name, value]) => [`  <key>${name}</key>`, plistValue(value, '  ')]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    ...outer,
    '  <key>PayloadContent</key>',
    '  <array>',
    payload,
    '  </array>',
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
};

import { choicesOf, wordsOf, xml } from './schema.mjs';

/** @typedef {import('./schema.mjs').Schema} Schema */
/** @typedef {import('./schema.mjs').Definition} Definition */

const registryKey = 'SOFTWARE\\Policies\\Steward';
const header = '<?xml version="1.0" encoding="utf-8"?>';
const namespace =
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"';

/** Names in these files have no dots. @param {string} key */
const idOf = (key) => key.replaceAll('.', '_');

/** @param {string} key @param {Definition} definition @returns {readonly string[]} */
const elementOf = (key, { shape }) => {
  const id = idOf(key);
  switch (shape.kind) {
    case 'number':
      return [
        `<decimal id="${id}" valueName="${key}" required="true" minValue="${shape.least}" maxValue="${shape.most}" />`,
      ];
    case 'choice':
      return [
        `<enum id="${id}" valueName="${key}" required="true">`,
        ...choicesOf(shape).map(
          (choice) =>
            `  <item displayName="$(string.${id}_${choice})"><value><string>${xml(choice)}</string></value></item>`,
        ),
        '</enum>',
      ];
    case 'list':
      return [`<list id="${id}" key="${registryKey}\\${key}" valuePrefix="" />`];
    default:
      return [`<text id="${id}" valueName="${key}" required="true" maxLength="${shape.most ?? 1023}" />`];
  }
};

/** @param {string} key @param {Definition} definition @returns {readonly string[]} */
const policyOf = (key, definition) => {
  const id = idOf(key);
  const isSwitch = definition.shape.kind === 'switch';
  const named = `name="${id}" class="Machine" displayName="$(string.${id})" explainText="$(string.${id}_Help)" key="${registryKey}"`;
  return [
    `    <policy ${named} ${isSwitch ? `valueName="${key}"` : `presentation="$(presentation.${id})"`}>`,
    '      <parentCategory ref="Steward" />',
    '      <supportedOn ref="Steward_Any" />',
    ...(isSwitch
      ? [
          '      <enabledValue><decimal value="1" /></enabledValue>',
          '      <disabledValue><decimal value="0" /></disabledValue>',
        ]
      : [
          '      <elements>',
          ...elementOf(key, definition).map((row) => `        ${row}`),
          '      </elements>',
        ]),
    '    </policy>',
  ];
};

/** The administrative template, which says where Group Policy writes what. @param {Schema} schema */
export const admx = ({ keys }) =>
  [
    header,
    `<policyDefinitions ${namespace} revision="1.0" schemaVersion="1.0">`,
    '  <policyNamespaces>',
    '    <target prefix="steward" namespace="Steward.Policies" />',
    '  </policyNamespaces>',
    '  <resources minRequiredRevision="1.0" />',
    '  <supportedOn>',
    '    <definitions>',
    '      <definition name="Steward_Any" displayName="$(string.Steward_Any)" />',
    '    </definitions>',
    '  </supportedOn>',
    '  <categories>',
    '    <category name="Steward" displayName="$(string.Steward)" />',
    '  </categories>',
    '  <policies>',
    ...Object.entries(keys).flatMap(([key, definition]) => policyOf(key, definition)),
    '  </policies>',
    '</policyDefinitions>',
    '',
  ].join('\n');

/** @param {string} key @param {Definition} definition @param {string} label @returns {readonly string[]} */
const presentationOf = (key, { shape }, label) => {
  const id = idOf(key);
  switch (shape.kind) {
    case 'switch':
      return [];
    case 'number':
      return [
        `      <presentation id="${id}"><decimalTextBox refId="${id}" defaultValue="${shape.least}">${label}</decimalTextBox></presentation>`,
      ];
    case 'choice':
      return [
        `      <presentation id="${id}"><dropdownList refId="${id}" noSort="true" defaultItem="0">${label}</dropdownList></presentation>`,
      ];
    case 'list':
      return [`      <presentation id="${id}"><listBox refId="${id}">${label}</listBox></presentation>`];
    default:
      return [
        `      <presentation id="${id}"><textBox refId="${id}"><label>${label}</label></textBox></presentation>`,
      ];
  }
};

/** @param {Definition} definition @param {'en' | 'de'} language */
const hintOf = ({ shape, example }, language) => {
  const shown = Array.isArray(example)
    ? example.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n')
    : String(example);
  if (shape.kind === 'switch' || shape.kind === 'choice') return '';
  return `\n\n${language === 'de' ? 'Beispiel' : 'Example'}:\n${shown}`;
};

/** The words of the template in one language. @param {Schema} schema @param {'en' | 'de'} language */
export const adml = (schema, language) => {
  const entries = Object.entries(schema.keys);
  /** @param {string} key */
  const said = (key) => xml(wordsOf(schema, language, key));
  return [
    header,
    `<policyDefinitionResources ${namespace} revision="1.0" schemaVersion="1.0">`,
    '  <displayName>Steward</displayName>',
    '  <description>Steward</description>',
    '  <resources>',
    '    <stringTable>',
    '      <string id="Steward">Steward</string>',
    '      <string id="Steward_Any">Steward 0.1</string>',
    ...entries.flatMap(([key, definition]) => [
      `      <string id="${idOf(key)}">${said(`policy.key.${key}`)}</string>`,
      `      <string id="${idOf(key)}_Help">${said(`policy.key.${key}.about`)}${xml(hintOf(definition, language))}</string>`,
      ...choicesOf(definition.shape).map(
        (choice) => `      <string id="${idOf(key)}_${choice}">${xml(choice)}</string>`,
      ),
    ]),
    '    </stringTable>',
    '    <presentationTable>',
    ...entries.flatMap(([key, definition]) => presentationOf(key, definition, said(`policy.key.${key}`))),
    '    </presentationTable>',
    '  </resources>',
    '</policyDefinitionResources>',
    '',
  ].join('\n');
};

import { Menu, app, type MenuItemConstructorOptions, type Session, type WebContents } from 'electron';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Words } from '#shared/messages/format.ts';
import type { Spelling, SpellingWish } from '../engine/shell-port.ts';
import { platform } from './platform.ts';

/** Chromium's own form of a Hunspell word list: `en-US-10-1.bdic`. It reads what lies here and is never let fetch one. */
const wordList = /^(.+?)-\d+-\d+\.bdic$/i;

/** Languages whose word list a person or an administrator has put into the folder of the application. */
const listedLanguages = (session: Session): readonly string[] => {
  try {
    const files = readdirSync(join(app.getPath('userData'), 'Dictionaries'));
    const lists = new Set(files.map((name) => wordList.exec(name)?.[1]?.toLowerCase()));
    return session.availableSpellCheckerLanguages.filter((language) => lists.has(language.toLowerCase()));
  } catch {
    return [];
  }
};

const own = (available: readonly string[]): readonly string[] =>
  app.getPreferredSystemLanguages().filter((language) => available.includes(language));

/**
 * Switches the check of spelling on or off. macOS and Windows check with what the system has; elsewhere there must be
 * a word list in the application's folder, and without one it stays off. Nothing is fetched: see `lockSession`.
 */
export const setSpelling = (session: Session, { on, languages }: SpellingWish): Spelling => {
  if (platform.kind === 'macos') {
    // The system guesses the language by itself.
    session.setSpellCheckerEnabled(on);
    return { source: 'system', available: [], chosen: [] };
  }
  const available =
    platform.kind === 'windows' ? session.availableSpellCheckerLanguages : listedLanguages(session);
  const wished = languages.filter((language) => available.includes(language));
  const chosen =
    wished.length > 0 ? wished : own(available).length > 0 ? own(available) : available.slice(0, 1);
  const possible = chosen.length > 0;
  if (on && possible) session.setSpellCheckerLanguages([...chosen]);
  session.setSpellCheckerEnabled(on && possible);
  const source = !possible ? 'none' : platform.kind === 'windows' ? 'system' : 'files';
  return { source, available, chosen };
};

/** The menu of the second mouse button: corrections for a misspelt word, and the usual ways with a text. */
export const offerCorrections = (contents: WebContents, words: Words): void => {
  contents.on('context-menu', (_event, { isEditable, misspelledWord, dictionarySuggestions, editFlags }) => {
    const template: MenuItemConstructorOptions[] = [];
    if (isEditable && misspelledWord !== '') {
      template.push(
        ...dictionarySuggestions.slice(0, 6).map((suggestion) => ({
          label: suggestion,
          click: () => {
            contents.replaceMisspelling(suggestion);
          },
        })),
        {
          label: words('menu.spelling.add', { word: misspelledWord }),
          click: () => {
            contents.session.addWordToSpellCheckerDictionary(misspelledWord);
          },
        },
        { type: 'separator' },
      );
    }
    if (isEditable) template.push({ role: 'cut', label: words('menu.cut'), enabled: editFlags.canCut });
    if (isEditable || editFlags.canCopy)
      template.push({ role: 'copy', label: words('menu.copy'), enabled: editFlags.canCopy });
    if (isEditable) template.push({ role: 'paste', label: words('menu.paste'), enabled: editFlags.canPaste });
    if (template.length > 0) Menu.buildFromTemplate(template).popup();
  });
};

import * as v from 'valibot';
import { languageChoices, type LanguageState } from '../messages/locale.ts';
import type { Managed } from '../domain/policy/policy.ts';
import { call } from './define.ts';

export const languageCalls = {
  /** Which language is spoken. It belongs to the application, not to a workspace: it is there before one is opened. */
  'language.state': call(v.strictObject({})).answers<LanguageState>(),
  /** Holds at once, in the window, the menu and the notices. */
  'language.choose': call(v.strictObject({ choice: v.picklist(languageChoices) }))
    .answers<LanguageState>()
    .refuses<Managed>(),
} as const;

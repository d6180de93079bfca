import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { en } from '#shared/messages/en.ts';
import { changeableWords, createWords, type Words } from '#shared/messages/format.ts';
import {
  languageChoices,
  loadWords,
  localeFor,
  type LanguageChoice,
  type LanguageState,
} from '#shared/messages/locale.ts';

/** Where the choice is kept, what the system speaks, and who draws words of the shell anew. */
export type ShellLanguageOptions = {
  readonly stateDir: string;
  readonly system: string;
  /** The language that the machine's admin has laid down, if any. */
  readonly laidDown: LanguageChoice | null;
  changed(words: Words): void;
};

const file = (folder: string): string => join(folder, 'language.json');

const kept = (folder: string): LanguageChoice => {
  try {
    const said: unknown = JSON.parse(readFileSync(file(folder), 'utf8'));
    return languageChoices.find((choice) => choice === said) ?? 'system';
  } catch {
    return 'system';
  }
};

/**
 * The language of the application. It is kept beside the workspaces and not in one, because it is spoken before one is
 * opened, and in the sample as well.
 */
export class ShellLanguage {
  readonly #options: ShellLanguageOptions;
  readonly #spoken = changeableWords(createWords('en-GB', en));
  #choice: LanguageChoice;

  constructor(options: ShellLanguageOptions) {
    this.#options = options;
    this.#choice = options.laidDown ?? kept(options.stateDir);
    void this.#speak();
  }

  /** Whoever holds these speaks the new language when it changes. */
  get words(): Words {
    return this.#spoken.words;
  }

  get state(): LanguageState {
    return { choice: this.#choice, locale: localeFor(this.#choice, this.#options.system) };
  }

  /** Keeps a choice and speaks it from now on; null changes nothing. */
  async choose(choice: LanguageChoice | null): Promise<LanguageState> {
    if (choice !== null && choice !== this.#choice && this.#options.laidDown === null) {
      this.#choice = choice;
      try {
        writeFileSync(file(this.#options.stateDir), JSON.stringify(choice));
      } catch {
        // A full or read-only disk costs the choice at the next start, nothing else.
      }
      await this.#speak();
    }
    return this.state;
  }

  async #speak(): Promise<void> {
    const { locale } = this.state;
    const words = await loadWords(locale);
    // Somebody may have chosen again meanwhile.
    if (locale !== this.state.locale) return;
    this.#spoken.change(words);
    this.#options.changed(words);
  }
}

import { en } from '#shared/messages/en.ts';
import { changeableWords, createWords, type Words } from '#shared/messages/format.ts';
import { loadWords, type LanguageChoice, type LanguageState } from '#shared/messages/locale.ts';
import type { ShellPort } from './shell-port.ts';

/** The language that the engine speaks in notices and in what it adds to messages; the shell keeps what was chosen. */
export class EngineLanguage {
  readonly #shell: ShellPort;
  readonly #spoken = changeableWords(createWords('en', en));

  constructor(shell: ShellPort) {
    this.#shell = shell;
  }

  /** Whoever holds these speaks the new language when it changes. */
  get words(): Words {
    return this.#spoken.words;
  }

  /** Speaks what the shell has kept, or keeps a new choice and speaks that. */
  async speak(choice: LanguageChoice | null): Promise<LanguageState> {
    const state = await this.#shell.language(choice);
    if (state.locale !== this.words.locale) this.#spoken.change(await loadWords(state.locale));
    return state;
  }
}

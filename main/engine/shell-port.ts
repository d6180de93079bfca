import type { UpdateState } from '#shared/contract/update.ts';
import type { LanguageChoice, LanguageState } from '#shared/messages/locale.ts';

/** What a person may do about a notice; `open` is also what a click on it does. */
export type NoticeAct = 'open' | 'done' | 'snooze';

/** A native notification. What it says is for the eyes of whoever sits there: previews are decided before. */
export type Notice = {
  readonly kind?: 'message' | 'follow-up' | 'follow-ups' | 'target';
  /** What a click opens; null for the list of follow-ups. */
  readonly conversation: string | null;
  readonly title: string;
  readonly body: string;
  readonly followUp?: string;
  /** Buttons, where the system has them; everywhere else a click opens. */
  readonly actions?: readonly { readonly act: NoticeAct; readonly label: string }[];
};

/** What came back from a notice. */
export type NoticeAnswer = {
  readonly act: NoticeAct;
  readonly conversation: string | null;
  readonly followUp: string | null;
};

/** What may be asked about updates. */
export type UpdateAct = 'state' | 'check' | 'fetch' | 'install';

/** Whether spelling is checked, and in which languages; none means those of the system. */
export type SpellingWish = { readonly on: boolean; readonly languages: readonly string[] };

/** What checks spelling here: the system, word lists in the application's folder, or nothing. Languages are BCP 47 tags. */
export type Spelling = {
  readonly source: 'system' | 'files' | 'none';
  readonly available: readonly string[];
  readonly chosen: readonly string[];
};

/** What the engine asks of the place it runs in: the Electron shell, or a terminal. Plain data only. */
export interface ShellPort {
  /** Whether secrets can be sealed by the operating system's key store. */
  sealing(): Promise<'os' | 'none'>;
  seal(plain: Uint8Array): Promise<Uint8Array>;
  open(sealed: Uint8Array): Promise<Uint8Array>;
  /** Shows a native notification; what the person does about it comes back to the engine as a NoticeAnswer. */
  notify(notice: Notice): void;
  /** The number on the application's icon. */
  badge(unread: number): void;
  openBrowser(url: string): Promise<void>;
  /** Asks for a place to save; null when the person cancels. */
  chooseSavePath(name: string): Promise<string | null>;
  /** Asks for files to attach; empty when the person cancels. */
  chooseFiles(): Promise<readonly string[]>;
  /** Asks for a folder; null when the person cancels. */
  chooseFolder(): Promise<string | null>;
  /** Opens a file with the system's application for it. */
  openFile(path: string): Promise<void>;
  /** Marks a saved file as coming from the internet, where the system has that. */
  markFromInternet(path: string): Promise<void>;
  /** Checks spelling where one writes, as far as the system can; answers what it came to. */
  spelling(wish: SpellingWish): Promise<Spelling>;
  /** How updates stand, or what came of doing something about them; `install` ends the application. */
  update(act: UpdateAct): Promise<UpdateState>;
  /** Which language is spoken; null asks, a choice is kept and spoken from now on. */
  language(choice: LanguageChoice | null): Promise<LanguageState>;
  /** Starts the engine anew on the sample workspace or on the person's own. */
  switchWorkspace(to: 'own' | 'sample'): void;
}

/** What the engine asks of the place it runs in: the Electron shell, or a terminal. Plain data only. */
export interface ShellPort {
  /** Whether secrets can be sealed by the operating system's key store. */
  sealing(): Promise<'os' | 'none'>;
  seal(plain: Uint8Array): Promise<Uint8Array>;
  open(sealed: Uint8Array): Promise<Uint8Array>;
  /** Shows a native notification; a click comes back as a `show` event for the conversation. */
  notify(notice: { readonly conversation: string; readonly title: string; readonly body: string }): void;
  /** The number on the application's icon. */
  badge(unread: number): void;
  openBrowser(url: string): Promise<void>;
  /** Asks for a place to save; null when the person cancels. */
  chooseSavePath(name: string): Promise<string | null>;
  /** Asks for files to attach; empty when the person cancels. */
  chooseFiles(): Promise<readonly string[]>;
  /** Opens a file with the system's application for it. */
  openFile(path: string): Promise<void>;
  /** Marks a saved file as coming from the internet, where the system has that. */
  markFromInternet(path: string): Promise<void>;
  /** Starts the engine anew on the sample workspace or on the person's own. */
  switchWorkspace(to: 'own' | 'sample'): void;
}

/** What the composer asks of the editor that is on the screen, with formatting or without. */
export type EditorHandle = {
  readonly focus: () => void;
  readonly insertPicture: (contentId: string, alt: string) => void;
  /** Puts a text where the caret is, in the form that this editor has. */
  readonly insertText: (written: { readonly html: string; readonly text: string }) => void;
  /** Puts a text in place of all there is. */
  readonly replaceAll: (written: { readonly html: string; readonly text: string }) => void;
};

/** What an editor says of shortcuts typed into it. */
export type ShortcutHands = {
  /** The word typed after ";" right before the caret, or null. */
  readonly onTyping: (word: string | null) => void;
  /** Whether a key takes the word; the editor then removes it and ";". */
  readonly take: (word: string | null, key: string) => boolean;
};

export { Composer } from './Composer.tsx';
export { settleDraft } from './model/keeper-for.ts';
export type { EditorHandle } from './model/editor-handle.ts';
export { searchSnippets } from './model/shortcuts.ts';
export { PlainText } from './view/PlainText.tsx';
export { plainText } from './model/plain-words.ts';
export { RichText } from './view/RichText.tsx';
export { NewMessage } from './NewMessage.tsx';
export { NoteComposer } from './NoteComposer.tsx';

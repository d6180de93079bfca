import { getSchema } from '@tiptap/core';
import type { JSONContent } from '@tiptap/core';
import type { EditorState } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { EditorContent, useEditor } from '@tiptap/react';
import { useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { ReactNode, Ref } from 'react';
import { cleanPasted, readRichText, richTextExtensions, writeRichText } from '../model/rich-text.ts';
import type { PictureSource } from '../model/rich-text.ts';
import { clearFormattingKey, unfilledMarks } from '../model/unfilled.ts';
import type { Format } from '#shared/domain/channel-profile.ts';
import type { EditorHandle, ShortcutHands } from '../model/editor-handle.ts';
import { shortcutBefore } from '../model/shortcuts.ts';
import { Toolbar } from './Toolbar.tsx';
import './rich-text.css';

type Props = {
  readonly ref: Ref<EditorHandle>;
  /** Read once; the editor is made anew for another draft by its key. */
  readonly initialHtml: string;
  readonly label: string;
  readonly placeholder: string;
  readonly autoFocus: boolean;
  readonly picture: PictureSource;
  readonly onChange: (html: string) => void;
  readonly onBlur: () => void;
  /** Texts to insert by a typed word; null where there are none. */
  readonly shortcuts: ShortcutHands | null;
  /** What is said of a variable that is not filled in. */
  readonly unfilledWords: string;
  /** Stands at the end of the formatting tools. */
  readonly beside: ReactNode;
  /** The formatting that is offered; null for all of it. */
  readonly formats?: readonly Format[] | null;
  /** Files that were pasted or dropped; pictures go into the text, the rest beside it. Null where there can be none. */
  readonly onFiles: ((files: readonly File[], where: 'text' | 'beside') => void) | null;
};

const pasted = (transfer: DataTransfer | null): readonly File[] => Array.from(transfer?.files ?? []);

const takeFiles = (files: readonly File[], onFiles: Props['onFiles']): boolean => {
  if (files.length === 0 || onFiles === null) return false;
  const pictures = files.filter((file) => /^image\/(png|jpeg|gif|webp|bmp|avif)$/.test(file.type));
  const others = files.filter((file) => !pictures.includes(file));
  if (pictures.length > 0) onFiles(pictures, 'text');
  if (others.length > 0) onFiles(others, 'beside');
  return true;
};

/** Office programs put a picture of the copied text beside the text itself; the text is what is meant. */
const hasText = (transfer: DataTransfer | null): boolean =>
  transfer !== null && transfer.types.includes('text/html') && transfer.getData('text/plain').trim() !== '';

/** The word of a shortcut that ends at the caret. */
const shortcutAt = ({ selection }: EditorState): string | null => {
  const { $from, empty } = selection;
  if (!empty || $from.parent.type.spec.code === true) return null;
  return shortcutBefore($from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc'));
};

/** Removes a shortcut before the caret if a key takes it. */
const takeShortcut = (view: EditorView, event: KeyboardEvent, hands: ShortcutHands | null): boolean => {
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.isComposing;
  if (hands === null || !bare || (event.key !== 'Tab' && event.key !== 'Enter')) return false;
  const word = shortcutAt(view.state);
  if (word === null || !hands.take(word, event.key)) return false;
  const { from } = view.state.selection;
  view.dispatch(view.state.tr.delete(from - word.length - 1, from));
  return true;
};

/** One paragraph goes into the line where the caret is; more of them are paragraphs of their own. */
const piecesOf = (content: JSONContent): JSONContent[] => {
  const blocks = content.content ?? [];
  const [only] = blocks;
  return blocks.length === 1 && only?.type === 'paragraph' ? (only.content ?? []) : blocks;
};

/** The field in which an answer is written. */
export const RichText = ({
  ref,
  initialHtml,
  label,
  placeholder,
  autoFocus,
  picture,
  onChange,
  onBlur,
  onFiles,
  shortcuts,
  unfilledWords,
  beside,
  formats = null,
}: Props) => {
  const hands = useRef(shortcuts);
  useEffect(() => {
    hands.current = shortcuts;
  });
  const [made] = useState(() => {
    const extensions = [
      ...richTextExtensions(placeholder, picture),
      unfilledMarks(unfilledWords),
      clearFormattingKey,
    ];
    // Given as nodes: as text it would have to pass a parser that the page's policy forbids.
    return { extensions, content: readRichText(getSchema(extensions), initialHtml) };
  });
  const editor = useEditor({
    ...made,
    autofocus: autoFocus ? 'start' : false,
    injectCSS: false,
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: { 'aria-label': label, 'aria-multiline': 'true', role: 'textbox', class: 'rich-text-area' },
      transformPastedHTML: cleanPasted,
      handleKeyDown: (view, event) => takeShortcut(view, event, hands.current),
      handlePaste: (_view, event) =>
        hasText(event.clipboardData) ? false : takeFiles(pasted(event.clipboardData), onFiles),
      handleDrop: (_view, event) => takeFiles(pasted(event.dataTransfer), onFiles),
    },
    onUpdate: ({ editor: of }) => onChange(writeRichText(of.state.doc)),
    onTransaction: ({ editor: of }) => hands.current?.onTyping(shortcutAt(of.state)),
    onBlur,
  });

  useImperativeHandle(
    ref,
    () => ({
      focus: () => {
        void editor.commands.focus();
      },
      insertPicture: (contentId, alt) => {
        void editor.chain().focus().insertContent({ type: 'picture', attrs: { contentId, alt } }).run();
      },
      insertText: ({ html, text }) => {
        const pieces = html === '' ? [{ type: 'text', text }] : piecesOf(readRichText(editor.schema, html));
        void editor.chain().focus().insertContent(pieces).run();
      },
      replaceAll: ({ html }) => {
        const { content } = editor.schema.nodeFromJSON(readRichText(editor.schema, html));
        // One step, so that one undo in the editor brings the former text back.
        void editor
          .chain()
          .focus()
          .command(({ tr }) => {
            tr.replaceWith(0, tr.doc.content.size, content);
            return true;
          })
          .run();
      },
    }),
    [editor],
  );

  return (
    <div className="rich-text">
      <EditorContent editor={editor} className="rich-text-scroll" />
      <div className="rich-text-tools">
        <Toolbar
          editor={editor}
          formats={formats}
          onPictures={
            onFiles === null || formats !== null
              ? null
              : (chosen) => {
                  onFiles(chosen, 'text');
                }
          }
        />
        {beside}
      </div>
    </div>
  );
};

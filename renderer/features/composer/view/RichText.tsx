import { getSchema } from '@tiptap/core';
import { EditorContent, useEditor } from '@tiptap/react';
import { useImperativeHandle, useState } from 'react';
import type { ReactNode, Ref } from 'react';
import { cleanPasted, readRichText, richTextExtensions, writeRichText } from '../model/rich-text.ts';
import type { PictureSource } from '../model/rich-text.ts';
import { Toolbar } from './Toolbar.tsx';
import './rich-text.css';

/** What the composer asks of the editor. */
export type RichTextHandle = {
  readonly focus: () => void;
  readonly insertPicture: (contentId: string, alt: string) => void;
};

type Props = {
  readonly ref: Ref<RichTextHandle>;
  /** Read once; the editor is made anew for another draft by its key. */
  readonly initialHtml: string;
  readonly label: string;
  readonly placeholder: string;
  readonly autoFocus: boolean;
  readonly picture: PictureSource;
  readonly onChange: (html: string) => void;
  readonly onBlur: () => void;
  /** Stands at the end of the formatting tools. */
  readonly beside: ReactNode;
  /** Files that were pasted or dropped; pictures go into the text, the rest beside it. */
  readonly onFiles: (files: readonly File[], where: 'text' | 'beside') => void;
};

const pasted = (transfer: DataTransfer | null): readonly File[] => Array.from(transfer?.files ?? []);

const takeFiles = (files: readonly File[], onFiles: Props['onFiles']): boolean => {
  if (files.length === 0) return false;
  const pictures = files.filter((file) => /^image\/(png|jpeg|gif|webp|bmp|avif)$/.test(file.type));
  const others = files.filter((file) => !pictures.includes(file));
  if (pictures.length > 0) onFiles(pictures, 'text');
  if (others.length > 0) onFiles(others, 'beside');
  return true;
};

/** Office programs put a picture of the copied text beside the text itself; the text is what is meant. */
const hasText = (transfer: DataTransfer | null): boolean =>
  transfer !== null && transfer.types.includes('text/html') && transfer.getData('text/plain').trim() !== '';

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
  beside,
}: Props) => {
  const [made] = useState(() => {
    const extensions = richTextExtensions(placeholder, picture);
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
      handlePaste: (_view, event) =>
        hasText(event.clipboardData) ? false : takeFiles(pasted(event.clipboardData), onFiles),
      handleDrop: (_view, event) => takeFiles(pasted(event.dataTransfer), onFiles),
    },
    onUpdate: ({ editor: of }) => onChange(writeRichText(of.state.doc)),
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
    }),
    [editor],
  );

  return (
    <div className="rich-text">
      <EditorContent editor={editor} className="rich-text-scroll" />
      <div className="rich-text-tools">
        <Toolbar
          editor={editor}
          onPictures={(chosen) => {
            onFiles(chosen, 'text');
          }}
        />
        {beside}
      </div>
    </div>
  );
};

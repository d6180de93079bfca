import { useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import type { EditorHandle, ShortcutHands } from '../model/editor-handle.ts';
import { plainHtml, plainText } from '../model/plain-words.ts';
import { shortcutBefore } from '../model/shortcuts.ts';
import './plain-text.css';

type Props = {
  readonly ref: Ref<EditorHandle>;
  /** Read once; the field is made anew for another draft by its key. */
  readonly initialHtml: string;
  readonly label: string;
  readonly placeholder: string;
  readonly autoFocus: boolean;
  readonly onChange: (html: string) => void;
  readonly onBlur: () => void;
  readonly shortcuts: ShortcutHands | null;
  readonly onFiles: (files: readonly File[]) => void;
  /** Stands below the field: that this is plain text, and the way out of it. */
  readonly beside: ReactNode;
};

const beforeCaret = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): string | null =>
  selectionStart === selectionEnd ? shortcutBefore(value.slice(0, selectionStart)) : null;

/** The field in which a plain answer is written: what is seen is what goes out. */
export const PlainText = (props: Props) => {
  const { ref, initialHtml, label, placeholder, autoFocus, onChange, shortcuts, onFiles, beside } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => plainText(initialHtml));
  const write = (next: string): void => {
    setText(next);
    onChange(plainHtml(next));
  };
  /** Puts words in place of what is selected, or of everything from a place on up to the caret. */
  const put = (words: string, from?: number): void => {
    const area = field.current;
    if (area === null) return;
    area.focus();
    area.setRangeText(words, from ?? area.selectionStart, area.selectionEnd, 'end');
    write(area.value);
  };
  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    insertPicture: () => undefined,
    insertText: ({ text: words }) => put(words),
    replaceAll: ({ html, text: words }) => {
      write(plainText(html) || words);
      field.current?.focus();
    },
  }));
  useEffect(() => {
    if (!autoFocus) return;
    field.current?.focus();
    field.current?.setSelectionRange(0, 0);
  }, [autoFocus]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const area = field.current;
    const bare = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (area === null || !bare || event.nativeEvent.isComposing) return;
    if (event.key !== 'Tab' && event.key !== 'Enter') return;
    const word = beforeCaret(area);
    if (word === null || shortcuts?.take(word, event.key) !== true) return;
    event.preventDefault();
    put('', area.selectionStart - word.length - 1);
  };
  const take = (event: { preventDefault: () => void }, transfer: DataTransfer): void => {
    const files = Array.from(transfer.files);
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  return (
    <div className="rich-text">
      <textarea
        ref={field}
        className="plain-text-field"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => write(event.target.value)}
        onSelect={(event) => shortcuts?.onTyping(beforeCaret(event.currentTarget))}
        onKeyDown={onKeyDown}
        onBlur={props.onBlur}
        onPaste={(event) => take(event, event.clipboardData)}
        onDrop={(event) => take(event, event.dataTransfer)}
      />
      <div className="rich-text-tools">{beside}</div>
    </div>
  );
};

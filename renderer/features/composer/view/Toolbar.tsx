import type { Editor } from '@tiptap/core';
import { useEditorState } from '@tiptap/react';
import {
  Bold,
  Code,
  CodeXml,
  Image,
  Italic,
  Link,
  List,
  ListOrdered,
  Quote,
  RemoveFormatting,
  Strikethrough,
  Underline,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent, SubmitEvent } from 'react';
import { Button, IconButton, useWords } from '#renderer/ui/index.ts';
import { useAction, useChords, useKeysOf } from '#renderer/workbench/index.ts';
import type { Format } from '#shared/domain/channel-profile.ts';
import type { MessageKey } from '#shared/messages/en.ts';
import './toolbar.css';

type Tool = {
  readonly name: string;
  /** What a channel has to show for it; null for what only HTML has. */
  readonly format: Format | null;
  readonly icon: LucideIcon;
  readonly words: MessageKey;
  readonly chord: string | null;
  readonly run: (editor: Editor) => void;
};

const tools: readonly Tool[] = [
  {
    name: 'bold',
    format: 'bold',
    icon: Bold,
    words: 'composer.format.bold',
    chord: 'Mod+b',
    run: (of) => {
      void of.chain().focus().toggleBold().run();
    },
  },
  {
    name: 'italic',
    format: 'italic',
    icon: Italic,
    words: 'composer.format.italic',
    chord: 'Mod+i',
    run: (of) => {
      void of.chain().focus().toggleItalic().run();
    },
  },
  {
    name: 'underline',
    format: null,
    icon: Underline,
    words: 'composer.format.underline',
    chord: 'Mod+u',
    run: (of) => {
      void of.chain().focus().toggleUnderline().run();
    },
  },
  {
    name: 'strike',
    format: 'strike',
    icon: Strikethrough,
    words: 'composer.format.strike',
    chord: 'Shift+Mod+s',
    run: (of) => {
      void of.chain().focus().toggleStrike().run();
    },
  },
  {
    name: 'bulletList',
    format: 'list',
    icon: List,
    words: 'composer.format.bullets',
    chord: 'Shift+Mod+8',
    run: (of) => {
      void of.chain().focus().toggleBulletList().run();
    },
  },
  {
    name: 'orderedList',
    format: 'list',
    icon: ListOrdered,
    words: 'composer.format.numbers',
    chord: 'Shift+Mod+7',
    run: (of) => {
      void of.chain().focus().toggleOrderedList().run();
    },
  },
  {
    name: 'blockquote',
    format: 'quote',
    icon: Quote,
    words: 'composer.format.quote',
    chord: 'Shift+Mod+b',
    run: (of) => {
      void of.chain().focus().toggleBlockquote().run();
    },
  },
  {
    name: 'code',
    format: 'code',
    icon: Code,
    words: 'composer.format.code',
    chord: 'Mod+e',
    run: (of) => {
      void of.chain().focus().toggleCode().run();
    },
  },
  {
    name: 'codeBlock',
    format: 'code',
    icon: CodeXml,
    words: 'composer.format.code-block',
    chord: 'Mod+Alt+c',
    run: (of) => {
      void of.chain().focus().toggleCodeBlock().run();
    },
  },
];

const addressOf = (typed: string): string | null => {
  const text = typed.trim();
  if (/^(https?:\/\/|mailto:)\S+$/i.test(text)) return text;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return `mailto:${text}`;
  return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/u.test(text) ? `https://${text}` : null;
};

const LinkForm = ({ editor, onDone }: { readonly editor: Editor; readonly onDone: () => void }) => {
  const words = useWords();
  const before: unknown = editor.getAttributes('link')['href'];
  const [text, setText] = useState(typeof before === 'string' ? before : '');
  const [bad, setBad] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const href = addressOf(text);
    if (href === null) {
      setBad(true);
      return;
    }
    const empty = editor.state.selection.empty && !editor.isActive('link');
    const chain = editor.chain().focus().extendMarkRange('link');
    if (empty)
      chain
        .insertContent({ type: 'text', text: text.trim(), marks: [{ type: 'link', attrs: { href } }] })
        .run();
    else chain.setLink({ href }).run();
    onDone();
  };
  return (
    <form className="toolbar-link" onSubmit={submit}>
      <input
        className="toolbar-link-field"
        aria-label={words('composer.link.address')}
        placeholder="https://"
        autoFocus
        value={text}
        aria-invalid={bad || undefined}
        onChange={(event) => {
          setText(event.target.value);
          setBad(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          onDone();
          editor.commands.focus();
        }}
      />
      <Button small submit kind="primary">
        {words('composer.link.set')}
      </Button>
      {editor.isActive('link') ? (
        <Button
          small
          onClick={() => {
            editor.chain().focus().extendMarkRange('link').unsetLink().run();
            onDone();
          }}
        >
          {words('composer.link.remove')}
        </Button>
      ) : null}
      {bad ? (
        <p className="toolbar-link-bad" role="alert">
          {words('composer.link.bad')}
        </p>
      ) : null}
    </form>
  );
};

/** Arrows move along the toolbar, so that it is one stop of the Tab key (ARIA toolbar pattern). */
const moveFocus = (event: KeyboardEvent<HTMLDivElement>): void => {
  const right = event.currentTarget.matches(':dir(rtl)') ? -1 : 1;
  const step = event.key === 'ArrowRight' ? right : event.key === 'ArrowLeft' ? -right : 0;
  if (step === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
};

/** Formatting of what is written. */
export const Toolbar = ({
  editor,
  formats,
  onPictures,
}: {
  readonly editor: Editor;
  /** What is offered; null for everything there is. */
  readonly formats: readonly Format[] | null;
  /** Null where a text can have no pictures. */
  readonly onPictures: ((files: readonly File[]) => void) | null;
}) => {
  const words = useWords();
  const chords = useChords();
  const keysOf = useKeysOf();
  const picker = useRef<HTMLInputElement>(null);
  const [linking, setLinking] = useState(false);
  const offered = tools.filter(
    ({ format }) => formats === null || (format !== null && formats.includes(format)),
  );
  const links = formats === null || formats.includes('link');
  useAction('composer.link', links ? () => setLinking(true) : null);
  const active = useEditorState({
    editor,
    selector: ({ editor: of }) =>
      [...tools.map(({ name }) => name), 'link'].filter((name) => of.isActive(name)).join(' '),
  }).split(' ');
  if (offered.length === 0 && !links && onPictures === null) return null;
  return (
    <>
      {linking ? <LinkForm editor={editor} onDone={() => setLinking(false)} /> : null}
      <div className="toolbar" role="toolbar" aria-label={words('composer.format')} onKeyDown={moveFocus}>
        {offered.map((format, index) => (
          <IconButton
            key={format.name}
            icon={format.icon}
            size={15}
            label={words(format.words)}
            keys={format.chord === null ? undefined : chords(format.chord)}
            pressed={active.includes(format.name)}
            tabIndex={index === 0 ? 0 : -1}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => format.run(editor)}
          />
        ))}
        {links ? (
          <IconButton
            icon={Link}
            size={15}
            label={words('composer.format.link')}
            keys={keysOf('composer.link')}
            pressed={active.includes('link')}
            tabIndex={offered.length === 0 ? 0 : -1}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => setLinking(!linking)}
          />
        ) : null}
        {onPictures === null ? null : (
          <IconButton
            icon={Image}
            size={15}
            label={words('composer.format.picture')}
            tabIndex={-1}
            onClick={() => picker.current?.click()}
          />
        )}
        <IconButton
          icon={RemoveFormatting}
          size={15}
          label={words('composer.format.clear')}
          keys={chords('Mod+\\')}
          tabIndex={-1}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            void editor.chain().focus().unsetAllMarks().clearNodes().run();
          }}
        />
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          accept="image/png,image/jpeg,image/gif,image/webp"
          onChange={(event) => {
            onPictures?.(Array.from(event.target.files ?? []));
            event.target.value = '';
          }}
        />
      </div>
    </>
  );
};

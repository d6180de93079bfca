import { Download, Pencil, Plus, TextQuote, Trash2, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { searchSnippets } from '#renderer/features/composer/index.ts';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import {
  Busy,
  Button,
  EmptyState,
  IconButton,
  TextField,
  refusalWords,
  useWords,
} from '#renderer/ui/index.ts';
import { useKeysOf, useToasts } from '#renderer/workbench/index.ts';
import type { Snippet } from '#shared/contract/snippets.ts';
import { useChange } from './model/use-change.ts';
import { SnippetForm } from './view/SnippetForm.tsx';
import './snippets.css';

/** Which text is open for writing: one of them, a new one, or none. */
type Writing =
  { readonly kind: 'none' } | { readonly kind: 'new' } | { readonly kind: 'one'; readonly of: Snippet };

const SnippetLine = ({ snippet, onEdit }: { readonly snippet: Snippet; readonly onEdit: () => void }) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const change = useChange();
  const { id, name, shortcut, html, text } = snippet;
  const remove = async (): Promise<void> => {
    const answer = await engine.call('snippet.delete', { id });
    if (!answer.ok) {
      toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
      return;
    }
    toasts.show({
      text: words('snippets.deleted', { name }),
      undo: () => {
        void change('snippet.save', { id, snippet: { name, shortcut, html } });
      },
    });
  };
  return (
    <li className="settings-line snippets-line">
      <div className="settings-line-words">
        <p className="snippets-name">
          {name} {shortcut === null ? null : <kbd className="snippets-shortcut">;{shortcut}</kbd>}
        </p>
        <p className="settings-soft snippets-text">{text}</p>
      </div>
      <div className="settings-actions">
        <IconButton icon={Pencil} label={words('snippets.edit', { name })} onClick={onEdit} />
        <IconButton
          icon={Trash2}
          label={words('snippets.delete', { name })}
          onClick={() => {
            void remove();
          }}
        />
      </div>
    </li>
  );
};

/** The ways in and out of the list as a file. */
const useFiles = () => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const refuse = (failure: { readonly kind: string }): void => {
    toasts.show({ tone: 'bad', text: refusalWords(words, failure) });
  };
  return {
    bring: async (file: File): Promise<void> => {
      const answer = await engine.call('snippet.import', { json: await file.text() });
      if (answer.ok) toasts.show({ text: words('snippets.imported', answer.value) });
      else refuse(answer.failure);
    },
    takeOut: async (): Promise<void> => {
      const answer = await engine.call('snippet.export', {});
      if (!answer.ok) refuse(answer.failure);
      else if (answer.value.kind === 'saved')
        toasts.show({ text: words('snippets.exported', { name: answer.value.name }) });
    },
  };
};

const Tools = ({ count, onAdd }: { readonly count: number; readonly onAdd: () => void }) => {
  const words = useWords();
  const files = useFiles();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className="settings-actions">
      <Button kind="primary" icon={Plus} onClick={onAdd}>
        {words('snippets.add')}
      </Button>
      <Button icon={Upload} onClick={() => picker.current?.click()}>
        {words('snippets.import')}
      </Button>
      <Button
        icon={Download}
        disabled={count === 0}
        onClick={() => {
          void files.takeOut();
        }}
      >
        {words('snippets.export')}
      </Button>
      <input
        ref={picker}
        type="file"
        hidden
        accept="application/json,.json"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) void files.bring(file);
          event.target.value = '';
        }}
      />
    </div>
  );
};

/** The texts to insert: finding, writing and deleting them. */
export const SnippetsSection = () => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { data } = useLive('snippet.list', {});
  const [query, setQuery] = useState('');
  const [writing, setWriting] = useState<Writing>({ kind: 'none' });
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  const { snippets } = data;
  const close = (): void => setWriting({ kind: 'none' });
  if (writing.kind !== 'none')
    return <SnippetForm snippet={writing.kind === 'one' ? writing.of : null} onClose={close} />;
  const found = searchSnippets(snippets, query);
  return (
    <div className="snippets">
      <p className="settings-soft">{words('snippets.what', { keys: keysOf('composer.snippet') ?? '' })}</p>
      <Tools count={snippets.length} onAdd={() => setWriting({ kind: 'new' })} />
      {snippets.length === 0 ? (
        <EmptyState icon={TextQuote} title={words('snippets.none')}>
          <p>{words('snippets.none.what')}</p>
        </EmptyState>
      ) : (
        <>
          <TextField
            label={words('snippets.search')}
            labelUnseen
            type="search"
            placeholder={words('snippets.search')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <ul className="settings-lines">
            {found.map((snippet) => (
              <SnippetLine
                key={snippet.id}
                snippet={snippet}
                onEdit={() => setWriting({ kind: 'one', of: snippet })}
              />
            ))}
          </ul>
          {found.length === 0 ? <p className="settings-soft">{words('snippets.no-match')}</p> : null}
        </>
      )}
    </div>
  );
};

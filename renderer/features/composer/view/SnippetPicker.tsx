import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Button, Dialog, classes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { Snippet } from '#shared/contract/snippets.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import { searchSnippets } from '../model/shortcuts.ts';
import './snippet-picker.css';

type Props = {
  readonly draft: DraftId;
  readonly snippets: readonly Snippet[];
  readonly onChoose: (snippet: Snippet) => void;
  readonly onClose: () => void;
};

/** The text as it will stand in this draft. */
const Preview = ({ draft, snippet }: { readonly draft: DraftId; readonly snippet: Snippet }) => {
  const words = useWords();
  const filled = useLive('snippet.fill', { id: snippet.id, draft });
  const text = filled.data?.text ?? snippet.text;
  return (
    <section className="snippet-preview" aria-label={words('snippet.preview')} tabIndex={0}>
      {text.split(/(\{\{[^{}]+\}\})/).map((piece, index) =>
        piece.startsWith('{{') ? (
          <mark key={index} className="rich-text-unfilled">
            {piece}
          </mark>
        ) : (
          piece
        ),
      )}
    </section>
  );
};

/** Finds a text to insert: a search, what was found, and how it will look. */
export const SnippetPicker = ({ draft, snippets, onChoose, onClose }: Props) => {
  const words = useWords();
  const { go } = useNavigation();
  const id = useId();
  const [query, setQuery] = useState('');
  const [place, setPlace] = useState(0);
  const found = searchSnippets(snippets, query);
  const active = found[Math.min(place, found.length - 1)];

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      const next = (Math.min(place, found.length - 1) + step + found.length) % found.length;
      setPlace(next);
      document.getElementById(`${id}-${String(next)}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && active !== undefined) {
      event.preventDefault();
      onChoose(active);
    }
  };

  return (
    <Dialog
      title={words('snippet.insert')}
      titleUnseen
      closeLabel={words('word.close')}
      onClose={onClose}
      size="large"
      at="top"
    >
      <div className="snippet-picker">
        <input
          className="snippet-search"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          aria-label={words('snippet.search')}
          placeholder={words('snippet.search')}
          aria-expanded={found.length > 0}
          aria-controls={found.length > 0 ? `${id}-list` : undefined}
          aria-activedescendant={
            active === undefined ? undefined : `${id}-${String(Math.min(place, found.length - 1))}`
          }
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setPlace(0);
          }}
          onKeyDown={onKeyDown}
        />
        {snippets.length === 0 ? (
          <div className="snippet-none">
            <p>{words('snippet.none')}</p>
            <Button
              onClick={() => {
                onClose();
                go({ kind: 'settings', section: 'snippets' });
              }}
            >
              {words('snippet.settings')}
            </Button>
          </div>
        ) : (
          <div className="snippet-columns">
            <div className="snippet-found">
              <p className="snippet-count" role="status">
                {words('snippet.found', { count: found.length })}
              </p>
              <ul
                id={`${id}-list`}
                className="snippet-list"
                role="listbox"
                aria-label={words('snippet.list')}
                hidden={found.length === 0}
              >
                {found.map((snippet, index) => (
                  <li
                    key={snippet.id}
                    id={`${id}-${String(index)}`}
                    role="option"
                    aria-selected={snippet === active}
                    className={classes('snippet-line', snippet === active && 'snippet-line-active')}
                    onMouseDown={(event) => event.preventDefault()}
                    onMouseMove={() => setPlace(index)}
                    onClick={() => onChoose(snippet)}
                  >
                    <span className="snippet-name">{snippet.name}</span>
                    {snippet.shortcut === null ? null : (
                      <kbd className="snippet-shortcut">;{snippet.shortcut}</kbd>
                    )}
                  </li>
                ))}
              </ul>
            </div>
            {active === undefined ? null : <Preview draft={draft} snippet={active} />}
          </div>
        )}
        <p className="snippet-hint">{words('snippet.menu.hint')}</p>
      </div>
    </Dialog>
  );
};

/** Below the text while a shortcut is typed: what Tab will insert. */
export const ShortcutHint = ({ snippets }: { readonly snippets: readonly Snippet[] }) => {
  const words = useWords();
  if (snippets.length === 0) return null;
  return (
    <ul className="shortcut-hint" aria-label={words('snippet.suggestions')}>
      {snippets.slice(0, 5).map(({ id, name, shortcut }, index) => (
        <li key={id} className={classes('shortcut-hint-one', index === 0 && 'shortcut-hint-next')}>
          <kbd>;{shortcut}</kbd> {name}
          {index === 0 ? <kbd className="shortcut-hint-key">Tab</kbd> : null}
        </li>
      ))}
    </ul>
  );
};

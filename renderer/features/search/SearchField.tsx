import { Search, X } from 'lucide-react';
import { useId, useRef, type Ref, useImperativeHandle } from 'react';
import { IconButton, classes, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import { longestQuery } from './model/use-search.ts';
import './search.css';

/** What can be typed before a word, with an example; the words are in the catalogue. */
const operators = ['from', 'to', 'subject', 'attachment', 'before', 'after', 'in', 'phrase'] as const;

/** The field above the list; what is typed is where the person is, so "back" leaves the search. */
export const SearchField = ({
  ref,
  onLeave,
}: {
  readonly ref?: Ref<{ readonly focus: () => void }>;
  /** Has the focus go to the hits. */
  readonly onLeave: () => void;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { place, go } = useNavigation();
  const field = useRef<HTMLInputElement>(null);
  const hintsId = useId();
  const text = place.search ?? '';

  const focus = (): void => {
    field.current?.focus();
    field.current?.select();
  };
  useImperativeHandle(ref, () => ({ focus }));
  useAction('app.search', focus);
  const clear = (): void => {
    go({ kind: 'search', text: null });
  };
  useAction('app.back', place.search === null || place.opened.kind !== 'nothing' ? null : clear);

  return (
    <search className="search">
      <div className="search-box">
        <Search className="search-icon" aria-hidden size={15} />
        <input
          ref={field}
          className="search-input"
          type="text"
          role="searchbox"
          inputMode="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={longestQuery}
          aria-label={words('search.label')}
          aria-describedby={hintsId}
          placeholder={words('search.placeholder')}
          value={text}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            go({ kind: 'search', text: typed === '' ? null : typed });
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.preventDefault();
              event.stopPropagation();
              if (text === '') onLeave();
              else clear();
            } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault();
              onLeave();
            }
          }}
        />
        {text === '' ? (
          <kbd className="search-key" aria-hidden>
            {keysOf('app.search')}
          </kbd>
        ) : (
          <IconButton
            icon={X}
            size={14}
            label={words('search.clear')}
            keys={keysOf('app.back')}
            onClick={() => {
              clear();
              field.current?.focus();
            }}
          />
        )}
      </div>
      <p id={hintsId} className={classes('search-hints', text !== '' && 'search-hints-stay')}>
        <span className="unseen">{words('search.hints')}</span>
        {operators.map((operator) => {
          const example = words(`search.operator.${operator}`);
          return (
            <button
              key={operator}
              type="button"
              className="search-hint"
              data-tooltip={words(`search.operator.${operator}.what`)}
              // The focus stays in the field, so that the hints stay and typing goes on.
              onMouseDown={(event) => {
                event.preventDefault();
              }}
              onClick={() => {
                go({
                  kind: 'search',
                  text: text === '' || text.endsWith(' ') ? `${text}${example}` : `${text} ${example}`,
                });
                field.current?.focus();
              }}
            >
              {example}
            </button>
          );
        })}
      </p>
    </search>
  );
};

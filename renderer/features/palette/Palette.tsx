import { CornerDownLeft, Search, Zap } from 'lucide-react';
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Dialog, classes, useTimes, useNow, useWords } from '#renderer/ui/index.ts';
import {
  ChannelIcon,
  actions,
  useActionDesk,
  useKeysOf,
  useNavigation,
  type ActionGroup,
} from '#renderer/workbench/index.ts';
import type { SearchHit } from '#shared/contract/search.ts';
import { fitting } from './model/match.ts';
import './palette.css';

/** Conversations shown below the actions; the last line leads to all of them. */
const hitsShown = 6;

/** What one is busy with comes before what is always there. */
const nearness: Readonly<Record<ActionGroup, number>> = {
  conversation: 0,
  'follow-ups': 0,
  composer: 1,
  list: 2,
  app: 3,
  views: 4,
};

type Entry = {
  readonly id: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly aside?: ReactNode;
  readonly run: () => void;
};

const useHits = (text: string): readonly SearchHit[] => {
  const client = useEngine();
  const [found, setFound] = useState<{ readonly text: string; readonly hits: readonly SearchHit[] }>({
    text: '',
    hits: [],
  });
  useEffect(() => {
    if (text === '') return;
    let dropped = false;
    void client.call('search.run', { text, after: null, limit: hitsShown }).then((answer) => {
      if (!dropped && answer.ok) setFound({ text, hits: answer.value.hits });
    });
    return () => {
      dropped = true;
    };
  }, [client, text]);
  return text === '' ? [] : found.hits;
};

const useActionEntries = (typed: string, onClose: () => void): readonly Entry[] => {
  const words = useWords();
  const keysOf = useKeysOf();
  const desk = useActionDesk();
  const available = [...actions]
    .sort((one, other) => nearness[one.group] - nearness[other.group])
    .filter(({ id, keysOnly }) => keysOnly !== true && desk.find(id) !== null)
    .map(({ id, words: key }) => ({
      id,
      label: words(key),
      icon: <Zap aria-hidden size={15} />,
      aside: <kbd className="palette-keys">{keysOf(id)}</kbd>,
      run: () => {
        // The dialog gives the focus back first, so that an action may move it on.
        onClose();
        setTimeout(() => desk.run(id));
      },
    }));
  return fitting(available, typed);
};

const useHitEntries = (typed: string, onClose: () => void): readonly Entry[] => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const hits = useHits(typed);
  if (typed === '') return [];
  const entries = hits.map(({ row, at }): Entry => {
    const who = row.customer.name === '' ? row.customer.address : row.customer.name;
    return {
      id: row.id,
      label: `${who}: ${row.subject === '' ? words('word.no-subject') : row.subject}`,
      icon: <ChannelIcon channel={row.channel} size={15} />,
      aside: <span className="palette-time">{times.short(at, now)}</span>,
      run: () => {
        onClose();
        go({ kind: 'open', id: row.id });
      },
    };
  });
  return [
    ...entries,
    {
      id: 'search',
      label: words('palette.search', { text: typed }),
      icon: <Search aria-hidden size={15} />,
      run: () => {
        onClose();
        go({ kind: 'search', text: typed });
      },
    },
  ];
};

/** Finds any action or conversation by a few letters (ARIA combobox with a list). */
export const Palette = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const base = useId();
  const typed = text.trim();
  const found = useActionEntries(typed, onClose);
  const conversations = useHitEntries(typed, onClose);
  const entries = [...found, ...conversations];
  const active = Math.min(chosen, entries.length - 1);

  useEffect(() => {
    document.getElementById(`${base}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [base, active]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setChosen((active + step + entries.length) % entries.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      entries[active]?.run();
    }
  };

  const lineOf = (entry: Entry, index: number) => (
    <div
      key={entry.id}
      id={`${base}-${index}`}
      role="option"
      aria-selected={index === active}
      className={classes('palette-line', index === active && 'palette-line-active')}
      onMouseMove={() => {
        setChosen(index);
      }}
      onClick={entry.run}
    >
      <span className="palette-icon">{entry.icon}</span>
      <span className="palette-words">{entry.label}</span>
      {entry.aside}
      {index === active ? <CornerDownLeft className="palette-enter" aria-hidden size={13} /> : null}
    </div>
  );

  return (
    <Dialog
      title={words('palette.title')}
      titleUnseen
      closeLabel={words('word.close')}
      at="top"
      onClose={onClose}
    >
      <input
        className="palette-input"
        type="text"
        role="combobox"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        aria-label={words('palette.title')}
        aria-expanded
        aria-controls={`${base}-list`}
        aria-activedescendant={active >= 0 ? `${base}-${active}` : undefined}
        placeholder={words('palette.placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${base}-list`} className="palette-list" role="listbox" aria-label={words('palette.results')}>
        {found.length === 0 ? null : (
          <div role="group" aria-label={words('palette.actions')}>
            <p className="palette-head" role="presentation">
              {words('palette.actions')}
            </p>
            {found.map((entry, index) => lineOf(entry, index))}
          </div>
        )}
        {conversations.length === 0 ? null : (
          <div role="group" aria-label={words('palette.conversations')}>
            <p className="palette-head" role="presentation">
              {words('palette.conversations')}
            </p>
            {conversations.map((entry, index) => lineOf(entry, found.length + index))}
          </div>
        )}
      </div>
    </Dialog>
  );
};

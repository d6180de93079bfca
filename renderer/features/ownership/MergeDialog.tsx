import { useEffect, useId, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Dialog, TextField, TimeWords, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { useDialogChange } from './model/use-dialog-change.ts';
import { useChanges } from './model/use-changes.ts';
import { DialogFoot, RefusedHere } from './view/DialogFoot.tsx';
import { sendByEnter } from './view/ReasonField.tsx';
import './ownership.css';

type Ends = { readonly onDone: () => void; readonly onCancel: () => void };

/** Rows that are offered at once; a search finds the others. */
const offered = 30;
/** So many can be made one at once. */
const most = 50;

/** Conversations of the same customer, or those that a search finds; without the one that is asked about. */
const useOffered = (id: ConversationId, text: string): readonly ConversationRow[] | null => {
  const customer = useLive('conversation.get', { id }).data?.customer.id ?? null;
  const typed = text.trim();
  const theirs = useLive(
    'customer.conversations',
    customer === null || typed !== '' ? null : { id: customer, after: null, limit: offered },
  );
  const found = useLive('search.run', typed === '' ? null : { text: typed, after: null, limit: offered });
  const rows = typed === '' ? theirs.data?.rows : found.data?.hits.map(({ row }) => row);
  return rows?.filter((row) => row.id !== id && row.status !== 'merged') ?? null;
};

const Row = ({
  row,
  checked,
  onTurn,
}: {
  readonly row: ConversationRow;
  readonly checked: boolean;
  readonly onTurn: () => void;
}) => {
  const words = useWords();
  return (
    <label className="ownership-choice">
      <input type="checkbox" checked={checked} onChange={onTurn} />
      <span className="ownership-choice-words">
        <span className="ownership-choice-first">
          <bdi>{row.subject === '' ? words('word.no-subject') : row.subject}</bdi>
        </span>
        <span className="ownership-choice-second">
          <bdi>{row.customer.name === '' ? row.customer.address : row.customer.name}</bdi>,{' '}
          <TimeWords at={row.lastAt} />
        </span>
      </span>
    </label>
  );
};

/** The words typed, a moment after the last key, so that not every letter is searched for. */
const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
};

const useMerge = ({ onDone }: Ends) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const { place, go } = useNavigation();
  const change = useDialogChange();
  const merge = async (ids: readonly ConversationId[]): Promise<void> => {
    const merged = await change.run(engine.call('conversation.merge', { ids: [...ids] }));
    if (merged === null) return;
    changes.done(words('ownership.merged', { count: ids.length }), [merged.undo]);
    const { opened } = place;
    // What was open may be part of the other one now.
    if (opened.kind === 'conversation' && ids.includes(opened.id))
      go({ kind: 'open', id: merged.conversation });
    onDone();
  };
  return { change, merge };
};

const Picking = ({ id, ...ends }: Ends & { readonly id: ConversationId }) => {
  const words = useWords();
  const form = useId();
  const [text, setText] = useState('');
  const typed = useSettled(text);
  const rows = useOffered(id, typed);
  const [chosen, setChosen] = useState<ReadonlyMap<ConversationId, ConversationRow>>(new Map());
  const { change, merge } = useMerge(ends);
  // What was chosen stays in sight when something else is searched for.
  const kept = [...chosen.values()].filter((row) => rows?.some(({ id: shown }) => shown === row.id) !== true);
  const shown = [...kept, ...(rows ?? [])];
  const turn = (row: ConversationRow): void => {
    const after = new Map(chosen);
    if (!after.delete(row.id) && after.size < most - 1) after.set(row.id, row);
    setChosen(after);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (chosen.size > 0) void merge([id, ...chosen.keys()]);
  };
  return (
    <Dialog
      title={words('ownership.merge.title')}
      closeLabel={words('word.close')}
      onClose={ends.onCancel}
      footer={
        <DialogFoot
          form={form}
          label={words('ownership.merge.do', { count: chosen.size })}
          busy={change.busy}
          disabled={chosen.size === 0}
          onCancel={ends.onCancel}
        />
      }
    >
      <form
        id={form}
        className="ownership-form"
        onSubmit={submit}
        onKeyDown={(event) => sendByEnter(event, false)}
      >
        <p className="ownership-hint">{words('ownership.merge.what')}</p>
        <TextField
          label={words('ownership.merge.search')}
          autoFocus
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          // Only with Ctrl does Enter merge: in a search it means "find".
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) event.preventDefault();
          }}
        />
        <fieldset>
          <legend className="ownership-legend">{words('ownership.merge.which')}</legend>
          {shown.length === 0 ? (
            <p className="ownership-hint" role="status">
              {rows === null
                ? ''
                : words(typed.trim() === '' ? 'ownership.merge.none' : 'ownership.merge.none.found')}
            </p>
          ) : (
            <div className="ownership-choices">
              {shown.map((row) => (
                <Row key={row.id} row={row} checked={chosen.has(row.id)} onTurn={() => turn(row)} />
              ))}
            </div>
          )}
        </fieldset>
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};

const Confirming = ({ ids, ...ends }: Ends & { readonly ids: readonly ConversationId[] }) => {
  const words = useWords();
  const form = useId();
  const { change, merge } = useMerge(ends);
  return (
    <Dialog
      title={words('ownership.merge.title')}
      closeLabel={words('word.close')}
      size="small"
      onClose={ends.onCancel}
      footer={
        <DialogFoot
          form={form}
          label={words('ownership.merge.do', { count: 0 })}
          busy={change.busy}
          onCancel={ends.onCancel}
        />
      }
    >
      <form
        id={form}
        className="ownership-form"
        onSubmit={(event) => {
          event.preventDefault();
          void merge(ids);
        }}
      >
        <p>{words('ownership.merge.selected', { count: ids.length })}</p>
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};

/** Makes one conversation of several: those selected, or one and others that are picked here. */
export const MergeDialog = ({ ids, ...ends }: Ends & { readonly ids: readonly ConversationId[] }) => {
  const [first, ...others] = ids;
  if (first === undefined) return null;
  return others.length === 0 ? (
    <Picking id={first} {...ends} />
  ) : (
    <Confirming ids={ids.slice(0, most)} {...ends} />
  );
};

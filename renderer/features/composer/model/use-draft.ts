import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { Draft, DraftAttachment, DraftEdit, DraftMode } from '#shared/contract/compose.ts';
import type { Answer } from '#shared/contract/wire.ts';
import type { AccountId, DraftId } from '#shared/kit/brand.ts';
import type { DraftKeeper } from './draft-keeper.ts';
import { keeperFor } from './keeper-for.ts';

/** What the page may change of a draft. */
const editOf = (draft: Draft): DraftEdit => {
  const { account, to, cc, bcc, subject, html, quote, plain, visibility, warning, template } = draft;
  return {
    account,
    to: [...to],
    cc: [...cc],
    bcc: [...bcc],
    subject,
    html,
    quote,
    plain,
    visibility,
    warning,
    template: template === null ? null : { id: template.id, values: { ...template.values } },
  };
};

/** A draft that is open in a composer. */
export type OpenDraft = {
  readonly draft: Draft;
  readonly edit: DraftEdit;
  readonly attachments: readonly DraftAttachment[];
};

/** How a draft stands: on its way here, open, or not to be had. */
export type DraftStanding =
  | { readonly kind: 'loading' }
  | { readonly kind: 'refused'; readonly failure: { readonly kind: string } }
  | ({ readonly kind: 'open' } & OpenDraft);

/** What a composer does with its draft. Everything here belongs to one draft id, given once. */
export type DraftHands = {
  readonly keeper: DraftKeeper;
  readonly change: (patch: Partial<DraftEdit>) => void;
  readonly setMode: (mode: DraftMode) => Promise<Answer<'draft.mode'> | null>;
  /** Turns the draft into plain text or back; the editor has to be made anew for it. */
  readonly setPlain: (plain: boolean) => Promise<Answer<'draft.plain'> | null>;
  /** Lets the draft go another way to the same customer; what was typed stays. */
  readonly through: (account: AccountId, to: string) => Promise<Answer<'draft.through'> | null>;
  readonly addAttachments: (added: readonly DraftAttachment[]) => void;
  readonly removeAttachment: (id: string) => void;
};

const open = (draft: Draft, edit: DraftEdit): DraftStanding => ({
  kind: 'open',
  draft,
  edit,
  attachments: draft.attachments,
});

/** Opens a draft for writing. Whoever uses this is keyed by the draft's id, so that its state can belong to no other. */
export const useDraft = (id: DraftId): { readonly standing: DraftStanding; readonly hands: DraftHands } => {
  const engine = useEngine();
  const keeper = keeperFor(engine);
  const [standing, setStanding] = useState<DraftStanding>({ kind: 'loading' });
  const latest = useRef<DraftEdit | null>(null);

  useEffect(() => {
    let wanted = true;
    void engine.call('draft.get', { id }).then((answer) => {
      if (!wanted) return;
      if (!answer.ok) {
        setStanding({ kind: 'refused', failure: answer.failure });
        return;
      }
      // What was typed a moment ago and is still on its way to the engine is newer than what the engine has.
      const edit = keeper.unsaved(id) ?? editOf(answer.value);
      latest.current = edit;
      setStanding(open(answer.value, edit));
    });
    return () => {
      wanted = false;
      keeper.flush(id);
    };
  }, [engine, keeper, id]);

  const change = useCallback(
    (patch: Partial<DraftEdit>) => {
      if (latest.current === null) return;
      const edit = { ...latest.current, ...patch };
      latest.current = edit;
      keeper.typed(id, edit);
      setStanding((before) => (before.kind === 'open' ? { ...before, edit } : before));
    },
    [keeper, id],
  );

  const setMode = useCallback(
    async (mode: DraftMode) => {
      if (!(await keeper.settled(id))) return null;
      const answer = await engine.call('draft.mode', { id, mode });
      if (answer.ok) {
        // Words typed while the engine changed the recipients stay as they are typed now.
        const edit = { ...editOf(answer.value), html: latest.current?.html ?? answer.value.html };
        latest.current = edit;
        setStanding(open(answer.value, edit));
      }
      return answer;
    },
    [engine, keeper, id],
  );

  const setPlain = useCallback(
    async (plain: boolean) => {
      if (!(await keeper.settled(id))) return null;
      const answer = await engine.call('draft.plain', { id, plain });
      if (answer.ok) {
        const edit = editOf(answer.value);
        latest.current = edit;
        setStanding(open(answer.value, edit));
      }
      return answer;
    },
    [engine, keeper, id],
  );

  const through = useCallback(
    async (account: AccountId, to: string) => {
      if (!(await keeper.settled(id))) return null;
      const answer = await engine.call('draft.through', { id, account, to });
      if (answer.ok) {
        const edit = { ...editOf(answer.value), html: latest.current?.html ?? answer.value.html };
        latest.current = edit;
        setStanding(open(answer.value, edit));
      }
      return answer;
    },
    [engine, keeper, id],
  );

  const addAttachments = useCallback((added: readonly DraftAttachment[]) => {
    setStanding((before) => {
      if (before.kind !== 'open') return before;
      const fresh = added.filter(({ id: one }) => !before.attachments.some(({ id: other }) => other === one));
      return { ...before, attachments: [...before.attachments, ...fresh] };
    });
  }, []);
  const removeAttachment = useCallback((attachment: string) => {
    setStanding((before) =>
      before.kind === 'open'
        ? { ...before, attachments: before.attachments.filter(({ id: one }) => one !== attachment) }
        : before,
    );
  }, []);

  return {
    standing,
    hands: { keeper, change, setMode, setPlain, through, addAttachments, removeAttachment },
  };
};

/** Whether everything typed for a draft is saved. */
export const useSaving = (keeper: DraftKeeper, id: DraftId): 'saved' | 'unsaved' | 'failing' =>
  useSyncExternalStore(keeper.subscribe, () => keeper.stateOf(id));

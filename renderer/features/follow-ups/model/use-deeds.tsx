import { useState } from 'react';
import type { ReactNode } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { CheckDialog, PutOffDialog, useChanges } from '#renderer/features/ownership/index.ts';
import type { CheckEnd } from '#renderer/features/ownership/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';

/** What can be done with a follow-up. */
export type Deeds = {
  /** Kept; a check asks how one knows. */
  readonly done: (row: FollowUpRow) => void;
  readonly putOff: (row: FollowUpRow) => void;
  /** Not needed any more; a check asks why. */
  readonly drop: (row: FollowUpRow) => void;
  readonly dialog: ReactNode;
};

type Asking =
  | { readonly kind: 'put-off'; readonly row: FollowUpRow }
  | { readonly kind: 'check'; readonly row: FollowUpRow; readonly begin: CheckEnd };

/** Doing something with a follow-up, each with its way back. */
export const useDeeds = (): Deeds => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const [asking, setAsking] = useState<Asking | null>(null);
  const close = (): void => setAsking(null);
  const ends = { onDone: close, onCancel: close };
  return {
    done: (row) => {
      if (row.purpose === 'check') setAsking({ kind: 'check', row, begin: 'customer-confirmed' });
      else void changes.one(engine.call('follow-up.keep', { id: row.id }), words('ownership.kept'));
    },
    putOff: (row) => setAsking({ kind: 'put-off', row }),
    drop: (row) => {
      if (row.purpose === 'check') setAsking({ kind: 'check', row, begin: 'waived' });
      else void changes.one(engine.call('follow-up.cancel', { id: row.id }), words('ownership.dropped'));
    },
    dialog:
      asking === null ? null : asking.kind === 'put-off' ? (
        <PutOffDialog id={asking.row.id} {...ends} />
      ) : (
        <CheckDialog
          check={asking.row}
          conversation={asking.row.conversation.id}
          begin={asking.begin}
          {...ends}
        />
      ),
  };
};

import { useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Dialog, Notice, refusalWords, TextField, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { ErasePreview } from '#shared/contract/customers.ts';
import { comparableName } from '#shared/domain/erasure/typed-name.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import './erase-dialog.css';

/** What goes, what stays, and what to do about it elsewhere. */
const Scope = ({ scope }: { readonly scope: ErasePreview }) => {
  const words = useWords();
  const { conversations, messages, files, drafts, notes, shared, sharedMessages } = scope;
  return (
    <>
      <h3 className="erase-head">{words('erase.goes')}</h3>
      <ul className="erase-list">
        <li>{words('erase.goes.conversations', { conversations, messages })}</li>
        <li>{words('erase.goes.files', { files })}</li>
        <li>{words('erase.goes.drafts', { drafts, notes })}</li>
        <li>{words('erase.goes.people')}</li>
      </ul>
      {shared === 0 ? null : (
        <p>{words('erase.shared', { conversations: shared, messages: sharedMessages })}</p>
      )}
      <h3 className="erase-head">{words('erase.stays')}</h3>
      <ul className="erase-list">
        <li>{words('erase.stays.server')}</li>
        <li>{words('erase.stays.others')}</li>
        <li>{words('erase.stays.backups')}</li>
      </ul>
    </>
  );
};

/** Erases a customer for good, once their name was typed. */
export const EraseDialog = ({
  customer,
  onClose,
}: {
  readonly customer: CustomerId;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const { go } = useNavigation();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const { data: scope, error } = useLive('customer.erasePreview', { id: customer });
  const ready =
    scope !== undefined &&
    !scope.unsettled &&
    scope.refused === null &&
    comparableName(typed) === comparableName(scope.name);
  const erase = async (): Promise<void> => {
    setBusy(true);
    const answer = await engine.call('customer.erase', { id: customer, typed });
    setBusy(false);
    if (!answer.ok) {
      setRefused(refusalWords(words, answer.failure));
      return;
    }
    onClose();
    go({ kind: 'desk' });
    toasts.show({ text: words('erase.begun') });
  };
  return (
    <Dialog
      title={words('erase.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button
            kind="danger"
            busy={busy}
            disabled={!ready}
            onClick={() => {
              void erase();
            }}
          >
            {words('erase.do')}
          </Button>
        </>
      }
    >
      <div className="erase">
        {scope === undefined ? (
          error === null ? (
            <Busy subject={words('erase.counting')} />
          ) : (
            <Notice tone="bad">{refusalWords(words, error.failure)}</Notice>
          )
        ) : (
          <>
            <p>
              {words('erase.whom')} <strong dir="auto">{scope.name}</strong>
            </p>
            {scope.inTeam ? <p>{words('erase.everybody')}</p> : null}
            <Scope scope={scope} />
            {scope.refused === null ? null : <Notice tone="bad">{words(`refusal.${scope.refused}`)}</Notice>}
            {scope.unsettled ? <Notice tone="bad">{words('refusal.erase-unsettled')}</Notice> : null}
            <TextField
              label={words('erase.type')}
              hint={words('erase.type.hint', { name: scope.name })}
              error={refused}
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                setTyped(event.currentTarget.value);
                setRefused(null);
              }}
            />
          </>
        )}
      </div>
    </Dialog>
  );
};

import { Copy } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Dialog, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import './original.css';

/** The message as it came over the wire, for whoever wants to know. */
export const OriginalDialog = ({ id, onClose }: { readonly id: MessageId; readonly onClose: () => void }) => {
  const words = useWords();
  const source = useLive('message.source', { id });
  const text = source.data?.text ?? '';
  return (
    <Dialog
      title={words('conversation.original.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      size="large"
      footer={
        <Button
          icon={Copy}
          disabled={source.data === undefined}
          onClick={() => {
            void navigator.clipboard.writeText(text);
          }}
        >
          {words('conversation.original.copy')}
        </Button>
      }
    >
      {source.isPending ? <Busy subject={words('conversation.body.loading')} /> : null}
      {source.error === null ? null : <Notice tone="bad">{refusalWords(words, source.error.failure)}</Notice>}
      {source.data?.truncated === true ? (
        <Notice tone="note">{words('conversation.original.truncated')}</Notice>
      ) : null}
      {source.data?.withheld === true ? (
        <Notice tone="note">{words('conversation.original.withheld')}</Notice>
      ) : null}
      {source.data === undefined ? null : (
        <pre className="original" tabIndex={0} aria-label={words('conversation.original.title')}>
          {text}
        </pre>
      )}
    </Dialog>
  );
};

import { Copy, ExternalLink, Mail, TriangleAlert } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, Dialog, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import { judgeLink } from '../model/judge-link.ts';
import type { LinkJudgement, LinkWarning } from '../model/judge-link.ts';
import type { LinkWish } from './MessageFrame.tsx';
import './link-question.css';

const Host = ({ host, domain }: { readonly host: string; readonly domain: string }) => {
  const before = host.endsWith(domain) ? host.slice(0, host.length - domain.length) : '';
  return (
    <p className="link-question-host">
      <span className="link-question-sub">{before}</span>
      <strong>{before === '' ? host : domain}</strong>
    </p>
  );
};

const Warnings = ({ warnings }: { readonly warnings: readonly LinkWarning[] }) => {
  const words = useWords();
  return (
    <ul className="link-question-warnings">
      {warnings.map((warning) => (
        <li key={warning.kind}>
          <TriangleAlert aria-hidden size={14} />
          <span>{words(`conversation.link.warning.${warning.kind}`, { ...warning })}</span>
        </li>
      ))}
    </ul>
  );
};

const Where = ({ judged }: { readonly judged: Exclude<LinkJudgement, { kind: 'refused' }> }) => {
  const words = useWords();
  return (
    <>
      <p className="link-question-how">
        {judged.kind === 'web' ? <ExternalLink aria-hidden size={14} /> : <Mail aria-hidden size={14} />}
        {words(judged.kind === 'web' ? 'conversation.link.web' : 'conversation.link.mail')}
      </p>
      {judged.kind === 'web' ? (
        <Host host={judged.host} domain={judged.domain} />
      ) : (
        <p className="link-question-host">
          <strong>{judged.addresses.join(', ')}</strong>
        </p>
      )}
      {judged.kind === 'web' && judged.host !== judged.rawHost ? (
        <p className="link-question-raw">{words('conversation.link.raw-host', { host: judged.rawHost })}</p>
      ) : null}
      <p className="link-question-url" aria-label={words('conversation.link.full')}>
        {judged.url}
      </p>
      <Warnings warnings={judged.warnings} />
    </>
  );
};

/** Asks before a link of a message is followed: shows where it really leads and what is odd about it. */
export const LinkQuestion = ({
  wish,
  onClose,
}: {
  readonly wish: LinkWish;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const judged = judgeLink(wish.href, wish.shown);
  const open = async (url: string): Promise<void> => {
    onClose();
    const answer = await engine.call('link.open', { url });
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  const copy = (url: string): void => {
    void navigator.clipboard
      .writeText(url)
      .then(() => toasts.show({ text: words('conversation.message.copied') }));
    onClose();
  };
  const grave = judged.kind !== 'refused' && judged.warnings.some(({ kind }) => kind !== 'not-encrypted');
  return (
    <Dialog
      title={words('conversation.link.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      size="small"
      footer={
        judged.kind === 'refused' ? undefined : (
          <>
            <Button kind="quiet" icon={Copy} onClick={() => copy(judged.url)}>
              {words('conversation.link.copy')}
            </Button>
            <Button
              kind={grave ? 'danger' : 'primary'}
              autoFocus={!grave}
              onClick={() => {
                void open(judged.url);
              }}
            >
              {words(grave ? 'conversation.link.open-anyway' : 'conversation.link.open')}
            </Button>
          </>
        )
      }
    >
      <div className="link-question">
        {judged.kind === 'refused' ? (
          <p>{words('conversation.link.refused', { scheme: judged.scheme === '' ? '?' : judged.scheme })}</p>
        ) : (
          <Where judged={judged} />
        )}
      </div>
    </Dialog>
  );
};

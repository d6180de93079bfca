import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Notice, TimeWords, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import './versions.css';

/** What a message said before its author changed it, oldest first. */
export const Versions = ({ id }: { readonly id: MessageId }) => {
  const words = useWords();
  const { data, error } = useLive('message.versions', { id });
  return (
    <section className="versions" aria-label={words('conversation.versions')}>
      <h3 className="versions-title">{words('conversation.versions')}</h3>
      {error === null ? null : <Notice tone="bad">{refusalWords(words, error.failure)}</Notice>}
      {data === undefined && error === null ? <Busy subject={words('conversation.versions.asking')} /> : null}
      {data?.versions.length === 0 ? (
        <p className="versions-none">{words('conversation.versions.none')}</p>
      ) : null}
      <ol className="versions-list">
        {data?.versions.map(({ at, text }) => (
          <li key={at}>
            <span className="written-at">
              <TimeWords at={at} />
            </span>
            <p className="versions-text" dir="auto">
              {text === '' ? words('conversation.no-text') : text}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
};

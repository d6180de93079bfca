import { Download, RefreshCw, RotateCw } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Button, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { UpdateStand } from '#shared/contract/update.ts';
import { useChange } from '../model/use-change.ts';

const StandWords = ({ stand }: { readonly stand: UpdateStand }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  switch (stand.kind) {
    case 'current': {
      const { checkedAt } = stand;
      const checked = checkedAt === null ? 'never' : times.relative(Math.min(checkedAt, now), now);
      return words('update.stand.current', { checked });
    }
    case 'waits':
      return stand.until === null
        ? words('update.stand.waits-open', { version: stand.version })
        : words('update.stand.waits', { version: stand.version, until: times.day(stand.until) });
    case 'pinned':
      return words('update.stand.pinned', { version: stand.version, pin: stand.pin });
    case 'fetching':
      return words('update.stand.fetching', { version: stand.version, percent: stand.percent });
    case 'failed':
      return words(`update.stand.failed.${stand.reason}`);
    case 'checking':
      return words('update.stand.checking');
    case 'older':
    case 'offered':
    case 'ready':
      return words(`update.stand.${stand.kind}`, { version: stand.version });
  }
};

/** Who brings new versions, whether there is one, and what can be done about it. */
export const UpdateLines = () => {
  const words = useWords();
  const change = useChange();
  const { data } = useLive('update.state', {});
  if (data === undefined) return null;
  const { by, channel, stand } = data;
  const isBusy = stand.kind === 'checking' || stand.kind === 'fetching';
  return (
    <section className="about-safety">
      <h3 className="about-head">
        <RefreshCw aria-hidden size={16} />
        {words('about.updates')}
      </h3>
      <p>{words(`update.by.${by}`)}</p>
      {by === 'steward' ? (
        <>
          <p className="settings-soft">{words(`update.channel.${channel}`)}</p>
          <p role="status">
            <StandWords stand={stand} />
          </p>
          <div className="settings-actions">
            {stand.kind === 'ready' ? (
              <Button
                kind="primary"
                small
                icon={RotateCw}
                onClick={() => {
                  void change('update.act', { act: 'install' });
                }}
              >
                {words('update.install')}
              </Button>
            ) : stand.kind === 'offered' ? (
              <Button
                kind="primary"
                small
                icon={Download}
                onClick={() => {
                  void change('update.act', { act: 'fetch' });
                }}
              >
                {words('update.fetch')}
              </Button>
            ) : (
              <Button
                small
                icon={RefreshCw}
                disabled={isBusy}
                onClick={() => {
                  void change('update.act', { act: 'check' });
                }}
              >
                {words('update.check')}
              </Button>
            )}
          </div>
        </>
      ) : null}
    </section>
  );
};

import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { InTeam } from '../model/use-team-status.ts';

/** What is set aside so that everything else goes on, in words, and a way to try it again. */
export const AsideNotice = ({ aside }: { readonly aside: InTeam['aside'] }) => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  if (aside.refused + aside.failed === 0) return null;
  const again = (): void => {
    void engine.call('team.tryAside', {}).then((answer) => {
      if (!answer.ok) show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    });
  };
  return (
    <section className="team-part" aria-labelledby="team-aside">
      <h3 id="team-aside">{words('team.aside.title')}</h3>
      {aside.refused > 0 ? <p>{words('team.aside.refused', { count: aside.refused })}</p> : null}
      {aside.failed > 0 ? <p>{words('team.aside.failed', { count: aside.failed })}</p> : null}
      <div className="settings-actions">
        <Button onClick={again}>{words('team.aside.again')}</Button>
      </div>
    </section>
  );
};

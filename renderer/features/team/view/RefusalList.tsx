import { useLive } from '#renderer/engine-client/index.ts';
import { Button, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { TeamRefusal } from '#shared/contract/team.ts';
import { triedWords, whyWords } from '../model/refusal-words.ts';
import { useCloseRefusals } from '../model/use-close-refusals.ts';

const Line = ({ refusal }: { readonly refusal: TeamRefusal }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const close = useCloseRefusals();
  const { conversation, subject, at } = refusal;
  return (
    <li className="settings-line">
      <div className="settings-line-words">
        {conversation === null ? null : (
          <button
            type="button"
            className="settings-link"
            onClick={() => go({ kind: 'open', id: conversation })}
          >
            <bdi>{subject === '' ? words('word.no-subject') : subject}</bdi>
          </button>
        )}
        <p>
          {whyWords(refusal, words, times, now)} {triedWords(refusal, words)}
        </p>
        <p className="settings-soft">{words('team.matter.tried', { time: times.words(at, now) })}</p>
      </div>
      <Button small onClick={() => close([refusal])}>
        {words('team.matter.close')}
      </Button>
    </li>
  );
};

/** What the team did not accept, newest first, until it is closed. */
export const RefusalList = ({ count }: { readonly count: number }) => {
  const words = useWords();
  const refusals = useLive('team.refusals', count === 0 ? null : { conversation: null }).data?.refusals ?? [];
  if (count === 0 || refusals.length === 0) return null;
  return (
    <section className="team-part" aria-labelledby="team-refusals">
      <h3 id="team-refusals">{words('team.refusals.title')}</h3>
      <ul className="settings-lines">
        {refusals.map((refusal) => (
          <Line key={refusal.id} refusal={refusal} />
        ))}
      </ul>
    </section>
  );
};

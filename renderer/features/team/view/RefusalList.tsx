import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Button, classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { TeamRefusal } from '#shared/contract/team.ts';
import { alike, triedWords, whyWords } from '../model/refusal-words.ts';
import { useCloseRefusals } from '../model/use-close-refusals.ts';

/** Of what was refused for one reason, so many conversations are named before somebody asks for the others. */
const namedAtFirst = 5;

const About = ({ refusal: { conversation, subject } }: { readonly refusal: TeamRefusal }) => {
  const words = useWords();
  const { go } = useNavigation();
  if (conversation === null) return null;
  return (
    <button type="button" className="settings-link" onClick={() => go({ kind: 'open', id: conversation })}>
      <bdi>{subject === '' ? words('word.no-subject') : subject}</bdi>
    </button>
  );
};

const Why = ({ refusal, count }: { readonly refusal: TeamRefusal; readonly count: number }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  return (
    <>
      <p>
        {whyWords(refusal, words, times, now, count)} {triedWords(refusal, words, count)}
        {refusal.draft === null ? null : ` ${words('team.matter.draft-again')}`}
      </p>
      <p className="settings-soft" title={times.full(refusal.at)}>
        {words('team.matter.tried', { time: times.words(refusal.at, now) })}
      </p>
    </>
  );
};

const Many = ({ refusals }: { readonly refusals: readonly TeamRefusal[] }) => {
  const words = useWords();
  const [whole, setWhole] = useState(false);
  const more = refusals.length - namedAtFirst;
  // One line for the last of them takes no more room than the words that there is one more.
  const named = whole || more <= 1 ? refusals : refusals.slice(0, namedAtFirst);
  return (
    <ul className="team-refused-which">
      {named.map((refusal) => (
        <li key={refusal.id}>
          <About refusal={refusal} />
        </li>
      ))}
      {named.length === refusals.length ? null : (
        <li>
          <button type="button" className="settings-link team-refused-more" onClick={() => setWhole(true)}>
            {words('team.matter.more', { count: more })}
          </button>
        </li>
      )}
    </ul>
  );
};

const Line = ({ refusals }: { readonly refusals: readonly [TeamRefusal, ...TeamRefusal[]] }) => {
  const words = useWords();
  const close = useCloseRefusals();
  const [closing, setClosing] = useState(false);
  const [first] = refusals;
  const count = refusals.length;
  return (
    <li className={classes('settings-line', count > 1 && 'team-refused-many')}>
      <div className="settings-line-words">
        {count === 1 ? <About refusal={first} /> : null}
        <Why refusal={first} count={count} />
        {count === 1 ? null : <Many refusals={refusals} />}
      </div>
      <Button
        small
        busy={closing}
        onClick={() => {
          setClosing(true);
          void close(refusals).finally(() => setClosing(false));
        }}
      >
        {count === 1 ? words('team.matter.close') : words('team.matter.close-all', { count })}
      </Button>
    </li>
  );
};

/** What the team did not accept, newest first, until it is closed; what was refused for one reason stands together. */
export const RefusalList = ({ count }: { readonly count: number }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const refusals = useLive('team.refusals', count === 0 ? null : { conversation: null }).data?.refusals ?? [];
  if (count === 0 || refusals.length === 0) return null;
  const said = (refusal: TeamRefusal): string =>
    `${whyWords(refusal, words, times, now)} ${triedWords(refusal, words)}`;
  return (
    <section className="team-part" aria-labelledby="team-refusals">
      <h3 id="team-refusals">{words('team.refusals.title')}</h3>
      <ul className="settings-lines">
        {alike(refusals, said).map((group) => (
          // A group stays the same one while what is in it is closed.
          <Line key={group.length === 1 ? group[0].id : said(group[0])} refusals={group} />
        ))}
      </ul>
    </section>
  );
};

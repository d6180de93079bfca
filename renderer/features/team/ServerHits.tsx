import { Database } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { TeamHit } from '#shared/contract/team.ts';
import { useInTeam } from './model/use-team-status.ts';
import './team-beside.css';

/** A pause in typing after which the team's database is asked, in ms: it answers everybody. */
const pause = 400;
/** Fewer letters than this find too much. */
const fewest = 3;
const hitsAtOnce = 50;

/** What the team's database has for a text and this computer has not; null while it is not known. */
const useServerHits = (text: string, there: boolean): readonly TeamHit[] | null => {
  const engine = useEngine();
  const [found, setFound] = useState<{ readonly text: string; readonly hits: readonly TeamHit[] } | null>(
    null,
  );
  const asked = there && text.trim().length >= fewest ? text.trim() : '';
  useEffect(() => {
    if (asked === '') return;
    let dropped = false;
    const timer = setTimeout(() => {
      void engine.call('team.searchServer', { text: asked, limit: hitsAtOnce }).then((answer) => {
        if (!dropped)
          setFound({ text: asked, hits: answer.ok ? answer.value.hits.filter(({ here }) => !here) : [] });
      });
    }, pause);
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [engine, asked]);
  if (asked === '') return null;
  return found?.text === asked ? found.hits : null;
};

const Hit = ({ hit, opened }: { readonly hit: TeamHit; readonly opened: boolean }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const engine = useEngine();
  const { show } = useToasts();
  const [fetching, setFetching] = useState(false);
  const { conversation, customer, subject, at, snippet } = hit;
  // What was found may begin with the subject: it is said once.
  const parts = snippet.startsWith(subject) ? [snippet] : [subject, snippet];
  const said = parts.filter((part) => part !== '').join(' · ');
  const open = async (): Promise<void> => {
    setFetching(true);
    const answer = await engine.call('team.fetch', { conversation });
    setFetching(false);
    if (answer.ok) go({ kind: 'open', id: conversation });
    else show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  return (
    <li>
      <button
        type="button"
        className="team-hit"
        disabled={fetching}
        aria-current={opened ? 'true' : undefined}
        onClick={() => {
          void open();
        }}
      >
        <bdi className="team-hit-who">{customer === '' ? words('word.no-name') : customer}</bdi>
        <time className="team-hit-time" dateTime={new Date(at).toISOString()} title={times.full(at)}>
          {times.short(at, now)}
        </time>
        <span className="team-hit-words">
          {fetching ? words('team.search.fetching') : said === '' ? words('word.no-subject') : said}
        </span>
      </button>
    </li>
  );
};

/** Below what was found here: what only the team's database has, marked as that. */
export const ServerHits = ({ text }: { readonly text: string }) => {
  const words = useWords();
  const { place } = useNavigation();
  const status = useInTeam();
  const connection = status?.connection.kind ?? null;
  // Once the whole past is here, so is every hit.
  const whole = status?.past === 'whole';
  const hits = useServerHits(text, connection === 'connected' && !whole);
  if (connection === null || whole || text.trim().length < fewest) return null;
  if (connection !== 'connected')
    return (
      <div className="team-hits">
        <p className="team-hits-head team-hits-what">{words('team.search.away')}</p>
      </div>
    );
  if (hits === null || hits.length === 0) return null;
  const opened = place.opened.kind === 'conversation' ? place.opened.id : null;
  return (
    <section className="team-hits" aria-labelledby="team-hits">
      <div className="team-hits-head">
        <h2 id="team-hits" className="team-hits-title">
          <Database aria-hidden size={14} />
          {words('team.search.title')}
        </h2>
        <p className="team-hits-what">{words('team.search.what')}</p>
      </div>
      <ul>
        {hits.map((hit) => (
          <Hit key={hit.conversation} hit={hit} opened={hit.conversation === opened} />
        ))}
      </ul>
    </section>
  );
};

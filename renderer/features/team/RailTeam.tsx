import { CloudOff, RefreshCw, UserX, UsersRound, type LucideIcon } from 'lucide-react';
import { classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import { lineWords, railWords, type LineTone } from './model/line-words.ts';
import { useInTeam } from './model/use-team-status.ts';
import './team-beside.css';

const icons: Readonly<Record<LineTone, LucideIcon>> = {
  good: UsersRound,
  busy: RefreshCw,
  warn: CloudOff,
  bad: UserX,
};

/** How the team stands, in the rail: nothing while everything is as it should be. */
export const RailTeam = () => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const status = useInTeam();
  const rail = status === null ? null : railWords(status, words, times, now);
  if (status === null || rail === null) return null;
  const Icon = icons[rail.tone];
  return (
    <div className={classes('rail-team', `rail-team-${rail.tone}`)}>
      <button
        type="button"
        className="rail-line"
        data-tooltip={lineWords(status.connection, status.team.where, words, times, now)}
        onClick={() => go({ kind: 'settings', section: 'team' })}
      >
        <Icon className="rail-icon" aria-hidden size={16} />
        <span className="rail-words">
          <span className="rail-account-name">{words('team.rail')}</span>
          <span
            className={classes('rail-health', rail.tone !== 'busy' && `rail-health-${rail.tone}`)}
            role="status"
          >
            {rail.said}
          </span>
        </span>
      </button>
    </div>
  );
};

import { CloudDownload, CloudOff, ShieldX, UserX, type LucideIcon } from 'lucide-react';
import { classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { TeamConnection } from '#shared/contract/team.ts';
import { lineWords, railWords } from './model/line-words.ts';
import { useInTeam } from './model/use-team-status.ts';
import './team-beside.css';

const icons: Readonly<Record<Exclude<TeamConnection['kind'], 'connected'>, LucideIcon>> = {
  connecting: CloudDownload,
  away: CloudOff,
  'too-old': CloudOff,
  cut: UserX,
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
  const { connection, refusals } = status;
  const Icon =
    connection.kind !== 'connected' ? icons[connection.kind] : refusals > 0 ? ShieldX : CloudDownload;
  return (
    <div className={classes('rail-team', `rail-team-${rail.tone}`)}>
      <button
        type="button"
        className="rail-line"
        data-tooltip={lineWords(connection, status.team.where, words, times, now)}
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

import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import './notice.css';

const icons: Readonly<Record<NoticeTone, LucideIcon>> = {
  note: Info,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
};

/** What kind of thing a notice says. */
export type NoticeTone = 'note' | 'good' | 'warn' | 'bad';

/** Something to know at the place where it matters, with the way out. `live` has the screen reader say it at once. */
export const Notice = ({
  tone,
  title,
  children,
  actions,
  live = false,
}: {
  readonly tone: NoticeTone;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly live?: boolean;
}) => {
  const Icon = icons[tone];
  return (
    <div
      className={classes('notice', `notice-${tone}`)}
      {...(live ? { role: tone === 'bad' ? 'alert' : 'status' } : {})}
    >
      <Icon className="notice-icon" aria-hidden size={16} />
      <div className="notice-words">
        {title === undefined ? null : <p className="notice-title">{title}</p>}
        {children}
      </div>
      {actions === undefined ? null : <div className="notice-actions">{actions}</div>}
    </div>
  );
};

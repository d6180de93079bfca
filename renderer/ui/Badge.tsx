import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import './badge.css';

/** What a badge means: nothing special, news, good, needs a look, broken. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'note';

/** A word or two about a thing, beside it. */
export const Badge = ({
  tone = 'neutral',
  icon: Icon,
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly title?: string;
  readonly children: ReactNode;
}) => (
  <span className={classes('badge', `badge-${tone}`)} title={title}>
    {Icon === undefined ? null : <Icon aria-hidden size={12} />}
    {children}
  </span>
);

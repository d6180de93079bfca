import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import './empty-state.css';

/** What a place says when there is nothing in it: what it is for, and what to do. */
export const EmptyState = ({
  icon: Icon,
  title,
  children,
  actions,
}: {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) => (
  <div className="empty-state">
    {Icon === undefined ? null : (
      <Icon className="empty-state-icon" aria-hidden size={28} strokeWidth={1.5} />
    )}
    <p className="empty-state-title">{title}</p>
    {children === undefined ? null : <div className="empty-state-words">{children}</div>}
    {actions === undefined ? null : <div className="empty-state-actions">{actions}</div>}
  </div>
);

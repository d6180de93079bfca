import type { ReactNode } from 'react';
import { PolicyBanner } from '#renderer/features/policy/index.ts';
import '../first-run.css';

/** One sheet in the middle of the window, for what comes before the desk. */
export const Sheet = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <main className="first-run">
    <div className="first-run-sheet">
      <h1 className="first-run-title">{title}</h1>
      <PolicyBanner reachable={false} />
      {children}
    </div>
  </main>
);

import { useEffect } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { useAction } from '#renderer/workbench/index.ts';
import type { Preferences } from '#shared/contract/app.ts';

/** Puts the chosen colours on the document: `system` leaves them to `prefers-color-scheme`. */
export const useTheme = (ready: boolean): void => {
  const client = useEngine();
  const { data } = useLive('app.preferences', ready ? {} : null);
  const theme = data?.theme ?? 'system';

  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  const choose = (next: Preferences['theme']) => (): void => {
    void client.call('app.setPreferences', { change: { theme: next } });
  };
  useAction('app.theme.system', ready && theme !== 'system' ? choose('system') : null);
  useAction('app.theme.light', ready && theme !== 'light' ? choose('light') : null);
  useAction('app.theme.dark', ready && theme !== 'dark' ? choose('dark') : null);
};

import { useEffect } from 'react';
import { useWords } from '#renderer/ui/index.ts';

/** The window's title: how many unread conversations there are, as the engine counts them. */
export const useTitle = (unread: number): void => {
  const words = useWords();
  useEffect(() => {
    document.title = unread > 0 ? words('app.title.unread', { count: unread }) : words('app.name');
  }, [unread, words]);
};

import { Suspense, lazy, useEffect, type ComponentType, type ReactNode } from 'react';

/** A part of the page with files of its own, which are fetched when it is first wanted or when there is time. */
type Later<Props> = { readonly Part: ComponentType<Props>; readonly fetch: () => Promise<unknown> };

const later = <Props extends object>(fetch: () => Promise<ComponentType<Props>>): Later<Props> => ({
  Part: lazy(async () => ({ default: await fetch() })),
  fetch,
});

const conversation = later(
  async () => (await import('#renderer/features/conversation/index.ts')).ConversationPane,
);
const customer = later(async () => (await import('#renderer/features/customer/index.ts')).CustomerPanel);
const newMessage = later(async () => (await import('#renderer/features/composer/index.ts')).NewMessage);
const day = later(async () => (await import('#renderer/features/day/index.ts')).DayPane);
const settings = later(async () => (await import('#renderer/features/settings/index.ts')).SettingsScreen);

export const ConversationPane = conversation.Part;
export const CustomerPanel = customer.Part;
export const NewMessage = newMessage.Part;
export const DayPane = day.Part;
export const SettingsScreen = settings.Part;

/** In the order in which they are most likely to be wanted. */
const all: readonly Pick<Later<never>, 'fetch'>[] = [conversation, customer, newMessage, settings, day];

/** Fetches every part, one after the other, whenever the page has nothing else to do. */
const fetchAll = (parts: readonly Pick<Later<never>, 'fetch'>[]): (() => void) => {
  const [next, ...rest] = parts;
  if (next === undefined) return () => undefined;
  let stop = (): void => undefined;
  const idle = requestIdleCallback(() => {
    // A part that could not be fetched is asked for again when it is wanted, and says so there.
    void next
      .fetch()
      .catch(() => undefined)
      .then(() => {
        stop = fetchAll(rest);
      });
  });
  stop = () => cancelIdleCallback(idle);
  return () => stop();
};

/** The first frames and the first key come before what nobody has asked for: compiling a part holds the page up, in ms. */
const afterFirstMs = 500;

/** Has the other parts fetched soon after the first list is there, so that hardly anybody ever waits for one. */
export const useFetchLater = (listed: boolean): void => {
  useEffect(() => {
    if (!listed) return undefined;
    let stop = (): void => undefined;
    const timer = setTimeout(() => {
      stop = fetchAll(all);
    }, afterFirstMs);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [listed]);
};

/** A place for a part that may still be on its way: some milliseconds, so nothing is drawn meanwhile. */
export const Arriving = ({ children }: { readonly children: ReactNode }) => (
  <Suspense fallback={null}>{children}</Suspense>
);

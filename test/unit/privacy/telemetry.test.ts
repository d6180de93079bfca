import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every source file that is built into what people run. */
const sources = ['main', 'shared', 'renderer', 'widget'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/u.test(name))
    .map((name) => join(folder, name)),
);

/** Addresses in comments lead readers to a specification, and programs nowhere. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//gu, '').replace(/(?:^|\s)\/\/.*$/gmu, '');

/** Names of servers that the program knows, with the folder that knows them: one channel's own, or the top folder. */
const named = (): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const file of sources) {
    const folder = file.split(sep).slice(0, file.startsWith(join('main', 'channels')) ? 3 : 1);
    for (const [, host] of withoutComments(readFileSync(file, 'utf8')).matchAll(
      /(?:https?|wss?):\/\/([A-Za-z0-9][A-Za-z0-9.-]*\.[a-z]{2,})/gu,
    )) {
      // RFC 2606: nobody is there.
      if (host === undefined || /(?:^|\.)example(?:\.(?:com|net|org))?$/u.test(host)) continue;
      const place = folder.join('/');
      found.set(place, (found.get(place) ?? new Set()).add(host));
    }
  }
  return found;
};

describe('telemetry', () => {
  it('has nowhere to go: no server is named but those of a channel that somebody connected', () => {
    const places = Object.fromEntries([...named()].map(([place, hosts]) => [place, [...hosts].toSorted()]));
    expect(places).toEqual({
      'main/channels/bluesky': ['bsky.app', 'bsky.social'],
      'main/channels/email': [
        ...['accounts.google.com', 'login.microsoftonline.com', 'mail.google.com'],
        ...['oauth2.googleapis.com', 'outlook.office.com'],
      ],
      // Links that a message is shown with, for somebody to click.
      'main/channels/telegram': ['api.telegram.org', 't.me', 'www.openstreetmap.org'],
      'main/channels/twilio': ['api.twilio.com', 'content.twilio.com'],
      // Names of XML, which nobody fetches.
      'main/channels/xmpp': ['etherx.jabber.org', 'jabber.org'],
      renderer: ['www.w3.org'],
      widget: ['etherx.jabber.org', 'jabber.org', 'www.w3.org'],
    });
  });

  it('has no library: nothing that counts users or collects faults is a dependency', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(
      Object.keys(dependencies).filter((name) =>
        /sentry|posthog|amplitude|mixpanel|segment|analytics|telemetry|bugsnag|rollbar|datadog|newrelic/iu.test(
          name,
        ),
      ),
    ).toEqual([]);
  });
});

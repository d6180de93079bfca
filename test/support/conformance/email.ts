import { createServer } from 'node:net';
import type { Server } from 'node:net';
import type { Cursor } from '#main/channels/kit/channel.ts';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { startCuttingProxy } from '../cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '../cutting-proxy/cutting-proxy.ts';
import { settingsFor, systemClock } from '../email-account.ts';
import { startMailServer } from '../mail-server/mail-server.ts';
import type { MailServer } from '../mail-server/mail-server.ts';
import { LOOPBACK, freePort } from '../ports.ts';
import { uniqueName } from '../temp.ts';
import type { Harness, StagedAccount } from './harness.ts';

const timeouts = {
  connect: 5_000,
  greeting: 5_000,
  idle: 400,
  recheck: 1_200,
  filedPerhaps: 0,
  filedByServer: 1_000,
};
const customer = { name: 'Ana Pereira', address: 'ana@customer.example' };

/** Refuses every connection in the words of an IMAP server that counts them. */
type Grumbler = { readonly port: number; readonly knocks: () => number; readonly server: Server };

async function startGrumbler(): Promise<Grumbler> {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks += 1;
    socket.on('error', () => undefined);
    socket.end('* BYE [UNAVAILABLE] Too many connections from this user, try again later\r\n');
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return { port, knocks: () => knocks, server };
}

const mail = (n: string, to: string, text: string, at: number): Buffer =>
  Buffer.from(
    [
      `From: ${customer.name} <${customer.address}>`,
      `To: ${to}`,
      'Subject: An order',
      `Message-ID: <${n}@customer.example>`,
      `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      text,
      '',
    ].join('\r\n'),
  );

const strange = (cursor: Cursor): Cursor => ({ ...cursor, uidValidity: '4000000001', uidNext: 9_999 });

type Place = { readonly server: MailServer; readonly proxy: CuttingProxy; readonly grumbler: Grumbler };

function accountAt({ server, proxy, grumbler }: Place, own: Set<() => Promise<void>>): StagedAccount {
  const user = `${uniqueName('agent')}@shop.test`;
  const channel = createEmailChannel({ timeouts });
  const smtp = server.scriptedSmtp();
  let written = 0;
  let knocksBefore = 0;
  const context = {
    address: user,
    settings: settingsFor(server, { imapPort: proxy.port, imapSecurity: 'plain' }),
    clock: systemClock,
    secrets: () => ({ kind: 'password', user, password: server.password }) as const,
    saveSecrets: () => Promise.resolve(),
    log: () => undefined,
  };
  return {
    context,
    stream: 'INBOX',
    sentStream: 'Sent',
    customer,
    open: () => {
      const session = channel.open(context);
      own.add(() => session.close());
      return session;
    },
    write: async (texts) => {
      for (const text of texts) {
        written += 1;
        const at = Date.now() - 3_600_000 + written * 1_000;
        await server.deliver(user, mail(`${String(written)}.${user.split('@')[0] ?? ''}`, user, text, at));
      }
    },
    seed: async (count) => {
      const mails = Array.from({ length: count }, (_, index) => {
        const at = 1_700_000_000_000 + index * 60_000;
        const raw = mail(`h${String(index)}`, user, `history ${String(index + 1)}`, at);
        return { raw, receivedAt: new Date(at) };
      });
      server.seed(user, 'INBOX', mails);
    },
    taken: async (attempt) =>
      smtp.accepted().filter((one) => one.messageId?.includes(attempt.clientId) === true).length,
    throttle: () => {
      knocksBefore = grumbler.knocks();
      proxy.leadTo({ port: grumbler.port });
    },
    relent: () => {
      proxy.leadTo({ port: server.imap.port });
    },
    knocks: () => grumbler.knocks() - knocksBefore,
    expire: async () => {
      server.setPassword(user, 'another one');
      // The server reads its passwords again at once only when it starts.
      await server.restart();
    },
    silence: () => {
      proxy.now({ kind: 'half-open' });
      proxy.cutWhen({
        direction: 'to client',
        place: { kind: 'at byte', count: 0 },
        action: { kind: 'half-open' },
        times: 1_000,
      });
    },
    loseVerdict: (when) => {
      if (when === 'taken') {
        smtp.filesSent({ afterMs: 0 });
        smtp.script({ kind: 'drop after the dot', accepted: true });
      } else {
        smtp.script({ kind: 'drop after the dot', accepted: false });
      }
    },
    strange,
  };
}

/** Email on a real Dovecot, reached over a line that can be cut, with an SMTP server that misbehaves when told. */
export const emailHarness: Harness = {
  kind: 'email',
  without: [],
  start: async () => {
    const server = await startMailServer();
    const [proxy, grumbler] = await Promise.all([
      startCuttingProxy({ port: server.imap.port }),
      startGrumbler(),
    ]);
    const own = new Set<() => Promise<void>>();
    return {
      channel: createEmailChannel({ timeouts }),
      newAccount: async () => {
        proxy.clearRules();
        proxy.release();
        proxy.leadTo({ port: server.imap.port });
        server.scriptedSmtp().clearScript();
        server.scriptedSmtp().filesSent(undefined);
        return accountAt({ server, proxy, grumbler }, own);
      },
      stop: async () => {
        await Promise.all([...own].map((end) => end()));
        await proxy.stop();
        grumbler.server.close();
        await server.stop();
      },
    };
  },
};

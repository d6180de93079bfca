import { readDocument } from '#main/engine/store/team/documents.ts';
import type { Device } from './device.ts';
import type { Exchange } from './exchange.ts';

/** Whose customer a conversation is follows from who has its address: it is not told again for each when that changes. */
const told = (body: Readonly<Record<string, unknown>> | null): string =>
  JSON.stringify(
    body === null
      ? null
      : Object.entries(body)
          .filter(([name]) => name !== 'customer')
          .sort(),
  );

/** What of the team's documents a device's rows say otherwise; nothing where all is the same, word for word. */
export const differences = (exchange: Exchange, device: Device): readonly unknown[] =>
  exchange.documents.flatMap((one) => {
    const { body } = readDocument(device.workspace.db, one);
    if (told(body) === told(one.body)) return [];
    const { kind, id } = one;
    return [{ on: device.name, kind, id, team: told(one.body), here: told(body) }];
  });

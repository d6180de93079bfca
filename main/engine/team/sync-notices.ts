import * as v from 'valibot';
import type { TeamPresence, Wake } from './wire.ts';

/** Longer than any notice of the team's functions: PostgreSQL itself takes less than 8000 bytes. */
const longest = 8_000;

const presence = v.object({
  member: v.pipe(v.string(), v.maxLength(200)),
  device: v.pipe(v.string(), v.maxLength(200)),
  conversation: v.nullable(v.pipe(v.string(), v.maxLength(200))),
  doing: v.nullable(v.picklist(['looking', 'typing'])),
  at: v.pipe(v.number(), v.safeInteger()),
});

const isPresence = (value: unknown): value is TeamPresence => v.is(presence, value);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What a notice says; null for what is none of ours. Any member can send one, so it is never more than a hint. */
export const readWake = (payload: string): Wake | null => {
  if (payload.length > longest) return null;
  if (payload === 'members') return { kind: 'members' };
  const [, seq] = /^seq:(\d{1,15})$/u.exec(payload) ?? [];
  if (seq !== undefined) return { kind: 'seq', seq: Number(seq) };
  if (!payload.startsWith('presence:')) return null;
  const said = parsed(payload.slice('presence:'.length));
  return isPresence(said) ? { kind: 'presence', presence: said } : null;
};

import { Readable } from 'node:stream';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { Attempt, SendHooks, SendResult } from '../../kit/outgoing.ts';
import { needsUtf8, plainAddress } from '../address.ts';
import { within } from '../../kit/waiting.ts';
import { wordsOf } from '../../kit/connection-codes.ts';
import { openSmtp } from './connection.ts';
import type { SmtpConnection, SmtpTarget } from './connection.ts';
import { refusal, replyOf, statusOf } from './smtp-failures.ts';

type Refused = Extract<SendResult, { readonly kind: 'accepted' }>['refused'];

/** Where the hand-over stands: only after it may the server have taken the message. */
type Handover = { done: boolean; failed: Error | null };

/** The library's own buffers hold some of these; whatever is lost before the last one is taken is lost before the hand-over. */
const pieceBytes = 64 * 1024;

/**
 * The message as a stream that ends only when the engine has saved "body handed over": the end is what makes the library write the
 * final dot, and after the dot a lost connection proves nothing (RFC 1047).
 */
function handingOver(bytes: Uint8Array, hooks: SendHooks, handover: Handover): Readable {
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes.byteLength; from += pieceBytes) {
      yield Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(pieceBytes, bytes.byteLength - from));
    }
    try {
      await hooks.handingOver();
      handover.done = true;
    } catch (error) {
      handover.failed = error instanceof Error ? error : new Error(String(error));
      throw handover.failed;
    }
  };
  return Readable.from(pieces(), { objectMode: false });
}

/** Every address of the envelope must be exactly one plain address; what else it might smuggle never reaches the wire. */
function refuseEnvelope(attempt: Attempt, extensions: readonly string[]): SendResult | null {
  const addresses = [attempt.envelopeFrom, ...attempt.pending];
  for (const address of addresses) {
    if (plainAddress(address) !== address) return { kind: 'rejected', said: address, code: '5.1.3' };
    if (needsUtf8(address) && !extensions.includes('SMTPUTF8'))
      return { kind: 'rejected', said: address, code: '5.6.7' };
  }
  return attempt.pending.length === 0 ? { kind: 'rejected', said: '', code: '5.1.0' } : null;
}

const readRefused = (errors: readonly unknown[] | undefined): Refused =>
  (errors ?? []).map((error) => {
    const reply = replyOf(error);
    const recipient: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, 'recipient') : '';
    return {
      recipient: typeof recipient === 'string' ? recipient : '',
      said: reply === null ? '' : reply.said,
      permanent: reply === null || reply.code >= 500,
    };
  });

/** Nobody was accepted: the same fate for all is the message's fate, otherwise each has their own. */
function allRefused(error: unknown, refused: Refused): SendResult | null {
  const reply = replyOf(error);
  if (refused.length === 0 || reply === null) return null;
  if (refused.every((one) => one.permanent)) {
    const last = refused.at(-1);
    return {
      kind: 'rejected',
      said: last?.said ?? reply.said,
      code: statusOf({ ...reply, said: last?.said ?? '' }),
    };
  }
  if (refused.every((one) => !one.permanent)) return { kind: 'retry', said: reply.said, afterMs: null };
  return { kind: 'accepted', accepted: [], refused, externalId: null };
}

const rejectedErrorsOf = (error: unknown): readonly unknown[] | undefined => {
  const errors: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'rejectedErrors') : undefined;
  return Array.isArray(errors) ? errors : undefined;
};

function resultOf(error: unknown, handover: Handover): SendResult {
  const reply = replyOf(error);
  const words = wordsOf(error instanceof Error ? error.message : String(error)) ?? '';
  if (reply !== null) return allRefused(error, readRefused(rejectedErrorsOf(error))) ?? refusal(reply);
  if (handover.done) return { kind: 'unknown', said: words };
  // Refused by the library before anything was sent: larger than the server takes.
  if (error instanceof Error && /size larger than allowed/i.test(error.message)) {
    return { kind: 'rejected', said: words, code: '5.3.4' };
  }
  return { kind: 'retry', said: words, afterMs: null };
}

function transmit(
  connection: SmtpConnection,
  attempt: Attempt,
  hooks: SendHooks,
  handover: Handover,
): Promise<SMTPConnectionSendInfo> {
  return new Promise((resolve, reject) => {
    const envelope = { from: attempt.envelopeFrom, to: [...attempt.pending], size: attempt.bytes.length };
    connection.wire.send(envelope, handingOver(attempt.bytes, hooks, handover), (error, info) => {
      if (error === null) resolve(info);
      else reject(error);
    });
  });
}

/**
 * One try to send. Failures before the envelope (connection, certificate, login) are thrown as ChannelError; everything after is a
 * result. Lost before the hand-over means "again", lost after it means "unknown".
 */
export async function sendBySmtp(
  target: SmtpTarget,
  attempt: Attempt,
  hooks: SendHooks,
  signal: AbortSignal,
): Promise<SendResult> {
  const connection = await openSmtp(target, signal);
  const handover: Handover = { done: false, failed: null };
  try {
    const refusedEnvelope = refuseEnvelope(attempt, connection.extensions);
    if (refusedEnvelope !== null) return refusedEnvelope;
    const info = await within(transmit(connection, attempt, hooks, handover), {
      signal,
      ms: target.timeouts.total + target.timeouts.verdict,
      late: () => new Error('no answer in time'),
      end: () => connection.wire.close(),
    });
    connection.wire.quit();
    return {
      kind: 'accepted',
      accepted: info.accepted,
      refused: readRefused(info.rejectedErrors),
      externalId: info.serverMessageId?.replace(/^<|>$/g, '') ?? attempt.externalId,
    };
  } catch (error) {
    connection.wire.close();
    if (handover.failed !== null) throw handover.failed;
    if (signal.aborted && !handover.done) throw error;
    return resultOf(error, handover);
  }
}

/** Signs in and says goodbye. */
export async function probeSmtp(target: SmtpTarget, signal: AbortSignal): Promise<void> {
  const { wire } = await openSmtp(target, signal);
  wire.quit();
}

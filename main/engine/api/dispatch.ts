import * as v from 'valibot';
import { contract } from '#shared/contract/contract.ts';
import type { CallFailure, CallName } from '#shared/contract/contract.ts';
import type { Answer, Handlers } from '#shared/contract/wire.ts';
import { fail } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Log } from '../log.ts';
import { reasonOf } from '../writer/writer.ts';
import { isSound } from './sound-input.ts';

/** The calls a workspace answers; the others are answered by the engine itself. */
export const engineCalls = [
  'app.state',
  'app.choosePassphrase',
  'app.unlock',
  'app.sample',
  'language.state',
  'language.choose',
  'policy.state',
  'recovery.state',
  'recovery.makeWords',
  'recovery.confirmWords',
  'recovery.openWithWords',
  'backup.now',
  'backup.chooseFolder',
  'backup.verify',
  'backup.restore',
  'backup.openOther',
  'backup.restoreOther',
  'recovery.removeSetAside',
  'recovery.seenSteppedBack',
  'update.state',
  'update.act',
] as const;
export type EngineCall = (typeof engineCalls)[number];
export type WorkspaceHandlers = Omit<Handlers, EngineCall>;
export type EngineHandlers = Pick<Handlers, EngineCall>;

/** Whether a name from outside is one of the contract's own. */
export const isCallName = (name: unknown): name is CallName =>
  typeof name === 'string' && Object.hasOwn(contract, name);

type AnyHandler = (input: unknown) => Promise<Result<unknown, { readonly kind: string }>>;

/** Which handlers there are at the moment. */
export type HandlerSource = {
  readonly engine: EngineHandlers;
  readonly workspace: () => WorkspaceHandlers | null;
  readonly log: () => Log;
};

const handlerFor = (source: HandlerSource, name: CallName): AnyHandler | null => {
  const all: Partial<Handlers> = { ...source.workspace(), ...source.engine };
  const handler = all[name];
  // The input was checked by the schema of the same name a line before; the pairing is not expressible by index.
  return handler === undefined ? null : async (input) => (handler as AnyHandler)(input);
};

/**
 * Answers one call: its input is checked against the contract, the handler asked, and what it throws becomes a fault
 * with a reference that is in the log. Never rejects.
 */
export const answerCall = async <Name extends CallName>(
  source: HandlerSource,
  name: Name,
  input: unknown,
): Promise<Answer<Name>> => {
  const refuse = (failure: CallFailure): Answer<Name> => fail(failure);
  if (!isSound(input)) return refuse({ kind: 'not-understood', detail: '' });
  // Only the first is told, and a list has as many as it has values.
  const parsed = v.safeParse(contract[name].input, input, { abortEarly: true });
  if (!parsed.success) {
    return refuse({ kind: 'not-understood', detail: v.getDotPath(parsed.issues[0]) ?? '' });
  }
  const handler = handlerFor(source, name);
  if (handler === null) return refuse({ kind: 'no-workspace' });
  try {
    return (await handler(parsed.output)) as Answer<Name>;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === 'disk-full') return refuse({ kind: 'disk-full' });
    return refuse({ kind: 'engine-fault', reference: source.log().fault(name, error) });
  }
};

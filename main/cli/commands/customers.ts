import type {
  CustomerDetail,
  CustomerLine,
  ErasePreview,
  MergeSide,
  Suggestion,
} from '#shared/contract/customers.ts';
import type { ErasureLine } from '#shared/contract/erasure.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { mergedWords, proposedChoice } from '#shared/domain/customer/merge-words.ts';
import type { MergeChoice } from '#shared/domain/customer/merge-words.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import type { Words } from '#shared/messages/format.ts';
import { createTimes } from '#shared/messages/times.ts';
import type { Headless } from '#main/engine/host/headless.ts';
import { CliFailure, exitCodes, usageFailure } from '../exit.ts';
import { oneLine, printable, table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted } from '../say.ts';

/** Ids are UUIDs; everything else is a name or an address. */
const isId = (text: string): text is CustomerId =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(text);

/** As many as anybody reads before they type more of the name. */
const candidates = 20;

const lineOf = ({ id, name, company, address, addresses }: CustomerLine): readonly string[] => [
  id,
  name === '' ? address : name,
  company,
  addresses > 1 ? `${address} (+${String(addresses - 1)})` : address,
];

/** The customer meant by an id, an address, or the beginning of a name; fails where it is nobody or several. */
export const customerOf = async (engine: Headless, text: string): Promise<CustomerDetail> => {
  if (isId(text)) return accepted(await engine.call('customer.get', { id: text }));
  const { customers } = accepted(await engine.call('customer.find', { text, limit: candidates }));
  const details: CustomerDetail[] = [];
  for (const { id } of customers) details.push(accepted(await engine.call('customer.get', { id })));
  const exact = details.filter(({ identities }) =>
    identities.some(({ address }) => address === comparable(text)),
  );
  const [only, ...more] = exact.length > 0 ? exact : details;
  if (only !== undefined && more.length === 0) return only;
  throw new CliFailure(
    exitCodes.refused,
    only === undefined ? 'customer-gone' : 'customer-unclear',
    only === undefined ? 'cli.customer.nobody' : 'cli.customer.several',
    { who: oneLine(text) },
    { lines: only === undefined ? [] : table(customers.map(lineOf), [null, 30, 30, 40]) },
  );
};

/** `customer show`: who somebody is, where they are reached, and how long they wait. */
export const showCustomer = async ({ engine, terminal }: OpenRun, who: string): Promise<void> => {
  const customer = await customerOf(engine, who);
  const { id } = customer;
  const waits = accepted(await engine.call('customer.waits', { id }));
  const { promises } = accepted(await engine.call('customer.promises', { id }));
  const { suggestions } = accepted(await engine.call('customer.suggested', { id }));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ customer, waits, promises, suggestions }));
    return;
  }
  const { words } = terminal;
  const times = createTimes(words.locale);
  const now = Date.now();
  const lines = [
    [customer.name, customer.company, id].filter((part) => part !== '').join('  '),
    ...(customer.waitingSince === null
      ? []
      : [words('customer.waiting', { length: times.length(now - customer.waitingSince) })]),
    ...customer.identities.map(({ channel, address }) => `  ${channel}  ${address}`),
    ...customer.merges.map(
      ({ undo, name, at }) => `${words('customer.merge.was', { name })} ${times.short(at, now)}  ${undo}`,
    ),
    ...promises.map(({ purpose, dueAt, why, subject }) =>
      words('cli.customer.promise', {
        purpose,
        time: times.words(dueAt, now),
        why: why === '' ? subject : why,
      }),
    ),
    ...(waits.medianFirst === null
      ? []
      : [
          words('customer.waits.median', {
            length: times.length(waits.medianFirst),
            count: waits.answeredFirst,
          }),
        ]),
    ...suggestions.map((one) => suggestionWords(words, one)),
  ];
  for (const line of lines) await terminal.out(oneLine(line));
  if (customer.note !== '') await terminal.out(`\n${printable(customer.note)}`);
};

const suggestionWords = (words: Words, { other, reason, shared }: Suggestion): string =>
  `${words('customer.suggestion')} ${other.name === '' ? other.address : other.name}: ` +
  `${words(`customer.suggestion.${reason}`, { shared })}  ${other.id}`;

/** What `customer edit` changes. */
export type CustomerEdit = {
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly note?: string | undefined;
};

/** `customer edit`: writes name, company or note; what is left out stays. */
export const editCustomer = async (
  { engine, terminal }: OpenRun,
  who: string,
  { name, company, note }: CustomerEdit,
): Promise<void> => {
  if (name === undefined && company === undefined && note === undefined) {
    throw usageFailure('cli.usage.customer-edit');
  }
  const { id, rev: seenRev } = await customerOf(engine, who);
  const { undo } = accepted(
    await engine.call('customer.update', {
      id,
      seenRev,
      ...(name === undefined ? {} : { name }),
      ...(company === undefined ? {} : { company }),
      ...(note === undefined ? {} : { note }),
    }),
  );
  if (terminal.json) await terminal.out(JSON.stringify({ customer: id, undo }));
  else
    await terminal.out(undo === null ? terminal.words('cli.customer.same') : undoWords(terminal.words, undo));
};

const undoWords = (words: Words, undo: string): string => words('cli.customer.done', { undo });

/** Whose words win in `customer merge`; what is left out is proposed. */
export type MergeOptions = {
  readonly name?: string | undefined;
  readonly company?: string | undefined;
  readonly note?: string | undefined;
  readonly yes?: true | undefined;
};

const chosenOf = <Value extends string>(
  option: string,
  text: string | undefined,
  values: readonly Value[],
  proposed: Value,
): Value => {
  if (text === undefined) return proposed;
  const value = values.find((one) => one === text);
  if (value === undefined)
    throw usageFailure('cli.usage.choice', { what: option, values: values.join(', ') });
  return value;
};

const choiceOf = (into: MergeSide, from: MergeSide, options: MergeOptions): MergeChoice => {
  const proposed = proposedChoice(into, from);
  const sides = ['into', 'from'] as const;
  return {
    name: chosenOf('--name', options.name, sides, proposed.name),
    company: chosenOf('--company', options.company, sides, proposed.company),
    note: chosenOf('--note', options.note, [...sides, 'both'] as const, proposed.note),
  };
};

/** `customer merge`: shows what would come together, and with `--yes` does it. */
export const mergeCustomers = async (
  { engine, terminal }: OpenRun,
  intoText: string,
  fromText: string,
  options: MergeOptions,
): Promise<void> => {
  const { words } = terminal;
  const ids = {
    into: (await customerOf(engine, intoText)).id,
    from: (await customerOf(engine, fromText)).id,
  };
  const { into, from } = accepted(await engine.call('customer.mergePreview', ids));
  const choice = choiceOf(into, from, options);
  const undo =
    options.yes === true
      ? accepted(
          await engine.call('customer.merge', {
            into: { id: into.id, rev: into.rev },
            from: { id: from.id, rev: from.rev },
            choice,
          }),
        ).undo
      : null;
  const result = mergedWords(into, from, choice);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ into, from, choice, result, undo }));
    return;
  }
  for (const line of table([into, from].map(lineOf), [null, 30, 30, 40])) await terminal.out(line);
  await terminal.out(
    words('cli.customer.together', {
      name: oneLine(result.name ?? ''),
      company: oneLine(result.company),
      addresses: into.addresses + from.addresses,
      conversations: into.conversations + from.conversations,
    }),
  );
  if (result.note !== '') await terminal.out(printable(result.note));
  if (undo === null) terminal.note(words('cli.customer.preview'));
  else await terminal.out(undoWords(words, undo));
};

/** `customer move`: gives an address to another customer, or to a new one. */
export const moveAddress = async (
  { engine, terminal }: OpenRun,
  address: string,
  { to, new: fresh }: { readonly to?: string | undefined; readonly new?: true | undefined },
): Promise<void> => {
  if ((to === undefined) === (fresh === undefined)) throw usageFailure('cli.usage.customer-move');
  const from = await customerOf(engine, address);
  const identity = from.identities.find((one) => one.address === comparable(address));
  if (identity === undefined) {
    throw new CliFailure(exitCodes.refused, 'customer-gone', 'cli.customer.nobody', {
      who: oneLine(address),
    });
  }
  const moved = accepted(
    await engine.call('customer.moveIdentity', {
      channel: identity.channel,
      address: identity.address,
      from: from.id,
      to: to === undefined ? null : (await customerOf(engine, to)).id,
    }),
  );
  if (terminal.json) await terminal.out(JSON.stringify({ moved: identity.address, ...moved }));
  else await terminal.out(undoWords(terminal.words, moved.undo));
};

/** How often it is looked whether an erasure has ended, in ms. */
const lookMs = 100;

/** `customer erase`: says what would go and what stays, and with `--yes` erases it and waits for the end. */
export const eraseCustomer = async (
  { engine, terminal, signal }: OpenRun,
  who: string,
  { yes }: { readonly yes?: true | undefined },
): Promise<void> => {
  const { words } = terminal;
  const { id } = await customerOf(engine, who);
  const scope = accepted(await engine.call('customer.erasePreview', { id }));
  if (yes !== true) {
    if (terminal.json) await terminal.out(JSON.stringify({ customer: id, scope }));
    else for (const line of scopeLines(words, scope)) await terminal.out(oneLine(line));
    return;
  }
  const begun = accepted(await engine.call('customer.erase', { id, typed: scope.name }));
  const lineNow = async (): Promise<ErasureLine | undefined> =>
    accepted(await engine.call('erasure.list', {})).rows.find((row) => row.id === begun.id);
  let line = await lineNow();
  while (line?.doneAt === null && !signal.aborted) {
    await new Promise((resolve) => {
      setTimeout(resolve, lookMs);
    });
    line = await lineNow();
  }
  const { conversations = 0, messages = 0, doneAt = null } = line ?? {};
  if (terminal.json) {
    const { inTeam } = scope;
    await terminal.out(JSON.stringify({ erased: begun.id, conversations, messages, doneAt, inTeam }));
  } else if (line === undefined) await terminal.out(words('cli.customer.erase.later'));
  else {
    await terminal.out(words('cli.customer.erase.done', { conversations, messages }));
    if (scope.inTeam) await terminal.out(words('cli.customer.erase.everybody'));
  }
};

const scopeLines = (words: Words, scope: ErasePreview): readonly string[] => {
  const { name, conversations, messages, files, drafts, notes, shared, sharedMessages } = scope;
  return [
    `${words('erase.whom')} ${name}`,
    `  ${words('erase.goes.conversations', { conversations, messages })}`,
    `  ${words('erase.goes.files', { files })}`,
    `  ${words('erase.goes.drafts', { drafts, notes })}`,
    ...(shared === 0 ? [] : [words('erase.shared', { conversations: shared, messages: sharedMessages })]),
    words('erase.stays'),
    ...(['server', 'others', 'backups'] as const).map((what) => `  ${words(`erase.stays.${what}`)}`),
    ...(scope.inTeam ? [words('erase.everybody')] : []),
    ...(scope.refused === null ? [] : [words(`refusal.${scope.refused}`)]),
    ...(scope.unsettled ? [words('refusal.erase-unsettled')] : []),
  ];
};

/** `customer undo`: takes back a change of customers by the key it answered. */
export const undoCustomer = async ({ engine, terminal }: OpenRun, undo: string): Promise<void> => {
  accepted(await engine.call('customer.undo', { undo }));
  if (terminal.json) await terminal.out(JSON.stringify({ undone: undo }));
  else await terminal.out(terminal.words('customer.undone'));
};

/** The most that one call answers. */
const pageSize = 200;

/** `customer suggestions`: customers who may be one person, and why. */
export const listSuggestions = async (
  { engine, terminal, signal }: OpenRun,
  { limit }: { readonly limit: number },
): Promise<void> => {
  const { words } = terminal;
  const rows: Suggestion[] = [];
  let after: string | null = null;
  do {
    const page: { readonly rows: readonly Suggestion[]; readonly next: string | null } = accepted(
      await engine.call('customer.suggestions', { after, limit: Math.min(pageSize, limit) }),
    );
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null && rows.length < limit && !signal.aborted);
  const shown = rows.slice(0, limit);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ suggestions: shown }));
    return;
  }
  const cells = shown.map((row) => [
    ...lineOf(row.one).slice(0, 2),
    ...lineOf(row.other).slice(0, 2),
    words(`customer.suggestion.${row.reason}`, { shared: row.shared }),
  ]);
  for (const line of table(cells, [null, 30, null, 30, null])) await terminal.out(line);
  if (shown.length === 0) terminal.note(words('customer.suggestions.none'));
};

/** `customer dismiss`: says of two customers that they are two people. */
export const dismissSuggestion = async (
  { engine, terminal }: OpenRun,
  oneText: string,
  otherText: string,
): Promise<void> => {
  const [one, other] = [(await customerOf(engine, oneText)).id, (await customerOf(engine, otherText)).id];
  const { undo } = accepted(await engine.call('customer.dismissSuggestion', { one, other }));
  if (terminal.json) await terminal.out(JSON.stringify({ dismissed: [one, other], undo }));
  else await terminal.out(undoWords(terminal.words, undo));
};

import { ns } from '../names.ts';
import { childOf, element } from './element.ts';
import type { Element } from './element.ts';

/** What we understand (XEP-0030): others send receipts, corrections and reactions only to those who say so. */
const features: readonly string[] = [
  ns.info,
  ns.ping,
  ns.receipts,
  ns.markers,
  ns.correct,
  ns.retract,
  ns.oldRetract,
  ns.reactions,
  ns.outOfBand,
  ns.ids,
  ns.encryption,
];

/** Our answer to a question of somebody else's program: whether we are there, and what we understand. Everything else is refused. */
export function answerTo(question: Element): Element {
  const id = question.attributes.get('id') ?? '';
  const to = question.attributes.get('from');
  const result = (...children: readonly Element[]): Element =>
    element('iq', ns.client, { type: 'result', id, to }, ...children);
  if (question.attributes.get('type') === 'get') {
    if (childOf(question, 'ping', ns.ping) !== undefined) return result();
    const info = childOf(question, 'query', ns.info);
    if (info !== undefined && info.attributes.get('node') === undefined) {
      const identity = element('identity', ns.info, { category: 'client', type: 'pc', name: 'Steward' });
      const known = features.map((feature) => element('feature', ns.info, { var: feature }));
      return result(element('query', ns.info, {}, identity, ...known));
    }
  }
  const refusal = element('service-unavailable', ns.stanzaErrors);
  const error = element('error', ns.client, { type: 'cancel' }, refusal);
  return element('iq', ns.client, { type: 'error', id, to }, error);
}

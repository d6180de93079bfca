import { languages } from './languages.ts';
import { longThreads } from './long-threads.ts';
import { machines } from './machines.ts';
import { orders } from './orders.ts';
import { questions } from './questions.ts';
import { repairs } from './repairs.ts';
import type { SampleConversation } from './sample-conversation.ts';

/** The whole sample: a bicycle shop's inbox. */
export const sampleConversations: readonly SampleConversation[] = [
  ...orders,
  ...repairs,
  ...languages,
  ...machines,
  ...questions,
  ...longThreads,
];

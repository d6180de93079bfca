import {
  conversation,
  customer,
  days,
  hours,
  us,
  type SampleConversation,
  type SampleMessage,
} from './sample-conversation.ts';
import { pdfFile } from './sample-files.ts';

/** A conversation that goes to and fro; one line each, the customer first, `apart` hours between two messages. */
const toAndFro = (start: number, apart: number, lines: readonly string[]): SampleMessage[] =>
  lines.map((line, index) => {
    const ago = start - index * hours(apart);
    return index % 2 === 0 ? customer(ago, `${line}\n\nVera`) : us(ago, `${line}\n\nDana`);
  });

const tour = toAndFro(days(34), 20, [
  'Hello, we are planning a tour for our company: 18 people, two days, in June. Can you rent us the bikes and bring them to the start?',
  'Hello Vera, what a good idea. 18 is possible in the first half of June. Where would you start, and how long are the days?',
  'We thought of the old railway line, starting at Ardmore station. About 45 km a day, and people of all ages.',
  'That line is perfect for it: flat, and no cars for most of the way. I would take touring bikes, and e-bikes for those who want one. How many of each?',
  'I asked around: 11 touring, 7 electric. Three people are under 1.60 m, one is 1.98 m.',
  'Noted. For the tall one I set the Harrier in XL aside, for the small ones three frames in XS.',
  'Great. What does it cost?',
  'Two days: £28 for a touring bike, £52 for an electric one, £90 for bringing and fetching. That makes £762 in all. Helmets and a repair kit are included.',
  'That fits the budget. Can you send a quote in writing?',
  'It is on its way to you, valid until the 30th.',
  'Signed and sent back. One more thing: where could we charge the seven batteries overnight?',
  'The inn at Larch Bridge has a shed with sockets; I called them and they keep it for you. Four chargers come with the bikes, three more I put in.',
  'You think of everything. Our route crosses the ford near Weston. Is that passable in June?',
  'Usually yes. After heavy rain take the footbridge 300 m up the river, it is signposted but the sign is old.',
  'Two colleagues have cancelled, one touring, one electric. Is that a problem?',
  'No problem until the week before. I changed it: 10 and 6.',
  'And now a new colleague wants to come with her own e-bike. Can she charge too?',
  'Of course, there is a socket free. Ask her to bring her own charger.',
  'What happens when it rains all day?',
  'Then ride in the rain, it is June! More seriously: call before nine, and we move the whole thing by a week for free.',
  'Perfect. Who is our contact on the day?',
  'Me, on the number in the quote, and Omar in the van. He is never more than half an hour away.',
  'The caterer asks at what time we reach Larch Bridge.',
  'With breaks: between 16:00 and 16:30. The last 8 km are slightly downhill.',
  'Our boss would like to know whether the bikes are insured.',
  'Against theft and damage, with £150 to be borne by yourselves. The paper is part of the quote, page 3.',
  'Thank you. I think that is all now. We are looking forward to it!',
  'So are we. I will write again three days before with the weather and the place to meet.',
  'One more, sorry: may we put our logo on the bikes for the photograph?',
  'As long as it comes off again: yes.',
  'And can one bike take a child seat? Our accountant brings her son on the second day.',
  'Yes, the Heron takes one. I will fit it for the second day; how old is he?',
  'He is three and a half, and weighs 15 kg.',
  'Then the seat fits well. Helmet for him included.',
  'You are the best. The final list of names is attached. Could you confirm that it is complete?',
]);

const workshop = [
  customer(
    days(18),
    'Hello,\n\nwe would like to set up a small repair corner in our office and ask for your advice: stand, tools, consumables. Budget about £800.\n\nBenedikt',
  ),
  us(
    days(17),
    'Hello Benedikt,\n\ngladly. My list for that budget is attached. The stand is the one thing not to save on.\n\nPriya',
    { files: [pdfFile('Repair corner.pdf', 'Repair corner: list for 800 pounds')] },
  ),
  customer(
    days(16),
    'Thanks! Is the torque wrench really needed?\n\nBenedikt\n\n> My list for that budget is attached. The stand is the one thing not to save on.',
  ),
  us(days(15), 'For carbon yes, for steel no. What do your people ride?\n\nPriya'),
  customer(days(14), 'A bit of everything. Then it stays on the list.\n\nBenedikt'),
  us(days(13), 'Good. Shall I order it all? Delivery takes about ten days.\n\nPriya'),
  customer(days(12), 'Yes please. Invoice to the company, address below.\n\nBenedikt'),
  us(
    days(2),
    'Everything is here. Omar can bring it on Thursday and set up the stand. Would 10:00 suit you?\n\nPriya',
  ),
];

/** Conversations that grow. */
export const longThreads: readonly SampleConversation[] = [
  conversation('Company tour in June', 'Vera Lindholm', 'vera.lindholm@astera.example', tour),
  conversation(
    'Repair corner for our office',
    'Benedikt Sommer',
    'benedikt.sommer@kontor-nord.example',
    workshop,
  ),
];

import type { Role } from '#shared/domain/member.ts';
import type { TargetRules, WorkingHours } from '#shared/contract/targets.ts';

/** Who answers in the sample; `dana` is the person here. */
export type SampleName = 'dana' | 'omar' | 'ana' | 'priya';

/** The others of the sample's team. */
export const sampleTeam: readonly { readonly key: SampleName; readonly name: string; readonly role: Role }[] =
  [
    { key: 'omar', name: 'Omar Aziz', role: 'agent' },
    { key: 'ana', name: 'Ana Ruiz', role: 'agent' },
    { key: 'priya', name: 'Priya Nair', role: 'lead' },
  ];

const hour = 3_600_000;
const day = 24 * hour;

/** What somebody did in the sample; times in ms from now, later ones positive. */
export type SampleDeed =
  | { readonly kind: 'claim' }
  | { readonly kind: 'assign'; readonly to: SampleName; readonly note: string }
  | { readonly kind: 'transfer'; readonly to: SampleName; readonly reason: string; readonly checkIn: number }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'snooze'; readonly until: number }
  | { readonly kind: 'tag'; readonly add: readonly string[] }
  | { readonly kind: 'note'; readonly text: string; readonly mentions: readonly SampleName[] }
  | {
      readonly kind: 'promise';
      readonly dueIn: number;
      readonly ifNoReply: boolean;
      readonly every: number | null;
      readonly why: string;
    };

/** One deed in the conversation with a customer of the sample, by the address from which that one writes. */
type SampleStep = {
  readonly who: SampleName;
  /** How long ago, in ms. */
  readonly ago: number;
  readonly customer: string;
  readonly deed: SampleDeed;
};

const claim: SampleDeed = { kind: 'claim' };
const tag = (...add: readonly string[]): SampleDeed => ({ kind: 'tag', add });
const promise = (
  dueIn: number,
  why: string,
  more: { ifNoReply?: boolean; every?: number } = {},
): SampleDeed => ({
  kind: 'promise',
  dueIn,
  why,
  ifNoReply: more.ifNoReply ?? false,
  every: more.every ?? null,
});
const by =
  (who: SampleName, customer: string) =>
  (ago: number, deed: SampleDeed): SampleStep => ({ who, customer, ago, deed });

const quote = by('dana', 'j.weidner@ufer-hotel.example');
const wheel = by('dana', 'leon.baptiste@harbourmail.example');
const angry = by('dana', 'rupert.ashdown@manorpost.example');
const colour = by('dana', 'bea@olsen.example');
const parcel = by('dana', 'imogen.hartley@postbox.example');
const tour = by('dana', 'vera.lindholm@astera.example');
const heron = by('dana', 'juergen.groessmann@talpost.example');
const display = by('dana', 'ines.alvarado@solpost.example');
const controller = by('dana', 'kwame@mensah-couriers.example');
const screws = by('dana', 'callum@reidworkshop.example');
const crank = by('dana', 'anselm.vogt@praxis-vogt.example');
const service = by('dana', 'noor@vandijk.example');
const jerseys = by('priya', 'marguerite@club-des-roues.example');
const fork = by('dana', 'zbigniew.wojcik@zurawmail.example');
const battery = by('dana', 'xiaoming.wang@lotusmail.example');

const mine: readonly SampleStep[] = [
  quote(3 * day, claim),
  quote(3 * day, tag('quote', 'e-bike')),
  wheel(5 * hour, claim),
  wheel(5 * hour, tag('repair')),
  angry(20 * hour, claim),
  angry(20 * hour, tag('complaint', 'repair')),
  {
    ...angry(9 * hour, claim),
    who: 'priya',
    deed: {
      kind: 'note',
      mentions: ['dana'],
      text: '@Dana I looked him up: the rim came on Saturday, one day late. A free true and a voucher would be fair.',
    },
  },
  colour(2 * day, claim),
  parcel(25 * hour, claim),
  parcel(25 * hour, tag('order')),
  tour(30 * day, claim),
  tour(10 * day, promise(6 * day, 'Send the weather and the place to meet')),
  tour(day, { kind: 'snooze', until: day }),
  heron(2 * day, claim),
  crank(6 * day, claim),
  crank(6 * day, tag('warranty', 'repair')),
  crank(3 * day, promise(-20 * hour, 'Ask the maker where the crank set is')),
  service(2 * day, claim),
  service(2 * day, promise(2 * hour, 'Ring her about the two bikes')),
  jerseys(2 * day, claim),
  fork(3 * day, claim),
  fork(2 * day, promise(day + hour, 'Does he send the fork?', { ifNoReply: true })),
  battery(20 * hour, claim),
  battery(20 * hour, tag('e-bike', 'warranty')),
  battery(20 * hour, promise(3 * day, 'Did he bring the bike in?', { ifNoReply: true, every: 3 * day })),
];

const handedOver: readonly SampleStep[] = [
  display(30 * hour, claim),
  display(29 * hour, tag('e-bike', 'repair', 'warranty')),
  display(28 * hour, {
    kind: 'transfer',
    to: 'omar',
    reason: 'Needs somebody who can measure the cable between display and motor.',
    checkIn: 3 * hour,
  }),
  {
    ...display(26 * hour, claim),
    who: 'omar',
    deed: {
      kind: 'note',
      mentions: [],
      text: 'The cable of that year breaks at the headset. I have two here.',
    },
  },
  controller(4 * day, claim),
  controller(4 * day, {
    kind: 'transfer',
    to: 'omar',
    reason: 'E21 on hills: please set the limit to 15 A and tell him how.',
    checkIn: -day,
  }),
  screws(6 * day, claim),
  screws(5 * day, {
    kind: 'transfer',
    to: 'priya',
    reason: 'Please see to it that the screws really leave.',
    checkIn: 5 * hour,
  }),
  { ...screws(20 * hour, claim), who: 'priya', deed: { kind: 'resolve' } },
];

const others: readonly SampleStep[] = [
  by('omar', 'tomas.ferreira@corvo.example')(6 * hour, claim),
  by('omar', 'mikko.lahtinen@tundrapost.example')(25 * hour, claim),
  by('omar', 'mikko.lahtinen@tundrapost.example')(20 * hour, promise(day, 'Ask for the postage to Finland')),
  by('ana', 'elodie.lefevre@bocage.example')(8 * hour, claim),
  by('ana', 'chiara.bellini@lagopost.example')(2 * day, claim),
  by('ana', 'chiara.bellini@lagopost.example')(2 * day, tag('rental')),
  by('priya', 'frederik.holm@skagenpost.example')(3 * day, claim),
  by('priya', 'benedikt.sommer@kontor-nord.example')(11 * day, claim),
  by('priya', 'aroha.tane@southernmail.example')(4 * day, claim),
  by('priya', 'aroha.tane@southernmail.example')(4 * day, { kind: 'snooze', until: 4 * day }),
  by('dana', 'rosalind.peake@borough.example')(day, claim),
  by('dana', 'rosalind.peake@borough.example')(day, { kind: 'snooze', until: 2 * day }),
  by('dana', 'maja@rowerowo.example')(5 * hour, {
    kind: 'assign',
    to: 'priya',
    note: 'You know the dealer prices.',
  }),
  by('priya', 'maja@rowerowo.example')(4 * hour, tag('dealers')),
];

/** Everything that was done in the sample before anybody looks, the oldest deed first. */
export const sampleSteps: readonly SampleStep[] = [...mine, ...handedOver, ...others].toSorted(
  (one, other) => other.ago - one.ago,
);

/** Who is away in the sample, until when (ms from now) and who answers meanwhile. */
export const sampleAbsence: {
  readonly who: SampleName;
  readonly until: number;
  readonly substitute: SampleName;
} = {
  who: 'ana',
  until: 5 * day,
  substitute: 'omar',
};

const around = [{ from: 0, to: 1_440 }];

/** Somebody is always there in the sample, so that it looks the same at any hour and in any zone. */
export const sampleHours: WorkingHours = {
  zone: 'UTC',
  days: { mon: around, tue: around, wed: around, thu: around, fri: around, sat: around, sun: around },
  holidays: [],
  shortened: [],
};

/** The sample promises a first answer within eight hours and each later one within twelve. */
export const sampleTargets: TargetRules = {
  workspace: { firstAnswer: 8 * hour, nextAnswer: 12 * hour, resolution: null },
  byAccount: [],
  byTag: [
    { tag: 'complaint', targets: { firstAnswer: 2 * hour, nextAnswer: 4 * hour, resolution: 3 * day } },
  ],
};

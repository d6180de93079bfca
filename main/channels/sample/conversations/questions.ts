import {
  conversation,
  customer,
  days,
  hours,
  minutes,
  us,
  type SampleConversation,
} from './sample-conversation.ts';
import { pictureFile, textFile } from './sample-files.ts';

const list = `<p>Hi,</p><p>three quick questions about the <b>Commuter course</b>:</p><ol><li>Is the ride home part of it, or only the workshop?</li><li>Do I need my own tools?</li><li>Could my daughter (15) come as well?</li></ol><p>I found the page <a href="https://larkfield.example/courses/commuter">here</a>, but the dates are from last year.</p><p>Thanks!<br>Yusuf</p>`;

/** Short questions, praise and complaints. */
export const questions: readonly SampleConversation[] = [
  conversation('Opening hours over Easter', 'Harriet Ngo', 'harriet.ngo@millmail.example', [
    customer(minutes(12), 'Hi, are you open on Easter Saturday? I would like to fetch my bike.\n\nHarriet', {
      unread: true,
    }),
  ]),
  conversation('Questions about the commuter course', 'Yusuf Demir', 'yusuf.demir@citypost.example', [
    customer(
      hours(4),
      'Hi,\n\nthree quick questions about the Commuter course:\n\n1. Is the ride home part of it, or only the workshop?\n2. Do I need my own tools?\n3. Could my daughter (15) come as well?\n\nThanks!\nYusuf',
      { html: list, unread: true },
    ),
  ]),
  conversation('Thank you!', 'Winifred Clarke', 'winifred.clarke@meadowmail.example', [
    customer(
      days(3),
      'I only wanted to say how kind your mechanic was with my old three-speed. It rides like in 1974. I have told everybody at the choir.\n\nWinifred Clarke',
    ),
    us(
      days(3) - hours(1),
      'Dear Mrs Clarke,\n\nyour mail made our day; it now hangs over the workbench. See you in spring for the chain.\n\nOmar and everybody at Larkfield',
    ),
  ]),
  conversation('Disappointed', 'Rupert Ashdown', 'rupert.ashdown@manorpost.example', [
    customer(
      days(2),
      'I was told on the phone that my wheel would be ready on Friday. I drove forty minutes and it was not. Nobody could say who I had talked to. This is the second time.\n\nR. Ashdown',
    ),
    customer(
      hours(22),
      'I have had no answer to the mail below. If I do not hear from you today I will ask for my money back.\n\nR. Ashdown\n\n> I was told on the phone that my wheel would be ready on Friday. I drove\n> forty minutes and it was not. Nobody could say who I had talked to. This\n> is the second time.\n>\n> R. Ashdown',
      { unread: true },
    ),
  ]),
  conversation(
    'Can you sponsor our school ride?',
    'Mr. Adeyemi, Hillside Primary',
    'adeyemi@hillside-primary.example',
    [
      customer(
        days(10),
        'Good afternoon,\n\non 6 June our school rides around the reservoir, 140 children. Would you come with a repair stand for the morning? We would put your name on the shirts.\n\nMr. Adeyemi',
      ),
      us(
        days(9),
        'Dear Mr Adeyemi,\n\ngladly: two mechanics, one stand, 8 to 12. The logo for the shirts is attached.\n\nDana',
        { files: [pictureFile('logo-larkfield.png')] },
      ),
      customer(days(9) - hours(3), 'Wonderful! The children will cheer.\n\nMr. Adeyemi'),
    ],
  ),
  conversation('Job as a mechanic', 'Aroha Tane', 'aroha.tane@southernmail.example', [
    customer(
      days(5),
      'Kia ora,\n\nI move to your town in May and look for work as a mechanic (five years, mostly hydraulics and wheels). Are you looking for somebody? My CV is attached.\n\nAroha Tane',
      {
        files: [
          textFile(
            'Aroha Tane CV.txt',
            'text/plain',
            'Mechanic since 2020. Wheels, hydraulics, e-bike systems.\n',
          ),
        ],
      },
    ),
  ]),
  conversation('Which lock would you buy?', 'Mikko Lahtinen', 'mikko.lahtinen@tundrapost.example', [
    customer(
      days(1) + hours(2),
      'Moi, which lock would you buy yourself for a 2,000 euro bike that stands outside at the station?\n\nMikko',
    ),
    us(
      days(1),
      'Hi Mikko,\n\ntwo different ones: a 14 mm U-lock for the frame and a chain through the front wheel. I would take the Bordeaux 12 and the chain of 110 cm; together £138.\n\nOmar',
    ),
    customer(hours(8), 'Kiitos, that is what I needed. Do you send to Finland?\n\nMikko', { unread: true }),
  ]),
  conversation('Gift card lost', 'Delphine Roy', 'delphine.roy@quaimail.example', [
    customer(
      hours(15),
      'Hello, I have lost the paper of a gift card over £50, bought on 2 December by Marc Roy. Can you look up the number?\n\nDelphine',
      { unread: true },
    ),
  ]),
  conversation('Data protection request', 'Torben Iversen', 'torben.iversen@bakkemail.example', [
    customer(
      days(12),
      'Dear Sir or Madam,\n\nplease tell me which data you hold about me, under article 15 of the GDPR.\n\nTorben Iversen',
    ),
    us(
      days(11),
      'Dear Mr Iversen,\n\nyou will have everything we hold within the week: your orders, two repair sheets and this conversation.\n\nDana Whitfield',
    ),
    us(days(9), 'Dear Mr Iversen,\n\nas promised, attached.\n\nDana Whitfield', {
      files: [
        textFile(
          'iversen.json',
          'application/json',
          '{"orders":[18220,19007],"repairs":["R-4021","R-4410"]}\n',
        ),
      ],
    }),
    customer(days(8), 'Received, thank you. That is all.'),
  ]),
];

import { conversation, customer, days, hours, us, type SampleConversation } from './sample-conversation.ts';
import { pictureFile, textFile } from './sample-files.ts';

const newsletter = `<table width="100%" cellpadding="0" cellspacing="0" style="background:#f3efe6;font-family:Georgia,serif"><tr><td align="center" style="padding:24px"><table width="600" cellpadding="0" cellspacing="0" style="background:#ffffff;border-radius:8px"><tr><td style="padding:24px 32px;background:#234d47;color:#ffffff;font-size:26px"><img src="cid:maker-logo" width="48" height="48" alt="Pedal &amp; Thread" style="vertical-align:middle"> &nbsp;Pedal &amp; Thread</td></tr>
<tr><td style="padding:32px;color:#333;font-size:16px;line-height:1.5"><h1 style="font-size:22px;margin:0 0 12px">The spring collection for dealers</h1><p>Rain capes that breathe, panniers that close with one hand, and a tool roll that your mechanics will want for themselves.</p><p><img src="https://images.pedal-thread.example/spring/hero.jpg" width="536" height="240" alt="Panniers in the rain"></p><p style="text-align:center"><a href="https://dealers.pedal-thread.example/spring?id=8811" style="background:#c2561f;color:#ffffff;padding:12px 24px;border-radius:6px;text-decoration:none">See the collection</a></p></td></tr>
<tr><td style="padding:16px 32px;color:#888;font-size:12px">You get this because you are a dealer. <a href="https://dealers.pedal-thread.example/unsubscribe?id=8811" style="color:#888">Unsubscribe</a><img src="https://track.pedal-thread.example/open.gif?id=8811" width="1" height="1" alt=""></td></tr></table></td></tr></table>`;

const carrier = `<div style="font-family:Helvetica,Arial,sans-serif;max-width:560px"><h2 style="color:#8a1c1c">Parcel delayed</h2><p>Parcel <b>QF 4471 2290 GB</b> from <b>Larkfield Cycles</b> could not be delivered on time.</p><ul><li>Reason: missed connection at the hub</li><li>New date: tomorrow before 18:00</li></ul><p><a href="https://quickfoot.example/track/44712290">Follow the parcel</a></p></div>`;

const invitation = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Borough//Planner//EN',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:cycle-day-1@borough.example',
  'DTSTAMP:20250301T090000Z',
  'DTSTART:20250412T080000Z',
  'DTEND:20250412T150000Z',
  'SUMMARY:Borough cycle day: stand 14',
  'LOCATION:Market Square',
  'ORGANIZER;CN=Rosalind Peake:mailto:rosalind.peake@borough.example',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

/** Mail that machines send, and mail that is not what it seems. */
export const machines: readonly SampleConversation[] = [
  conversation('The spring collection for dealers', 'Pedal & Thread', 'news@pedal-thread.example', [
    customer(
      hours(31),
      'The spring collection for dealers\n\nRain capes that breathe, panniers that close with one hand, and a tool roll that your mechanics will want for themselves.\n\nSee the collection: https://dealers.pedal-thread.example/spring?id=8811',
      { html: newsletter, files: [pictureFile('logo.png', 'maker-logo')], automatic: 'list', unread: true },
    ),
  ]),
  conversation('Parcel QF 4471 2290 GB is delayed', 'Quickfoot Parcels', 'no-reply@quickfoot.example', [
    customer(
      hours(27),
      'Parcel delayed\n\nParcel QF 4471 2290 GB from Larkfield Cycles could not be delivered on time.\n\nReason: missed connection at the hub\nNew date: tomorrow before 18:00',
      { html: carrier, automatic: 'notification', unread: true },
    ),
  ]),
  conversation('Your saddle measurements', 'Frederik Holm', 'frederik.holm@skagenpost.example', [
    us(
      days(2),
      'Hi Frederik,\n\nthank you for coming in. Your sit bones measure 132 mm, so the 145 is the right saddle. Shall I order one in brown?\n\nPriya',
    ),
    customer(
      days(2) - 1,
      'Thank you for your message. I am on holiday until the 9th and will answer when I am back. In urgent cases call Lotte.\n\nFrederik Holm',
      { automatic: 'auto-reply' },
    ),
  ]),
  conversation(
    'Invitation: Borough cycle day, stand 14',
    'Rosalind Peake',
    'rosalind.peake@borough.example',
    [
      customer(
        days(4),
        'Dear Larkfield team,\n\nplease find the invitation attached. As last year you have stand 14 by the fountain. Power is on from seven.\n\nRosalind Peake\nBorough Council',
        { files: [textFile('invite.ics', 'text/calendar', invitation)] },
      ),
    ],
  ),
  conversation(
    'URGENT payment',
    'Dana Whitfield (hello@larkfield.example)',
    'office.desk.2291@freebox.example',
    [
      customer(
        hours(20),
        'Are you at the desk? I need you to pay an invoice of 4,860 today, I am in a meeting and cannot talk. Answer only by mail.\n\nDana Whitfield\nOwner',
        {
          oddities: ['address-in-name', 'reply-to-elsewhere'],
          replyTo: { name: 'Dana', address: 'private.desk@otherbox.example' },
          unread: true,
        },
      ),
    ],
  ),
  conversation('Re: Group order for the club', 'Marguerite Duval', 'marguerite@club-des-roues.example', [
    customer(
      days(6),
      'Hello, our club would like 22 jerseys with the new crest. Can you still order through your maker?\n\nMarguerite',
    ),
    us(
      days(6) - hours(4),
      'Hello Marguerite,\n\nyes, until the end of the month. Please send the sizes as a list, and the crest as a vector file.\n\nDana',
    ),
    {
      from: { name: 'Étienne Roux', address: 'etienne.roux@velomail.example' },
      ago: days(5),
      text: 'Hello, I am the treasurer of the club. Please send the invoice to me and not to Marguerite.\n\nÉtienne Roux',
      oddities: ['stranger'],
    },
  ]),
];

import {
  conversation,
  customer,
  days,
  hours,
  minutes,
  us,
  type SampleConversation,
} from './sample-conversation.ts';
import { pdfFile, pictureFile, textFile } from './sample-files.ts';

const rattle = `<div dir="ltr">Hi Dana,<div><br></div><div>since the service the front wheel makes a ticking noise, <b>once per turn</b>. I took a picture, the spoke marked here looks bent to me:</div><div><br></div><div><img src="cid:wheel-picture" alt="The front wheel" width="480" height="300"></div><div><br></div><div>Can I bring it in on Thursday?</div><div><br></div><div>Leon</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Dana (Larkfield Cycles) &lt;hello@larkfield.example&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">Hi Leon,<br><br>your bike is ready. New pads in front, gears adjusted, bottom bracket greased. We are open until 18:00.<br><br>Dana</blockquote></div>`;

/** About things to be mended. */
export const repairs: readonly SampleConversation[] = [
  conversation('Your bike is ready', 'Leon Baptiste', 'leon.baptiste@harbourmail.example', [
    us(
      days(3),
      'Hi Leon,\n\nyour bike is ready. New pads in front, gears adjusted, bottom bracket greased. We are open until 18:00.\n\nDana',
    ),
    customer(
      hours(2),
      'Hi Dana,\n\nsince the service the front wheel makes a ticking noise, once per turn. I took a picture, the spoke marked here looks bent to me.\n\nCan I bring it in on Thursday?\n\nLeon\n\nOn Mon, Dana (Larkfield Cycles) <hello@larkfield.example> wrote:\n> Hi Leon,\n>\n> your bike is ready. New pads in front, gears adjusted, bottom bracket greased. We are open until 18:00.\n>\n> Dana',
      { html: rattle, files: [pictureFile('wheel.png', 'wheel-picture')], unread: true },
    ),
  ]),
  conversation('E-bike display stays black', 'Ines Alvarado', 'ines.alvarado@solpost.example', [
    customer(
      hours(30),
      'Hello,\n\nthe display of my Heron e-bike (bought with you in May, frame number LF-88213) stays black since the rain on Sunday. The battery shows four lights. What can I try?\n\nInes',
    ),
    us(
      hours(28),
      'Hello Ines,\n\nthat sounds like the plug under the display. Take the display off (push the tab, slide it forward), dry both halves with a cloth, leave it for an hour, and put it back until it clicks.\n\nIf it stays black, please bring it in; this is covered.\n\nPriya',
    ),
    customer(
      minutes(35),
      'I did all that and let it dry over night. It is still black, and now the light does not come on either. I need the bike for work. What is the fastest way?\n\nInes',
      { unread: true },
    ),
  ]),
  conversation('Warranty for a cracked crank', 'Dr. Anselm Vogt', 'anselm.vogt@praxis-vogt.example', [
    customer(
      days(7),
      'Dear Sir or Madam,\n\nthe left crank of my touring bike has a crack near the pedal thread. The bike is fourteen months old. I assume this falls under the warranty. Photographs and the receipt are attached.\n\nYours faithfully\nDr. Anselm Vogt',
      {
        files: [
          pictureFile('crank-1.png'),
          pictureFile('crank-2.png'),
          pdfFile('Receipt 18830.pdf', 'Receipt 18830'),
        ],
      },
    ),
    us(
      days(6),
      'Dear Dr Vogt,\n\nthank you for the clear pictures. Please do not ride it any more. I have sent the case to the maker and will write to you by Wednesday whatever they say.\n\nKind regards\nDana Whitfield',
    ),
    us(
      days(4),
      'Dear Dr Vogt,\n\nthe maker agrees: a new crank set is on its way to us, due on Friday. The fitting is free of course. Would Monday morning suit you?\n\nKind regards\nDana Whitfield',
    ),
  ]),
  conversation('Appointment for a spring service', 'Noor van Dijk', 'noor@vandijk.example', [
    customer(days(2) + hours(3), 'Hi, could I have two bikes serviced before 1 April? Any weekday.\n\nNoor'),
    us(
      days(2),
      'Hi Noor,\n\nTuesday the 24th works well: bring them between 9 and 10, fetch them after 17:00. Shall I put you down?\n\nOmar',
    ),
  ]),
  conversation('Re: Brakes squeal', 'Hugo Marchetti', 'hugo.marchetti@viale.example', [
    customer(days(11), 'The disc brakes squeal when wet. Normal?'),
    us(
      days(11) - hours(2),
      'Hi Hugo,\n\na little is normal in the rain. If it goes on when dry, oil has got on the pads. Ride ten hard stops from 25 km/h; if that does not help, come by for new pads (£24 a pair, fitted).\n\nAna',
    ),
    customer(days(10), 'Ten hard stops did it. Grazie!'),
  ]),
  conversation('Battery recall?', 'Gwen Aldridge', 'gwen.aldridge@quarrymail.example', [
    customer(
      hours(9),
      'I read in the paper that some e-bike batteries are being recalled because of fires. Mine is a PowerPack 500, serial 7H-2209-118. It is charging in my hallway and I would like to know whether it is safe, please answer soon.\n\nGwen Aldridge',
      { unread: true },
    ),
  ]),
  conversation('Log file of the controller', 'Kwame Mensah', 'kwame@mensah-couriers.example', [
    customer(
      days(1) + hours(4),
      'As asked, here is the log of the controller from the cargo bike that stops on hills. It happened at 14:02 and 14:20.\n\nKwame',
      {
        files: [
          textFile(
            'controller.log',
            'text/plain',
            '13:58 start\n14:02 E21 overcurrent\n14:20 E21 overcurrent\n',
          ),
        ],
        unread: false,
      },
    ),
    us(
      hours(20),
      'Thank you Kwame, E21 both times: the controller protects itself because the motor draws too much. Priya will call you this afternoon about swapping the cable set.\n\nDana',
    ),
  ]),
  conversation('Firmware update tool', 'Ebike Support Center', 'support@ebike-firmware.example', [
    customer(
      hours(13),
      'Dear customer,\n\nyour display needs an urgent update. Run the attached program on the computer to which the display is connected.\n\nSupport Center',
      {
        files: [textFile('Display_Update.pdf.exe', 'application/octet-stream', 'MZ this is not a program')],
        replyTo: { name: 'Support', address: 'desk@free-mailer.example' },
        oddities: ['reply-to-elsewhere'],
        unread: true,
      },
    ),
  ]),
];

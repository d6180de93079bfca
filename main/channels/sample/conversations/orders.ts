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

const orderTable = `<div style="font-family:Arial,sans-serif;font-size:14px;color:#222"><p>Hello,</p><p>here is what I meant to order. Could you check that the sizes fit together?</p>
<table cellpadding="6" cellspacing="0" style="border-collapse:collapse;border:1px solid #ccd"><tr style="background:#eef3f2"><th align="left">Item</th><th align="right">Pieces</th><th align="right">Price</th></tr>
<tr><td>Chain KMC X11, 118 links</td><td align="right">2</td><td align="right">&pound;23.90</td></tr><tr><td>Cassette 11-32</td><td align="right">1</td><td align="right">&pound;54.00</td></tr><tr><td>Brake pads, resin</td><td align="right">4</td><td align="right">&pound;11.50</td></tr>
<tr><td><b>Sum</b></td><td></td><td align="right"><b>&pound;147.80</b></td></tr></table><p>The frame is a 2021 <i>Harrier</i>, size M.</p><p>Kind regards<br>Tom&aacute;s</p></div>`;

/** About things bought, on their way, late, or sent back. */
export const orders: readonly SampleConversation[] = [
  conversation('Order 20418 has not arrived', 'Imogen Hartley', 'imogen.hartley@postbox.example', [
    customer(
      hours(26),
      'Hello,\n\nmy order 20418 was due on Monday and the tracking has said "with the carrier" for four days. It is a birthday present for Saturday. Can you find out where it is?\n\nThank you\nImogen Hartley',
      { unread: true },
    ),
  ]),
  conversation('Re: Your quote for six city bikes', 'Jonas Weidner', 'j.weidner@ufer-hotel.example', [
    customer(
      days(4),
      'Dear Larkfield team,\n\nwe run a small hotel by the lake and would like six city bikes for our guests from April. Two with low step, four regular, all with baskets. Could you send a quote, including a yearly service?\n\nBest regards\nJonas Weidner\nUfer Hotel',
    ),
    us(
      days(3) + hours(2),
      'Dear Mr Weidner,\n\nthank you for asking us. The quote is attached: six bikes, baskets, and a service each spring, collected and brought back.\n\nIf you decide before the end of the month we can deliver on 28 March.\n\nKind regards\nDana',
      {
        files: [pdfFile('Quote 1182 Ufer Hotel.pdf', 'Quote 1182: six city bikes, baskets, yearly service')],
      },
    ),
    customer(
      hours(5),
      'Dear Dana,\n\nthat looks good. Two questions before I sign:\n\n1. Are the locks included?\n2. Could one of the low-step bikes be an e-bike, and what would that change?\n\nBest regards\nJonas',
      { unread: true, cc: [{ name: 'Ufer Hotel Reception', address: 'reception@ufer-hotel.example' }] },
    ),
  ]),
  conversation('A stand for ten bicycles', 'Jonas Weidner', 'jonas@ufer-hotel.example', [
    customer(
      days(9),
      'Dear Larkfield team,\n\nwhich stand would you take for ten bicycles in front of a hotel? It has to survive the winter.\n\nJonas Weidner\n(from my own address; the other one is for the front desk)',
    ),
    us(
      days(9) - hours(4),
      'Dear Mr Weidner,\n\nthe galvanised one on page 12 of the catalogue; it is bolted down and needs nothing for ten years.\n\nKind regards\nDana',
    ),
  ]),
  conversation('Sizes for my order', 'Tomás Ferreira', 'tomas.ferreira@corvo.example', [
    customer(
      hours(7),
      'Hello,\n\nhere is what I meant to order. Could you check that the sizes fit together?\n\nChain KMC X11, 118 links: 2\nCassette 11-32: 1\nBrake pads, resin: 4\n\nThe frame is a 2021 Harrier, size M.\n\nKind regards\nTomás',
      { html: orderTable, unread: true },
    ),
  ]),
  conversation('Wrong colour', 'Beatrix Olsen', 'bea@olsen.example', [
    customer(
      days(2),
      'Hi! The panniers came today, thank you, but they are grey and I ordered the green ones. Photo attached.\n\nBea',
      { files: [pictureFile('IMG_2231.png')] },
    ),
    us(
      days(2) - hours(3),
      'Hi Bea,\n\nsorry about that, our mistake. A green pair leaves here this afternoon; keep the box of the grey ones and put the label on it that I attach. No hurry.\n\nDana',
      { files: [pdfFile('Return label.pdf', 'Return label R-5521')] },
    ),
    customer(
      hours(3),
      'The green ones are here and they are lovely. The grey ones go back tomorrow. Thanks for being so quick!\n\nBea',
      { unread: true },
    ),
  ]),
  conversation('Invoice 2025-1109', 'Accounts, Northgate School', 'accounts@northgate-school.example', [
    customer(
      days(9),
      'Good morning,\n\ncould you reissue invoice 2025-1109 with our purchase order number PO-77120 on it? We cannot pay it otherwise.\n\nAccounts department\nNorthgate School',
    ),
    us(
      days(9) - hours(1),
      'Good morning,\n\nof course. The corrected invoice is attached.\n\nKind regards\nOmar',
      { files: [pdfFile('Invoice 2025-1109.pdf', 'Invoice 2025-1109, PO-77120')] },
    ),
    customer(days(8), 'Thank you, that is now in the run for Friday.', {}),
  ]),
  conversation(
    'Can I still change the delivery address?',
    'Saoirse Byrne',
    'saoirse.byrne@kestrelpost.example',
    [
      customer(
        minutes(48),
        'Hello, I have just ordered a child seat (order 20466) and used my old address. The new one is 14 Mill Lane, Ardmore. Can you still change it?\n\nSaoirse',
        { unread: true },
      ),
    ],
  ),
  conversation('Missing screws in the rack kit', 'Callum Reid', 'callum@reidworkshop.example', [
    customer(
      days(6),
      'The rear rack came without the M5 screws (bag B in the manual). Can you post me a set?\n\nCallum',
    ),
    us(
      days(6) - hours(4),
      'Hi Callum,\n\na set is in the post, first class. Sorry for the extra wait.\n\nAna',
    ),
  ]),
  conversation('Price list for dealers', 'Maja Kowalczyk', 'maja@rowerowo.example', [
    customer(
      days(1),
      'Hello,\n\nwe are a small shop in Gdynia and would like to carry your saddle bags. Could you send your dealer prices? Our current list of what we carry is attached, so that you can see where they would fit.\n\nMaja Kowalczyk',
      {
        files: [
          textFile(
            'rowerowo-lista.csv',
            'text/csv',
            'sku,name,price\nA-100,Torba przednia,129\nA-210,Sakwa 20 l,219\n',
          ),
        ],
        unread: true,
      },
    ),
  ]),
  conversation('Refund for returned lights', 'Petra Lindqvist', 'petra.lindqvist@fjordmail.example', [
    customer(
      days(15),
      'Hi, I sent the lights back two weeks ago (return R-5440) and have not seen a refund yet.\n\nPetra',
    ),
    us(
      days(14),
      'Hi Petra,\n\nthe parcel came in on Thursday. The refund of £42.00 left today and takes two to three days to show.\n\nDana',
    ),
    customer(days(12), 'It has arrived, thanks!', {}),
  ]),
];

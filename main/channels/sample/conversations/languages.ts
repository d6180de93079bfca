import { conversation, customer, days, hours, us, type SampleConversation } from './sample-conversation.ts';

/** Customers write in their own language. */
export const languages: readonly SampleConversation[] = [
  conversation(
    'Lieferzeit für das Modell „Reiher“',
    'Jürgen Größmann',
    'juergen.groessmann@talpost.example',
    [
      customer(
        days(3),
        'Guten Tag,\n\nwie lange ist zurzeit die Lieferzeit für das Modell „Reiher“ in Größe L, Farbe Moosgrün? Auf Ihrer Seite steht „auf Anfrage“.\n\nMit freundlichen Grüßen\nJürgen Größmann',
      ),
      us(
        days(3) - hours(2),
        'Guten Tag Herr Größmann,\n\nin Moosgrün kommt die nächste Lieferung in der ersten Märzwoche. Soll ich Ihnen eines zurücklegen? Das verpflichtet Sie zu nichts.\n\nViele Grüße\nDana',
      ),
      customer(
        hours(11),
        'Sehr gern, bitte eines zurücklegen. Könnte ich es vorher probefahren?\n\nMit freundlichen Grüßen\nJürgen Größmann',
        { unread: true },
      ),
    ],
  ),
  conversation('Question sur le remorquage d’un enfant', 'Élodie Lefèvre', 'elodie.lefevre@bocage.example', [
    customer(
      hours(18),
      'Bonjour,\n\nla remorque enfant « Mésange » peut-elle être attachée à un vélo avec axe traversant de 12 mm ? Et jusqu’à quel âge ? Ma fille a quatre ans.\n\nMerci d’avance,\nÉlodie Lefèvre',
      { unread: true },
    ),
  ]),
  conversation('Pedido 20377: falta una pieza', 'Lucía Fernández', 'lucia.fernandez@ribera.example', [
    customer(
      days(5),
      'Buenos días:\n\nha llegado el pedido 20377, pero falta el soporte del portabultos. ¿Me lo pueden enviar?\n\nUn saludo,\nLucía Fernández',
    ),
    us(
      days(5) - hours(3),
      'Buenos días, Lucía:\n\nperdone las molestias. El soporte sale hoy y llegará el jueves.\n\nUn saludo,\nAna',
    ),
    customer(days(2), '¡Ya llegó! Muchas gracias por la rapidez.', {}),
  ]),
  conversation('サドルの高さについて', '佐藤 美咲', 'misaki.sato@sakuramail.example', [
    customer(
      hours(16),
      'はじめまして。\n\n先日購入した自転車のサドルの高さについて教えてください。身長は158センチです。説明書が英語だけだったので、よく分かりませんでした。\n\nよろしくお願いいたします。\n佐藤 美咲',
      { unread: true },
    ),
  ]),
  conversation('关于电动自行车的保修', '王小明', 'xiaoming.wang@lotusmail.example', [
    customer(
      days(1),
      '您好:\n\n我去年在贵店买了一辆电动自行车,最近电池充不满,只能到80%。请问这在保修范围内吗?\n\n谢谢!\n王小明',
    ),
    us(hours(21), '您好!\n\n电池有两年保修。请把车带来,我们免费检测;如果容量低于85%,可以换新的。\n\nPriya'),
  ]),
  conversation('استفسار عن الدفع', 'ليلى حداد', 'layla.haddad@cedarmail.example', [
    customer(
      hours(40),
      'السلام عليكم،\n\nهل يمكنني الدفع على ثلاث دفعات لدراجة Heron؟ وهل يوجد توصيل إلى المنزل؟\n\nشكرًا لكم\nليلى حداد',
      { unread: true },
    ),
  ]),
  conversation('Вопрос о размере рамы', 'Анна Смирнова', 'anna.smirnova@berezka.example', [
    customer(
      days(8),
      'Здравствуйте!\n\nМой рост 171 см, подскажите, какая рама модели Harrier мне подойдёт: S или M?\n\nСпасибо, Анна',
    ),
    us(
      days(8) - hours(5),
      'Здравствуйте, Анна!\n\nПри росте 171 см подойдёт M. Если любите сидеть прямо, поднимем вынос руля, это бесплатно.\n\nOmar',
    ),
    customer(days(7), 'Спасибо, заказываю M.', {}),
  ]),
  conversation('Czy naprawiacie widelce?', 'Zbigniew Wójcik', 'zbigniew.wojcik@zurawmail.example', [
    customer(
      days(13),
      'Dzień dobry, czy serwisujecie amortyzatory starszych modeli? Mam widelec z 2012 roku.\n\nZbigniew Wójcik',
    ),
    us(
      days(13) - hours(6),
      'Dzień dobry, tak, uszczelki do tego modelu jeszcze są. Koszt to około 60 funtów, czas trzy dni.\n\nAna',
    ),
  ]),
  conversation('Informazioni sul noleggio', 'Chiara Bellini', 'chiara.bellini@lagopost.example', [
    customer(
      hours(6),
      'Buongiorno,\n\nsaremo in zona dal 12 al 16 maggio, quattro adulti e due bambini. È possibile noleggiare sei biciclette, due delle quali elettriche? Qual è il prezzo per cinque giorni?\n\nGrazie,\nChiara Bellini',
      { unread: true },
    ),
  ]),
  conversation('Onderdelen voor een bakfiets', 'Sanne de Vries', 'sanne@bakfietscollectief.example', [
    customer(days(20), 'Hallo, hebben jullie ook stuurkabels voor bakfietsen van 2018?\n\nSanne'),
    us(
      days(20) - hours(8),
      'Hallo Sanne, ja, twee stuks op voorraad: € 31 per stuk. Zal ik ze opsturen?\n\nDana',
    ),
    customer(days(19), 'Graag, alle twee!', {}),
    us(days(19) - hours(1), 'Ze zijn onderweg.\n\nDana'),
  ]),
];

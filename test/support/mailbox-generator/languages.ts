/** What people of one language write to a shop, and the charsets their older programs use. */
export type Language = {
  readonly code: 'en' | 'de' | 'fr' | 'es' | 'ja' | 'zh' | 'ar' | 'pl' | 'ru';
  readonly charsets: readonly [string, ...string[]];
  readonly names: readonly [string, ...string[]];
  readonly subjects: readonly [string, ...string[]];
  readonly greeting: string;
  readonly sentences: readonly [string, ...string[]];
  readonly closing: string;
  readonly answers: readonly [string, ...string[]];
  /** The line above a quoted mail; `%d` and `%n` become date and name. */
  readonly wrote: string;
  readonly replyPrefix: string;
  readonly away: string;
};

/** Nine languages, English first. */
export const LANGUAGES: readonly [Language, ...Language[]] = [
  {
    code: 'en',
    charsets: ['utf-8', 'us-ascii', 'windows-1252'],
    names: ['Carol Hughes', 'Tom Baker', 'Priya Nair', "Sean O'Neill"],
    subjects: [
      'Where is my parcel?',
      'Wrong size delivered',
      'Invoice missing',
      'Refund for order',
      'Cannot log in',
    ],
    greeting: 'Hello,',
    sentences: [
      'I ordered two lamps last week and only one has arrived.',
      'The tracking page has not changed since Monday.',
      'Could you tell me when the rest will be sent?',
      'The box was open when it came, and a screw is missing.',
      'Please send the invoice to our accounts department as well.',
      'I have attached a photo so that you can see the damage.',
    ],
    closing: 'Kind regards',
    answers: ['Thank you for writing, we are looking into it.', 'A new parcel leaves our store today.'],
    wrote: 'On %d, %n wrote:',
    replyPrefix: 'Re: ',
    away: 'I am out of the office until Monday.',
  },
  {
    code: 'de',
    charsets: ['utf-8', 'iso-8859-1', 'iso-8859-15'],
    names: ['Jürgen Groß', 'Käthe Müller', 'Anna Weiß'],
    subjects: [
      'Wo bleibt mein Paket?',
      'Falsche Größe geliefert',
      'Rechnung fehlt',
      'Rückgabe der Bestellung',
    ],
    greeting: 'Guten Tag,',
    sentences: [
      'vor einer Woche habe ich zwei Lampen bestellt, gekommen ist nur eine.',
      'Die Sendungsverfolgung zeigt seit Montag nichts Neues.',
      'Können Sie mir sagen, wann der Rest geliefert wird?',
      'Der Karton war beschädigt, eine Schraube fehlt.',
      'Schicken Sie die Rechnung bitte auch an unsere Buchhaltung.',
    ],
    closing: 'Mit freundlichen Grüßen',
    answers: [
      'vielen Dank für Ihre Nachricht, wir kümmern uns darum.',
      'das Paket verlässt heute unser Lager.',
    ],
    wrote: 'Am %d schrieb %n:',
    replyPrefix: 'AW: ',
    away: 'Ich bin bis Montag nicht im Büro.',
  },
  {
    code: 'fr',
    charsets: ['utf-8', 'iso-8859-1', 'windows-1252'],
    names: ['Hélène Lefèvre', 'François Dubois', 'Zoé Martin'],
    subjects: ['Où est mon colis ?', 'Mauvaise taille reçue', 'Facture manquante'],
    greeting: 'Bonjour,',
    sentences: [
      "J'ai commandé deux lampes la semaine dernière et une seule est arrivée.",
      'Le suivi du colis ne bouge plus depuis lundi.',
      'Quand la suite sera-t-elle expédiée ?',
      'Le carton était abîmé et il manque une vis.',
    ],
    closing: 'Cordialement',
    answers: ['Merci de votre message, nous vérifions cela.', "Un nouveau colis part aujourd'hui."],
    wrote: 'Le %d, %n a écrit :',
    replyPrefix: 'RE: ',
    away: 'Je suis absente jusqu’à lundi.',
  },
  {
    code: 'es',
    charsets: ['utf-8', 'iso-8859-1'],
    names: ['Íñigo Muñoz', 'Lucía Peña', 'José García'],
    subjects: ['¿Dónde está mi paquete?', 'Talla equivocada', 'Falta la factura'],
    greeting: 'Buenos días:',
    sentences: [
      'La semana pasada pedí dos lámparas y solo ha llegado una.',
      'El seguimiento no cambia desde el lunes.',
      '¿Cuándo enviarán el resto?',
      'La caja llegó dañada y falta un tornillo.',
    ],
    closing: 'Un saludo',
    answers: ['Gracias por su mensaje, lo estamos revisando.', 'Hoy sale un paquete nuevo.'],
    wrote: 'El %d, %n escribió:',
    replyPrefix: 'RE: ',
    away: 'Estoy fuera de la oficina hasta el lunes.',
  },
  {
    code: 'ja',
    charsets: ['utf-8', 'shift_jis', 'euc-jp'],
    names: ['佐藤 花子', '鈴木 一郎', '高橋 健'],
    subjects: ['荷物が届きません', 'サイズが違います', '請求書について'],
    greeting: 'お世話になっております。',
    sentences: [
      '先週ランプを二つ注文しましたが、一つしか届いていません。',
      '月曜日から配送状況が変わりません。',
      '残りはいつ発送されますか。',
      '箱が破れていて、ねじが一本足りません。',
    ],
    closing: 'よろしくお願いいたします。',
    answers: ['ご連絡ありがとうございます。確認いたします。', '本日、新しい荷物を発送します。'],
    wrote: '%d %n のメール:',
    replyPrefix: 'Re: ',
    away: '月曜日まで不在にしております。',
  },
  {
    code: 'zh',
    charsets: ['utf-8', 'gb18030', 'big5'],
    names: ['王小明', '李芳', '林志玲'],
    subjects: ['我的包裹在哪里', '尺寸不合', '缺少收据'],
    greeting: '你好,',
    sentences: [
      '我上周买了两盏灯,只收到一盏。',
      '包裹消息从周一起没有更新。',
      '什么时候可以寄出余下的?',
      '箱子破了,少了一件。',
    ],
    closing: '此致',
    answers: ['感谢来信,我们正在查看。', '新的包裹今天寄出。'],
    wrote: '%n 于 %d 写道:',
    replyPrefix: '回复: ',
    away: '我周一回来。',
  },
  {
    code: 'ar',
    charsets: ['utf-8', 'windows-1256'],
    names: ['ليلى حسن', 'عمر خالد'],
    subjects: ['أين طردي؟', 'المقاس غير صحيح', 'الفاتورة مفقودة'],
    greeting: 'مرحبا،',
    sentences: [
      'طلبت مصباحين الأسبوع الماضي ووصل واحد فقط.',
      'لم تتغير حالة الشحن منذ يوم الاثنين.',
      'متى سترسلون الباقي؟',
      'وصل الصندوق تالفا وينقصه مسمار.',
    ],
    closing: 'مع التحية',
    answers: ['شكرا لرسالتك، نحن نتحقق من الأمر.', 'سيرسل طرد جديد اليوم.'],
    wrote: 'في %d كتب %n:',
    replyPrefix: 'رد: ',
    away: 'أنا خارج المكتب حتى يوم الاثنين.',
  },
  {
    code: 'pl',
    charsets: ['utf-8', 'iso-8859-2', 'windows-1250'],
    names: ['Łukasz Wiśniewski', 'Małgorzata Żak', 'Grażyna Kość'],
    subjects: ['Gdzie jest moja paczka?', 'Zły rozmiar', 'Brakuje faktury'],
    greeting: 'Dzień dobry,',
    sentences: [
      'w zeszłym tygodniu zamówiłem dwie lampy, a przyszła tylko jedna.',
      'Śledzenie przesyłki nie zmienia się od poniedziałku.',
      'Kiedy wyślą Państwo resztę?',
      'Pudełko było uszkodzone, brakuje śruby.',
    ],
    closing: 'Pozdrawiam',
    answers: ['Dziękujemy za wiadomość, sprawdzamy.', 'Nowa paczka wychodzi dzisiaj.'],
    wrote: '%d %n napisał(a):',
    replyPrefix: 'Odp: ',
    away: 'Jestem poza biurem do poniedziałku.',
  },
  {
    code: 'ru',
    charsets: ['utf-8', 'koi8-r', 'windows-1251'],
    names: ['Ольга Смирнова', 'Иван Петров'],
    subjects: ['Где моя посылка?', 'Не тот размер', 'Нет счёта'],
    greeting: 'Здравствуйте!',
    sentences: [
      'На прошлой неделе я заказал две лампы, а пришла только одна.',
      'Статус доставки не меняется с понедельника.',
      'Когда отправят остальное?',
      'Коробка была повреждена, не хватает винта.',
    ],
    closing: 'С уважением',
    answers: ['Спасибо за письмо, мы проверяем.', 'Новая посылка уйдёт сегодня.'],
    wrote: '%d %n пишет:',
    replyPrefix: 'Re: ',
    away: 'Меня не будет до понедельника.',
  },
];

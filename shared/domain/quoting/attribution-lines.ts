/** Longest line looked at: an attribution with two long addresses stays under it. */
const longestLine = 500;
/** An attribution is folded by mailers at 72 or 78 characters, rarely over more lines than this. */
const mostFoldedLines = 4;

type Attribution = { readonly starts: readonly string[]; readonly verbs: readonly string[] };

/** How mail programs introduce a quote, by language: how the line starts and the verb in it. Lower case. */
const attributions: readonly Attribution[] = [
  { starts: ['on ', 'at ', 'in message '], verbs: [' wrote', ' writes', ' said', ' sent'] },
  {
    starts: ['am ', 'an ', 'in der nachricht '],
    verbs: [' schrieb', ' schreibt', ' hat geschrieben', ' geschrieben'],
  },
  { starts: ['le ', 'en date du '], verbs: [' a écrit', ' a ecrit', ' écrit', ' a envoyé'] },
  {
    starts: ['el ', 'en fecha ', 'a las '],
    verbs: [' escribió', ' escribio', ' ha escrito', ' escribía', ' va escriure'],
  },
  { starts: ['il ', 'in data ', 'alle '], verbs: [' ha scritto', ' scrisse', ' scrive'] },
  { starts: ['op ', 'in bericht '], verbs: [' schreef', ' geschreven', ' het volgende geschreven'] },
  { starts: ['w dniu ', 'dnia ', 'dn. '], verbs: [' napisał', ' pisze', ' napisała', ' napisał(a)'] },
  { starts: ['em ', 'a '], verbs: [' escreveu', ' escreve'] },
  { starts: ['den ', 'på '], verbs: [' skrev', ' skreiv'] },
  { starts: ['dne ', 'dňa '], verbs: [' napsal', ' napísal'] },
];

/** Verbs that mark an attribution whatever it starts with (Gmail puts the weekday first in Polish, Russian, Turkish, Asian languages). */
const looseVerbs = [
  ' wrote',
  ' schrieb',
  ' a écrit',
  ' escribió',
  ' ha scritto',
  ' schreef',
  ' napisał',
  ' escreveu',
  ' skrev',
  ' kirjoitti',
  ' пишет',
  ' писал',
  ' написал',
  ' yazdı',
  '写道',
  '寫道',
  '书写',
  'が書きました',
  'さんは書きました',
  'のメール',
  'wrote',
  '님이 작성',
  '작성',
];

const datePattern = /\d{1,4}[./\-年]\s?\d{1,2}|\d{1,2}[.,]?\s\p{L}{3,}|\p{L}{3,}\.?\s\d{1,2}|\d{1,2}:\d{2}/u;
const japaneseDate = /^\s*\d{4}[年/.-]\s?\d{1,2}[月/.-]\s?\d{1,2}日?/;
const endsWithAddress = /<[^<>\s]{3,320}>\s?[)）]?\s?[:：]$/;

/** Whether one whole line (folding undone) introduces a quote: "On <date>, <somebody> wrote:" in the languages we know. */
export function isAttributionLine(line: string): boolean {
  const text = line.trim();
  if (text.length < 8 || text.length > longestLine) return false;
  const last = text.charAt(text.length - 1);
  if (last !== ':' && last !== '：') return false;
  const lower = text.toLowerCase();
  const dated = datePattern.test(lower);
  if (!dated) return false;
  for (const { starts, verbs } of attributions) {
    if (starts.some((start) => lower.startsWith(start)) && verbs.some((verb) => lower.includes(verb)))
      return true;
  }
  const addressed = lower.includes('@');
  if (japaneseDate.test(text) && (endsWithAddress.test(text) || addressed)) return true;
  const startsWithDate = /^\s*(\d|\p{L}{2,10}\.?,?\s\d|在|于|於)/u.test(lower);
  return (addressed || startsWithDate) && looseVerbs.some((verb) => lower.includes(verb));
}

const firstWords = new Set(
  attributions.flatMap(({ starts }) => starts.map((start) => start.trim().split(' ', 1)[0] ?? '')),
);

/** Whether an attribution may begin with this line, so that joining the next ones is worth it. */
function mayStartAttribution(line: string): boolean {
  const text = line.trimStart().slice(0, 24).toLowerCase();
  const [word = ''] = text.split(/[\s,.]/, 1);
  return firstWords.has(word) || line.includes('@') || /^(\d|在|于|於|\p{L}{2,10}\.?,?\s\d)/u.test(text);
}

/** How many lines from `index` on are one attribution: 0 when none starts there. */
export function attributionLength(lines: readonly string[], index: number): number {
  const first = lines[index] ?? '';
  if (first.length > longestLine || !mayStartAttribution(first)) return 0;
  let joined = '';
  for (let count = 0; count < mostFoldedLines; count += 1) {
    const line = lines[index + count];
    if (line === undefined || line.trim() === '' || line.length > longestLine) return 0;
    joined = count === 0 ? line.trim() : `${joined} ${line.trim()}`;
    if (/[:：]$/.test(joined)) return isAttributionLine(joined) ? count + 1 : 0;
  }
  return 0;
}

/** The rule Outlook, The Bat and others put above a quoted mail, between dashes. Lower case. */
const originalMessage = new Set([
  'original message',
  'original appointment',
  'reply message',
  'ursprüngliche nachricht',
  'originalnachricht',
  'original-nachricht',
  'originalmeldung',
  'ursprünglicher termin',
  "message d'origine",
  'message d’origine',
  'message original',
  'message initial',
  'mensaje original',
  'messaggio originale',
  'messaggio original',
  'oorspronkelijk bericht',
  'oorspronkelijke bericht',
  'origineel bericht',
  'wiadomość oryginalna',
  'oryginalna wiadomość',
  'treść oryginalnej wiadomości',
  'mensagem original',
  'ursprungligt meddelande',
  'oprindelig meddelelse',
  'opprinnelig melding',
  'исходное сообщение',
  '元のメッセージ',
  'original mail',
  '邮件原件',
  '原始邮件',
  '原始郵件',
  '原邮件',
  '원본 메시지',
]);

/** Whether the line is a rule such as "-----Original Message-----", dashes on both sides. */
export function isOriginalMessageLine(line: string): boolean {
  const text = line.trim();
  if (text.length > 120 || !text.startsWith('--')) return false;
  let start = 0;
  let end = text.length;
  while (start < end && (text.charAt(start) === '-' || text.charAt(start) === ' ')) start += 1;
  while (end > start && (text.charAt(end - 1) === '-' || text.charAt(end - 1) === ' ')) end -= 1;
  return originalMessage.has(text.slice(start, end).toLowerCase());
}

type Label = 'from' | 'sent' | 'to' | 'cc' | 'subject';

/** Labels of the header block that Outlook, GMX, Yahoo and phones put above a quoted mail. Lower case. */
const labels: ReadonlyMap<string, Label> = new Map<string, Label>([
  ...labelled(
    'from',
    'from von de da van od från fra от lähettäjä 差出人 发件人 寄件者 寄件人 보낸|사람 expéditeur|',
  ),
  ...labelled(
    'sent',
    'sent date gesendet datum envoyé enviado|el enviado|em enviado enviada|em inviato data fecha verzonden wysłano skickat sendt отправлено 送信日時 日付 发送时间 日期 時間 傳送時間 보낸|날짜 date|d’envoi',
  ),
  ...labelled('to', 'to an à para a aan do till til кому 宛先 收件人 받는|사람'),
  ...labelled('cc', 'cc kopie dw udw kopia 抄送 副本 copia'),
  ...labelled(
    'subject',
    'subject betreff objet asunto oggetto onderwerp temat assunto ämne emne тема 件名 主题 主旨 제목',
  ),
]);

function labelled(label: Label, words: string): readonly (readonly [string, Label])[] {
  return words.split(' ').map((word) => [word.replace(/\|/g, ' ').trim(), label] as const);
}

/** Which header of a quoted mail the line starts with ("*Von:* Ann" counts), or null. */
function quoteHeaderLabel(line: string): Label | null {
  const text = line
    .slice(0, 60)
    .trimStart()
    .replace(/^[*_>\s]{1,6}/, '');
  const colon = text.search(/[:：]/);
  if (colon < 1) return null;
  const word = text.slice(0, colon).replace(/[*_]/g, '').trim().toLowerCase();
  return labels.get(word) ?? null;
}

/** Whether a block of at least three headers of a quoted mail, the sender among them, starts at this line. */
export function startsQuoteHeaders(lines: readonly string[], index: number): boolean {
  const first = quoteHeaderLabel(lines[index] ?? '');
  if (first !== 'from' && first !== 'sent') return false;
  const seen = new Set<Label>([first]);
  for (let next = index + 1; next < Math.min(lines.length, index + 9); next += 1) {
    const label = quoteHeaderLabel(lines[next] ?? '');
    if (label !== null) seen.add(label);
    else if ((lines[next] ?? '').trim() === '' && seen.size > 1) break;
  }
  return seen.size >= 3 && seen.has('from');
}

const forwardMarkers =
  /^(-{2,}\s*(forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|wiadomość przekazana|転送メッセージ|转发的邮件|forwarded by)|begin forwarded message|anfang der weitergeleiteten|début du message|inizio messaggio inoltrato|-{2,} ?forwarded)/i;

/** Whether the line introduces a forwarded mail: what follows is what the writer wanted to show, and is not folded. */
export function isForwardLine(line: string): boolean {
  return line.length < 200 && forwardMarkers.test(line.trim().slice(0, 100));
}

/**
 * Words by which people say that something is attached, as stems in the languages our customers are answered in.
 * Each must stand at the beginning of a word; languages without spaces have their own list.
 */
const stems: readonly string[] = [
  // English, German
  'attach(?:ed|ing|ment)',
  'enclos(?:ed|ure)',
  'anbei',
  'angehäng',
  'anhang',
  'anhäng',
  'beigefügt',
  'beiliegend',
  // French, Spanish, Italian, Portuguese, Romanian, Catalan
  'ci-joint',
  'pièces?[ -]jointe',
  'piece[ -]jointe',
  'adjunt',
  'allegat[oaie]',
  'allego',
  'anexo',
  'anexad',
  'ataș',
  'anexat',
  // Dutch, Swedish, Danish, Norwegian
  'bijlage',
  'bijgevoegd',
  'bijgesloten',
  'bifoga',
  'bilag',
  'vedhæft',
  'vedlagt',
  'vedlegg',
  // Polish, Czech, Slovak, Hungarian, Finnish, Turkish
  'załącz',
  'zalacz',
  'přílo[hz]',
  'přilož',
  'prílo[hzž]',
  'csatol',
  'mellékel',
  'liitte',
  'liite(?!r)',
  'ekte(?![\\p{L}])',
  'ekli(?![\\p{L}])',
  // Russian, Ukrainian, Bulgarian, Greek
  'вложен',
  'прикреп',
  'прилага',
  'вкладен',
  'прикріп',
  'прикачен',
  'συνημμέν',
  'επισυνάπτ',
  // Arabic, Hebrew, Indonesian, Vietnamese, Hindi
  'مرفق',
  'المرفق',
  'מצורף',
  'מצורפ',
  'terlampir',
  'lampiran',
  'đính kèm',
  'संलग्न',
];
const anywhere: readonly string[] = ['添付', '附件', '附上', '첨부'];

const spoken = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${stems.join('|')})[\\p{L}\\p{M}]*|${anywhere.join('|')}`,
  'iu',
);

/** The first word of a typed text that says something is attached; null when there is none. Quotes are to be left out before. */
export const attachmentWord = (typed: string): string | null =>
  spoken.exec(typed.normalize('NFC').slice(0, 200_000))?.[0] ?? null;

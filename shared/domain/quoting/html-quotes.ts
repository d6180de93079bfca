/** How the page folds what a selector finds: the element alone, or it and everything behind it in the mail. */
export type HtmlQuoteFold = 'element' | 'from-here';

/** One place where a mail program puts quoted mail in HTML. */
export type HtmlQuoteRule = {
  readonly selector: string;
  readonly fold: HtmlQuoteFold;
  readonly program: string;
};

/**
 * Containers of quoted mail, most telling first. 'from-here' marks programs that put a rule or a header block above the
 * quote and leave the quote itself unwrapped. Outlook 2010 and Windows Mail mark nothing at all: there the page asks
 * `isAttributionLine` and `startsQuoteHeaders` about the text of each block. Ids and classes survive forwarding with a prefix (`x_`, `m_123`), hence `*=`.
 */
export const htmlQuoteRules: readonly HtmlQuoteRule[] = [
  { selector: '.steward-quote', fold: 'element', program: 'Steward' },
  { selector: '.gmail_quote_container', fold: 'element', program: 'Gmail' },
  { selector: '.gmail_quote:not(.gmail_attr)', fold: 'element', program: 'Gmail' },
  { selector: '.gmail_extra', fold: 'element', program: 'Gmail' },
  { selector: 'blockquote[type="cite"]', fold: 'element', program: 'Apple Mail, Thunderbird' },
  { selector: '.moz-cite-prefix', fold: 'from-here', program: 'Thunderbird' },
  { selector: '[id$="divRplyFwdMsg"]', fold: 'from-here', program: 'Outlook on the web' },
  { selector: '[id$="appendonsend"]', fold: 'from-here', program: 'Outlook on the web' },
  { selector: '[id$="mail-editor-reference-message-container"]', fold: 'from-here', program: 'Outlook, new' },
  { selector: '.ms-outlook-mobile-reference-message', fold: 'from-here', program: 'Outlook mobile' },
  { selector: '#ms-outlook-mobile-signature + hr', fold: 'from-here', program: 'Outlook mobile' },
  { selector: '[name="_MailOriginal"]', fold: 'from-here', program: 'Outlook' },
  {
    selector: 'div[style*="border-top:solid #E1E1E1 1.0pt"], div[style*="border-top:solid #B5C4DF 1.0pt"]',
    fold: 'from-here',
    program: 'Outlook 2007 to 365',
  },
  {
    selector:
      'div[style*="border-top: 1pt solid rgb(225, 225, 225)"], div[style*="border-top: 1pt solid rgb(181, 196, 223)"]',
    fold: 'from-here',
    program: 'Outlook 2007 to 365, as browsers rewrite it',
  },
  { selector: '.OutlookMessageHeader', fold: 'from-here', program: 'Outlook Express' },
  { selector: '[id$="stopSpelling"]', fold: 'from-here', program: 'Hotmail' },
  { selector: '.yahoo_quoted', fold: 'element', program: 'Yahoo' },
  { selector: '[id*="yahoo_quoted"]', fold: 'element', program: 'Yahoo' },
  { selector: '.yahoo-quoted-begin', fold: 'from-here', program: 'Yahoo' },
  { selector: 'div[name="quote"]', fold: 'element', program: 'GMX, WEB.DE' },
  { selector: '.mail_quote, [id*="quoted_text"]', fold: 'element', program: 'Yandex, mobile clients' },
  { selector: '.protonmail_quote', fold: 'element', program: 'Proton Mail' },
  { selector: '.tutanota_quote', fold: 'element', program: 'Tuta' },
  { selector: '.zmail_extra, .ze_quote', fold: 'element', program: 'Zoho' },
  { selector: '.front-blockquote', fold: 'element', program: 'Front' },
  { selector: '.quoted-text, .quote-container', fold: 'element', program: 'help desks' },
  { selector: '[data-marker="__QUOTED_TEXT__"]', fold: 'from-here', program: 'Zimbra' },
  { selector: '#isForwardContent, #isReplyContent', fold: 'element', program: 'NetEase' },
  { selector: '.foxmail_quote, #oriMsgHtmlSeperator', fold: 'from-here', program: 'QQ, Foxmail' },
  { selector: 'blockquote.iosymail', fold: 'element', program: 'Yahoo on iOS' },
  { selector: '#mailcontent + blockquote, blockquote[itemscope]', fold: 'element', program: 'others' },
];

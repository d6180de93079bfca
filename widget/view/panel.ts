import type { ChatSettings } from '../settings.ts';
import { readableOn } from '../settings.ts';
import type { Talk, TalkView } from '../talk/talk.ts';
import { filled } from '../words.ts';
import type { Words } from '../words.ts';
import { mailForm } from './mail-form.ts';
import { make, sign } from './make.ts';
import { messageList } from './message-list.ts';
import { styles } from './styles.ts';

const mostLines = 6;
const rightToLeft = /^(ar|dv|fa|he|ps|ug|ur|yi)\b/i;

const iconButton = (name: Parameters<typeof sign>[0], label: string): HTMLButtonElement =>
  make('button', { type: 'button', class: 'plain', 'aria-label': label, title: label }, sign(name));

/** The chat on the page: a button, and a panel that it opens. */
export class Panel {
  readonly #host = make('div', { 'data-steward-chat': '' });
  readonly #talk: Talk;
  readonly #words: Words;
  readonly #parts: ReturnType<Panel['build']>;
  #open = false;

  constructor(settings: ChatSettings, words: Words, talk: Talk) {
    this.#talk = talk;
    this.#words = words;
    const root = this.#host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
    this.#host.dataset['theme'] = settings.theme;
    this.#host.style.setProperty('--accent', settings.colour);
    this.#host.style.setProperty('--on-accent', readableOn(settings.colour));
    this.#parts = this.build(settings);
    root.append(this.#parts.chat);
    talk.onChange((arrived) => {
      if (arrived !== null) this.#announce(arrived.text);
      this.#show(talk.view());
    });
    this.#show(talk.view());
  }

  /** Puts it on the page. */
  attach(): void {
    if (!this.#host.isConnected) document.body.append(this.#host);
  }

  /** Takes it off the page; the talk is kept. */
  detach(): void {
    this.#close(false);
    this.#host.remove();
  }

  open(): void {
    if (this.#open) return;
    this.attach();
    this.#open = true;
    this.#parts.panel.hidden = false;
    this.#parts.launcher.setAttribute('aria-expanded', 'true');
    this.#talk.opened();
    this.#show(this.#talk.view());
    this.#parts.list.toEnd();
    this.#parts.text.focus();
  }

  close(): void {
    this.#close(true);
  }

  private build(settings: ChatSettings) {
    const words = this.#words;
    const title = settings.title ?? words.title;
    const of = { title, greeting: settings.greeting ?? words.greeting, language: settings.language };
    const status = make('p', { class: 'status' });
    const heading = make('h2', { class: 'title', id: 'steward-chat-title' }, title);
    const mailButton = iconButton('mail', words.mail);
    const closeButton = iconButton('close', words.close);
    const offline = make('p', { class: 'offline', hidden: '' }, words.offline);
    const list = messageList(words, of, (id) => this.#talk.tryAgain(id));
    const mail = mailForm(words, {
      leave: (address, name) => {
        this.#talk.leaveAddress(address, name);
        text.focus();
      },
      decline: () => {
        this.#talk.askForMail(false);
        text.focus();
      },
    });
    const text = make('textarea', {
      rows: '1',
      maxlength: '5000',
      dir: 'auto',
      'aria-label': words.write,
      placeholder: words.write,
    });
    const send = make(
      'button',
      { type: 'submit', class: 'send', 'aria-label': words.send, title: words.send },
      sign('send'),
    );
    const write = make('form', { class: 'write' }, text, send);
    const panel = make(
      'section',
      { class: 'panel', role: 'dialog', 'aria-labelledby': heading.id, id: 'steward-chat-panel', hidden: '' },
      make(
        'header',
        { class: 'head' },
        make('div', { class: 'names' }, heading, status),
        mailButton,
        closeButton,
      ),
      list.element,
      offline,
      mail.element,
      write,
    );
    const badge = make('span', { class: 'badge', 'aria-hidden': 'true', hidden: '' });
    const launcher = make(
      'button',
      { type: 'button', class: 'launcher', 'aria-expanded': 'false', 'aria-controls': panel.id },
      sign('chat'),
      badge,
    );
    const live = make('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
    const chat = make(
      'div',
      {
        class: settings.side === 'start' ? 'chat start' : 'chat',
        lang: settings.language === '' ? undefined : settings.language,
        dir: rightToLeft.test(settings.language) ? 'rtl' : 'ltr',
      },
      panel,
      launcher,
      live,
    );
    launcher.addEventListener('click', () => (this.#open ? this.close() : this.open()));
    closeButton.addEventListener('click', () => this.close());
    mailButton.addEventListener('click', () => {
      this.#talk.askForMail(true);
      mail.focus();
    });
    write.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send(text);
    });
    text.addEventListener('input', () => this.#fit(text));
    text.addEventListener('keydown', (event) => {
      // Enter also ends what is composed of several keys (Japanese, Chinese); that is not meant for us.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send(text);
    });
    panel.addEventListener('keydown', (event) => this.#onKey(event, panel));
    return { chat, panel, launcher, badge, status, offline, list, mail, text, live };
  }

  #send(text: HTMLTextAreaElement): void {
    const words = text.value.trim();
    if (words === '') return;
    this.#talk.say(words);
    text.value = '';
    this.#fit(text);
    text.focus();
  }

  #fit(text: HTMLTextAreaElement): void {
    text.rows = 1;
    while (text.rows < mostLines && text.scrollHeight > text.clientHeight + 2) text.rows += 1;
  }

  #onKey(event: KeyboardEvent, panel: HTMLElement): void {
    // What is typed here is none of the page's shortcuts.
    event.stopPropagation();
    if (event.key === 'Escape') this.close();
    if (event.key !== 'Tab' || this.#launcherShows()) return;
    const all = [
      ...panel.querySelectorAll<HTMLElement>('button, textarea, input, a[href], [tabindex]'),
    ].filter((element) => element.getClientRects().length > 0);
    const [first, last] = [all[0], all.at(-1)];
    const now = this.#host.shadowRoot?.activeElement;
    const turn = event.shiftKey ? (now === first ? last : undefined) : now === last ? first : undefined;
    if (turn === undefined) return;
    event.preventDefault();
    turn.focus();
  }

  /** Where the panel covers the whole page, the keyboard stays in it. */
  #launcherShows(): boolean {
    return this.#parts.launcher.getClientRects().length > 0;
  }

  #close(refocus: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.#parts.panel.hidden = true;
    this.#parts.launcher.setAttribute('aria-expanded', 'false');
    this.#talk.closed();
    this.#show(this.#talk.view());
    if (refocus) this.#parts.launcher.focus();
  }

  #announce(text: string): void {
    this.#parts.live.textContent = filled(this.#words.newFrom, { text: text.slice(0, 500) });
  }

  #show({ kept, online, typing, offersMail }: TalkView): void {
    const { launcher, badge, status, offline, list, mail } = this.#parts;
    const words = this.#words;
    const label = this.#open
      ? words.close
      : kept.unread > 0
        ? filled(words.openUnread, { count: String(kept.unread) })
        : words.open;
    if (launcher.getAttribute('aria-label') !== label) launcher.setAttribute('aria-label', label);
    badge.hidden = kept.unread === 0 || this.#open;
    badge.textContent = kept.unread > 99 ? '99+' : String(kept.unread);
    // Between coming in and hearing whether anybody is there, there is nothing to say.
    const said = { here: words.here, away: words.away, unknown: online ? '' : words.connecting }[kept.agent];
    if (status.textContent !== said) status.textContent = said;
    offline.hidden = online || !kept.said.some(({ state }) => state === 'waiting');
    const atEnd = list.atEnd();
    list.show(kept.said, typing);
    mail.show(offersMail, kept.left?.address ?? null);
    // The form takes its room from the list.
    if (atEnd) list.toEnd();
  }
}

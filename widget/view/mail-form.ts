import { filled } from '../words.ts';
import type { Words } from '../words.ts';
import { make } from './make.ts';

/** Something of an address on both sides of an @; whether it exists is known when the answer has gone there. */
const addressPattern = /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+\.[^\s@<>"(),:;\\.]+$/;

/** The form for a mail address. */
export type MailForm = {
  readonly element: HTMLElement;
  readonly show: (offered: boolean, left: string | null) => void;
  readonly focus: () => void;
};

/** Makes the form; what is typed stays in it while it is hidden. */
export function mailForm(
  words: Words,
  act: { readonly leave: (address: string, name: string) => void; readonly decline: () => void },
): MailForm {
  const address = make('input', { type: 'email', autocomplete: 'email', maxlength: '320', required: '' });
  const name = make('input', { type: 'text', autocomplete: 'name', maxlength: '200' });
  const wrong = make('p', { class: 'bad', id: 'steward-mail-wrong', hidden: '' }, words.mailWrong);
  const not = make('button', { type: 'button', class: 'button' }, words.mailNot);
  const form = make(
    'form',
    { class: 'mail', novalidate: '', hidden: '', 'aria-label': words.mail },
    make('p', {}, words.mailOffer),
    make('label', {}, words.mailAddress, address),
    wrong,
    make('label', {}, words.mailName, name),
    make(
      'div',
      { class: 'row' },
      make('button', { type: 'submit', class: 'button main' }, words.mailSend),
      not,
    ),
  );
  const done = make('p', { class: 'offline', hidden: '' });
  const tellWrong = (isWrong: boolean): void => {
    wrong.hidden = !isWrong;
    if (isWrong) {
      address.setAttribute('aria-invalid', 'true');
      address.setAttribute('aria-describedby', wrong.id);
    } else {
      address.removeAttribute('aria-invalid');
      address.removeAttribute('aria-describedby');
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = address.value.trim();
    const good = addressPattern.test(typed);
    tellWrong(!good);
    if (good) act.leave(typed, name.value.trim());
    else address.focus();
  });
  not.addEventListener('click', () => act.decline());
  return {
    element: make('div', {}, form, done),
    show: (offered, left) => {
      form.hidden = !offered;
      done.hidden = left === null || offered;
      const told = left === null ? '' : filled(words.mailDone, { address: left });
      if (done.textContent !== told) done.textContent = told;
      if (!offered) tellWrong(false);
    },
    focus: () => address.focus(),
  };
}

// The menu and the dialogs that it opens.

import { sendRating } from './api.js';
import { el, icon } from './dom.js';
import { announce } from './notices.js';
import { read, write } from './store.js';
import { T } from './texts.js';

/** Shows a modal dialog; the browser keeps the focus inside, closes it on Escape and gives the focus back. */
function openDialog(title, content, testid) {
  const dialog = el('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title', 'data-testid': testid },
    el('div', { class: 'dialog-head' },
      el('h2', { id: 'dialog-title' }, title),
      el('button', { type: 'button', class: 'icon-button', 'aria-label': T.close, onclick: () => dialog.close() }, icon('close'))),
    content);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close()); // the backdrop
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const paragraphs = (texts) => texts.flatMap((text) => text.split('\n')).filter(Boolean).map((text) => el('p', {}, text));

// ------------------------------------------------------------------ how the page looks

export function applyLooks() {
  const root = document.documentElement;
  root.dataset.size = read('size', 'm');
  root.dataset.theme = read('theme', 'auto');
}

function choices(name, legend, options) {
  const now = document.documentElement.dataset[name];
  return el('fieldset', { class: 'choices' }, el('legend', {}, legend), el('div', { class: 'choice-row' },
    options.map(([value, label, spoken]) => el('label', {},
      el('input', {
        type: 'radio', name, value, checked: value === now, 'aria-label': spoken,
        onchange: () => { write(name, value); applyLooks(); },
      }), el('span', { class: `choice-${name}-${value}` }, label)))));
}

// ------------------------------------------------------------------ the dialogs

/** options: ward, privacy, conversation, onNewConversation() */
export function openMenu(options) {
  const entry = (drawing, label, next, testid) => el('button', {
    type: 'button', class: 'entry', 'data-testid': testid, onclick: () => { menu.close(); next(); },
  }, icon(drawing), label);
  const menu = openDialog(T.menu, el('div', {},
    choices('size', T.size, T.sizes),
    choices('theme', T.theme, T.themes),
    el('div', { class: 'entries' },
      entry('star', T.rate, () => openRating(options.conversation), 'menu-rate'),
      entry('new', T.newChat, () => askNewConversation(options.onNewConversation), 'menu-new'),
      entry('lock', T.privacy, () => openDialog(T.privacy,
        el('div', { class: 'reading' }, paragraphs([options.privacy, ...T.privacyPage])), 'privacy-dialog'), 'menu-privacy'),
      entry('info', T.about, () => openDialog(T.about,
        el('div', { class: 'reading' }, paragraphs(T.aboutPage(options.ward))), 'about-dialog'), 'menu-about'))), 'menu-dialog');
}

function askNewConversation(onYes) {
  const dialog = openDialog(T.newChatAsk, el('div', {}, el('p', {}, T.newChatBody), el('div', { class: 'dialog-buttons' },
    el('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, T.cancel),
    el('button', { type: 'button', class: 'primary', 'data-testid': 'confirm-new', onclick: () => { dialog.close(); onYes(); } }, T.newChatYes),
  )), 'new-dialog');
}

function openRating(conversation) {
  const word = el('p', { class: 'star-word' });
  const problem = el('p', { class: 'problem', role: 'alert' });
  const text = el('textarea', { id: 'rate-text', rows: '3', maxlength: '1000' });
  const submit = el('button', { type: 'submit', class: 'primary' }, T.rateSend);
  let stars = 0;

  const star = (count) => el('label', { class: 'star' },
    el('input', {
      type: 'radio', name: 'stars', value: count, 'aria-label': T.rateStar(count, T.rateWords[count - 1]),
      onchange: () => {
        stars = count;
        word.textContent = T.rateWords[count - 1];
        labels.forEach((label, index) => label.classList.toggle('lit', index < count));
      },
    }), icon('star'), el('span', { 'aria-hidden': 'true' }, String(count)));
  const labels = [1, 2, 3, 4, 5].map(star);

  async function send(event) {
    event.preventDefault();
    if (!stars) {
      problem.textContent = T.rateMissing;
      return;
    }
    submit.disabled = true;
    try {
      await sendRating({ conversation, stars, text: text.value.trim() });
      dialog.close();
      announce(T.rateThanks);
    } catch (error) {
      problem.textContent = error.message || T.rateFailed;
      submit.disabled = false;
    }
  }

  const dialog = openDialog(T.rate, el('form', { onsubmit: send },
    el('fieldset', { class: 'stars' }, el('legend', {}, T.rateTitle), el('div', { class: 'star-row' }, labels), word),
    el('label', { for: 'rate-text' }, T.rateText), text, problem,
    el('div', { class: 'dialog-buttons' }, submit)), 'rating-dialog');
}

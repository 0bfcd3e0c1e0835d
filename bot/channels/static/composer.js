// The box at the bottom: typing, dictating, sending.

import { byId } from './dom.js';
import { announce } from './notices.js';
import { dictation } from './speech.js';
import { read, write } from './store.js';
import { T } from './texts.js';

const COUNT_FROM = 0.8;

export function createComposer({ limit, onSend }) {
  const box = byId('box');
  const send = byId('send');
  const counter = byId('counter');
  const mic = byId('mic');

  function refresh() {
    const length = [...box.value.trim()].length;
    const spare = limit() - length;
    send.disabled = length === 0 || spare < 0;
    counter.hidden = length < limit() * COUNT_FROM;
    counter.textContent = counter.hidden ? '' : spare < 0 ? T.over(-spare) : T.left(spare);
    counter.classList.toggle('over', spare < 0);
    box.setAttribute('aria-invalid', String(spare < 0));
    box.style.height = 'auto'; // the style sheet caps it
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
    write('draft', box.value);
  }

  function set(text) {
    box.value = text;
    refresh();
    box.focus();
    box.setSelectionRange(text.length, text.length);
  }

  function submit(event) {
    event?.preventDefault();
    refresh();
    if (send.disabled) return;
    const text = box.value.trim();
    box.value = '';
    refresh();
    onSend(text);
  }

  box.addEventListener('input', refresh);
  box.addEventListener('keydown', (event) => {
    // Not while an input method is still composing a Vietnamese letter.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  });
  byId('composer').addEventListener('submit', submit);

  let before = '';
  const listen = dictation({
    onText: (heard) => { box.value = [before, heard].filter(Boolean).join(' '); refresh(); },
    onState: (on) => {
      mic.setAttribute('aria-pressed', String(on));
      mic.setAttribute('aria-label', on ? T.micStop : T.mic);
      box.placeholder = on ? T.micOn : T.placeholder;
    },
    onError: () => announce(T.micError),
  });
  mic.hidden = !listen;
  mic.addEventListener('click', () => { before = box.value.trim(); listen(); });

  box.value = read('draft', '');
  refresh();
  return { set, refresh };
}

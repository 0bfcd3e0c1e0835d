// Short messages: a passing one (also spoken by screen readers), and a standing one above the box.

import { byId } from './dom.js';
import { T } from './texts.js';

const PASSING_MS = 4000;
const ORDER = ['offline', 'connecting', 'limited'];
const standing = new Set();
let timer = null;

export function announce(text) {
  clearTimeout(timer);
  byId('toast').textContent = text;
  timer = setTimeout(() => byId('toast').replaceChildren(), PASSING_MS);
}

/** Turns a standing notice on or off; the gravest one shows. */
export function notice(name, on) {
  standing[on ? 'add' : 'delete'](name);
  const shown = ORDER.find((each) => standing.has(each));
  const bar = byId('notice');
  const text = shown ? T.notice[shown] : '';
  if (bar.textContent !== text) bar.textContent = text;
}

// One answer: its text, links, source, checklist, suggestions, and what can be done with it.

import { sendFeedback } from './api.js';
import { blocks, byId, el, icon, link, safeUrl } from './dom.js';
import { announce } from './notices.js';
import { toggleReading } from './speech.js';
import { votes } from './store.js';
import { T } from './texts.js';

/** Answers worth keeping; the rest (greetings, questions back) can only be read aloud. */
const KEPT = new Set(['answer', 'info', 'dossier', 'petition', 'human']);

const goodLinks = (reply) => (reply.links ?? []).filter((each) => safeUrl(each.url));
const join = (...lines) => lines.flat().filter(Boolean).join('\n');

const wholeText = (reply) => join(
  reply.title, reply.text, goodLinks(reply).map((each) => `${each.title}: ${each.url}`), reply.source);

const cardText = ({ card, source }) => join(
  card.title, card.lines.map((line) => `• ${line.replace(/^• /, '')}`), safeUrl(card.link) && card.link, reopenUrl(card) && T.reopen(reopenUrl(card)), source);

/** The text carries its title for channels without headings; here the heading says it. */
const withoutTitle = (reply) => (reply.title && reply.text.startsWith(`${reply.title}\n`)
  ? { ...reply, text: reply.text.slice(reply.title.length + 1) } : reply);

export function answerView(said, { ward, conversation, onButton }) {
  const reply = withoutTitle(said);
  const { title, source, card, outcome } = reply;
  const links = goodLinks(reply);
  const body = el('div', { class: 'bubble', 'data-testid': 'answer', 'data-outcome': outcome },
    el('span', { class: 'sr' }, `${T.assistant}: `),
    title && el('h2', {}, title),
    blocks(reply.text, T.opensNew),
    card && cardView(card),
    links.length > 0 && el('ul', { class: 'links' },
      links.map((each) => el('li', {}, link(safeUrl(each.url), each.title, T.opensNew)))),
    source && el('p', { class: 'source', 'data-testid': 'answer-source' }, source),
    // Not news: screen readers should speak the answer, not its tool bars.
    el('div', { class: 'extras', 'aria-live': 'off' },
      actionsView(reply, ward),
      reply.ask_feedback && reply.id && feedbackView(reply.id, conversation)));

  const buttons = reply.buttons ?? [];
  return el('div', { class: 'theirs' }, body,
    buttons.length > 0 && el('div', { class: 'suggestions', role: 'group', 'aria-label': T.suggestions, 'data-testid': 'suggestions' },
      buttons.map((each) => el('button', { type: 'button', onclick: () => onButton(each) }, each.title))));
}

function cardView(card) {
  return el('details', { class: 'card', 'data-testid': 'answer-card' },
    el('summary', {}, T.cardOpen(card.title, card.lines.length)),
    el('ul', {}, card.lines.map((line) => el('li', {}, line.replace(/^• /, '')))),
    safeUrl(card.link) && el('p', {}, link(safeUrl(card.link), card.link, T.opensNew)),
    qrView(card));
}

/** A code that opens the same list on another phone; the picture is fetched when the list is opened or printed. */
function qrView(card) {
  if (!card.reopen) return null;
  const picture = el('img', {
    src: `/api/chat/qr.svg?ds=${encodeURIComponent(card.reopen.replace(/^ds:/, ''))}`, alt: T.qr, width: 160, height: 160, loading: 'lazy', 'data-testid': 'card-qr',
  });
  return el('figure', { class: 'qr' }, picture, el('figcaption', {}, T.qr));
}

const reopenUrl = (card) => card.reopen
  && new URL(`/?ds=${encodeURIComponent(card.reopen.replace(/^ds:/, ''))}`, window.location.href).href;

function actionsView(reply, ward) {
  const action = (name, drawing, onclick) => el('button',
    { type: 'button', class: `action ${name}`, onclick, 'data-testid': `action-${name}` }, icon(drawing), el('span', {}, T[name]));
  const speak = action('speak', 'sound', () => toggleReading(join(reply.title, reply.text), showReading));
  function showReading(on) {
    speak.setAttribute('aria-pressed', String(on));
    speak.lastChild.textContent = on ? T.speakStop : T.speak;
  }
  const kept = reply.card || KEPT.has(reply.outcome);
  return el('div', { class: kept ? 'actions' : 'actions solo', role: 'group', 'aria-label': T.actions },
    speak,
    kept && action('copy', 'copy', () => copy(wholeText(reply))),
    kept && action('share', 'share', () => share(reply)),
    kept && typeof window.print === 'function' && action('print', 'print', () => print(reply, ward())));
}

async function copy(text) {
  announce(await copied(text) ? T.copied : T.copyFailed);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // not a secure page, or refused
    const before = document.activeElement;
    const area = el('textarea', { class: 'sr', 'aria-hidden': 'true' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    before?.focus({ preventScroll: true });
    return done;
  }
}

async function share(reply) {
  const text = reply.card ? cardText(reply) : wholeText(reply);
  try {
    if (!navigator.share) throw new TypeError();
    await navigator.share({ title: reply.card?.title || reply.title || T.assistant, text });
  } catch (error) {
    if (error.name !== 'AbortError') await copy(text);
  }
}

/** Prints this one answer: the checklist where there is one, else the text. */
function print(reply, ward) {
  const { card } = reply;
  const now = new Date();
  const url = card && safeUrl(card.link);
  byId('sheet').replaceChildren(
    el('p', { class: 'sheet-ward' }, ward), el('p', {}, T.assistant),
    el('h1', {}, card?.title || reply.title || T.assistant),
    ...(card
      ? [el('ul', { class: 'boxes' }, card.lines.map((line) => el('li', {}, line.replace(/^• /, '')))), url && el('p', {}, url), qrView(card)]
      : [...blocks(reply.text, T.opensNew), ...goodLinks(reply).map((each) => el('p', {}, `${each.title}: ${each.url}`))]
    ).filter(Boolean),
    el('p', { class: 'sheet-foot' }, join(reply.source, T.printedAt(now.toLocaleDateString('vi-VN'), now.toLocaleTimeString('vi-VN', { timeStyle: 'short' })), T.printNote)));
  document.body.dataset.print = 'answer';
  window.addEventListener('afterprint', () => delete document.body.dataset.print, { once: true });
  window.print();
}

function feedbackView(replyId, conversation) {
  const root = el('div', { class: 'feedback', 'data-testid': 'feedback' });
  const thumb = (value, drawing, label) => el('button', {
    type: 'button', class: 'thumb', 'aria-pressed': 'false', 'data-testid': value > 0 ? 'thumb-up' : 'thumb-down', onclick: () => vote(value),
  }, icon(drawing), label);
  const up = thumb(1, 'up', T.good);
  const down = thumb(-1, 'down-thumb', T.bad);
  const reasons = el('div', { class: 'reasons', role: 'group', 'aria-label': T.why, hidden: true, 'data-testid': 'feedback-reasons' },
    el('p', {}, T.why),
    T.reasons.map(([code, label]) => el('button', { type: 'button', 'data-reason': code, onclick: () => vote(-1, code) }, label)));
  const thanks = el('p', { class: 'thanks', tabindex: '-1', hidden: true }, T.thanks);
  root.append(el('p', {}, T.ask), el('div', { class: 'thumbs' }, up, down), reasons, thanks);

  function show(value) {
    up.setAttribute('aria-pressed', String(value > 0));
    down.setAttribute('aria-pressed', String(value < 0));
  }
  async function vote(value, reason) {
    const before = votes.get(replyId);
    show(value);
    reasons.hidden = value > 0 || Boolean(reason);
    thanks.hidden = !reasons.hidden;
    if (reason) thanks.focus({ preventScroll: true }); // its button is gone
    try {
      await sendFeedback({ conversation: conversation(), reply_id: replyId, value, ...(reason && { reason }) });
      votes.set(replyId, value);
      if (!thanks.hidden) announce(T.thanks);
    } catch {
      show(before);
      reasons.hidden = thanks.hidden = true;
      announce(T.feedbackFailed);
    }
  }
  show(votes.get(replyId));
  return root;
}

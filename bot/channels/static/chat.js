// The chat page: ties the box, the outbox and the turns on the screen together.

import { getConfig, getTurns } from './api.js';
import { createComposer } from './composer.js';
import { byId } from './dom.js';
import { applyLooks, openMenu } from './menu.js';
import { announce, notice } from './notices.js';
import { backoff, createOutbox } from './outbox.js';
import { createScroller } from './scroller.js';
import { stopReading, watchVoices } from './speech.js';
import * as store from './store.js';
import { T } from './texts.js';
import { createTurn } from './turns.js';

const GREETING = 'greeting';
const TYPING = new Set(['queued', 'sending', 'thinking']);

const log = byId('log');
const turns = new Map(); // by message id, the greeting first
let conversation = store.conversation();
let config = { ward: T.wardFallback, max_chars: 2000, privacy: '', examples: [], greeting: null };

const scroller = createScroller(byId('scroller'), byId('latest'));
const outbox = createOutbox({ state: onState, answered: onAnswered, refused: onRefused });
const composer = createComposer({ limit: () => config.max_chars, onSend: (text) => say({ text }) });

// ------------------------------------------------------------------ saying something

/** words: {text} or {payload, title}; with a message_id it is that message once more. */
function say(words) {
  const item = { message_id: store.uuid(), ...words, conversation };
  stopReading();
  const turn = showTurn(item);
  outbox.add(item);
  scroller.toTurn(turn.root);
  return turn;
}

function showTurn(item, before = null) {
  const turn = createTurn({
    id: item.message_id,
    said: item.title || item.text || '',
    ward: () => config.ward,
    conversation: () => conversation,
    onButton: ({ title, payload }) => say(payload ? { payload, title } : { text: title }).focus(),
    onEdit: item.payload ? null : () => { drop(turn); composer.set(item.text); },
    onRetry: () => { drop(turn); say({ ...item, tried: true }).focus(); },
  });
  turns.set(turn.id, turn);
  log.insertBefore(turn.root, before);
  return turn;
}

function drop(turn) {
  turns.delete(turn.id);
  turn.root.remove();
}

// ------------------------------------------------------------------ how a message fares

function onState(item, name) {
  turns.get(item.message_id)?.setState(name);
  refresh();
}

function onAnswered(item, replies, limited) {
  if (item.conversation !== conversation) return;
  if (limited !== null) notice('limited', limited);
  const turn = turns.get(item.message_id) ?? showTurn(item);
  turn.answer(replies);
  refresh();
  scroller.toTurn(turn.root);
}

function onRefused(item, message, gaveUp) {
  const turn = turns.get(item.message_id);
  if (!turn) return;
  turn.fail(message || (gaveUp ? T.gaveUp : T.refused), gaveUp);
  refresh();
  scroller.toTurn(turn.root);
}

/** The typing sign, and which buttons may be pressed. */
function refresh() {
  const all = [...turns.values()];
  const waiting = all.filter((turn) => turn.id !== GREETING && !turn.replies && turn.state !== 'failed');
  const newest = waiting.length ? null : all.findLast((turn) => turn.replies);
  for (const turn of all) turn.setActive(turn === newest);
  byId('typing').hidden = !waiting.some((turn) => TYPING.has(turn.state));
}

// ------------------------------------------------------------------ starting and catching up

/** Repeats work until it succeeds; null when another conversation was begun meanwhile. */
async function insist(work) {
  const mine = conversation;
  for (let tries = 0; mine === conversation; tries += 1) {
    try {
      const result = await work();
      notice('connecting', false);
      if (mine === conversation) return result;
    } catch {
      notice('connecting', true);
      await new Promise((resolve) => setTimeout(resolve, Math.min(backoff(tries), 15_000)));
    }
  }
  return null;
}

/** Shows what the gateway remembers of this conversation; what it has not answered yet the outbox asks after. */
async function catchUp() {
  const history = await insist(() => getTurns(conversation)) ?? [];
  const firstOpen = [...turns.values()].find((turn) => turn.id !== GREETING && !turn.replies);
  for (const past of history) {
    const turn = turns.get(past.message_id) ?? showTurn(past, firstOpen?.root);
    if (past.replies) {
      store.queue.remove(past.message_id);
      turn.answer(past.replies);
    } else if (!store.queue.has(past.message_id) && turn.state !== 'failed') {
      outbox.add({ conversation, message_id: past.message_id, text: past.text, tried: true });
    }
  }
  refresh();
}

/** Draws the conversation from nothing, silently: screen readers hear only what comes after. */
async function start() {
  log.setAttribute('aria-live', 'off');
  log.replaceChildren();
  turns.clear();
  notice('limited', false);
  byId('loading').hidden = false;
  const tapped = takeDeepLink();
  const greeting = showTurn({ message_id: GREETING });
  for (const item of store.queue.all()) {
    showTurn(item);
    onState(item, navigator.onLine ? 'queued' : 'offline');
  }
  outbox.run();
  const [loaded] = await Promise.all([insist(getConfig), catchUp()]);
  if (!loaded) return;
  config = { ...config, ...loaded };
  byId('loading').hidden = true;
  byId('ward').textContent = config.ward;
  document.title = T.pageTitle(config.ward);
  greeting.answer([withExamples(config.greeting ?? { text: T.greetingFallback, outcome: 'chitchat' }, config.examples ?? [])]);
  composer.refresh();
  refresh();
  if (turns.size > 1) scroller.toEnd();
  else scroller.toTop();
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 300);
  if (tapped) say({ payload: tapped, title: T.openProcedure });
}

/** The greeting offers some questions to start with, as buttons that say them. */
function withExamples(greeting, examples) {
  return { ...greeting, buttons: [...greeting.buttons ?? [], ...examples.map((title) => ({ title }))] };
}

/** ?q= fills the box; ?tt= names a procedure, ?ds= somebody's list, as a tap would. Taken once: a reload repeats nothing. */
function takeDeepLink() {
  const url = new URL(window.location.href);
  const { q, tt, ds } = Object.fromEntries(url.searchParams);
  for (const name of ['q', 'tt', 'ds']) url.searchParams.delete(name);
  window.history.replaceState(null, '', url);
  if (q) composer.set(q);
  if (/^[\p{L}\p{N}.:_-]{1,60}$/u.test(tt ?? '')) return `tt:${/^(\d|file:)/.test(tt) ? '' : 'file:'}${tt}`;
  return /^[a-z0-9.-]+:[a-z0-9.:_-]+$/.test(ds ?? '') ? `ds:${ds}` : null;
}

async function newConversation() {
  stopReading();
  conversation = store.newConversation();
  outbox.wake();
  byId('box').value = '';
  await start();
  announce(T.newChatDone);
  byId('box').focus();
}

// ------------------------------------------------------------------ the frame

function labelFrame() {
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = T[node.dataset.text];
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', T[node.dataset.label]);
  byId('box').placeholder = T.placeholder;
}

/** In the portal's frame, Escape folds the panel away (embed.js listens). */
function watchEmbedding() {
  if (!new URLSearchParams(window.location.search).has('embed') || window.parent === window) return;
  document.documentElement.dataset.embed = '';
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog[open]')) return;
    window.parent.postMessage({ type: 'motcua:close' }, '*');
  });
}

applyLooks();
labelFrame();
watchVoices();
watchEmbedding();
for (const event of ['online', 'offline', 'pageshow']) {
  window.addEventListener(event, () => notice('offline', !navigator.onLine));
}
byId('skip').addEventListener('click', (event) => { event.preventDefault(); byId('box').focus(); });
byId('menu').addEventListener('click', () => openMenu({
  ward: config.ward, privacy: config.privacy, conversation, onNewConversation: newConversation,
}));
store.onOutsideChange((key) => { // another tab
  if (key === 'size' || key === 'theme') applyLooks();
  if (key === 'queue') catchUp();
  if (key === 'conversation') { conversation = store.conversation(); start(); }
});
start();

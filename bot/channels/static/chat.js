// The chat page: ties the box, the outbox and the turns on the screen together.

import { getConfig, getTurns } from './api.js';
import { createComposer } from './composer.js';
import { byId, el } from './dom.js';
import { applyLooks, openMenu } from './menu.js';
import { announce, notice } from './notices.js';
import { backoff, createOutbox } from './outbox.js';
import { stopReading, watchVoices } from './speech.js';
import * as store from './store.js';
import { T } from './texts.js';
import { createScroller } from './scroller.js';
import { createTurn } from './turns.js';

const log = byId('log');
const turns = new Map(); // by message id, in the order shown
let conversation = store.conversation();
let config = { ward: T.wardFallback, max_chars: 2000, privacy: '', examples: [], greeting: null };

const ward = () => config.ward;
const scroller = createScroller(byId('scroller'), byId('latest'));
const outbox = createOutbox({ state: onState, answered: onAnswered, refused: onRefused });
const composer = createComposer({ limit: () => config.max_chars, onSend: (text) => say({ text }) });

// ------------------------------------------------------------------ saying something

function say(words) {
  const item = { conversation, message_id: store.uuid(), ...words };
  stopReading();
  const turn = showTurn(item);
  outbox.add(item);
  refresh();
  scroller.toTurn(turn.root);
  return turn;
}

function showTurn(item, before = null) {
  const turn = createTurn({
    id: item.message_id,
    said: item.title || item.text,
    editable: Boolean(item.text) && !item.payload,
    ward,
    conversation: () => conversation,
    onButton: ({ title, payload }) => say({ payload, title }).focus(),
    onEdit: (text) => { drop(turn); composer.set(text); },
    onRetry: () => { drop(turn); say({ payload: item.payload, title: item.title }).focus(); },
  });
  turns.set(turn.id, turn);
  log.insertBefore(turn.root, before);
  return turn;
}

function drop(turn) {
  turns.delete(turn.id);
  turn.root.remove();
  refresh();
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
  if (item.conversation !== conversation) return;
  turns.get(item.message_id)?.fail(message || (gaveUp ? T.gaveUp : T.refused));
  refresh();
}

/** The typing sign, and which buttons may be pressed. */
function refresh() {
  const all = [...turns.values()];
  const waiting = all.filter((turn) => !turn.replies && turn.state !== 'failed');
  byId('typing').hidden = !waiting.some((turn) => ['sending', 'thinking'].includes(turn.state));
  const newest = waiting.length ? null : all.findLast((turn) => turn.replies);
  for (const turn of all) turn.setActive(turn === newest);
}

// ------------------------------------------------------------------ starting and catching up

/** Repeats work until it succeeds, or until the conversation is another one. */
async function insist(work) {
  const mine = conversation;
  for (let tries = 0; mine === conversation; tries += 1) {
    try {
      const result = await work();
      notice('connecting', false);
      return mine === conversation ? result : null;
    } catch {
      notice('connecting', navigator.onLine);
      await new Promise((resolve) => setTimeout(resolve, Math.min(backoff(tries), 15_000)));
    }
  }
  return null;
}

/** Shows what the gateway remembers; true while some turn is still being answered there. */
function merge(history) {
  const queued = [...turns.values()].find((turn) => !turn.replies && turn.id !== 'greeting');
  let open = false;
  for (const past of history) {
    const turn = turns.get(past.message_id) ?? showTurn(past, queued?.root);
    if (past.replies) {
      store.queue.remove(past.message_id);
      turn.answer(past.replies);
    } else if (!store.queue.has(past.message_id) && turn.state !== 'failed') {
      turn.setState('thinking');
      open = true;
    }
  }
  refresh();
  return open;
}

async function catchUp(tries = 0) {
  const history = await insist(() => getTurns(conversation));
  if (!history) return;
  const mine = conversation;
  if (!merge(history)) return;
  if (tries >= 20) {
    for (const turn of turns.values()) if (turn.state === 'thinking' && !store.queue.has(turn.id)) turn.fail(T.noAnswer);
    refresh();
    return;
  }
  setTimeout(() => mine === conversation && catchUp(tries + 1).then(scroller.toEnd), Math.min(backoff(tries), 8000));
}

function showGreeting() {
  const first = log.firstElementChild;
  const turn = createTurn({ id: 'greeting', said: '', ward, conversation: () => conversation, onButton: ({ title, payload }) => say({ title, payload }).focus() });
  const greeting = config.greeting ?? { text: T.greetingFallback, outcome: 'chitchat' };
  turn.answer([greeting]);
  if (config.examples?.length) {
    turn.root.append(el('div', { class: 'suggestions examples', role: 'group', 'aria-label': T.examples, 'data-testid': 'examples' },
      el('p', {}, T.examples),
      config.examples.map((text) => el('button', { type: 'button', onclick: () => say({ text }).focus() }, text))));
  }
  log.insertBefore(turn.root, first);
  const rest = [...turns];
  turns.clear();
  for (const [id, each] of [['greeting', turn], ...rest]) turns.set(id, each);
}

/** Draws the conversation from nothing, silently: screen readers hear only what comes after. */
async function start() {
  log.setAttribute('aria-live', 'off');
  log.replaceChildren();
  turns.clear();
  notice('limited', false);
  byId('loading').hidden = false;
  const { tt } = takeDeepLink();
  for (const item of store.queue.all()) showTurn(item).setState(navigator.onLine ? 'queued' : 'offline');
  outbox.run();
  const [loaded] = await Promise.all([insist(getConfig), catchUp()]);
  if (!loaded) return; // yet another conversation was begun meanwhile
  config = { ...config, ...loaded };
  byId('loading').hidden = true;
  document.title = T.pageTitle(config.ward);
  byId('ward').textContent = config.ward;
  showGreeting();
  composer.refresh();
  refresh();
  scroller.toEnd();
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 300);
  if (tt) say({ payload: `/tt ${tt}`, title: T.openProcedure });
}

/** ?q= fills the box, ?tt= asks for a procedure; both are taken once, so a reload repeats nothing. */
function takeDeepLink() {
  const url = new URL(window.location.href);
  const q = url.searchParams.get('q');
  const tt = url.searchParams.get('tt');
  if (q === null && tt === null) return {};
  url.searchParams.delete('q');
  url.searchParams.delete('tt');
  window.history.replaceState(null, '', url);
  if (q) composer.set(q);
  return { tt: /^[\p{L}\p{N}._-]{1,100}$/u.test(tt ?? '') ? tt : null };
}

function newConversation() {
  stopReading();
  conversation = store.newConversation();
  outbox.wake();
  start().then(() => { announce(T.newChatDone); byId('box').focus(); });
}

// ------------------------------------------------------------------ the frame

function labelFrame() {
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = T[node.dataset.text];
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', T[node.dataset.label]);
  byId('box').placeholder = T.placeholder;
}

function watchNetwork() {
  const look = () => notice('offline', !navigator.onLine);
  window.addEventListener('online', look);
  window.addEventListener('offline', look);
  look();
}

/** In the portal's frame, Escape folds the panel away (the frame's owner listens). */
function watchEmbedding() {
  if (new URL(window.location.href).searchParams.get('embed') !== '1' || window.parent === window) return;
  document.documentElement.dataset.embed = '1';
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && !document.querySelector('dialog[open]')) {
      window.parent.postMessage({ type: 'motcua:close' }, '*');
    }
  });
}

applyLooks();
labelFrame();
watchNetwork();
watchVoices();
watchEmbedding();
byId('menu').addEventListener('click', () => openMenu({
  ward, privacy: () => config.privacy, conversation: () => conversation, onNewConversation: newConversation,
}));
byId('skip').addEventListener('click', (event) => { event.preventDefault(); byId('box').focus(); });
store.onOutsideChange((key) => {
  if (['size', 'theme'].includes(key)) applyLooks();
  if (key === 'conversation') { conversation = store.conversation(); start(); }
  if (key === 'queue') catchUp();
});
start();

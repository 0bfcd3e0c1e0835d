// Sends the queued messages in order, one at a time, until each is answered or refused for good.

import { getTurns, sendMessage } from './api.js';
import { queue } from './store.js';

const MAX_SERVER_ERRORS = 8;
const MAX_POLLS = 20;

/** 1 s, 2 s, 4 s … at most a minute, each somewhere between half and all of it. */
export const backoff = (tries) => Math.min(1000 * 2 ** tries, 60_000) * (0.5 + Math.random() / 2);

/** One tab at a time, where the browser can promise that. */
const exclusively = (work) => (navigator.locks ? navigator.locks.request('motcua.outbox', work) : work());

/**
 * on.state(item, name): queued, sending, thinking, offline, busy, slow
 * on.answered(item, replies, limited), on.refused(item, message or '', gaveUp)
 */
export function createOutbox(on) {
  let running = false;
  let tries = 0;
  let serverErrors = 0;
  let polls = 0;
  let wakeUp = null;

  const pause = (ms, canWake) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wakeUp = canWake ? () => { clearTimeout(timer); tries = 0; resolve(); } : null;
  });

  function settle(item, tell) {
    queue.remove(item.message_id);
    tries = serverErrors = polls = 0;
    tell();
    return null;
  }

  /** Null when the message is settled, else how long to wait and whether good news may cut that short. */
  async function attempt(item) {
    if (!queue.has(item.message_id)) return null; // another tab settled it, or a new conversation began
    if (!navigator.onLine) {
      on.state(item, 'offline');
      return [30_000, true];
    }
    try {
      if (item.tried) { // it may have arrived although we never saw the answer
        const turn = (await getTurns(item.conversation)).find((each) => each.message_id === item.message_id);
        if (turn?.replies) return settle(item, () => on.answered(item, turn.replies, null));
        if (turn && polls++ < MAX_POLLS) {
          on.state(item, 'thinking');
          return [Math.min(backoff(polls), 8000), true];
        }
      }
      queue.markTried(item.message_id);
      on.state(item, 'sending');
      const { replies, limited } = await sendMessage(item);
      return settle(item, () => on.answered(item, replies ?? [], Boolean(limited)));
    } catch (error) {
      const gaveUp = error.status >= 500 && ++serverErrors >= MAX_SERVER_ERRORS;
      if (error.final || gaveUp) return settle(item, () => on.refused(item, error.message, gaveUp));
      on.state(item, error.status === 429 ? 'slow' : error.status ? 'busy' : 'offline');
      return [error.retryAfterMs ?? backoff(tries++), !error.retryAfterMs];
    }
  }

  async function run() {
    if (running) return;
    running = true;
    try {
      for (let item = queue.first(); item; item = queue.first()) {
        const wait = await exclusively(() => attempt(item));
        if (wait) await pause(...wait);
      }
    } finally {
      running = false;
      wakeUp = null;
    }
  }

  const wake = () => (running ? wakeUp?.() : run());
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => document.hidden || wake());

  return {
    run,
    wake,
    add(item) {
      queue.add(item);
      on.state(item, navigator.onLine ? 'queued' : 'offline');
      run();
    },
  };
}

// One turn on the screen: what the citizen said, how it is going, and the answers.

import { answerView } from './answer.js';
import { el } from './dom.js';
import { T } from './texts.js';

/**
 * options: id, said ('' for the greeting), ward(), conversation(), onButton({title, payload}),
 * onEdit() or null, onRetry() for a message that was refused.
 */
export function createTurn({ id, said, onEdit, onRetry, ...answering }) {
  const state = el('p', { class: 'state', 'data-testid': 'message-state' });
  const mine = said && el('div', { class: 'mine', tabindex: '-1', 'data-testid': 'user-message' },
    el('span', { class: 'sr' }, `${T.you}: `), el('p', { class: 'said' }, said), state);
  const root = el('section', { class: 'turn', 'data-testid': 'turn', 'data-message-id': id }, mine);

  const turn = {
    id, root, state: '', replies: null,

    /** Focus for people on keys and screen readers: the next Tab goes into the answer. */
    focus: () => mine && mine.focus({ preventScroll: true }),

    setState(name) {
      if (turn.replies || turn.state === name) return;
      turn.state = root.dataset.state = name;
      state.replaceChildren(T.state[name] ?? '');
    },

    /** again: the same message may be sent once more; otherwise its words should be changed. */
    fail(message, again) {
      turn.setState('failed');
      const [label, act] = again || !onEdit ? [T.retry, onRetry] : [T.edit, onEdit];
      state.replaceChildren(el('span', {}, message), ' ', el('button', { type: 'button', onclick: () => act() }, label));
    },

    answer(replies) {
      if (turn.replies) return;
      turn.setState('done');
      turn.replies = replies;
      root.append(...replies.map((reply) => answerView(reply, answering)));
    },

    /** Only the newest answer's buttons may be pressed. */
    setActive(active) {
      for (const button of root.querySelectorAll('.suggestions button')) button.disabled = !active;
    },
  };
  return turn;
}

// One turn on the screen: what the citizen said, how it is going, and the answers.

import { answerView } from './answer.js';
import { el } from './dom.js';
import { T } from './texts.js';

/**
 * options: id, said ('' for the greeting), ward(), conversation(), onButton({title, payload}),
 * onEdit(text) and onRetry() for a message that was refused.
 */
export function createTurn({ id, said, editable, ...handlers }) {
  const state = el('p', { class: 'state', 'data-testid': 'message-state' });
  const mine = said && el('div', { class: 'mine', tabindex: '-1', 'data-testid': 'user-message' },
    el('span', { class: 'sr' }, `${T.you}: `), el('p', { class: 'said' }, said), state);
  const root = el('section', { class: 'turn', 'data-testid': 'turn', 'data-message-id': id }, mine);
  let replies = null;

  const turn = {
    id, root,
    state: 'queued',
    get replies() { return replies; },

    /** Focus for people on keys and screen readers: the next Tab goes into the answer. */
    focus: () => mine && mine.focus({ preventScroll: true }),

    setState(name) {
      if (replies || turn.state === name) return;
      turn.state = name;
      root.dataset.state = name;
      state.replaceChildren(T.state[name]);
    },

    fail(message) {
      turn.setState('failed');
      const action = editable
        ? el('button', { type: 'button', onclick: () => handlers.onEdit(said) }, T.edit)
        : el('button', { type: 'button', onclick: () => handlers.onRetry() }, T.retry);
      state.replaceChildren(el('span', {}, message), ' ', action);
    },

    answer(given) {
      if (replies) return;
      turn.setState('done');
      replies = given;
      state.replaceChildren();
      for (const reply of given) root.append(answerView(reply, handlers));
    },

    /** Only the newest answer's buttons may be pressed. */
    setActive(active) {
      for (const button of root.querySelectorAll('.suggestions button')) button.disabled = !active;
    },
  };
  return turn;
}

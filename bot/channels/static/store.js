// What the page keeps on the citizen's device. Where storage is refused it keeps it in memory.

const PREFIX = 'motcua.';
const memory = new Map();

export function read(key, fallback = null) {
  try {
    const raw = memory.has(key) ? memory.get(key) : localStorage.getItem(PREFIX + key);
    return raw == null ? fallback : JSON.parse(raw);
  } catch {
    return fallback;
  }
}

export function write(key, value) {
  const raw = JSON.stringify(value);
  try {
    localStorage.setItem(PREFIX + key, raw);
    memory.delete(key);
  } catch {
    memory.set(key, raw);
  }
}

/** Tells when another tab changed one of our keys. */
export function onOutsideChange(listener) {
  window.addEventListener('storage', (event) => {
    if (event.key?.startsWith(PREFIX)) listener(event.key.slice(PREFIX.length));
  });
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // secure pages only
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function conversation() {
  const kept = read('conversation');
  return typeof kept === 'string' ? kept : newConversation();
}

export function newConversation() {
  const id = uuid();
  write('queue', []);
  write('draft', '');
  write('votes', {});
  write('conversation', id);
  return id;
}

/** Messages not answered yet, oldest first. Every change reads the stored list anew: tabs share it. */
export const queue = {
  all: () => read('queue', []),
  first: () => queue.all()[0] ?? null,
  has: (id) => queue.all().some((item) => item.message_id === id),
  add: (item) => write('queue', [...queue.all(), item]),
  remove: (id) => write('queue', queue.all().filter((item) => item.message_id !== id)),
  markTried: (id) => write('queue', queue.all().map(
    (item) => (item.message_id === id ? { ...item, tried: true } : item))),
};

/** The citizen's thumbs, so that a reload does not ask again. */
export const votes = {
  get: (replyId) => read('votes', {})[replyId] ?? 0,
  set: (replyId, value) => write('votes', { ...read('votes', {}), [replyId]: value }),
};

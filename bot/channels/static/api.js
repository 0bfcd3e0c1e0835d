// The gateway's HTTP contract.

const ANSWER_MS = 45_000;
const SHORT_MS = 15_000;

/** status 0: the gateway was not reached, or what came back was not its answer. */
export class ApiError extends Error {
  constructor(status, message = '', retryAfterMs = null) {
    super(message);
    Object.assign(this, { status, retryAfterMs });
  }

  /** True where sending the same thing again cannot help. */
  get final() {
    return this.status >= 400 && this.status < 500 && ![408, 425, 429].includes(this.status);
  }
}

function retryAfter(response) {
  const value = response.headers.get('Retry-After');
  if (!value) return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 500), 300_000) : null;
}

async function call(path, body, limitMs = SHORT_MS) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limitMs);
  try {
    const response = await fetch(`/api/chat/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body && JSON.stringify(body),
      cache: 'no-store',
      signal: abort.signal,
    });
    if (response.status === 204) return null;
    const data = await response.json().catch(() => null);
    if (!response.ok) throw new ApiError(response.status, data?.error?.message ?? '', retryAfter(response));
    if (!data) throw new ApiError(0);
    return data;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0);
  } finally {
    clearTimeout(timer);
  }
}

export const getConfig = () => call('config');

export const sendMessage = ({ conversation, message_id, text, payload, title }) =>
  call('messages', payload ? { conversation, message_id, payload, title } : { conversation, message_id, text }, ANSWER_MS);

export async function getTurns(conversation) {
  try {
    return (await call(`history?conversation=${encodeURIComponent(conversation)}`)).turns ?? [];
  } catch (error) {
    if (error.status === 404) return []; // nothing said yet
    throw error;
  }
}

export const sendFeedback = (body) => call('feedback', body);
export const sendRating = (body) => call('rating', body);

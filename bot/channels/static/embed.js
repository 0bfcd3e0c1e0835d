// The ward's portal adds: <script src="https://<gateway>/embed.js" data-title="Hỏi Một Cửa" async></script>
// A button at the bottom right opens the chat in a frame. Nothing leaks into the portal: one host element, one shadow root.
(() => {
  const script = document.currentScript;
  if (!script || document.querySelector('mot-cua-chat')) return;
  const origin = new URL(script.src).origin;
  const title = script.dataset.title || 'Hỏi Một Cửa';
  const TEXT = { open: `${title} – mở khung trò chuyện`, close: 'Đóng khung trò chuyện' };

  const CSS = `
    :host { all: initial; }
    * { box-sizing: border-box; font: 600 18px/1.3 "Noto Sans", Roboto, "Segoe UI", system-ui, sans-serif; }
    [hidden] { display: none !important; }
    button { cursor: pointer; color: #fff8ea; background: #7d1a1e; border: 2px solid #fff8ea; }
    button:focus-visible { outline: 3px solid #0b57a4; outline-offset: 2px; }
    .open { position: fixed; right: 16px; bottom: max(16px, env(safe-area-inset-bottom)); z-index: 2147483000; max-width: calc(100vw - 32px);
      min-height: 56px; padding: 10px 22px; border-radius: 28px; box-shadow: 0 4px 16px rgb(0 0 0 / .3); }
    .panel { position: fixed; right: 16px; bottom: 16px; z-index: 2147483001; width: min(420px, calc(100vw - 32px)); height: min(700px, calc(100vh - 32px));
      overflow: hidden; background: #faf5ea; border-radius: 16px; box-shadow: 0 8px 40px rgb(0 0 0 / .35); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .close { position: absolute; top: 9px; right: 8px; width: 46px; height: 46px; padding: 0; border: 0; border-radius: 10px; font-size: 28px; line-height: 1; }
    .close:focus-visible { outline-color: #e3bf6d; }
    @media (max-width: 480px) { .panel { inset: 0; width: 100%; height: 100vh; height: 100dvh; border-radius: 0; } }`;

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  const host = document.createElement('mot-cua-chat');
  const shadow = host.attachShadow({ mode: 'closed' });
  const open = make('button', { type: 'button', class: 'open', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', 'aria-label': TEXT.open }, title);
  const close = make('button', { type: 'button', class: 'close', 'aria-label': TEXT.close }, '×');
  const panel = make('div', { class: 'panel', role: 'dialog', 'aria-label': title, hidden: '' }, close);
  let frame = null;

  function show() {
    if (!frame) {
      frame = make('iframe', { src: `${origin}/?embed=1`, title, allow: 'microphone; clipboard-write; web-share' });
      panel.prepend(frame);
    }
    panel.hidden = false;
    open.hidden = true;
    open.setAttribute('aria-expanded', 'true');
    frame.focus();
  }

  function hide() {
    if (panel.hidden) return;
    panel.hidden = true;
    open.hidden = false;
    open.setAttribute('aria-expanded', 'false');
    open.focus();
  }

  try {
    const sheet = new CSSStyleSheet(); // allowed even where the portal forbids inline styles
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make('style', {}, CSS));
  }
  shadow.append(open, panel);
  open.addEventListener('click', show);
  close.addEventListener('click', hide);
  shadow.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
  window.addEventListener('message', (event) => {
    if (event.origin === origin && event.source === frame?.contentWindow && event.data?.type === 'motcua:close') hide();
  });

  const place = () => document.querySelector('mot-cua-chat') || document.body.append(host);
  if (document.body) place();
  else document.addEventListener('DOMContentLoaded', place, { once: true });
})();

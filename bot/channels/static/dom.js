// Building pages from data: text nodes only, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element with attributes ("onclick" and the like take a function) and children (nodes or plain text). */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

/** One of the drawings in index.html's sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** The address if it is a sound https one, else null. */
export function safeUrl(value) {
  try {
    const url = new URL(value);
    return url.protocol === 'https:' && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

export function link(href, label, hint, attributes = {}) {
  return el('a', { href, target: '_blank', rel: 'noopener noreferrer', ...attributes },
    label, el('span', { class: 'sr' }, ` (${hint})`));
}

const ADDRESS = /https:\/\/[^\s<>"'“”]+/gi;
const TAIL = /[.,;:!?…)\]}]+$/;

/** A line as text with its https addresses made into links. */
export function linkified(line, hint) {
  const nodes = [];
  let from = 0;
  for (const match of line.matchAll(ADDRESS)) {
    const shown = match[0].replace(TAIL, '');
    const href = safeUrl(shown);
    if (!href) continue;
    nodes.push(line.slice(from, match.index), link(href, shown, hint));
    from = match.index + shown.length;
  }
  nodes.push(line.slice(from));
  return nodes.filter((node) => node !== '');
}

/** Plain text as paragraphs and bullet lists. */
export function blocks(text, hint) {
  const nodes = [];
  let list = null;
  for (const line of String(text ?? '').split('\n')) {
    if (line.startsWith('• ')) {
      if (!list) nodes.push(list = el('ul'));
      list.append(el('li', {}, linkified(line.slice(2), hint)));
    } else {
      list = null;
      if (line.trim()) nodes.push(el('p', {}, linkified(line, hint)));
    }
  }
  return nodes;
}

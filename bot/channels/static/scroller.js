// Keeps the right part of the conversation in sight, also when the phone's keyboard opens.

const NEAR = 80;
const TOP_SPACE = 12;

export function createScroller(area, latestButton) {
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  let atEnd = false;

  const go = (top, smooth = true) => area.scrollTo({ top, behavior: smooth && !calm.matches ? 'smooth' : 'instant' });
  const toEnd = () => { atEnd = true; go(area.scrollHeight, false); };
  const look = () => {
    atEnd = area.scrollHeight - area.scrollTop - area.clientHeight < NEAR;
    latestButton.hidden = atEnd;
  };

  area.addEventListener('scroll', look, { passive: true });
  latestButton.addEventListener('click', () => { go(area.scrollHeight); area.focus({ preventScroll: true }); });
  new ResizeObserver(() => { if (atEnd) go(area.scrollHeight, false); else look(); }).observe(area);

  // Browsers that lay the keyboard over the page instead of shrinking it (not when pinched bigger).
  const view = window.visualViewport;
  const fit = () => {
    if (view.scale > 1.01) return;
    document.documentElement.style.setProperty('--view-height', `${view.height}px`);
    document.documentElement.style.setProperty('--view-top', `${view.offsetTop}px`);
  };
  view?.addEventListener('resize', fit);
  view?.addEventListener('scroll', fit);

  return {
    toEnd,
    toTop: () => { go(0, false); look(); atEnd = false; },
    /** A short turn ends at the bottom; a long one starts at the top, so that it is read from its beginning. */
    toTurn: (root) => go(root.getBoundingClientRect().top - area.getBoundingClientRect().top + area.scrollTop - TOP_SPACE),
  };
}

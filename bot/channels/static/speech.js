// Reading aloud and dictation, each only where the browser can do it in Vietnamese.

import { T } from './texts.js';

const synth = window.speechSynthesis;
const vietnamese = (voice) => /^vi([-_]|$)/i.test(voice.lang);
let voice = null;
let stopCurrent = null;

/** Marks the page once a Vietnamese voice is there; the style sheet shows the buttons then. */
export function watchVoices() {
  if (!synth) return;
  const look = () => {
    voice = synth.getVoices().find(vietnamese) ?? null;
    document.documentElement.toggleAttribute('data-voice', Boolean(voice));
  };
  synth.addEventListener?.('voiceschanged', look);
  window.addEventListener('pagehide', () => synth.cancel());
  look();
}

/** Reads, or stops when it is this text that is being read. onState(true|false). */
export function toggleReading(text, onState) {
  const again = stopCurrent?.owner === onState;
  stopCurrent?.();
  if (again || !voice) return;
  const stop = () => {
    if (stopCurrent !== stop) return;
    stopCurrent = null;
    synth.cancel();
    onState(false);
  };
  stop.owner = onState;
  stopCurrent = stop;
  onState(true);
  const lines = text.replace(/https:\/\/\S+/g, T.spokenLink).split('\n').map((line) => line.replace(/^• /, '').trim());
  const parts = lines.filter(Boolean).map((line) => Object.assign(new SpeechSynthesisUtterance(line), {
    voice, lang: voice.lang, rate: 0.95,
  }));
  if (!parts.length) return stop();
  parts.at(-1).onend = stop;
  for (const part of parts) {
    part.onerror = stop;
    synth.speak(part);
  }
}

export const stopReading = () => stopCurrent?.();

/** Null where there is no speech recognition; else a function that starts or stops listening. */
export function dictation({ onText, onState, onError }) {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  if (!Recognition) return null;
  let active = null;
  return () => {
    if (active) return active.stop();
    stopReading();
    active = Object.assign(new Recognition(), { lang: 'vi-VN', interimResults: true, continuous: false });
    active.onresult = (event) => onText(Array.from(event.results, (result) => result[0].transcript).join(' '));
    active.onerror = (event) => ['aborted', 'no-speech'].includes(event.error) || onError();
    active.onend = () => { active = null; onState(false); };
    try {
      active.start();
      onState(true);
    } catch {
      active = null;
      onError();
    }
  };
}

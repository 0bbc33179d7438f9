// The page: follows the service's state and shows it. Everything that is shown comes from the stream; an action's
// answer is only looked at for its failure.
import {keep} from './dom.js';
import {PrinterView} from './printer.js';
import {act, follow} from './service.js';

const NOTICE_MS = 10_000;  // long enough to read two sentences

const state = {printers: new Map(), jobs: new Map()};
const views = new Map();
const at = (id) => document.getElementById(id);

let noticeTimer;
function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { at('notice').hidden = true; }, NOTICE_MS);
}

// Every action, with its failure shown as the sentence that the service gave.
const actions = Object.fromEntries(Object.entries(act).map(([name, run]) =>
  [name, (...args) => run(...args).catch((error) => notice(error.message))]));

function show() {
  const printers = [...state.printers.values()].sort((a, b) => a.name.localeCompare(b.name));
  const jobs = [...state.jobs.values()].sort((a, b) => a.id - b.id);
  const items = printers.map((printer) => ({printer, jobs: jobs.filter((job) => job.printer === printer.name)}));
  keep(at('printers'), views, items, (item) => item.printer.name, (item) => new PrinterView(item.printer, actions));
  at('none').hidden = printers.length > 0;
  const trouble = printers.filter((printer) => printer.state === 'stopped' || printer.state === 'offline').length;
  document.title = trouble ? `(${trouble}) Platen` : 'Platen';
}

follow(state, show, (linked) => {
  at('link').textContent = linked ? 'Live' : 'The connection to the printing service is lost. Trying again…';
  at('link').classList.toggle('lost', !linked);
});

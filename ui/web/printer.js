import {keep, make, setText} from './dom.js';
import {isOver, JobView} from './job.js';
import {confirmed} from './question.js';
import {CartridgeView, SupplyView} from './supply.js';

const FINISHED_SHOWN = 3;  // enough to see what came out last, without hiding what waits

function tone(printer) {
  const worst = printer.reasons.some((reason) => reason.severity === 'error') || printer.state === 'offline';
  if (worst || printer.state === 'stopped') return 'error';
  if (printer.paused || printer.reasons.some((reason) => reason.severity === 'warning')) return 'warning';
  if (printer.state === 'processing') return 'busy';
  return printer.state === 'idle' ? 'good' : 'unknown';
}

function trayWords(tray) {
  const size = (tray.size.split('_')[1] ?? tray.size).replace(/^[a-z]/, (first) => first.toUpperCase());
  if (tray.level === 0) return [size, 'empty'].filter(Boolean).join(', ');
  return [size, tray.level > 0 ? `${tray.level} sheets` : ''].filter(Boolean).join(', ') || 'ready';
}

const trayName = (name) => name.replace(/^(tray)-?(\d)/i, 'Tray $2').replace(/^./, (first) => first.toUpperCase());

// One printer: its state in a sentence, ink, trays, queue, and what can be done with it.
export class PrinterView {
  constructor(printer, actions) {
    this.actions = actions;
    this.name = make('h2');
    this.model = make('p', {class: 'model'});
    this.sentence = make('span');
    this.more = make('ul');
    this.panel = make('span', {class: 'panel'});
    this.state = make('div', {class: 'state', role: 'status'}, this.sentence, this.more, this.panel);
    this.supplies = make('div');
    this.untold = make('p', {class: 'idle'}, 'The printer does not tell its levels. They are counted from a new cartridge on.');
    this.cartridges = make('div', {class: 'actions cartridges'});
    this.trays = make('ul', {class: 'trays'});
    this.jobs = make('ul', {class: 'jobs'});
    this.idle = make('p', {class: 'idle'}, 'Nothing is waiting. Drop a file here to print it.');
    this.pause = make('button', {type: 'button', onclick: () => actions.pause(this.printer.name, !this.printer.paused)});
    const care = (what, words) => make('button', {type: 'button', onclick: () => actions.care(this.printer.name, what)}, words);
    this.care = make('span', {}, care('clean', 'Clean the print heads'), care('align', 'Align the print heads'));
    const file = make('input', {type: 'file', onchange: () => this.print(file.files)});
    this.element = make('article', {class: 'printer'},
      make('div', {}, this.name, this.model),
      this.state,
      this.supplySection = make('section', {}, make('h3', {}, 'Ink and toner'), this.supplies, this.untold, this.cartridges),
      this.traySection = make('section', {}, make('h3', {}, 'Paper'), this.trays),
      make('section', {}, make('h3', {}, 'Queue'), this.jobs, this.idle),
      make('div', {class: 'actions'},
        make('label', {class: 'file'}, 'Print a file…', file),
        make('button', {type: 'button', onclick: () => actions.testPage(this.printer.name)}, 'Print a test page'),
        this.care,
        this.pause));
    this.views = {supplies: new Map(), cartridges: new Map(), jobs: new Map()};
    this.takeDrops();
  }

  takeDrops() {
    const mark = (event, on) => {
      event.preventDefault();
      this.element.classList.toggle('drop', on);
    };
    this.element.addEventListener('dragover', (event) => mark(event, true));
    this.element.addEventListener('dragleave', (event) => mark(event, false));
    this.element.addEventListener('drop', (event) => {
      mark(event, false);
      this.print(event.dataTransfer.files);
    });
  }

  async renew(cartridge) {
    const question = `Is the ${cartridge.toLowerCase()} cartridge in ${this.printer.name} new? Its level is then counted ` +
      'from 100 % on; what was counted before is forgotten.';
    if (await confirmed(question, 'It is new')) this.actions.newCartridge(this.printer.name, cartridge);
  }

  print(files) {
    for (const file of files) this.actions.print(this.printer.name, file);
  }

  update({printer, jobs}) {
    this.printer = printer;
    this.element.dataset.printer = printer.name;
    this.element.dataset.state = printer.state;
    setText(this.name, printer.name);
    setText(this.model, `${printer.model} on ${printer.uri}`);
    this.showState(printer);
    this.supplySection.hidden = printer.supplies.length === 0 && printer.cartridges.length === 0;
    keep(this.supplies, this.views.supplies, printer.supplies, (supply) => supply.name, () => new SupplyView());
    this.untold.hidden = printer.supplies.length > 0;
    keep(this.cartridges, this.views.cartridges, printer.cartridges, (cartridge) => cartridge,
      (cartridge) => new CartridgeView((name) => this.renew(name), cartridge));
    // Toner has no print heads.
    this.care.hidden = !printer.supplies.some((supply) => supply.type.startsWith('ink'));
    this.showTrays(printer.trays);
    this.showJobs(jobs);
    setText(this.pause, printer.paused ? 'Resume' : 'Pause');
  }

  showState(printer) {
    this.state.dataset.tone = tone(printer);
    setText(this.sentence, printer.sentence);
    // What is only reported stands with the trays and supplies already.
    const others = printer.reasons.filter((reason) => reason.severity !== 'report').map((reason) => reason.sentence)
      .filter((sentence) => sentence && !printer.sentence.includes(sentence));
    if ([...this.more.children].map((item) => item.textContent).join() !== others.join())
      this.more.replaceChildren(...others.map((sentence) => make('li', {}, sentence)));
    this.more.hidden = others.length === 0;
    const same = printer.sentence.startsWith(printer.message);
    setText(this.panel, same ? '' : `The printer's panel says “${printer.message}”`);
    this.panel.hidden = same;
  }

  showTrays(trays) {
    this.traySection.hidden = trays.length === 0;
    // Not every empty tray is trouble: a multipurpose feeder is empty most of its life.
    const missed = (tray) => this.printer.reasons.some((reason) =>
      reason.component === tray.name && reason.severity !== 'report');
    this.trays.replaceChildren(...trays.map((tray) =>
      make('li', {class: missed(tray) ? 'empty' : ''}, make('b', {}, trayName(tray.name)), trayWords(tray))));
  }

  showJobs(jobs) {
    const waiting = jobs.filter((job) => !isOver(job));
    const finished = jobs.filter(isOver).slice(-FINISHED_SHOWN).reverse();
    keep(this.jobs, this.views.jobs, [...waiting, ...finished], (job) => job.id, () => new JobView(this.actions));
    this.idle.hidden = waiting.length > 0;
  }
}

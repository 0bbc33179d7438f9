import {make, setText} from './dom.js';

const WAITING = ['pending', 'held', 'processing'];
export const isOver = (job) => !WAITING.includes(job.state);

// One job in a printer's queue: name, what it is doing in a sentence, progress, pages as pictures, cancel.
export class JobView {
  constructor(actions) {
    this.name = make('span', {class: 'name'});
    this.button = make('button', {type: 'button', onclick: () => this.press()});
    this.progress = make('progress', {max: 1});
    this.sentence = make('span', {class: 'sentence'});
    this.pages = make('div', {class: 'pages'});
    this.element = make('li', {class: 'job'}, this.name, this.button, this.progress, this.sentence, this.pages);
    this.actions = actions;
  }

  press() {
    if (isOver(this.job)) this.actions.restart(this.job.id);
    else this.actions.cancel(this.job.id);
  }

  update(job) {
    this.job = job;
    this.element.className = `job ${job.state}`;
    this.element.dataset.job = job.id;
    setText(this.name, job.name || `Job ${job.id}`);
    setText(this.sentence, job.sentence || job.state);
    setText(this.button, isOver(job) ? 'Print again' : 'Cancel');
    this.button.setAttribute('aria-label', `${this.button.textContent}: ${this.name.textContent}`);
    this.progress.hidden = job.state !== 'processing';
    if (job.pages) this.progress.value = job.pagesDone / job.pages;
    else this.progress.removeAttribute('value');  // how long it takes is not known yet
    this.showPages(job.previews);
  }

  showPages(previews) {
    const shown = [...this.pages.children].map((link) => link.getAttribute('href'));
    this.pages.hidden = previews.length === 0;
    if (shown.join() === previews.join()) return;
    this.pages.replaceChildren(...previews.map((url, index) =>
      make('a', {href: url, target: '_blank'}, make('img', {src: url, alt: `Page ${index + 1}`, loading: 'lazy'}))));
  }
}

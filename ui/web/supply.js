import {make, setText} from './dom.js';

// '#00FFFF#FF00FF#FFFF00' is one cartridge with three inks: stripes.
function paint(color) {
  const inks = color.match(/#[0-9a-fA-F]{6}/g) ?? ['#8a94a3'];
  if (inks.length === 1) return inks[0];
  const step = 100 / inks.length;
  return `linear-gradient(${inks.map((ink, i) => `${ink} ${i * step}% ${(i + 1) * step}%`).join(', ')})`;
}

function words(supply) {
  if (supply.level === -3) return 'some left';
  if (supply.level < 0) return 'not told';
  const amount = `${supply.estimated ? '≈ ' : ''}${supply.level} %`;
  if (supply.level === 0) return `${amount}, empty`;
  return supply.level <= supply.low ? `${amount}, low` : amount;
}

// One ink or toner: its name, its level in words, and a bar in its own colour.
export class SupplyView {
  constructor() {
    this.name = make('span');
    this.value = make('span', {class: 'value'});
    this.fill = make('div', {class: 'fill'});
    this.bar = make('div', {class: 'bar', role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 100}, this.fill);
    this.element = make('div', {class: 'supply'}, this.name, this.value, this.bar);
  }

  update(supply) {
    const known = supply.level >= 0;
    setText(this.name, supply.name);
    setText(this.value, words(supply));
    this.element.className = 'supply' + (known ? '' : ' unknown') +
      (supply.level === 0 ? ' empty' : known && supply.level <= supply.low ? ' low' : '');
    this.element.dataset.level = supply.level;
    this.fill.style.background = paint(supply.color);
    this.fill.style.width = known ? `${supply.level}%` : '100%';
    this.bar.setAttribute('aria-label', supply.name);
    this.bar.setAttribute('aria-valuetext', words(supply));
    if (known) this.bar.setAttribute('aria-valuenow', supply.level);
    else this.bar.removeAttribute('aria-valuenow');
  }
}

// The button by which a person says that a cartridge is new. Only where its ink is ours to count: otherwise the printer
// knows.
export class CartridgeView {
  constructor(renew, cartridge) {
    this.element = make('button', {type: 'button', onclick: () => renew(cartridge)}, `New ${cartridge.toLowerCase()} cartridge…`);
  }

  update() {}
}

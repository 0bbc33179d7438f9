import {make} from './dom.js';

// Asks before something that cannot be taken back. Resolves to true only when the answer is `yes`; Escape and a hasty
// Enter are no.
//
//   if (await confirmed('Is the black cartridge new?', 'It is new')) …
export function confirmed(question, yes) {
  return new Promise((resolve) => {
    const answer = (value, words) => make('button',
      {type: 'button', autofocus: value === '', onclick: () => dialog.close(value)}, words);
    const dialog = make('dialog', {class: 'question'},
      make('p', {id: 'question'}, question),
      make('div', {class: 'actions'}, answer('yes', yes), answer('', 'Cancel')));
    dialog.setAttribute('aria-labelledby', 'question');
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

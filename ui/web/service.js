// platend, as the page sees it: a live stream of its state, and requests that change something.

// Keeps `state` ({printers: Map, jobs: Map}) as the service has it and calls `changed()` after each message, and
// `linked(bool)` when the stream comes or goes. The browser reconnects by itself; the first message then is the
// whole state anew, so nothing is missed.
export function follow(state, changed, linked) {
  const stream = new EventSource('api/events');
  const on = (name, apply) => stream.addEventListener(name, (event) => {
    apply(JSON.parse(event.data));
    changed();
  });
  on('snapshot', (all) => {
    state.printers = new Map(all.printers.map((printer) => [printer.name, printer]));
    state.jobs = new Map(all.jobs.map((job) => [job.id, job]));
  });
  on('printer', (printer) => state.printers.set(printer.name, printer));
  on('printer-removed', ({name}) => state.printers.delete(name));
  on('job', (job) => state.jobs.set(job.id, job));
  on('job-removed', ({id}) => state.jobs.delete(id));
  stream.addEventListener('open', () => linked(true));
  stream.addEventListener('error', () => linked(false));
}

// Resolves to the service's answer; rejects with an Error whose message is a sentence for a person.
export async function ask(method, path, body, type) {
  let response;
  try {
    response = await fetch(path, {method, body, headers: {'X-Platen': '1', ...(type && {'Content-Type': type})}});
  } catch {
    throw new Error('The printing service does not answer. Check that platend is running.');
  }
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(answer?.error?.sentence ?? `The printing service answered ${response.status}.`);
  return answer;
}

export const act = {
  testPage: (printer) => ask('POST', `api/printers/${encodeURIComponent(printer)}/test-page`),
  care: (printer, what) => ask('POST', `api/printers/${encodeURIComponent(printer)}/${what}`),
  newCartridge: (printer, cartridge) => ask('POST', `api/printers/${encodeURIComponent(printer)}/new-cartridge`,
    JSON.stringify({cartridge}), 'application/json'),
  pause: (printer, paused) => ask('POST', `api/printers/${encodeURIComponent(printer)}/${paused ? 'pause' : 'resume'}`),
  cancel: (job) => ask('POST', `api/jobs/${job}/cancel`),
  restart: (job) => ask('POST', `api/jobs/${job}/restart`),
  print: (printer, file) => ask('POST', `api/printers/${encodeURIComponent(printer)}/jobs?` +
    new URLSearchParams({name: file.name, type: file.type}), file),
};

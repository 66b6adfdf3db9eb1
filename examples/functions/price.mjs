// A function behind mapping templates: it knows nothing of HTTP.
const euros = { dog: 120, cat: 90 };

export async function handler(event) {
  if (!(event.kind in euros)) throw new Error(`no such pet: ${event.kind}`);
  return { euros: euros[event.kind] };
}

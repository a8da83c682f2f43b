// The world that a test hands over: contexts, and what the web would serve. Nothing here reaches a network.
import {readFileSync} from 'node:fs';

export const question = JSON.parse(readFileSync(0, 'utf8'));
const served = new Map([...Object.entries(question.contexts), ...Object.entries(question.documents ?? {})]);

globalThis.fetch = async input => {
  const url = typeof input === 'string' ? input : input.url ?? String(input);
  const found = served.get(url.replace(/[?].*$/, '')) ?? served.get(url);
  const response = found === undefined
    ? new Response('not in this world', {status: 404})
    : new Response(JSON.stringify(found), {status: 200, headers: {'content-type': 'application/json'}});
  Object.defineProperty(response, 'url', {value: url});
  return response;
};

// The peers talk to the console; standard output is for the answer.
console.log = console.info = console.warn = console.error = () => {};

export const sentence = error => (String(error?.message ?? error?.name ?? error).split('\n')[0]
  + (error?.details ? ' ' + JSON.stringify(error.details) : '')).slice(0, 700);
export const version = name => JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;
export const context = url => served.get(url);

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

function load(url) {
  const [base, fragment] = url.split('#');
  let document = served.get(url) ?? served.get(base);
  if(!document && base.startsWith('did:key:')) {
    const publicKeyMultibase = base.slice('did:key:'.length), id = `${base}#${publicKeyMultibase}`;
    const method = {'@context': MULTIKEY, id, type: 'Multikey', controller: base, publicKeyMultibase};
    document = {'@context': ['https://www.w3.org/ns/did/v1', MULTIKEY], id: base, verificationMethod: [method], assertionMethod: [id]};
  }
  if(!document && base.startsWith('did:web:')) {
    const parts = base.slice('did:web:'.length).split(':').map(decodeURIComponent);
    document = served.get(`https://${parts.join('/')}${parts.length === 1 ? '/.well-known' : ''}/did.json`);
  }
  if(!document) throw new Error(`not in this world: ${url}`);
  if(fragment && document.verificationMethod) {
    const method = document.verificationMethod.find(entry => entry.id === url);
    if(!method) throw new Error(`no such key: ${url}`);
    return {'@context': MULTIKEY, ...method};
  }
  return document;
}

export const documentLoader = async url => ({contextUrl: null, documentUrl: url, document: load(url)});

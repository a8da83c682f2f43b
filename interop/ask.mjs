// Asks other people's verifiers about credentials. Reads one JSON question from standard input, writes one JSON answer.
//
// question: {"contexts": {url: document}, "documents": {url: document}, "cases": [{"name", "credential"}]}
//   contexts   the JSON-LD contexts in play, the published ones
//   documents  what the web would serve: DID documents and status lists, by address
// answer:   {"versions": {peer: version}, "cases": [{"name", "peers": {peer: {"accepted", "said"}}}]}
//
// Nothing here reaches a network: fetch() answers from the question and refuses the rest.
import {readFileSync} from 'node:fs';

const question = JSON.parse(readFileSync(0, 'utf8'));
const served = new Map([...Object.entries(question.contexts), ...Object.entries(question.documents)]);

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

const sentence = error => (String(error?.message ?? error?.name ?? error).split('\n')[0] + (error?.details ? ' ' + JSON.stringify(error.details) : '')).slice(0, 700);
const version = name => JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;

// DCC verifier-core -------------------------------------------------------------------------------------------------------
// It carries a v2 context older than the final one: give it the final one, in place, before it builds its loader.
const older = await import('@digitalcredentials/credentials-v2-context');
const final = served.get('https://www.w3.org/ns/credentials/v2');
if(older.CONTEXT && final) {
  for(const key of Object.keys(older.CONTEXT)) delete older.CONTEXT[key];
  Object.assign(older.CONTEXT, final);
}
const {verifyCredential: askVerifierCore} = await import('@digitalcredentials/verifier-core');

async function verifierCore(credential) {
  const result = await askVerifierCore({credential: structuredClone(credential), knownDIDRegistries: []});
  if(result.errors) return {accepted: false, said: result.errors.map(sentence).join('; ')};
  // Its log is the answer: a step that says false is no error to it.
  const steps = Object.fromEntries((result.log ?? []).map(entry => [entry.id, entry.valid ?? (entry.error ? false : null)]));
  const must = ['valid_signature', 'expiration', ...(credential.credentialStatus ? ['revocation_status'] : [])];
  return {accepted: must.every(step => steps[step] === true), said: JSON.stringify(steps)};
}

// Digital Bazaar vc ---------------------------------------------------------------------------------------------------------
const vc = await import('@digitalbazaar/vc');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite: eddsaRdfc2022} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');

const MULTIKEY = 'https://w3id.org/security/multikey/v1';
function loadDocument(url) {
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
const documentLoader = async url => ({contextUrl: null, documentUrl: url, document: loadDocument(url)});

async function digitalBazaar(credential) {
  const suite = new DataIntegrityProof({cryptosuite: eddsaRdfc2022});
  // Status lists are checked by verifier-core and by Cairn; here the signature is asked about.
  const result = await vc.verifyCredential({credential: structuredClone(credential), suite, documentLoader, checkStatus: async () => ({verified: true})});
  return {accepted: result.verified === true, said: result.verified ? 'verified' : sentence(result.error?.errors?.[0] ?? result.error)};
}

// SpruceID's Rust code in WebAssembly, as the LearnCard wallet carries it -----------------------------------------------------
const didkitFolder = new URL('./node_modules/@learncard/didkit-plugin/dist/', import.meta.url);
const {default: startDidkit, verifyCredential: askDidkit} = await import(new URL('didkit/didkit_wasm.js', didkitFolder).href).catch(
  () => import(new URL('didkit_wasm.js', didkitFolder).href));
await startDidkit({module_or_path: readFileSync(new URL('didkit_wasm_bg.wasm', didkitFolder))});

async function spruce(credential) {
  const used = [...new Set(JSON.stringify(credential).match(/https?:[^"\\]+/g))].filter(url => url in question.contexts);
  const contexts = Object.fromEntries(used.map(url => [url, JSON.stringify(question.contexts[url])]));
  const result = JSON.parse(await askDidkit(JSON.stringify(credential), JSON.stringify({proofPurpose: 'assertionMethod'}), JSON.stringify(contexts)));
  return {accepted: result.errors.length === 0 && result.checks.includes('proof'), said: JSON.stringify(result)};
}

const peers = {'@digitalcredentials/verifier-core': verifierCore, '@digitalbazaar/vc': digitalBazaar, '@learncard/didkit-plugin': spruce};
const answer = {versions: Object.fromEntries(Object.keys(peers).map(name => [name, version(name)])), cases: []};
for(const {name, credential} of question.cases) {
  const said = {};
  for(const [peer, ask] of Object.entries(peers)) {
    try {
      said[peer] = await ask(credential);
    } catch(error) {
      said[peer] = {accepted: false, said: `refused: ${sentence(error)}`};
    }
  }
  answer.cases.push({name, peers: said});
}
process.stdout.write(JSON.stringify(answer));

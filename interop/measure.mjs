// How often Digital Bazaar's vc signs and verifies one credential in a second of processor time.
//
// question (standard input): {"contexts", "documents", "credential", "key", "seconds"}; answer: {"name": rate}
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';

const question = JSON.parse(readFileSync(0, 'utf8'));
const served = new Map([...Object.entries(question.contexts), ...Object.entries(question.documents)]);
const MULTIKEY = 'https://w3id.org/security/multikey/v1';

// The DID document lies under its did:web, and each of its keys under its own address.
for(const document of Object.values(question.documents)) {
  if(!document.verificationMethod) continue;
  served.set(document.id, document);
  for(const method of document.verificationMethod) served.set(method.id, {'@context': MULTIKEY, ...method});
}

function documentLoader(documentUrl) {
  const document = served.get(documentUrl);
  if(!document) throw new Error(`not in this world: ${documentUrl}`);
  return {contextUrl: null, documentUrl, document};
}

const {proof, ...unsigned} = question.credential;
const signer = (await Ed25519Multikey.from(question.key)).signer();
const now = new Date('2026-06-01T00:00:00Z');

async function sign() {
  const suite = new DataIntegrityProof({signer, cryptosuite, date: '2026-03-01T00:00:00Z'});
  return vc.issue({credential: structuredClone(unsigned), suite, documentLoader, now});
}

async function check() {
  const result = await vc.verifyCredential({
    credential: question.credential, suite: new DataIntegrityProof({cryptosuite}), documentLoader, now,
    checkStatus: async () => ({verified: true})
  });
  if(!result.verified) throw new Error(`not verified: ${JSON.stringify(result.error?.errors?.map(String) ?? String(result.error))}`);
}

async function rate(work) {
  for(let i = 0; i < 10; i++) await work();
  const began = process.cpuUsage();
  const spent = () => { const used = process.cpuUsage(began); return (used.user + used.system) / 1e6; };
  let done = 0;
  for(; spent() < question.seconds; done++) await work();
  return done / spent();
}

process.stdout.write(JSON.stringify({
  'Digital Bazaar vc on Node issues': await rate(sign),
  'Digital Bazaar vc on Node verifies (without status)': await rate(check)
}));

// How often other people's programs sign and verify one credential in a second of processor time.
//
// question (standard input): {"contexts", "documents", "credential", "key", "token", "jwk", "seconds"}; answer: {"name": rate}
// Who fails at it is left out of the answer, and standard error says why.
import {context, documentLoader, question, sentence} from './world.mjs';

const SIGNED = '2026-03-01T00:00:00Z', now = new Date('2026-06-01T00:00:00Z');
const {proof, ...unsigned} = question.credential;
const works = {};

const vc = await import('@digitalbazaar/vc');
const {signing, verifying} = await import('./suites.mjs');
works['Digital Bazaar vc on Node issues'] = async () => vc.issue({
  credential: structuredClone(unsigned), now, documentLoader,
  suite: await signing({key: question.key, suite: 'eddsa-rdfc-2022', created: SIGNED})
});
works['Digital Bazaar vc on Node verifies (without status)'] = async () => {
  const result = await vc.verifyCredential({
    credential: question.credential, suite: verifying(proof), documentLoader, now, checkStatus: async () => ({verified: true})
  });
  if(!result.verified) throw new Error(`not verified: ${sentence(result.error?.errors?.[0] ?? result.error)}`);
};

// It carries a v2 context older than the final one: give it the final one, in place, before it builds its loader.
const older = await import('@digitalcredentials/credentials-v2-context');
for(const key of Object.keys(older.CONTEXT)) delete older.CONTEXT[key];
Object.assign(older.CONTEXT, context('https://www.w3.org/ns/credentials/v2'));
const {verifyCredential} = await import('@digitalcredentials/verifier-core');
works['DCC verifier-core on Node verifies'] = async () => {
  const result = await verifyCredential({credential: structuredClone(question.credential), knownDIDRegistries: []});
  const signature = (result.log ?? []).find(entry => entry.id === 'valid_signature');
  if(!signature?.valid) throw new Error(`not verified: ${JSON.stringify(result.errors ?? result.log)}`);
};

const {CompactSign, compactVerify, importJWK} = await import('jose');
const {d, ...open} = question.jwk;
const [secret, known] = [await importJWK({...open, d}, 'EdDSA'), await importJWK(open, 'EdDSA')];
const encoder = new TextEncoder();
works['jose on Node issues VC-JWT'] = async () => new CompactSign(encoder.encode(JSON.stringify(unsigned)))
  .setProtectedHeader({alg: 'EdDSA', typ: 'JWT', kid: question.key.id}).sign(secret);
works['jose on Node verifies VC-JWT (signature only)'] = async () => {
  const {payload} = await compactVerify(question.token, known);
  JSON.parse(new TextDecoder().decode(payload));
};

async function rate(work) {
  for(let i = 0; i < 10; i++) await work();
  const began = process.cpuUsage();
  const spent = () => { const used = process.cpuUsage(began); return (used.user + used.system) / 1e6; };
  let done = 0;
  for(; spent() < question.seconds; done++) await work();
  return done / spent();
}

const answer = {};
for(const [name, work] of Object.entries(works)) {
  try {
    answer[name] = await rate(work);
  } catch(error) {
    process.stderr.write(`${name}: ${sentence(error)}\n`);
  }
}
process.stdout.write(JSON.stringify(answer));
